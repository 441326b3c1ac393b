"""Calls each method of a generated client once, with arguments made from the document.

In: an imported client, its manifest, and a running :class:`Judge`. Out: what was not as
it must be, operation by operation. Names come from the manifest, values from the
schemas, their Python types from the annotations of the method: the client is used as a
caller would, and nothing of it is known beforehand.
"""

from __future__ import annotations

import asyncio
import base64
import inspect
import json
import re
import ssl
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from urllib.parse import urlsplit

from tests.judge.application import BYTES, Behaviour, Documented, Exchange, Judge
from tests.judge.bodies import Opaque
from tests.judge.documents import Node
from tests.judge.parameters import is_json
from tests.judge.routes import Route
from tests.judge.values import Impossible

SECRET = "s3cr3t-0f-a-driver"
"""What is given as every credential."""


@dataclass(frozen=True)
class Finding:
    """Something that is not as it must be."""

    operation: str
    kind: str
    """``lost``, ``call`` (it raised), ``request``, ``sent`` (other than given),
    ``answer`` (deviations, or not equal when encoded again), ``judge`` (no value)."""
    reason: str


# Making one takes longer than a call, and none is used.
_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class _Here:
    """A transport that keeps all requests on this machine: those to other servers, such
    as for a token, go to the judge as well."""

    def __init__(self, inner: Any, url: str) -> None:
        self.inner = inner
        self.url = url

    def here(self, request: Any) -> Any:
        if not request.url.startswith((self.url + "/", self.url + "?")):
            parts = urlsplit(request.url)
            target = parts.path + ("?" + parts.query if parts.query else "")
            path = target if target[:1] == "/" else "/" + target
            request = replace(request, url=self.url + path)
        return request

    def send(self, request: Any) -> Any:
        return self.inner.send(self.here(request))

    def close(self) -> None:
        self.inner.close()


class _AsyncHere(_Here):
    """The same for the asynchronous client."""

    async def send(self, request: Any) -> Any:
        return await self.inner.send(self.here(request))

    async def close(self) -> None:  # type: ignore[override]
        await self.inner.close()


@dataclass
class Given:
    """The arguments of a call, and what the server is to see of them."""

    keywords: dict[str, Any] = field(default_factory=dict[str, Any])
    parameters: dict[tuple[str, str], Any] = field(
        default_factory=dict[tuple[str, str], Any]
    )
    body: Any = ...


class Driver:
    """Makes calls on one client."""

    def __init__(
        self, package: ModuleType, manifest: Mapping[str, Any], judge: Judge, url: str
    ) -> None:
        self.package = package
        self.manifest = manifest
        self.judge = judge
        codec = import_module(f"{package.__name__}._runtime.codec")
        types = import_module(f"{package.__name__}._runtime.types")
        self.codec = codec
        self.unset: Any = types.UNSET
        self.unset_type: Any = types.Unset
        self.sequence_type: Any = getattr(types, "SequenceOf", None)
        self.file_types: tuple[Any, ...] = ()
        if find_spec(f"{package.__name__}._runtime.files") is not None:
            files = import_module(f"{package.__name__}._runtime.files")
            self.file_types = (files.File, files.BinaryFile)
        self.api_error: type[Exception] = import_module(
            f"{package.__name__}.errors"
        ).APIError
        self.credentials: dict[str, Any] = {
            each["argument"]: self._secret(each) for each in manifest["security"]
        }
        self.options: dict[str, Any] = {
            "base_url": url,
            "timeout": 20,
            "max_retries": 0,
        }
        self.transports: Any = import_module(f"{package.__name__}._runtime.transport")
        self.settings: Any = import_module(
            f"{package.__name__}._runtime.options"
        ).Settings

    def _secret(self, credential: Mapping[str, Any]) -> Any:
        components = self.judge.document.root.get("components")
        schemes = dict(components.items("securitySchemes")) if components else {}
        node = schemes.get(credential["scheme"])
        scheme = {} if node is None else self.judge.document.resolve(node).value
        if str(scheme.get("scheme", "")).lower() == "basic":
            return ("user", SECRET)
        return SECRET

    def client(self, *, asynchronous: bool = False, **options: Any) -> Any:
        """A client of the judge."""
        kind = self.manifest["client"]["async" if asynchronous else "sync"]
        make = getattr(self.package, kind)
        accepted = inspect.signature(make.__init__).parameters
        given = {
            name: each for name, each in self.credentials.items() if name in accepted
        }
        wrapper = _AsyncHere if asynchronous else _Here
        opened = "open_async_transport" if asynchronous else "open_transport"
        inner = getattr(self.transports, opened)(
            self.settings(trust_env=False, verify=_TLS)
        )
        transport = wrapper(inner, self.options["base_url"])
        return make(**{**self.options, "transport": transport, **given, **options})

    # --- All operations --------------------------------------------------------------

    def lost(self) -> list[Finding]:
        """Operations of the document that the manifest does not know."""
        known = {(each["method"], each["path"]) for each in self.manifest["operations"]}
        return [
            Finding(f"{route.method} {route.path}", "lost", "is not in the manifest")
            for route in self.judge.routes
            if (route.method, route.path) not in known
        ]

    def run(self, asynchronous: Callable[[int], bool]) -> Iterator[Finding]:
        """Call everything. ``asynchronous`` says whether by the asynchronous client,
        of the number of the operation."""
        yield from self.lost()
        with self.client() as client:
            for index, operation in enumerate(self.manifest["operations"]):
                if not asynchronous(index):
                    yield from self.try_operation(client, operation)
        later = [
            each
            for index, each in enumerate(self.manifest["operations"])
            if asynchronous(index)
        ]
        if later:
            yield from asyncio.run(self._run_async(later))

    async def _run_async(self, operations: list[Any]) -> list[Finding]:
        found: list[Finding] = []
        async with self.client(asynchronous=True) as client:
            for operation in operations:
                found += await self.try_operation_async(client, operation)
        return found

    def try_operation(self, client: Any, operation: Any) -> Iterator[Finding]:
        """Call one operation: for each media type of its body, with all arguments, and
        once with the required ones alone."""
        for plan in self._plans(operation):
            try:
                call, given = self.prepared(client, operation, *plan)
                response = client.with_response(call)(**given.keywords)
            except Exception as error:
                yield from self._raised(operation, error)
                continue
            yield from self._judged(operation, given, response)

    async def try_operation_async(self, client: Any, operation: Any) -> list[Finding]:
        """The same by the asynchronous client."""
        found: list[Finding] = []
        for plan in self._plans(operation):
            try:
                call, given = self.prepared(client, operation, *plan)
                response = await client.with_response(call)(**given.keywords)
            except Exception as error:
                found += self._raised(operation, error)
                continue
            found += self._judged(operation, given, response)
        return found

    def call(
        self,
        operation: Any,
        *behaviours: Behaviour,
        asynchronous: bool = False,
        **options: Any,
    ) -> Any:
        """Call one operation, which the judge answers as told; the response."""

        async def call_async() -> Any:
            async with self.client(asynchronous=True, **options) as client:
                call, given = self.prepared(client, operation)
                self._follow(behaviours)
                return await client.with_response(call)(**given.keywords)

        if asynchronous:
            return asyncio.run(call_async())
        with self.client(**options) as client:
            call, given = self.prepared(client, operation)
            self._follow(behaviours)
            return client.with_response(call)(**given.keywords)

    def _follow(self, behaviours: tuple[Behaviour, ...]) -> None:
        if behaviours:
            self.judge.script.clear()
            self.judge.script.extend(behaviours)

    def _plans(self, operation: Any) -> list[tuple[str | None, bool, int]]:
        media = operation["body"]["media_types"] if operation["body"] else [None]
        return [
            *((each, True, 0) for each in media),
            (media[0], False, 1),
            (media[0], True, 2),
        ]

    def prepared(
        self,
        client: Any,
        operation: Any,
        media_type: str | None = None,
        full: bool = True,
        turn: int = 0,
    ) -> tuple[Any, Given]:
        self.judge.full, self.judge.turn = full, turn
        self.judge.expected = self.judge.find(operation["method"], operation["path"])
        self.judge.exchanges.clear()
        self.judge.script.clear()
        if operation.get("redirect"):
            self._script_redirect(operation)
        call = client
        for name in operation["python"].split("."):
            call = getattr(call, name)
        return call, self.arguments(operation, call, media_type, full)

    def _script_redirect(self, operation: Any) -> None:
        status = operation["responses"][0]["status"]
        target = {"location": f"{self.options['base_url']}/elsewhere"}
        self.judge.script.append(Documented(status, headers=target))

    # --- Arguments -------------------------------------------------------------------

    def arguments(
        self,
        operation: Any,
        call: Any,
        media_type: str | None = None,
        full: bool = True,
    ) -> Given:
        """What to call a method with."""
        route = self.judge.find(operation["method"], operation["path"])
        hints = typing.get_type_hints(call, include_extras=True)
        given = Given()
        schemas = {(each.place, each.name): each.schema for each in route.parameters}
        for parameter in operation["parameters"]:
            if not (parameter["required"] or full):
                continue
            key = parameter["in"], parameter["name"]
            try:
                # Nobody can tell an empty array from a missing one in a query.
                value = self._made(schemas.get(key), True)
            except Impossible:
                if parameter["required"]:
                    raise
                continue
            if not parameter["required"] and not _can_be_sent(parameter, value):
                continue
            given.parameters[key] = value
            given.keywords[parameter["python"]] = self.converted(
                hints[parameter["python"]], value
            )
        body = operation["body"]
        if body is not None and (body["required"] or full):
            self._add_body(route, body, hints, given, media_type, full)
        return given

    def _add_body(
        self,
        route: Route,
        body: Any,
        hints: Mapping[str, Any],
        given: Given,
        media_type: str | None,
        full: bool,
    ) -> None:
        contents = route.contents
        assert contents is not None
        media_type = media_type or body["media_types"][0]
        media = self.judge.document.resolve(contents[media_type])
        schema = media.get("schema")
        if "content_type" in hints and len(body["media_types"]) > 1:
            given.keywords["content_type"] = media_type
        is_any = media_type.partition(";")[0].strip() in ("*/*", "application/*")
        structured = (
            is_json(media_type)
            or (is_any and self._is_structured(schema))
            or media_type.startswith(
                ("multipart/", "application/x-www-form-urlencoded")
            )
        )
        if not structured:
            kinds = self.judge.reader.kinds(schema)
            hint = hints[body["argument"]]
            members = self._members(hint)
            is_text = str in members and bytes not in members
            value: Any = BYTES
            if is_text:
                value = "<a/>"
                if media_type.startswith("text/") and not kinds & {"object", "array"}:
                    value = self._made(schema, full)
            value = self._raw(hint, value)
            given.keywords[body["argument"]] = value
            given.body = value if not is_text or media_type[:5] == "text/" else ...
            return
        # Forms have no empty arrays and objects.
        value = self._made(schema, full or not (is_json(media_type) or is_any))
        if schema is None and not is_json(media_type):
            value = {"any": value}
        if isinstance(value, dict) and not (is_json(media_type) or is_any):
            value = {name: each for name, each in value.items() if each not in ([], {})}
        given.body = value
        if "argument" in body:
            given.keywords[body["argument"]] = self.converted(
                hints[body["argument"]], value
            )
            return
        for each in body["fields"]:
            if isinstance(value, dict) and each["name"] in value:
                given.keywords[each["python"]] = self.converted(
                    hints[each["python"]], value[each["name"]]
                )
        if isinstance(value, dict):
            names = {each["name"] for each in body["fields"]}
            given.body = {name: each for name, each in value.items() if name in names}
            if not given.body and not value:
                given.body = {}
            extra = value.keys() - names
            if extra:
                # The caller has the per-call option for undeclared members.
                given.keywords["request_options"] = {
                    "body": {name: value[name] for name in sorted(extra)}
                }
                given.body = value

    def _is_structured(self, schema: Node | None) -> bool:
        """Whether a body of any media type is JSON by its schema."""
        return schema is not None and not (
            self.judge.bodies.is_binary(schema)
            or self.judge.reader.kinds(schema) <= {"string"}
        )

    def _raw(self, hint: Any, value: Any) -> Any:
        members = self._members(hint)
        if isinstance(value, str) and str not in members:
            return value.encode()
        if isinstance(value, bytes) and not any(
            each is bytes or each in self.file_types for each in members
        ):
            return value.decode("latin-1")
        return value

    def _made(self, schema: Node | None, full: bool) -> Any:
        if schema is None:
            return "anything"
        return self.judge.values.make(schema, "in", full=full, turn=self.judge.turn)

    def converted(self, hint: Any, value: Any) -> Any:
        """A JSON value as an annotation would have it."""
        members = self._members(hint)
        if value is None or Any in members:
            return value
        if isinstance(value, dict):
            return self._converted_object(hint, members, value)
        if isinstance(value, list):
            for member in members:
                origin, inner = get_origin(member), get_args(member)
                if origin is tuple and inner:
                    if Ellipsis in inner:
                        return tuple(self.converted(inner[0], each) for each in value)
                    return tuple(map(self.converted, inner, value))
                if inner and (origin is list or origin is self.sequence_type):
                    return [self.converted(inner[0], each) for each in value]
            return value
        if isinstance(value, str):
            if any(each in self.file_types for each in members):
                return value.encode()
            for member in members:
                if member is int:
                    return int(value) if value.lstrip("-").isdigit() else value
                if isinstance(member, type) and member not in (str, float, bool):
                    found, deviations = self.codec.decode(member, value)
                    if not deviations and not isinstance(found, self.codec.Model):
                        return found
        return value

    def _converted_object(
        self, hint: Any, members: list[Any], value: dict[str, Any]
    ) -> Any:
        models = [
            member
            for member in members
            if isinstance(member, type) and issubclass(member, self.codec.Model)
        ]
        if any(map(self._takes_files, models)):
            for model in models:
                if value.keys() <= {each.wire_name for each in self._fields(model)}:
                    return self._built(model, value)
            return self._built(models[0], value)
        if models:
            return self._read(models, value)
        for member in members:
            inner = get_args(member)
            if len(inner) == 2:
                return {
                    name: self.converted(inner[1], each) for name, each in value.items()
                }
        return value

    def _read(self, models: list[Any], value: dict[str, Any]) -> Any:
        """The model that a JSON object is of; the object where it is of none."""
        read = [self.codec.decode(model, value) for model in models]
        fitting = [found for found, deviations in read if not deviations]
        fitting.sort(key=lambda found: len(found.additional_properties))
        return fitting[0] if fitting else value

    def _takes_files(self, model: Any) -> bool:
        hints = typing.get_type_hints(model, include_extras=True)
        return any(
            each in self.file_types
            for hint in hints.values()
            for outer in self._members(hint)
            for each in (outer, *self._members_of_all(get_args(outer)))
        )

    def _fields(self, model: Any) -> Any:
        fields = import_module(f"{self.package.__name__}._runtime.codec_fields")
        return fields.model_fields(model)

    def _built(self, model: Any, value: dict[str, Any]) -> Any:
        by_wire_name = {each.wire_name: each for each in self._fields(model)}
        known: dict[str, Any] = {}
        other: dict[str, Any] = {}
        for name, each in value.items():
            if name in by_wire_name:
                found = by_wire_name[name]
                known[found.name] = self.converted(found.annotation, each)
            else:
                other[name] = each
        return model(**known, **({"additional_properties": other} if other else {}))

    def _members(self, hint: Any) -> list[Any]:
        """The members of a union, without what is absent; marks are looked through."""
        origin = get_origin(hint)
        if origin is Annotated:
            return self._members(get_args(hint)[0])
        if origin is Union or origin is UnionType:
            return self._members_of_all(get_args(hint))
        if origin is Literal:
            return [str]
        return [] if hint is self.unset_type else [hint]

    def _members_of_all(self, hints: tuple[Any, ...]) -> list[Any]:
        return [member for hint in hints for member in self._members(hint)]

    # --- Judgement -------------------------------------------------------------------

    def _name(self, operation: Any) -> str:
        return f"{operation['method']} {operation['path']}"

    def _raised(self, operation: Any, error: Exception) -> Iterator[Finding]:
        name = self._name(operation)
        if isinstance(error, Impossible):
            yield Finding(name, "judge", str(error))
            return
        exchanges = self.judge.exchanges
        for exchange in exchanges[:1]:
            for problem in exchange.problems:
                kind = "judge" if problem.startswith("judge: ") else "request"
                yield Finding(name, kind, problem)
            if isinstance(error, self.api_error) and exchange.status >= 300:
                # The document knows no success: this error is the right answer.
                return
        if type(error).__name__ == "ArgumentError" and "cannot be None" in str(error):
            # Where the wire has no null, refusing it is right.
            return
        text = f"{type(error).__name__}: {error}".partition("\n")[0]
        yield Finding(name, "call", text[:300])

    def _judged(self, operation: Any, given: Given, response: Any) -> Iterator[Finding]:
        name = self._name(operation)
        exchange = self.judge.exchanges[0]
        for problem in exchange.problems:
            yield Finding(name, "request", problem)
        if not exchange.problems:
            for reason in self._differences(given, exchange):
                yield Finding(name, "sent", reason)
        if operation.get("redirect"):
            return
        is_undocumented = exchange.route is not None and not self.judge.success_of(
            exchange.route
        )
        if response.deviations and not is_undocumented:
            yield Finding(name, "answer", "; ".join(map(str, response.deviations[:3])))
            return
        result = response.parsed
        if exchange.method == "HEAD":
            return
        if exchange.answer is None and exchange.media_type is None:
            if result is not None:
                yield Finding(name, "answer", f"an empty answer became {result!r:.100}")
            return
        again = result
        if exchange.media_type is not None and is_json(exchange.media_type):
            if isinstance(exchange.answer, list) and hasattr(result, "data"):
                result = result.data
            again = self.codec.encode(result)
        elif isinstance(exchange.answer, str) and isinstance(result, bytes):
            again = result.decode("utf-8")
        if again != exchange.answer:
            where = difference(exchange.answer, again)
            yield Finding(name, "answer", f"not equal when encoded again: {where}")

    def _differences(self, given: Given, exchange: Exchange) -> Iterator[str]:
        for (place, name), value in given.parameters.items():
            if place == "header" and name.lower() in (
                "accept",
                "content-type",
                "authorization",
            ):
                continue
            arrived = exchange.parameters.get((place, name), ...)
            # Nobody can tell one value from an array of one.
            alike = same([value], arrived) or same(value, [arrived])
            if arrived is ... or not (alike or same(value, arrived)):
                yield f"{place} {name}: {_shown(value)} arrived as {_shown(arrived)}"
        if given.body is not ... and not same(given.body, exchange.body):
            yield f"body: {difference(given.body, exchange.body)}"


def _base64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None


def _can_be_sent(parameter: Mapping[str, Any], value: Any) -> bool:
    """Whether there is a way to write it that the standard knows."""
    if value is None or value in ([], {}):
        return False
    if isinstance(value, list) and None in value:
        return False
    return parameter["in"] != "header" or bool(
        re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", parameter["name"])
    )


def same(sent: Any, arrived: Any) -> bool:
    """Whether they are one value; a text may have become a number on the way."""
    if isinstance(sent, dict) and isinstance(arrived, dict):
        return sent.keys() == arrived.keys() and all(
            same(each, arrived[name]) for name, each in sent.items()
        )
    if isinstance(sent, list) and isinstance(arrived, list):
        return len(sent) == len(arrived) and all(map(same, sent, arrived))
    if isinstance(arrived, Opaque):
        return True
    if isinstance(sent, list) and isinstance(arrived, bytes) and len(sent) == 1:
        # One file, or a list of one: the same part.
        return same(sent[0], arrived)
    if isinstance(arrived, bytes):
        # A file may have been given in base64.
        return bool(
            sent == arrived
            or isinstance(sent, str)
            and arrived in (sent.encode(), _base64(sent))
        )
    if isinstance(sent, str) != isinstance(arrived, str):
        return isinstance(sent, (str, int, float)) and str(sent) == str(arrived)
    if isinstance(sent, str) and sent != arrived:
        # Bytes within JSON.
        return bool(arrived == base64.b64encode(sent.encode()).decode())
    return bool(sent == arrived)


def difference(left: Any, right: Any, path: str = "$") -> str:
    """Where two values differ first."""
    if isinstance(left, dict) and isinstance(right, dict):
        for name in (*left, *right):
            if name not in left or name not in right:
                side = "arrived only" if name not in left else "is lost"
                return f"{path}.{name} {side}"
            if not same(left[name], right[name]):
                return difference(left[name], right[name], f"{path}.{name}")
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for index, (one, other) in enumerate(zip(left, right, strict=True)):
            if not same(one, other):
                return difference(one, other, f"{path}[{index}]")
    return f"{path}: {_shown(left)} became {_shown(right)}"


def _shown(value: Any) -> str:
    if value is ...:
        return "nothing"
    try:
        return f"{json.dumps(value):.120}"
    except (TypeError, ValueError):
        return f"{value!r:.120}"
