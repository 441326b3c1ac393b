"""Which modules of the runtime a client holds: those its API needs, and no other; and
that each such selection is whole."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import black
import pytest

from specpress.options import ClientOptions
from specpress.output import SourceFile
from tests.generation import TEMPLATES, generate, write

ALWAYS = {
    "__init__",
    "base_client",
    "bodies",
    "calls",
    "client",
    "codec",
    "codec_decode",
    "codec_decoder",
    "codec_encode",
    "codec_fields",
    "codec_model",
    "codec_shapes",
    "codec_values",
    "credentials",
    "custom",
    "deadlines",
    "http",
    "internals",
    "lazy",
    "observability",
    "operations",
    "options",
    "parameters",
    "prepared",
    "responses",
    "results",
    "retries",
    "streams",
    "targets",
    "transport",
    "types",
}
TEXT = {"type": "string"}
OBJECT = {"type": "object", "properties": {"name": TEXT}}


THING = {"type": "object", "properties": {"a": TEXT}, "required": ["a"]}
OTHER = {"type": "object", "properties": {"b": TEXT}, "required": ["b"]}


def operation(**parts: Any) -> dict[str, Any]:
    answer = {"application/json": {"schema": OBJECT}}
    return {"responses": {"200": {"description": "", "content": answer}}, **parts}


def sending(media_type: str, schema: Any) -> dict[str, Any]:
    content = {media_type: {"schema": schema}}
    return {"post": operation(requestBody={"required": True, "content": content})}


def offering(**schemas: Any) -> dict[str, Any]:
    """A body of several media types."""
    content = {name: {"schema": schema} for name, schema in schemas.items()}
    return only({"post": operation(requestBody={"required": True, "content": content})})


def query(name: str, schema: Any, **how: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, **how}


def paged(pagination: Mapping[str, Any], *names: str) -> dict[str, Any]:
    items = {"type": "array", "items": OBJECT}
    properties: dict[str, Any] = {
        "items": items,
        "next": TEXT,
        "total": {},
        "more": {"type": "boolean"},
    }
    schema = items if pagination["items"] == "" else {"properties": properties}
    answer = {"application/json": {"schema": {"type": "object", **schema}}}
    return {
        "get": {
            "parameters": [query(name, TEXT) for name in names],
            "responses": {"200": {"description": "", "content": answer}},
            "x-specpress-pagination": dict(pagination),
        }
    }


def only(path: Any, **more: Any) -> dict[str, Any]:
    return {"paths": {"/things": path}, **more}


def answering(properties: Any, **more: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, **more}
    content = {"application/json": {"schema": schema}}
    return only(
        {"get": {"responses": {"200": {"description": "", "content": content}}}}
    )


def security(scheme: Mapping[str, Any]) -> dict[str, Any]:
    return only(
        {"get": operation()},
        components={"securitySchemes": {"key": dict(scheme)}},
        security=[{"key": []}],
    )


def formatted(**schema: str) -> dict[str, Any]:
    value = {"type": "string", **schema}
    return only(sending("application/json", {**OBJECT, "properties": {"a": value}}))


def variants() -> dict[str, Any]:
    def variant(kind: str) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": {"type": "string", "const": kind}},
        }

    names = ("Cat", "Dog")
    return {
        "schemas": {
            **{name: variant(name) for name in names},
            "Pet": {
                "oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in names],
                "discriminator": {"propertyName": "kind"},
            },
        }
    }


def signed(**scheme: Any) -> dict[str, Any]:
    """An API that signs its events."""
    settings: dict[str, Any] = {"signature": {"header": "X-Signature", **scheme}}
    if "{id}" in scheme.get("payload", ""):
        settings["id"] = {"header": "X-Id"}
    return only(
        {"get": operation()},
        webhooks={"added": sending("application/json", OBJECT)},
        **{"x-specpress-webhooks": {**settings, "event": {"header": "X-Event"}}},
    )


def telling(headers: Mapping[str, Any]) -> dict[str, Any]:
    described = {name: {"schema": schema} for name, schema in headers.items()}
    return only(
        {"get": {"responses": {"204": {"description": "", "headers": described}}}}
    )


FILE = {"type": "string", "format": "binary"}
FILES = {"files"}
FORMS = {"forms", "styles"}
TOKENS = {"clientCredentials": {"tokenUrl": "https://api.example/t", "scopes": {}}}
COUNT = {"type": "string", "x-specpress-type": "int"}
DIGITS = {
    "200": {
        "description": "",
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": {"count": COUNT}}
            }
        },
    }
}
ANSWERS = {
    "200": {"description": "", "content": {"text/plain; version=1": {"schema": TEXT}}},
    "400": {
        "description": "",
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": {"code": TEXT}}
            }
        },
    },
}
REDIRECT = {
    "description": "",
    "x-specpress-redirect": {"url": "find", "download": "download"},
}
COUNTED = {"pagination", "pagination_counted"}
SIGNED = {"webhooks", "webhooks_signed"}
APIS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "minimal": (only({"get": operation()}), set()),
    "json": (only(sending("application/json", OBJECT)), set()),
    "bearer": (security({"type": "http", "scheme": "bearer"}), set()),
    "oauth": (security({"type": "oauth2", "flows": TOKENS}), {"oauth"}),
    "basic": (security({"type": "http", "scheme": "basic"}), {"credentials_basic"}),
    "api_key": (
        security({"type": "apiKey", "in": "query", "name": "key"}),
        {"credentials_api_key"},
    ),
    "date": (formatted(format="date"), {"values_times"}),
    "uuid": (formatted(format="uuid"), {"values_uuid"}),
    "decimal": (formatted(format="decimal"), {"values_decimal"}),
    "byte": (formatted(format="byte"), {"values_bytes"}),
    "digits": (only({"get": operation(responses=DIGITS)}), {"values_text"}),
    "digits_argument": (formatted(**{"x-specpress-type": "int"}), set()),
    "uuid_argument": (
        only({"get": operation(parameters=[query("a", {**TEXT, "format": "uuid"})])}),
        {"values_uuid"},
    ),
    "discriminator": (
        only(
            sending("application/json", {"$ref": "#/components/schemas/Pet"}),
            components=variants(),
        ),
        {"codec_discriminator"},
    ),
    "comparing": (answering({"a": {"anyOf": [THING, OTHER]}}), {"codec_comparing"}),
    "tuple": (
        answering(
            {
                "a": {
                    "type": "array",
                    "prefixItems": [TEXT],
                    "items": False,
                    "minItems": 1,
                }
            }
        ),
        set(),
    ),
    "additional": (
        answering({"a": TEXT}, additionalProperties={"type": "null"}),
        set(),
    ),
    "circle": (
        only(
            sending("application/json", {"$ref": "#/components/schemas/Tree"}),
            components={
                "schemas": {
                    "Tree": {
                        "type": "array",
                        "items": {"$ref": "#/components/schemas/Tree"},
                    }
                }
            },
        ),
        set(),
    ),
    "object": (only({"get": operation(parameters=[query("a", OBJECT)])}), set()),
    "style": (
        only({"get": operation(parameters=[query("a", OBJECT, style="deepObject")])}),
        {"styles"},
    ),
    "cookie": (
        only({"get": operation(parameters=[{**query("a", TEXT), "in": "cookie"}])}),
        set(),
    ),
    "cookie_key": (
        security({"type": "apiKey", "in": "cookie", "name": "key"}),
        {"credentials_api_key"},
    ),
    "cookie_style": (
        only(
            {
                "get": operation(
                    parameters=[
                        {**query("a", OBJECT, explode=False), "in": "cookie"},
                    ]
                )
            }
        ),
        {"styles"},
    ),
    "path_with_query": (
        {"paths": {"/things?a=1": {"get": operation()}}},
        set(),
    ),
    "server": (
        only(
            {"get": operation()},
            servers=[
                {
                    "url": "https://{region}.api.example",
                    "variables": {"region": {"default": "eu"}},
                }
            ],
        ),
        set(),
    ),
    "choice": (
        offering(
            **{
                "application/json": {"type": "array", "items": TEXT},
                "application/x-www-form-urlencoded": OBJECT,
            }
        ),
        FORMS,
    ),
    "choice_by_value": (
        offering(**{"application/json": OBJECT, "text/csv": TEXT}),
        FILES,
    ),
    "range": (only(sending("application/*", {})), set()),
    "text": (only(sending("text/plain", TEXT)), FILES),
    "retry_codes": (
        only(
            {"get": operation()},
            **{"x-specpress-retry": {"codes": {"pointer": "/code", "retry": ["busy"]}}},
        ),
        set(),
    ),
    "rate_limit": (
        only(
            {"get": operation()},
            **{
                "x-specpress-rate-limit": {
                    "limit": "X-Limit",
                    "classes": {"all": {"methods": ["GET"], "per_minute": 60}},
                }
            },
        ),
        {"ratelimit"},
    ),
    "binary": (only(sending("application/octet-stream", FILE)), FILES),
    "form": (only(sending("application/x-www-form-urlencoded", OBJECT)), FORMS),
    "multipart": (
        only(
            sending(
                "multipart/form-data", {"type": "object", "properties": {"a": FILE}}
            )
        ),
        {*FILES, *FORMS, "multipart"},
    ),
    "redirect": (
        only({"get": {"responses": {"302": REDIRECT}}}),
        {"redirects"},
    ),
    "cursor": (
        only(
            paged(
                {
                    "style": "cursor",
                    "parameter": "cursor",
                    "next": "/next",
                    "items": "/items",
                },
                "cursor",
            )
        ),
        {"pagination", "pagination_cursor"},
    ),
    "cursor_and_more": (
        only(
            paged(
                {
                    "style": "cursor",
                    "parameter": "cursor",
                    "next": "/next",
                    "more": "/more",
                    "items": "/items",
                },
                "cursor",
            )
        ),
        {"pagination", "pagination_cursor"},
    ),
    "offset": (
        only(
            paged(
                {"style": "offset", "parameter": "offset", "items": "/items"}, "offset"
            )
        ),
        COUNTED,
    ),
    "url": (
        only(paged({"style": "url", "next": "/next", "items": "/items"})),
        {"pagination", "pagination_linked"},
    ),
    "link": (
        only(paged({"style": "link", "items": ""})),
        {"pagination", "pagination_linked", "pagination_lists"},
    ),
    "event_of_times": (
        only(
            {"get": operation()},
            webhooks={
                "ticked": sending(
                    "application/json",
                    {"type": "array", "items": {"type": "string", "format": "date"}},
                )
            },
        ),
        {"webhooks", "values_times"},
    ),
    "webhook": (
        only(
            {"get": operation()},
            webhooks={"added": sending("application/json", OBJECT)},
        ),
        {"webhooks"},
    ),
    "webhook_named": (
        only(
            {"get": operation()},
            webhooks={
                kind: sending(
                    "application/json",
                    {
                        "type": "object",
                        "required": ["type"],
                        "properties": {"type": {"const": kind}},
                    },
                )
                for kind in ("added", "removed")
            },
        ),
        {"webhooks"},
    ),
    "webhook_timed": (
        signed(scheme="timestamped-hmac-sha256", timestamp="t", signatures="v1"),
        SIGNED,
    ),
    "webhook_untimed": (signed(scheme="hmac-sha256", prefix="sha256="), SIGNED),
    "webhook_standard": (
        signed(
            scheme="hmac-sha256",
            prefix="v1,",
            timestamp_header="X-Time",
            payload="{id}.{timestamp}.{body}",
            encoding="base64",
            key_encoding="base64",
        ),
        SIGNED,
    ),
    "errors": (
        only(
            {"get": operation(responses=ANSWERS)},
            **{"x-specpress-error": {"code": "/code"}},
        ),
        set(),
    ),
    "header": (telling({"X-Cost": {"type": "integer"}}), {"headers"}),
    "header_of_others": (
        telling(
            {
                "X-Since": {"type": "string", "format": "date-time"},
                "X-Marks": {"type": "array", "items": {"type": "integer"}},
            }
        ),
        {"headers", "values_times"},
    ),
    "deprecated": (only({"get": operation(deprecated=True)}), {"deprecation"}),
}
EVERYTHING = [name for name in APIS if name != "minimal"]
TOGETHER = {
    "everything": EVERYTHING,
    **{
        f"several_{seed}": random.Random(seed).sample(EVERYTHING, seed)
        for seed in range(3, 8)
    },
}


def together(names: Iterable[str]) -> dict[str, Any]:
    """One document of several."""
    document: dict[str, Any] = {
        "paths": {},
        "webhooks": {},
        "components": {"schemas": {}, "securitySchemes": {}},
        "security": [],
    }
    for name in names:
        part = APIS[name][0]
        for path, item in part["paths"].items():
            document["paths"][path.replace("things", name)] = item
        document["webhooks"].update(part.get("webhooks", {}))
        for key, settings in part.items():
            if key.startswith("x-"):
                document[key] = {**document.get(key, {}), **settings}
            if key == "servers":
                document[key] = settings
        components = part.get("components", {})
        document["components"]["schemas"].update(components.get("schemas", {}))
        for scheme in components.get("securitySchemes", {}).values():
            document["components"]["securitySchemes"][name] = scheme
            document["security"].append({name: []})
    return document


def client(folder: Path, name: str, document: dict[str, Any]) -> list[SourceFile]:
    head = {"openapi": "3.1.0", "info": {"title": "Things", "version": "1"}}
    servers = {"servers": [{"url": "https://api.example"}]}
    path = folder / f"{name}.json"
    path.write_text(json.dumps({**head, **servers, **document}), encoding="utf-8")
    return generate(path, ClientOptions(package=f"api_{name}", client="Client"))


def modules(files: list[SourceFile]) -> set[str]:
    return {Path(file.path).stem for file in files if file.path.startswith("_runtime/")}


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("modules")
    documents = {name: document for name, (document, _) in APIS.items()}
    for name, names in TOGETHER.items():
        documents[name] = together(names)
    for name, document in documents.items():
        write(client(folder, name, document), folder / f"api_{name}")
    yield folder


@pytest.mark.parametrize("name", APIS)
def test_a_client_holds_what_its_api_needs(name: str, tmp_path: Path) -> None:
    document, more = APIS[name]
    if "codec_comparing" not in more:
        more = {"codec_unions", *more}
    files = client(tmp_path, name, document)
    assert modules(files) == ALWAYS | more
    [start] = [each.text for each in files if each.path == "_runtime/__init__.py"]
    assert {*re.findall("^    ([a-z0-9_]+) ", start, re.MULTILINE), "__init__"} == (
        ALWAYS | more
    )
    start = start.partition("\n\nHow a call goes")[0]
    headings = re.findall(r"^([A-Z][\w ]+)\n(?=    )", start, re.MULTILINE)
    assert len(headings) == start.count("\n\n") >= 5


@pytest.mark.parametrize(
    ("name", "module", "there", "missing"),
    [
        ("minimal", "results", "error_of", "_error_model _without_blanks raws"),
        ("minimal", "calls", "error_of", "error_attributes"),
        ("minimal", "operations", "API Operation", "error errors error_attributes"),
        ("errors", "results", "_error_model error_attributes raws _without_blanks", ""),
        ("errors", "calls", "error_of error_attributes", ""),
        ("errors", "operations", "error errors error_attributes", ""),
        ("minimal", "credentials", "Masked Additions Credential", "choose Given"),
        ("bearer", "credentials", "choose bearer headers hide", "query cookies"),
        ("basic", "credentials", "authorization headers", "query cookies bearer"),
        ("api_key", "credentials", "headers query", "cookies authorization bearer"),
        ("api_key", "credentials_api_key", "Additions secrets query", "_COOKIE"),
        ("cookie_key", "credentials", "headers cookies", "query authorization"),
        ("cookie_key", "credentials_api_key", "Additions _COOKIE", ""),
        ("cookie", "credentials", "Additions cookies", "query"),
        ("header", "headers", "HeaderModel loads", "parsedate_to_datetime get_origin"),
        ("header_of_others", "headers", "parsedate_to_datetime get_origin", ""),
        ("minimal", "targets", "Arguments", "follows"),
        ("cursor", "targets", "Arguments follows", ""),
        ("cursor", "pagination", "Page asking", "held says_more"),
        ("cursor", "pagination_cursor", "asking", "more"),
        ("cursor_and_more", "pagination", "Page asking says_more", ""),
        ("cursor_and_more", "pagination_cursor", "asking more", ""),
        ("url", "pagination", "Page", "asking says_more"),
        ("url", "pagination_linked", "NextURL", "Link _target"),
        ("link", "pagination", "Page held", "asking says_more"),
        ("link", "pagination_linked", "Link _target", "NextURL"),
        ("minimal", "parameters", "build_path", "styled ParameterStyle path_and_query"),
        ("minimal", "prepared", "build_path", "styled cookies unquote_plus length"),
        ("minimal", "bodies", "_Bytes", "_choose media_type_for FileBody replayable"),
        ("minimal", "operations", "responses", "styles body_by_value"),
        ("minimal", "targets", "Target", "cookies variables _filled"),
        ("minimal", "base_client", "BaseClient", "variables"),
        ("minimal", "custom", "CustomTransport", "Source"),
        ("minimal", "transport", "HTTPXTransport", "source Source"),
        ("minimal", "calls", "Call", "replayable _can_replay"),
        ("minimal", "retries", "is_retryable", "replayable codes RetryCodes"),
        ("minimal", "operations", "API", "RetryCodes RateLimitHeaders"),
        ("minimal", "responses", "ApiResponse", "rate_limit_of"),
        ("retry_codes", "operations", "RetryCodes", "RateLimitHeaders"),
        ("retry_codes", "retries", "codes", "replayable"),
        ("retry_codes", "calls", "codes", "rate_limit_of"),
        ("rate_limit", "operations", "RateLimitHeaders", "RetryCodes"),
        ("rate_limit", "calls", "rate_limit_of", "codes"),
        ("cookie", "parameters", "build_cookies cookie_text", "Styled styled"),
        ("cookie", "prepared", "build_cookies", "styled"),
        ("cookie", "targets", "cookies", "variables"),
        ("cookie_key", "prepared", "build_cookies", "styled"),
        ("cookie_style", "prepared", "build_cookies styled", "fixed_query"),
        ("cookie_style", "styles", "write cookie_text", ""),
        ("style", "parameters", "ParameterStyle Styled", "build_cookies"),
        ("style", "styles", "write", "cookie_text"),
        ("form", "styles", "pairs", "write _path"),
        ("form", "parameters", "repeated", "ParameterStyle"),
        ("form", "bodies", "Form _Bytes", "Multipart FileBody replayable"),
        ("multipart", "bodies", "Multipart FileBody replayable", "Form _Bytes"),
        ("text", "bodies", "TextBody FileBody replayable", "Form _Bytes _choose"),
        ("text", "custom", "Source", ""),
        ("text", "transport", "Source", ""),
        ("text", "calls", "replayable _can_replay", ""),
        ("path_with_query", "prepared", "fixed_query", "unquote_plus"),
        ("api_key", "prepared", "unquote_plus", "fixed_query cookies"),
        ("server", "targets", "variables _filled", "cookies"),
        ("server", "base_client", "variables", ""),
        ("choice", "bodies", "_choose", "media_type_for image"),
        ("choice", "prepared", "content_type", "media_type_for"),
        ("choice_by_value", "bodies", "_choose media_type_for", ""),
        ("choice_by_value", "operations", "body_by_value", ""),
        ("range", "bodies", "_choose image", "media_type_for"),
        ("oauth", "calls", "server retry_after", ""),
        ("oauth", "http", "retry_after", ""),
        ("bearer", "http", "TransportError", "retry_after"),
        ("object", "parameters", "repeated opened", "ParameterStyle"),
        ("minimal", "parameters", "parts_of", "repeated opened members"),
        (
            "minimal",
            "codec_decode",
            "decode union_decoder",
            "compared_union TypeMark ForwardRef tuple_decoder decode_values",
        ),
        ("minimal", "codec_encode", "encode", "ValueMark"),
        ("minimal", "codec_model", "Model", "UnknownVariant"),
        ("minimal", "codec_values", "find_format", "values_times values_uuid"),
        ("date", "codec_values", "values_times", "values_uuid"),
        ("date", "values_times", "read_date", "read_datetime read_time"),
        ("digits", "codec_encode", "ValueMark", ""),
        ("comparing", "codec_decode", "compared_union", "union_decoder"),
        ("comparing", "codec_model", "UnknownVariant", ""),
        ("discriminator", "codec_decode", "union_decoder TypeMark", "compared_union"),
        ("discriminator", "codec_discriminator", "union_decoder", "Surface"),
        ("tuple", "codec_shapes", "tuple_decoder", ""),
        ("additional", "codec_decode", "decode_values", ""),
        ("circle", "codec_decode", "ForwardRef", ""),
        ("webhook", "webhooks", "UnsignedReceiver", "NameInBody NameInHeader"),
        ("webhook_named", "webhooks", "NameInBody", "NameInHeader"),
        ("webhook_timed", "webhooks", "NameInHeader", "NameInBody UnsignedReceiver"),
        (
            "webhook_timed",
            "webhooks_signed",
            "HeaderParts in_hex values clock tolerance",
            "HeaderWords WholeHeader in_base64 key_encoding b64decode",
        ),
        (
            "webhook_untimed",
            "webhooks_signed",
            "HeaderWords in_hex",
            "HeaderParts WholeHeader texts clock tolerance seconds key_encoding",
        ),
        (
            "webhook_standard",
            "webhooks_signed",
            "HeaderWords WholeHeader in_base64 values tolerance key_encoding b64decode",
            "HeaderParts in_hex",
        ),
    ],
)
def test_a_module_holds_what_its_api_needs(
    name: str, module: str, there: str, missing: str, tmp_path: Path
) -> None:
    files = client(tmp_path, name, APIS[name][0])
    [text] = [each.text for each in files if each.path == f"_runtime/{module}.py"]
    words = {*re.findall(r"\w+", text)}
    assert {*there.split()} <= words
    assert words.isdisjoint(missing.split())


def test_black_leaves_every_module_alone(clients: Path) -> None:
    texts = {
        path.read_text(encoding="utf-8").replace("# fmt: off\n", "", 1)
        for path in clients.glob("*/_runtime/*.py")
    }
    for text in texts:
        assert black.format_str(text, mode=black.Mode()) == text


def test_ruff_finds_nothing(clients: Path) -> None:
    configuration = Path(__file__).parents[1] / "pyproject.toml"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "check", "--config", configuration),
            *(folder / "_runtime" for folder in clients.glob("api_*/")),
        ],
        cwd=clients,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]


def test_no_module_is_needed_by_nobody(tmp_path: Path) -> None:
    found = modules(client(tmp_path, "everything", together(EVERYTHING)))
    assert found == {path.stem for path in (TEMPLATES / "runtime").glob("*.py")}


@pytest.mark.parametrize("name", [*APIS, *TOGETHER])
def test_every_module_can_be_imported(name: str, clients: Path) -> None:
    package = clients / f"api_{name}"
    names = [
        ".".join(path.relative_to(clients).with_suffix("").parts)
        for path in sorted(package.rglob("*.py"))
    ]
    program = "import importlib, sys\nfor name in sys.argv[1:]:\n"
    program += "    importlib.import_module(name)\n"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *names],
        cwd=clients,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_values_of_no_model_can_still_be_sent(clients: Path) -> None:
    program = """
import datetime, decimal, uuid
from api_minimal._runtime.codec import encode

when = datetime.datetime(2025, 1, 31, tzinfo=datetime.timezone.utc)
assert encode([uuid.UUID(int=1), when.date(), decimal.Decimal("1.50"), when]) == [
    "00000000-0000-0000-0000-000000000001",
    "2025-01-31",
    "1.50",
    "2025-01-31T00:00:00+00:00",
]
try:
    encode(b"1")
except ValueError:
    pass
else:
    raise AssertionError("bytes have no one form")
"""
    subprocess.run([sys.executable, "-c", program], cwd=clients, check=True)


def test_mypy_finds_nothing(clients: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--python-version", "3.11", "."],
        cwd=clients,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
