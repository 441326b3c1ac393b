"""The documents of a run: the root and the files it refers to, and looking into them.

In: a root :class:`Document` and something that reads further files on demand (a
:class:`FileReader`, given by the stage that loads). Out: nodes by pointer, the targets
of references, positions for messages.

Whether a ``$ref`` is a reference at all, or data in an ``example``, is known only to
who reads OpenAPI: nothing here looks for references by itself.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Literal, Protocol, TypeAlias, Union
from urllib.parse import urldefrag, urljoin

from specpress.diagnostics import Report
from specpress.positions import find_positions
from specpress.references import Refusal, classify, is_absolute, join, split_pointer
from specpress.source import Pointer, Position
from specpress.text import Text

Json: TypeAlias = Union[None, bool, int, float, str, "list[Json]", "dict[str, Json]"]
Format: TypeAlias = Literal["json", "yaml"]

_DATA_KEYS = frozenset({"default", "example", "examples", "enum", "const"})
_NAMING_KEY = re.compile(r"""\$(?:id|self|anchor|dynamicAnchor)["']?\s*:""")
_SUGGESTED_FROM = 1_000
"""How many names a missing one is compared with."""
_SUGGESTIONS = 50
"""How often in one run: comparing is slow, and twenty messages are shown."""


@dataclass(frozen=True, slots=True)
class Document:
    """One file, read."""

    file: str
    """Its key: the path from the root document's folder; the root itself is ``""``."""
    path: Path
    format: Format
    text: str = field(repr=False)
    """The decoded text, without byte order mark."""
    data: Json = field(repr=False)
    sha256: str
    """Of the bytes on disk with LF line ends: the same wherever it is checked out."""


class FileReader(Protocol):
    """Reads a further file, if references may reach it."""

    def read_file(self, file: str, at: Pointer, reference: str) -> Document | None:
        """Return the file with key ``file``; None after reporting at ``at`` why not."""
        ...


class Documents:
    """The root document and those it refers to, read when first asked for."""

    def __init__(self, root: Document, reader: FileReader, report: Report) -> None:
        self.root = root
        self._reader = reader
        self._report = report
        self._by_file: dict[str, Document] = {root.file: root}
        self._unreadable: set[str] = set()
        self._resources: dict[str, _Resources] = {}
        self._suggestions_left = _SUGGESTIONS

    def __iter__(self) -> Iterator[Document]:
        """Yield the documents read so far, the root first."""
        return iter(self._by_file.values())

    # Nodes

    def get(self, pointer: Pointer) -> Json:
        """Return the node at ``pointer``; KeyError if there is none."""
        node = self._by_file[pointer.file].data
        for token in pointer.tokens:
            node = _step(node, token)
        return node

    def has(self, pointer: Pointer) -> bool:
        try:
            self.get(pointer)
        except KeyError:
            return False
        return True

    # References

    def resolve(self, base: Pointer, reference: str, at: Pointer) -> Pointer | None:
        """Return the existing node that ``reference`` means, one step, not a chain.

        ``base`` is the object the reference stands in, ``at`` what to blame. None
        after an error was reported.
        """
        return self._resolve(base, reference, at)

    def try_resolve(self, base: Pointer, reference: str) -> Pointer | None:
        """As :meth:`resolve`, among the files already read and without reporting."""
        return self._resolve(base, reference, None)

    def follow(self, base: Pointer, reference: str, at: Pointer) -> Pointer | None:
        """Return the end of a chain of references: the first node without ``$ref``.

        Whatever stands beside a ``$ref`` is passed over; where that matters (schemas
        since 3.1, path items) go step by step with :meth:`resolve`.
        """
        seen: dict[Pointer, None] = {}
        target = self.resolve(base, reference, at)
        while target is not None:
            node = self.get(target)
            if not isinstance(node, dict):
                return target
            further = node.get("$ref")
            if not isinstance(further, str):
                return target
            if target in seen:
                self._report.error(
                    "circular-reference",
                    at,
                    Text(reference),
                    " leads back to itself and never to a definition",
                )
                return None
            if len(seen) == LONGEST_CHAIN:
                self.report_chain(at)
                return None
            seen[target] = None
            target = self.resolve(target, further, target.child("$ref"))
        return None

    def report_chain(self, at: Pointer) -> None:
        """Report that the reference at ``at`` leads to too many others."""
        self._report.error(
            "reference-chain",
            at,
            f"more than {LONGEST_CHAIN} references follow on this one",
            help=("refer to what stands at the end of them",),
        )

    def _resolve(
        self, base: Pointer, reference: str, at: Pointer | None
    ) -> Pointer | None:
        document = self._by_file[base.file]
        embedded = self._embedded(base, document, reference)
        if embedded is not None:
            return embedded
        target = classify(reference)
        if isinstance(target, Refusal):
            if at is not None:
                self._report.error(
                    "forbidden-reference",
                    at,
                    Text(reference),
                    " is not followed: " + target.reason,
                    help=_COPY_IT,
                )
            return None
        if target.path:
            other = self._document(base.file, target.path, reference, at)
            if other is None:
                return None
            document = other
        root = Pointer(document.file, ())
        found = self._find(root, document, target.fragment)
        if found is None and at is not None:
            found = self._find_through(root, target.fragment)
            if found is None:
                self._report_missing(root, reference, target.fragment, at)
            else:
                self._report.warning(
                    "reference-through-reference",
                    at,
                    Text(reference),
                    " passes through another $ref, which was followed",
                    help=("refer to ", Text(found.fragment()), " instead"),
                )
        return found

    def _document(
        self, base_file: str, path: str, reference: str, at: Pointer | None
    ) -> Document | None:
        folder = self.root.path.parent
        file = join(folder, base_file or self.root.path.name, path)
        if file == self.root.path.name:
            file = self.root.file
        if file is None:
            if at is not None:
                self._report.error(
                    "forbidden-reference",
                    at,
                    Text(reference),
                    " is not followed: it names a folder",
                )
            return None
        document = self._by_file.get(file)
        if document is not None or at is None or file in self._unreadable:
            return document
        errors = self._report.errors
        document = self._reader.read_file(file, at, reference)
        if document is not None:
            self._by_file[document.file] = document
        elif any(d.at.file == file for d in list(self._report)[errors:]):
            # Said once what is wrong inside; a missing file is said at each reference.
            self._unreadable.add(file)
        return document

    def _find(self, root: Pointer, document: Document, fragment: str) -> Pointer | None:
        tokens = split_pointer(fragment)
        if tokens is None:
            return self._resources_of(document).anchors.get((root, fragment))
        pointer = root.child(*tokens)
        return pointer if self.has(pointer) else None

    def _find_through(self, root: Pointer, fragment: str) -> Pointer | None:
        """Return the node at ``fragment`` if what stands on the way there may be
        references: no pointer of RFC 6901, but what the author means is clear."""
        pointer = root
        for token in split_pointer(fragment) or ():
            steps = 0
            while not self.has(pointer.child(token)):
                node = self.get(pointer)
                further = node.get("$ref") if isinstance(node, dict) else None
                if not isinstance(further, str) or steps == _CHAIN:
                    return None
                target = self.try_resolve(pointer, further)
                if target is None:
                    return None
                pointer = target
                steps += 1
            pointer = pointer.child(token)
        return pointer if pointer != root else None

    # Base URIs: $self, $id, $anchor. They name what is already here; they load nothing.

    def _embedded(
        self, base: Pointer, document: Document, reference: str
    ) -> Pointer | None:
        resources = self._resources_of(document)
        if resources.empty and not (
            is_absolute(reference)
            and any(not self._resources_of(d).empty for d in self._by_file.values())
        ):
            return None
        resource, base_uri = resources.around(base)
        try:
            uri, fragment = urldefrag(urljoin(base_uri, reference))
        except ValueError:
            return None
        if reference.startswith("#") or not reference:
            found: Pointer | None = resource
        else:
            found = None
            for other in self._by_file.values():
                found = found or self._resources_of(other).by_uri.get(uri)
        if found is None:
            return None
        target = classify("#" + fragment)
        if isinstance(target, Refusal):
            return None
        return self._find(found, self._by_file[found.file], target.fragment)

    def _resources_of(self, document: Document) -> _Resources:
        resources = self._resources.get(document.file)
        if resources is None:
            resources = _find_resources(document)
            self._resources[document.file] = resources
        return resources

    # Messages

    def positions(
        self, pointers: Iterable[Pointer]
    ) -> dict[Pointer, tuple[Position, Position]]:
        """Return the key's and the value's position of each node.

        One pass over each file's text. A node that is not written out (it came
        through an alias or a merge key) stands where the alias does; a node that does
        not exist, where the nearest one around it does.
        """
        wanted: dict[str, list[Pointer]] = {}
        for pointer in pointers:
            wanted.setdefault(pointer.file, []).append(pointer)
        found: dict[Pointer, tuple[Position, Position]] = {}
        for file, inside in wanted.items():
            document = self._by_file.get(file)
            if document is None:
                continue
            by_tokens = find_positions(
                document.text, document.format, [p.tokens for p in inside]
            )
            for pointer in inside:
                found[pointer] = by_tokens[pointer.tokens]
        return found

    def _report_missing(
        self, root: Pointer, reference: str, fragment: str, at: Pointer
    ) -> None:
        suggestion = self._suggest(root, fragment)
        uri = reference.partition("#")[0]
        self._report.error(
            "unresolved-reference",
            at,
            Text(reference),
            " does not exist",
            help=(
                ()
                if suggestion is None
                else ("did you mean ", Text(uri + "#" + suggestion), "?")
            ),
        )

    def _suggest(self, root: Pointer, fragment: str) -> str | None:
        if self._suggestions_left == 0:
            return None
        self._suggestions_left -= 1
        tokens = split_pointer(fragment)
        if tokens is None:
            with_slash = split_pointer("/" + fragment) or ()
            found = self.has(root.child(*with_slash))
            return "/" + fragment if found else None
        return self._similar(root, tokens) or self._same_name(root, tokens[-1])

    def _similar(self, root: Pointer, tokens: tuple[str, ...]) -> str | None:
        """Return a pointer that differs in one token, if that is much alike."""
        node = self.get(root)
        for depth, token in enumerate(tokens):
            if not isinstance(node, dict):
                return None
            if token in node:
                node = node[token]
                continue
            names = [
                name
                for name, value in islice(node.items(), _SUGGESTED_FROM)
                if len(name) <= 100 and _has(value, tokens[depth + 1 :])
            ]
            close = difflib.get_close_matches(token[:100], names, 1, 0.6)
            if not close:
                return None
            better = (*tokens[:depth], close[0], *tokens[depth + 1 :])
            return Pointer(root.file, better).fragment()
        return None

    def _same_name(self, root: Pointer, name: str) -> str | None:
        """Return where a component with this name stands, wherever it was sought."""
        for kind in ("schemas", "parameters", "responses", "requestBodies", "headers"):
            pointer = root.child("components", kind, name)
            if self.has(pointer):
                return pointer.fragment()
        return None


LONGEST_CHAIN = 100
"""References that lead to one another before something stands there."""
_CHAIN = 20
"""References that one step of a pointer may pass through."""
_COPY_IT = ("copy what it names into the document's folder",)


@dataclass(frozen=True, slots=True)
class _Resources:
    """Which nodes of a document are named by ``$id``, ``$self`` or ``$anchor``."""

    uris: dict[Pointer, str]
    """Base URI of each embedded resource, by its node."""
    by_uri: dict[str, Pointer]
    anchors: dict[tuple[Pointer, str], Pointer]

    @property
    def empty(self) -> bool:
        return not self.uris

    def around(self, base: Pointer) -> tuple[Pointer, str]:
        """Return the resource that ``base`` lies in and its base URI."""
        for length in range(len(base.tokens), -1, -1):
            node = Pointer(base.file, base.tokens[:length])
            if node in self.uris:
                return node, self.uris[node]
        return Pointer(base.file, ()), ""


def _find_resources(document: Document) -> _Resources:
    resources = _Resources({}, {}, {})
    if not _NAMING_KEY.search(document.text):
        return resources
    top = Pointer(document.file, ())
    pending: list[tuple[Json, Pointer, Pointer, str]] = [(document.data, top, top, "")]
    while pending:
        node, pointer, resource, base_uri = pending.pop()
        if isinstance(node, list):
            for index in range(len(node) - 1, -1, -1):
                pending.append(
                    (node[index], pointer.child(str(index)), resource, base_uri)
                )
            continue
        if not isinstance(node, dict):
            continue
        name = node.get("$id", node.get("$self") if not pointer.tokens else None)
        if isinstance(name, str) and name:
            if name.startswith("#"):
                resources.anchors.setdefault((resource, name[1:]), pointer)
            else:
                try:
                    base_uri = urldefrag(urljoin(base_uri, name))[0]
                except ValueError:
                    base_uri = ""
                resource = pointer
                resources.uris[pointer] = base_uri
                resources.by_uri.setdefault(base_uri, pointer)
        for keyword in ("$anchor", "$dynamicAnchor"):
            anchor = node.get(keyword)
            if isinstance(anchor, str):
                resources.anchors.setdefault((resource, anchor), pointer)
                if resource != top:
                    # Tools that ignore $id look for anchors in the whole document.
                    resources.anchors.setdefault((top, anchor), pointer)
        for key in reversed(node):
            if key not in _DATA_KEYS:
                pending.append((node[key], pointer.child(key), resource, base_uri))
    return resources


def _step(node: Json, token: str) -> Json:
    if isinstance(node, dict):
        return node[token]
    if (
        isinstance(node, list)
        and token.isascii()
        and token.isdigit()
        and len(token) < 10
        and (token == "0" or token[0] != "0")
        and int(token) < len(node)
    ):
        return node[int(token)]
    raise KeyError(token)


def _has(node: Json, tokens: tuple[str, ...]) -> bool:
    try:
        for token in tokens:
            node = _step(node, token)
    except KeyError:
        return False
    return True
