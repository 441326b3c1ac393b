"""Which files of a folder are documents, and what is known of them beforehand."""

from __future__ import annotations

import hashlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Document:
    """One document of the folder."""

    path: Path
    name: str
    """Its path within the folder."""
    slug: str
    """A module name of its own."""
    version: str
    digest: str
    """Of the file, or of the whole sub-folder it stands in."""
    references: Path | None
    """The folder that its references may reach, for one in a sub-folder."""

    @property
    def is_supported(self) -> bool:
        return self.version.startswith(("3.0", "3.1"))


def documents_of(folder: Path) -> list[Document]:
    """The documents of ``folder``, smallest first."""
    found: list[Document] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".json", ".yaml", ".yml") or not path.is_file():
            continue
        version = _version(path)
        if version is None:
            continue
        relative = path.relative_to(folder)
        name = relative.as_posix()
        top = folder / relative.parts[0] if len(relative.parts) > 1 else None
        found.append(
            Document(
                path=path,
                name=name,
                slug="c_" + re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_"),
                version=version,
                digest=_digest([path] if top is None else sorted(top.rglob("*"))),
                references=top,
            )
        )
    return sorted(found, key=lambda each: each.path.stat().st_size)


def _version(path: Path) -> str | None:
    """The version if the file is a document: from its text, as nothing more is needed
    and some are broken on purpose."""
    text = path.read_text("utf-8-sig", errors="replace")
    if path.suffix == ".json":
        match = re.search(r'"(openapi|swagger)"\s*:\s*"(\d+\.\d+(?:\.\d+)?)"', text)
    else:
        match = re.search(
            r"""^["']?(openapi|swagger)["']?\s*:\s*["']?(\d+\.\d+(?:\.\d+)?)""",
            text,
            re.MULTILINE,
        )
    return None if match is None else match[2]


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def source_digest(*folders: Path) -> str:
    """Of all source files below, and of the Python that runs them."""
    digest = hashlib.sha256(sys.version.encode())
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in (".py", ".jinja"):
                digest.update(str(path).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
