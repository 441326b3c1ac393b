"""Reading one node: its kind is checked, its value typed, what is odd is reported.

In: plain JSON data and where it stands. Out: :class:`~specpress.text.Text`, booleans,
numbers and :class:`Node` for objects. Knows nothing of what the keys mean. A node of
the wrong kind where an object, a list or a string must stand is an error; everything
else is a warning and the value that was assumed.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Iterator, Mapping, Sequence

from specpress.diagnostics import Report
from specpress.documents import Documents, Json
from specpress.limits import Limits
from specpress.openapi import (
    Skipped,
)
from specpress.parse.gathered import Dialect, Memory, Override, Place, Totals
from specpress.parse.nodes import Node, kind_of
from specpress.parse.vocabulary import EXTERNAL_DOCS, PREFIX, Kind
from specpress.source import Pointer
from specpress.text import Text

_TRUE = ("true", "yes", "on")
_FALSE = ("false", "no", "off")
"""Booleans in quotes, and those of YAML 1.1, which are strings since 1.2."""
NO_KEYS: Mapping[str, tuple[Json, Pointer]] = {}


class Reader:
    """The documents, the report, and what one run of ``parse`` has gathered."""

    def __init__(
        self,
        documents: Documents,
        report: Report,
        dialect: Dialect,
        overrides: Mapping[Pointer, Override],
        limits: Limits,
    ) -> None:
        self.documents = documents
        self.report = report
        self.dialect = dialect
        self.limits = limits
        self.totals = Totals()
        self.memory = Memory()
        self.dynamic_anchors: dict[str, list[Pointer]] | None = None
        """The schemas that have one, by its name, once somebody asked."""
        self.dynamic_references: dict[Pointer, str] = {}
        """The anchor that a schema refers to by ``$dynamicRef``."""
        self.skipped: dict[Skipped, None] = {}
        self.wanted: list[tuple[Pointer, Json]] = []
        """Schemas still to be read."""
        self._known: set[Pointer] = set()
        self._overrides = overrides
        self._overridden: set[Pointer] = set()
        self._warnings: dict[
            tuple[str, tuple[str | Text, ...], tuple[str | Text, ...]],
            dict[Place, None],
        ] = {}

    # What is said

    def warn(
        self,
        code: str,
        at: Pointer,
        *message: str | Text,
        help: tuple[str | Text, ...] = (),
        key: bool = False,
    ) -> None:
        """Warn once for each wording; :meth:`flush` says how often it holds."""
        places = self._warnings.setdefault((code, message, help), {})
        places.setdefault(Place(at, key))

    def flush(self) -> None:
        """Hand the warnings to the report, equal ones as one."""
        for (code, message, help), places in self._warnings.items():
            at, key = next(iter(places))
            more = len(places) - 1
            if more:
                message = (
                    *message,
                    f" (and at {more} other place{'s' if more > 1 else ''})",
                )
            self.report.warning(code, at, *message, help=help, key=key)
        self._warnings.clear()

    def skip(
        self, code: str, at: Pointer, reason: str, *message: str | Text, help: str
    ) -> None:
        """Leave something out, for ``reason``, with one warning."""
        self.skipped.setdefault(Skipped(at=at, reason=reason))
        self.warn(code, at, *message, help=(help,))

    def wrong_kind(self, at: Pointer, value: Json, expected: str, what: str) -> None:
        self.report.error(
            "wrong-kind",
            at,
            f"{kind_of(value)} stands where {expected} must stand ({what})",
        )

    # Objects

    def object(self, value: Json, at: Pointer, what: str) -> Node | None:
        """Return ``value`` as a node; None after reporting that it is no object. Where
        the standard knows no reference, one is followed with a warning."""
        node = self.written(value, at, what)
        if node is None or not isinstance(node.value.get("$ref"), str):
            return node
        target = self._stray_target(node, what)
        if target is None:
            return None
        return self.written(self.documents.get(target), target, what)

    def _stray_target(self, node: Node, what: str) -> Pointer | None:
        self.warn(
            "unexpected-reference",
            node.at.child("$ref"),
            f"a $ref has no meaning in OpenAPI here ({what}); it was followed",
            help=("write out what it names",),
            key=True,
        )
        self.warn_beside_reference(node, what)
        return self.follow_reference(node)

    def written(self, value: Json, at: Pointer, what: str) -> Node | None:
        """As :meth:`object`, for what may be a reference: the caller's to look at."""
        if isinstance(value, dict):
            return Node(value, at)
        if value is None:
            self._warn_null(at)
        else:
            self.wrong_kind(at, value, "an object", what)
        return None

    def child(self, node: Node, key: str) -> Node | None:
        """Return the object under ``key``; None if there is none."""
        if key not in node.value:
            return None
        return self.object(node.value[key], node.at.child(key), key)

    def members(self, node: Node, key: str) -> Iterator[tuple[str, Json, Pointer]]:
        """Yield name, value and place of what the map under ``key`` holds.

        Names that begin with ``x-`` are data in these maps, unlike in objects.
        """
        map_node = self.child(node, key)
        if map_node is not None:
            for name, value in map_node.value.items():
                yield name, value, map_node.at.child(name)

    def items(self, node: Node, key: str) -> Iterator[tuple[Json, Pointer]]:
        """Yield value and place of each item of the list under ``key``."""
        value, at = node.value.get(key), node.at.child(key)
        if value is None:
            if key in node.value:
                self._warn_null(at)
            return
        if isinstance(value, dict) and isinstance(value.get("$ref"), str):
            target = self._stray_target(Node(value, at), key)
            if target is None:
                return
            value, at = self.documents.get(target), target
        yield from self.list_items(value, at, key)

    def list_items(
        self, value: Json, at: Pointer, what: str
    ) -> Iterator[tuple[Json, Pointer]]:
        if not isinstance(value, list):
            self.wrong_kind(at, value, "a list", what)
            return
        for index, item in enumerate(value):
            yield item, at.child(str(index))

    def follow(self, value: Json, at: Pointer, what: str) -> Node | None:
        """Return the object that ``value`` is or refers to; None if there is none.

        The place of the result is where the object is defined. What stands beside a
        ``$ref`` is the caller's to look at.
        """
        node = self.written(value, at, what)
        if node is None or "$ref" not in node.value:
            return node
        target = self.follow_reference(node)
        if target is None:
            return None
        return self.written(self.documents.get(target), target, what)

    def follow_reference(self, node: Node) -> Pointer | None:
        reference = self.reference(node)
        if reference is None:
            return None
        return self.documents.follow(node.at, reference, node.at.child("$ref"))

    def reference(self, node: Node) -> str | None:
        reference = node.value["$ref"]
        if isinstance(reference, str):
            return reference
        self.wrong_kind(node.at.child("$ref"), reference, "a string", "$ref")
        return None

    def warn_beside_reference(
        self, node: Node, what: str, allowed: Sequence[str] = ("summary", "description")
    ) -> None:
        """Report what stands beside a ``$ref`` and is passed over."""
        for key in node.value:
            if key != "$ref" and key not in allowed and not key.startswith("x-"):
                self.warn(
                    "beside-reference",
                    node.at.child(key),
                    Text(key),
                    f" beside the $ref of a {what} was ignored",
                    help=("move it to where the $ref points, or write it out here",),
                    key=True,
                )

    def want_schema(self, at: Pointer, value: Json) -> Pointer:
        """Put a schema on the list of those to be read; return its key."""
        if at not in self._known:
            self._known.add(at)
            self.wanted.append((at, value))
        return at

    def want_target(self, at: Pointer) -> Pointer:
        """As :meth:`want_schema`, for a place that a reference names."""
        if at not in self._known:
            self._known.add(at)
            self.wanted.append((at, self.documents.get(at)))
        return at

    # Keys

    def check_keys(
        self,
        node: Node,
        kind: Kind,
        pattern: bool = False,
        also: Collection[str] = (),
    ) -> None:
        """Report keys that a ``kind`` does not have, nor ``also`` allows.

        With ``pattern`` the standard's own keys are not listed (a map): only keys of
        ours are looked at.
        """
        for key in node.value:
            if key in kind.keys:
                if key in kind.newer and not self.dialect.json_schema:
                    self._warn_newer(node.at.child(key), key, kind)
                continue
            if key.startswith("x-"):
                if key.startswith(PREFIX) and key not in kind.extensions:
                    self._bad_key(node.at.child(key), key, kind)
            elif not pattern and key not in also:
                close = difflib.get_close_matches(key[:60], sorted(kind.keys), 1, 0.8)
                self.warn(
                    "unknown-key",
                    node.at.child(key),
                    Text(key),
                    f" is not a key of {kind.one} in OpenAPI "
                    f"{self.dialect.family} and was ignored",
                    help=(f"did you mean {close[0]}?",) if close else (),
                    key=True,
                )
        for key, (_, at) in self.overrides_at(node.at).items():
            if key not in kind.extensions:
                self._bad_key(at, key, kind)

    def _warn_newer(self, at: Pointer, key: str, kind: Kind) -> None:
        self.warn(
            "newer-keyword",
            at,
            Text(key),
            f" is not a key of {kind.one} in OpenAPI {self.dialect.family}; its "
            "meaning in 3.1 was taken",
            help=("state openapi: 3.1.0",),
            key=True,
        )

    def _bad_key(self, at: Pointer, key: str, kind: Kind) -> None:
        choices = sorted(kind.extensions)
        close = difflib.get_close_matches(key[:60], choices, 1, 0.6)
        self.report.error(
            "bad-extension",
            at,
            Text(key),
            f" is not a setting of {kind.one}",
            help=(
                (f"did you mean {close[0]}?",)
                if close
                else (
                    (f"it may hold: {', '.join(choices)}",)
                    if choices
                    else ("remove it; other x- keys are free",)
                )
            ),
            key=True,
        )

    def overrides_at(self, at: Pointer) -> Mapping[str, tuple[Json, Pointer]]:
        """Return what the configuration sets on the object at ``at``, and where."""
        found = self._overrides.get(at) if self._overrides else None
        if found is None:
            return NO_KEYS
        self._overridden.add(at)
        return found.settings

    def unused_overrides(self) -> Iterator[tuple[Pointer, Override]]:
        for at, override in self._overrides.items():
            if at not in self._overridden:
                yield at, override

    def setting(self, node: Node, name: str) -> tuple[Json, Pointer] | None:
        """Return the value and place of ``x-specpress-<name>``, the configuration's
        before the document's; None if neither sets it."""
        key = PREFIX + name
        overrides = self.overrides_at(node.at)
        if key in overrides:
            return overrides[key]
        if key in node.value:
            return node.value[key], node.at.child(key)
        return None

    def count_external_docs(self, node: Node) -> None:
        if "externalDocs" in node.value:
            self.totals.external_docs += 1
            self.check_child(node, "externalDocs", EXTERNAL_DOCS)

    def check_child(self, node: Node, key: str, kind: Kind) -> None:
        """Check an object that is documentation only, if it is there."""
        child = self.child(node, key)
        if child is not None:
            self.check_keys(child, kind)

    # Values

    def text(self, node: Node, key: str) -> Text | None:
        value = node.value.get(key)
        if type(value) is str:
            return Text(value)
        at = node.at.child(key)
        if value is None:
            if key in node.value:
                self._warn_null(at)
            return None
        if isinstance(value, dict) and isinstance(value.get("$ref"), str):
            target = self._stray_target(Node(value, at), key)
            if target is None:
                return None
            value, at = self.documents.get(target), target
        return self.as_text(value, at, key)

    def as_text(self, value: Json, at: Pointer, what: str) -> Text | None:
        """Return a string as text, and a number or boolean as it would be written."""
        if isinstance(value, str):
            return Text(value)
        if isinstance(value, (bool, int, float)):
            spelled = str(value).lower() if isinstance(value, bool) else repr(value)
            self.warn(
                "not-a-string",
                at,
                f"{kind_of(value)} stands where a string must stand ({what}); ",
                Text(spelled),
                " was assumed",
                help=("write it in quotes",),
            )
            return Text(spelled)
        self.wrong_kind(at, value, "a string", what)
        return None

    def texts(self, node: Node, key: str) -> tuple[Text, ...]:
        if key not in node.value:
            return ()
        read = (self.as_text(item, at, key) for item, at in self.items(node, key))
        return tuple(text for text in read if text is not None)

    def required_text(self, node: Node, key: str, kind: Kind, assumed: str) -> Text:
        text = self.text(node, key)
        if text is not None:
            return text
        if key not in node.value:
            self.missing(node, key, kind, f"'{assumed}' was assumed")
        return Text(assumed)

    def missing(self, node: Node, key: str, kind: Kind, assumed: str) -> None:
        self.warn(
            "missing-key",
            node.at,
            f"{kind.one} needs {key}, which is not there; {assumed}",
            key=True,
        )

    def flag(self, node: Node, key: str, default: bool = False) -> bool:
        """Return a boolean; ``default`` where it is not stated."""
        stated = self.optional_flag(node, key)
        return default if stated is None else stated

    def optional_flag(self, node: Node, key: str) -> bool | None:
        value = node.value.get(key)
        if isinstance(value, bool):
            return value
        if key not in node.value:
            return None
        at = node.at.child(key)
        if isinstance(value, str) and value.lower() in _TRUE + _FALSE:
            assumed = value.lower() in _TRUE
            self.warn(
                "not-a-boolean",
                at,
                f"a string stands where true or false must stand ({key}); "
                f"{str(assumed).lower()} was assumed",
                help=("write true or false, without quotes",),
            )
            return assumed
        self.warn(
            "not-a-boolean",
            at,
            f"{kind_of(value)} stands where true or false must stand ({key}); "
            "it was ignored",
        )
        return None

    def number(self, node: Node, key: str) -> int | float | None:
        value = node.value.get(key)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return value
        if key not in node.value:
            return None
        at = node.at.child(key)
        if isinstance(value, str) and len(value) < 40:
            try:
                number = float(value)
            except ValueError:
                pass
            else:
                if math.isfinite(number):
                    self.warn(
                        "not-a-number",
                        at,
                        f"a string stands where a number must stand ({key}); "
                        "the number in it was assumed",
                        help=("write it without quotes",),
                    )
                    return int(number) if number.is_integer() else number
        self.warn(
            "not-a-number",
            at,
            f"{kind_of(value)} stands where a number must stand ({key}); "
            "it was ignored",
        )
        return None

    def count(self, node: Node, key: str) -> int | None:
        """Return a whole number that is not negative."""
        number = self.number(node, key)
        if number is None:
            return None
        if number < 0 or number != int(number):
            self.warn(
                "bad-limit",
                node.at.child(key),
                f"{key} must be a whole number and not negative; it was ignored",
            )
            return None
        return int(number)

    def _warn_null(self, at: Pointer) -> None:
        self.warn(
            "null-value",
            at,
            "null stands where a value must stand; it was taken as not stated",
            help=("remove the key, or give it a value",),
        )
