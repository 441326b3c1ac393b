"""What a reference string asks for, decided before anything is followed.

In: the text of a ``$ref`` (or a discriminator mapping). Out: :class:`Target`, a file
and a fragment, or a :class:`Refusal` with the reason. Nothing is opened here and the
file system is not asked; :mod:`specpress.documents` looks the target up, and the
reader of files checks links and kinds of files.
"""

from __future__ import annotations

import os.path
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class ReferencePolicy:
    """What references may reach beside the root document's own folder."""

    folders: tuple[Path, ...] = ()
    """Further folders (``--allow-reference``). There is no way to allow the network."""


OWN_FOLDER_ONLY = ReferencePolicy()


@dataclass(frozen=True, slots=True)
class Target:
    """A file relative to the one that refers (``""``: the same) and its fragment.

    Both are percent-decoded.
    """

    path: str
    fragment: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a reference is not followed, in our words."""

    reason: str


def is_absolute(reference: str) -> bool:
    """Tell whether ``reference`` begins with a scheme: ``https:``, ``urn:``, ``C:``."""
    return _SCHEME.match(reference) is not None


def classify(reference: str) -> Target | Refusal:
    """Decide what ``reference`` asks for from its characters alone."""
    uri, _, raw_fragment = reference.partition("#")
    fragment = _decode(raw_fragment)
    if fragment is None:
        return Refusal("its fragment is not percent-encoded UTF-8")
    if not uri:
        return Target("", fragment)
    refusal = _refuse(uri)
    if refusal is not None:
        return refusal
    path = _decode(uri)
    if path is None:
        return Refusal("its path is not percent-encoded UTF-8")
    # An encoded path must not say what a plain one may not.
    refusal = _refuse(path, decoded=True)
    if refusal is not None:
        return refusal
    return Target(path, fragment)


def join(folder: Path, base_file: str, path: str) -> str | None:
    """Return the key of the file that ``path`` means beside the file ``base_file``.

    ``folder`` is where keys begin. A key may begin with ``../``: whether that is
    allowed is the reader's question. None where the path names no file.
    """
    if path.endswith("/") or posixpath.basename(path) in (".", ".."):
        return None
    file = posixpath.normpath(posixpath.join(posixpath.dirname(base_file), path))
    if not file.startswith("../"):
        return file
    # ../here/x.yaml is x.yaml: a file has one key. By name alone, nothing is asked.
    start = os.path.abspath(folder)
    return Path(os.path.relpath(os.path.join(start, file), start)).as_posix()


def split_pointer(fragment: str) -> tuple[str, ...] | None:
    """Return the tokens of a JSON pointer (RFC 6901), or None if it is none."""
    if not fragment:
        return ()
    if not fragment.startswith("/"):
        return None
    return tuple(
        token.replace("~1", "/").replace("~0", "~") for token in fragment[1:].split("/")
    )


def _refuse(uri: str, decoded: bool = False) -> Refusal | None:
    scheme = _SCHEME.match(uri)
    if scheme is not None:
        name = scheme.group()[:-1].lower()
        if len(name) == 1 or name == "file":
            return Refusal("it names an absolute path")
        return Refusal("it leads out of this machine, and nothing is fetched")
    if uri.startswith(("//", "\\\\", "/\\", "\\/")):
        return Refusal("it names another host, and nothing is fetched")
    if uri.startswith(("/", "\\")):
        return Refusal("it names an absolute path")
    if "\\" in uri:
        return Refusal("it has a backslash; folders are separated by '/'")
    if _CONTROL.search(uri):
        return Refusal("it has a control character")
    if not decoded and "?" in uri:
        return Refusal("it has a query, and nothing is fetched")
    return None


def _decode(text: str) -> str | None:
    if "%" not in text:
        return text
    if _ESCAPE.search(text):
        # A bare percent sign, as in a pointer nobody encoded: taken literally.
        return text
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError:
        return None
