"""A server for any OpenAPI document: judges requests and answers as documented.

In: a document. Out: an ASGI application. What came, what was wrong with it and what was
answered is kept in :attr:`Judge.exchanges`. A test may script answers that are not a
success, or not even an answer; each script is for one request, in order.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.judge.bodies import BodyReader
from tests.judge.documents import Document, Node
from tests.judge.parameters import Pairs, Reader, Unreadable, is_json, query_pairs
from tests.judge.routes import Route, names_in, routes_of
from tests.judge.validation import Validation
from tests.judge.values import Impossible, Values

BYTES = b"\x89\x00binary\xff"
TEXT = "a text, with ü"

_TEXTS = ("graphql", "javascript", "jsonl", "ndjson", "urlencoded", "xml", "yaml")
"""Ends of media types whose bodies are texts."""

# Set by the server itself, or not for an application to set.
_OWN_HEADERS = {
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "server",
    "transfer-encoding",
}


@dataclass(frozen=True)
class Respond:
    """Answers this, whatever the document says."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Documented:
    """Answers with what the document says about ``status``, a key of ``responses``;
    a range or ``default`` is answered with the number ``code``."""

    status: str
    code: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Drop:
    """Closes the connection without an answer."""


@dataclass(frozen=True)
class Truncate:
    """Closes the connection within the body of the documented success."""


@dataclass(frozen=True)
class Delay:
    """Answers only after ``seconds``, or never if nobody waits any more."""

    seconds: float = 30.0


Behaviour = Respond | Documented | Drop | Truncate | Delay


@dataclass
class Exchange:
    """A request and what became of it."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    raw_body: bytes
    route: Route | None = None
    parameters: dict[tuple[str, str], Any] = field(
        default_factory=dict[tuple[str, str], Any]
    )
    body: Any = ...
    """``...`` if none came."""
    problems: list[str] = field(default_factory=list[str])
    """Why the request is not what the document says; empty if it is."""
    status: int = 0
    answer: Any = None
    """A JSON value, a text, bytes or ``None``."""
    media_type: str | None = None
    answer_headers: dict[str, str] = field(default_factory=dict[str, str])

    def header(self, name: str) -> str | None:
        return next((text for each, text in self.headers if each == name.lower()), None)


class Judge:
    """An ASGI application."""

    def __init__(self, specification: Path) -> None:
        self.document = Document(specification)
        self.validation = Validation(self.document)
        self.values = Values(self.document, self.validation)
        self.reader = Reader(self.document, self.validation)
        self.bodies = BodyReader(self.document, self.validation, self.reader)
        self.routes = routes_of(self.document)
        self.exchanges: list[Exchange] = []
        self.script: deque[Behaviour] = deque()
        self.expected: Route | None = None
        """The operation that is meant where a request matches several."""
        self.full = True
        """Whether answers hold all properties, or what is required."""
        self.turn = 0
        """The branch of unions that answers begin with."""

    def find(self, method: str, path: str) -> Route:
        """The operation that the document has at a path template."""
        for route in self.routes:
            if (route.method, route.path) == (method.upper(), path):
                return route
        raise LookupError(f"{method} {path}")

    # --- Requests --------------------------------------------------------------------

    def judge(self, exchange: Exchange) -> None:
        raw_path, _, query = exchange.target.partition("?")
        pairs = query_pairs(query)
        matching = [
            route
            for route in self.routes
            if route.method == exchange.method
            and route.pattern.fullmatch(raw_path)
            and all(
                pair in pairs or route.declares(pair[0]) for pair in route.constants
            )
        ]
        if not matching:
            exchange.problems.append(f"no operation {exchange.method} {raw_path}")
            return
        route = max(matching, key=lambda each: each.specificity)
        if self.expected is not None and self.expected in matching:
            route = self.expected
        exchange.route = route
        used = {
            i
            for i, pair in enumerate(pairs)
            if pair in route.constants and not route.declares(pair[0])
        }
        self._credentials(exchange, route, pairs, used)
        self._parameters(exchange, route, raw_path, pairs, used)
        for index, (name, _) in enumerate(pairs):
            if index not in used:
                exchange.problems.append(f"unknown query parameter {unquote(name)}")
        self._body(exchange, route)
        self._accept(exchange, route)

    def _parameters(
        self,
        exchange: Exchange,
        route: Route,
        raw_path: str,
        pairs: Pairs,
        used: set[int],
    ) -> None:
        match = route.pattern.fullmatch(raw_path)
        assert match is not None
        in_path = dict(zip(names_in(route.path), match.groups(), strict=False))
        cookies: Pairs = []
        for part in (exchange.header("cookie") or "").split(";"):
            name, equals, text = part.strip().partition("=")
            if equals:
                cookies.append((name, text))
        # An open object takes every name that no other parameter claims: it comes last.
        ordered = sorted(
            route.parameters, key=lambda each: self._is_greedy(each.schema)
        )
        used_cookies: set[int] = set()
        for parameter in ordered:
            value: Any = ...
            try:
                if parameter.place == "path":
                    if parameter.name not in in_path:
                        continue
                    value = self.reader.path(parameter, in_path[parameter.name])
                elif parameter.place == "query":
                    value = self.reader.query(parameter, pairs, used)
                elif parameter.place == "cookie":
                    value = self.reader.query(parameter, cookies, used_cookies)
                elif parameter.place == "header":
                    if parameter.name.lower() in (
                        "accept",
                        "content-type",
                        "authorization",
                    ):
                        continue
                    raw = exchange.header(parameter.name)
                    value = ... if raw is None else self.reader.header(parameter, raw)
                else:
                    used.update(range(len(pairs)))
                    continue
            except Unreadable as error:
                exchange.problems.append(f"{parameter.place} {parameter.name}: {error}")
                continue
            if value is not ...:
                exchange.parameters[parameter.place, parameter.name] = value
            elif parameter.required:
                exchange.problems.append(
                    f"{parameter.place} {parameter.name} is missing"
                )

    def _is_greedy(self, schema: Node | None) -> bool:
        kinds = self.reader.kinds(schema)
        return "object" in kinds and self.reader.properties(schema)[1]

    def _credentials(
        self, exchange: Exchange, route: Route, pairs: Pairs, used: set[int]
    ) -> None:
        missing: list[str] = []
        for alternative in route.security:
            absent = [
                name
                for name in alternative
                if not self._has_credential(exchange, name, pairs, used)
            ]
            if not absent:
                return
            missing += absent
        if missing:
            exchange.problems.append(f"no credential for {' or '.join(missing)}")

    def _has_credential(
        self, exchange: Exchange, name: str, pairs: Pairs, used: set[int]
    ) -> bool:
        schemes = self.document.root.get("components")
        found = dict(schemes.items("securitySchemes")) if schemes else {}
        if name not in found:
            return True
        scheme = self.document.resolve(found[name]).value
        authorization = exchange.header("authorization") or ""
        kind = scheme.get("type")
        if kind == "http":
            prefix = str(scheme.get("scheme", "")).lower() + " "
            return authorization.lower().startswith(prefix)
        if kind in ("oauth2", "openIdConnect"):
            return authorization.startswith("Bearer ")
        if kind != "apiKey":
            return True
        key = str(scheme.get("name"))
        if scheme.get("in") == "header":
            return exchange.header(key) is not None
        if scheme.get("in") == "cookie":
            return f"{key}=" in (exchange.header("cookie") or "")
        own = [index for index, pair in enumerate(pairs) if unquote(pair[0]) == key]
        used.update(own)
        return len(own) == 1

    def _is_token_request(self, exchange: Exchange) -> bool:
        """Whether a client asks for a token with its credentials."""
        components = self.document.root.get("components")
        return (
            exchange.method == "POST"
            and b"grant_type=client_credentials" in exchange.raw_body
            and any(
                urlsplit(flow.value.get("tokenUrl", "")).path == exchange.target
                for _, scheme in (
                    components.items("securitySchemes") if components else ()
                )
                for name, flow in self.document.resolve(scheme).items("flows")
                if name == "clientCredentials"
            )
        )

    def _body(self, exchange: Exchange, route: Route) -> None:
        content_type = exchange.header("content-type")
        if not exchange.raw_body and content_type is None:
            if route.is_body_required:
                exchange.problems.append("the body is missing")
            return
        contents = route.contents
        if contents is None:
            if exchange.raw_body:
                exchange.problems.append("there is a body, and none is documented")
            return
        try:
            exchange.body = self.bodies.read(
                contents, content_type or "", exchange.raw_body
            )
        except Unreadable as error:
            exchange.problems.append(str(error))

    def _accept(self, exchange: Exchange, route: Route) -> None:
        accept = exchange.header("accept")
        media = [
            name.partition(";")[0].strip().lower()
            for status, response in route.responses.items()
            if status[:1] == "2"
            for name, _ in response.items("content")
        ]
        if accept is None or not media:
            return
        accepted = [
            each.partition(";")[0].strip().lower() for each in accept.split(",")
        ]
        if not any(
            each in ("*/*", name)
            or each.partition("/")[2] == "*"
            or name.partition("/")[2] == "*"
            or name == "*/*"
            for each in accepted
            for name in media
        ):
            exchange.problems.append(f"accepts {accept}, but answers are {media}")

    # --- Answers ---------------------------------------------------------------------

    def success_of(self, route: Route) -> str | None:
        """The status, as documented, that a request is answered with."""
        keys = [key for key in route.responses if key[:1] == "2"]
        with_content = [
            key for key in keys if route.responses[key].value.get("content")
        ]
        if with_content or keys:
            return (with_content or keys)[0]
        return "default" if "default" in route.responses else None

    def _prepare(self, exchange: Exchange, route: Route, wanted: Documented) -> bytes:
        """Fill in the answer of ``exchange`` and return its bytes."""
        response = route.responses.get(wanted.status)
        key = wanted.status
        exchange.status = wanted.code or (
            int(key)
            if key.isdigit()
            else int(key[0] + "00") if key[0].isdigit() else 200
        )
        if response is None:
            return b""
        exchange.answer_headers = self._headers(response)
        contents = list(response.items("content"))
        if not contents or exchange.status in (204, 205, 304):
            return b""
        accept = exchange.header("accept") or "*/*"
        name, media = next(
            (each for each in contents if each[0].partition(";")[0] in accept),
            contents[0],
        )
        schema = self.document.resolve(media).get("schema")
        exchange.media_type = self._concrete(name, schema)
        return self._content(exchange, schema)

    def _concrete(self, media_type: str, schema: Node | None) -> str:
        """A media type, for one or for a range of them."""
        kind, _, subtype = media_type.partition(";")[0].strip().partition("/")
        if "*" not in media_type:
            return media_type
        if subtype.startswith("*+"):
            return f"application/x.{subtype[2:]}+{subtype[2:]}"
        ranges = {"text": "text/plain", "image": "image/png"}
        if kind in ranges:
            return ranges[kind]
        kinds = self.reader.kinds(schema)
        if schema is None or self.bodies.is_binary(schema):
            return "application/octet-stream"
        return "text/plain" if kinds <= {"string"} else "application/json"

    def _content(self, exchange: Exchange, schema: Node | None) -> bytes:
        media_type = (exchange.media_type or "").partition(";")[0].strip().lower()
        if is_json(media_type):
            value: Any = {"any": ["thing", 1, None]}
            if schema is not None:
                value = self.values.make(schema, "out", full=self.full, turn=self.turn)
            exchange.answer = value
            return json.dumps(value, ensure_ascii=False).encode()
        kinds = self.reader.kinds(schema)
        if media_type.startswith("text/") or media_type.endswith(_TEXTS):
            exchange.answer = TEXT
            if schema is not None and kinds == {"string"}:
                try:
                    exchange.answer = self.values.make(schema, "out", turn=self.turn)
                except Impossible:
                    pass
            return str(exchange.answer).encode()
        exchange.answer = BYTES
        return BYTES

    def _headers(self, response: Node) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, header in response.items("headers"):
            schema = self.document.resolve(header).get("schema")
            if schema is None or name.lower() in _OWN_HEADERS:
                continue
            try:
                found[name] = _header_text(self.values.make(schema, "out"))
            except Impossible:
                continue
        return found

    # --- ASGI ------------------------------------------------------------------------

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        target = scope["raw_path"].decode("latin-1")
        if scope["query_string"]:
            target += "?" + scope["query_string"].decode("latin-1")
        headers = [(k.decode(), v.decode("latin-1")) for k, v in scope["headers"]]
        exchange = Exchange(scope["method"], target, headers, body)
        if self._is_token_request(exchange):
            token = {
                "access_token": "secret",
                "token_type": "bearer",
                "expires_in": 3600,
            }
            content = {"content-type": "application/json"}
            await _send(send, 200, json.dumps(token).encode(), content)
            return
        self.exchanges.append(exchange)
        try:
            self.judge(exchange)
            await self._answer(exchange, receive, send)
        except Exception as error:
            exchange.problems.append(f"judge: {type(error).__name__}: {error}"[:300])
            await _send(send, 500, b"", {})

    async def _answer(self, exchange: Exchange, receive: Any, send: Any) -> None:
        behaviour = self.script.popleft() if self.script else None
        if isinstance(behaviour, Drop):
            # uvicorn offers no way to do this; its request cycle has the transport.
            send.__self__.transport.abort()
            return
        if isinstance(behaviour, Respond):
            exchange.status = behaviour.status
            await _send(send, behaviour.status, behaviour.body, behaviour.headers)
            return
        if isinstance(behaviour, Delay):
            try:
                await asyncio.wait_for(receive(), behaviour.seconds)
                return
            except TimeoutError:
                pass
        if exchange.route is None:
            exchange.status = 404
            await _send(send, 404, b"", {})
            return
        if isinstance(behaviour, Documented):
            wanted = behaviour
        else:
            success = self.success_of(exchange.route)
            wanted = Documented(success or "none", code=None if success else 200)
        content = self._prepare(exchange, exchange.route, wanted)
        headers = {**exchange.answer_headers, **wanted.headers}
        if exchange.media_type is not None:
            headers["content-type"] = exchange.media_type
        if isinstance(behaviour, Truncate):
            headers["content-length"] = str(len(content) + 100)
            await _start(send, exchange.status, headers)
            await send(
                {"type": "http.response.body", "body": content, "more_body": True}
            )
            send.__self__.transport.close()
            return
        await _send(send, exchange.status, content, headers)


async def _send(
    send: Any, status: int, body: bytes, headers: Mapping[str, str]
) -> None:
    if status not in (204, 304):
        headers = {**headers, "content-length": str(len(body))}
    await _start(send, status, headers)
    await send({"type": "http.response.body", "body": body})


async def _start(send: Any, status: int, headers: Mapping[str, str]) -> None:
    encoded = [
        (name.lower().encode("latin-1"), text.encode("latin-1"))
        for name, text in headers.items()
    ]
    await send({"type": "http.response.start", "status": status, "headers": encoded})


def _header_text(value: Any) -> str:
    """``value`` in the style ``simple``."""
    if isinstance(value, list):
        return ",".join(map(_header_text, value))
    if isinstance(value, dict):
        return ",".join(f"{name},{_header_text(each)}" for name, each in value.items())
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    text = "" if value is None else str(value)
    return text.encode("ascii", "replace").decode().replace("\r", "").replace("\n", "")
