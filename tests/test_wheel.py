"""The wheel: it carries all it needs, and generates where there is no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from specpress.options import ClientOptions, Job
from specpress.pipeline import make_client

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the command ``specpress`` of an environment that has only the wheel.

    What it depends on comes from the environment of the tests, as a folder to import
    from; nothing in that folder is installed.
    """
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--python", str(python), "install"),
            *("--quiet", "--no-index", "--no-deps", str(wheel)),
        ],
        capture_output=True,
        check=True,
    )
    place = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    libraries = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    Path(place, "libraries.pth").write_text("\n".join(sorted(libraries)) + "\n")
    return scripts / "specpress"


def test_what_is_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder, prefix in (
        (REPOSITORY / "templates", "specpress/templates"),
        (REPOSITORY / "generator" / "specpress", "specpress"),
    ):
        for path in folder.rglob("*"):
            parts = path.relative_to(folder).parts
            caches = any(part.startswith((".", "__pycache__")) for part in parts)
            if path.is_file() and not caches:
                name = "/".join((prefix, *parts))
                assert name in names
                names.remove(name)
    assert {name.partition("/")[2] for name in names} == {
        "METADATA",
        "RECORD",
        "WHEEL",
        "entry_points.txt",
        "licenses/LICENSE",
    }


def test_it_generates_the_same_client(command: Path, tmp_path: Path) -> None:
    spec = tmp_path / "kirim.yaml"
    spec.write_bytes((REPOSITORY / "spec" / "kirim.yaml").read_bytes())
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONPATH"
    }
    subprocess.run(
        [str(command), "generate", "kirim.yaml", "--output", "out"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=True,
    )
    options = ClientOptions(package="out")
    outcome = make_client(Job(document=spec, label="kirim.yaml", client=options))
    assert {file.path: file.text for file in outcome.files} == {
        path.relative_to(tmp_path / "out").as_posix(): path.read_text(encoding="utf-8")
        for path in (tmp_path / "out").rglob("*")
        if path.is_file()
    }
    where = subprocess.run(
        [str(command.parent / "python"), "-c", "import specpress; print(specpress)"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(REPOSITORY) not in where.stdout
