"""Assemble importable packages around the runtime, as ``specpress generate`` would.

The runtime (``templates/runtime``) only has relative imports, so it is tested inside
a package: a folder with ``_runtime/`` (the runtime, copied), ``errors.py`` and the
modules a test gives as text or as a folder of files. Each package gets a name of its
own, is imported without touching ``sys.path``, and is forgotten afterwards.

``build_package`` is the general tool, ``sample`` the hand-written package of
``tests/runtime/sample`` shared by a whole session.
"""

from __future__ import annotations

import importlib
import importlib.util
import itertools
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from jinja2 import Template

REPOSITORY = Path(__file__).resolve().parents[2]
RUNTIME = REPOSITORY / "templates" / "runtime"
ERRORS = REPOSITORY / "templates" / "package" / "errors.py.jinja"
SAMPLE = Path(__file__).resolve().parent / "sample"

_numbers = itertools.count(1)


@dataclass(frozen=True)
class AssembledPackage:
    """A package on disk that can be imported by its ``name``."""

    name: str
    folder: Path

    def module(self, path: str = "") -> ModuleType:
        """Import ``path`` inside the package: ``"_runtime.codec"``, ``"models"``."""
        return importlib.import_module(f"{self.name}.{path}" if path else self.name)

    def forget(self) -> None:
        """Remove the package and all its modules from ``sys.modules``."""
        for name in list(sys.modules):
            if name == self.name or name.startswith(self.name + "."):
                del sys.modules[name]


def write_package(
    folder: Path,
    modules: Mapping[str, str] | None = None,
    base: Path | None = SAMPLE,
) -> None:
    """Write a package into ``folder``: ``base`` (a folder of files), then the runtime,
    then ``modules`` (relative path → text, e.g. ``{"models/pet.py": "…"}``).

    Later files win, so a test replaces what it wants to see differently. Without
    ``base``, an empty ``__init__.py`` stands in. ``errors.py`` is the generated one.
    """
    ignore = shutil.ignore_patterns("__pycache__", ".*_cache")
    if base is not None:
        shutil.copytree(base, folder, ignore=ignore, dirs_exist_ok=True)
    else:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").write_text("", encoding="utf-8")
    errors = Template(ERRORS.read_text("utf-8")).render(
        header="",
        package={"error_base": "SampleError"},
        view={"attributes": []},
    )
    (folder / "errors.py").write_text(errors, encoding="utf-8")
    shutil.copytree(RUNTIME, folder / "_runtime", ignore=ignore, dirs_exist_ok=True)
    runtime_init = folder / "_runtime" / "__init__.py"
    if not runtime_init.exists():
        runtime_init.write_text("", encoding="utf-8")
    for path, text in (modules or {}).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def assemble(
    root: Path,
    modules: Mapping[str, str] | None = None,
    base: Path | None = SAMPLE,
    name: str | None = None,
) -> AssembledPackage:
    """Write a package below ``root`` (see :func:`write_package`) and import it."""
    name = name or f"assembled_{next(_numbers)}"
    folder = root / name
    write_package(folder, modules, base)
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return AssembledPackage(name, folder)


BuildPackage = Callable[..., AssembledPackage]


@pytest.fixture
def build_package(tmp_path: Path) -> Iterator[BuildPackage]:
    """``build_package(modules, base=…, name=…)`` → an imported package.

    ``base=None`` leaves the sample's models out; ``modules`` may hold an ``errors.py``
    of its own.
    """
    built: list[AssembledPackage] = []

    def build(
        modules: Mapping[str, str] | None = None,
        *,
        base: Path | None = SAMPLE,
        name: str | None = None,
    ) -> AssembledPackage:
        package = assemble(tmp_path, modules, base, name)
        built.append(package)
        return package

    yield build
    for package in built:
        package.forget()


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AssembledPackage]:
    """The hand-written package of ``tests/runtime/sample`` with the runtime."""
    package = assemble(tmp_path_factory.mktemp("sample"), name="sample")
    yield package
    package.forget()
