"""A package of the intermediate representation, by hand: something of everything."""

from __future__ import annotations

from specpress import ir
from specpress.ir import Identifier
from specpress.source import Pointer
from specpress.text import Text

STR = ir.ScalarType("str")
INT = ir.ScalarType("int")
NONE = ir.ScalarType("None")
ANY = ir.ScalarType("Any")


def at(*tokens: str) -> Pointer:
    return Pointer("", tokens)


def doc(
    summary: str | None = None,
    description: str | None = None,
    *notes: str,
) -> ir.Documentation:
    return ir.Documentation(
        summary=None if summary is None else Text(summary),
        description=None if description is None else Text(description),
        notes=tuple((note,) for note in notes),
    )


def named(name: str, circle: str | None = None) -> ir.NamedType:
    """``circle``: the module of what leads back to where it is named."""
    module = None if circle is None else Identifier(circle)
    return ir.NamedType(Identifier(name), circle is not None, module)


def field(
    name: str,
    type_: ir.Type,
    *,
    wire: str | None = None,
    required: bool = True,
    constant: str | None = None,
    documentation: ir.Documentation | None = None,
    deprecated: bool = False,
) -> ir.Field:
    return ir.Field(
        name=Identifier(name),
        wire_name=Text(name if wire is None else wire),
        type=type_,
        required=required,
        preset=None if constant is None else Text(constant),
        deprecated=deprecated,
        documentation=documentation or doc(),
        at=at("components", "schemas", "X", "properties", wire or name),
    )


def model(
    name: str,
    *fields: ir.Field,
    documentation: ir.Documentation | None = None,
    additional: ir.Type | None = None,
    deprecated: bool = False,
) -> ir.Model:
    return ir.Model(
        name=Identifier(name),
        documentation=documentation or doc(),
        fields=fields,
        additional=additional,
        deprecated=deprecated,
        at=at("components", "schemas", name),
    )


def alias(name: str, type_: ir.Type, documentation: str | None = None) -> ir.Alias:
    return ir.Alias(
        name=Identifier(name),
        documentation=doc(documentation),
        type=type_,
        at=at("components", "schemas", name),
    )


def module(name: str, *declarations: ir.Declaration) -> ir.ModelModule:
    return ir.ModelModule(module=Identifier(name), declarations=declarations)


def union(*members: ir.Type, open: bool = False) -> ir.UnionType:
    return ir.UnionType(members, open=open)


def strings(*values: str) -> ir.LiteralType:
    return ir.LiteralType(tuple(map(Text, values)))


def argument(
    name: str,
    place: str,
    type_: ir.Type,
    *,
    wire: str | None = None,
    required: bool = False,
    style: ir.ParameterStyle | None = None,
    documentation: ir.Documentation | None = None,
    as_text: bool = False,
) -> ir.Argument:
    return ir.Argument(
        name=Identifier(name),
        wire_name=Text(wire or name),
        place=place,  # type: ignore[arg-type]
        type=type_,
        required=required or place == "path",
        positional=place == "path",
        style=style,
        documentation=documentation or doc(),
        as_text=as_text,
        at=at("paths", "/x", "get", "parameters", "0"),
    )


def answer(
    status: str, type_: ir.Type | None, kind: ir.ResponseKind = "json"
) -> ir.ResponseMedia:
    media = {"json": "application/json", "text": "text/plain", "empty": None}
    name = media.get(kind, "application/octet-stream")
    return ir.ResponseMedia(
        status=status,
        media_type=None if name is None else Text(name),
        kind=kind,
        type=type_,
        at=at(),
    )


def method(
    name: str,
    http_method: str,
    path: str,
    *arguments: ir.Argument,
    result: ir.Type = NONE,
    **changes: object,
) -> ir.Method:
    values: dict[str, object] = {
        "name": Identifier(name),
        "constant": Identifier("_" + name.rstrip("_").upper()),
        "operation_name": f"labels.{name}",
        "http_method": http_method,
        "path": Text(path),
        "server": None,
        "documentation": doc(),
        "arguments": arguments,
        "body": None,
        "responses": (
            answer("204", None, "empty") if result == NONE else answer("200", result),
        ),
        "errors": (),
        "answer_docs": (),
        "error_docs": (),
        "result": result,
        "security": None,
        "at": at("paths", path, http_method.lower()),
    }
    return ir.Method(**{**values, **changes})  # type: ignore[arg-type]


def json_body(required: bool = True, flattened: bool = True) -> ir.Body:
    return ir.Body(
        media=(ir.BodyMedia(media_type=Text("application/json"), kind="json"),),
        required=required,
        flattened=flattened,
    )


LABEL = module(
    "label",
    model(
        "Label",
        field("id", STR, documentation=doc(None, None, "Pattern: ^lbl_.")),
        field("object", strings("label"), constant="label"),
        field(
            "color", union(named("LabelColor"), STR), documentation=doc("Its\ncolor")
        ),
        field("parent", union(named("Label"), NONE), required=False),
        field("from_", STR, wire="from", required=False),
        field("seen_at", ir.ScalarType("datetime"), deprecated=True),
        field("count", ir.ScalarType("int", as_text=True)),
        field("sizes", ir.ListType(ir.ScalarType("int", as_text=True)), required=False),
        field("list_", ir.DictType(ANY), wire="list", required=False),
        field(
            "kind",
            strings(*(f"a_rather_long_value_{number}" for number in range(6))),
            required=False,
        ),
        documentation=doc("A tag.", 'Says """what""" it is.\\\n\n- one\n- two'),
    ),
    model("LabelList", field("data", ir.ListType(named("Label")))),
    model("Scores", field("title", STR), additional=named("Label")),
    ir.PageModel(
        name=Identifier("LabelListPage"),
        async_name=Identifier("AsyncLabelListPage"),
        model=Identifier("LabelList"),
        item=named("Label"),
    ),
    alias("LabelColor", strings("gray", 'r"ed'), "The colors."),
)
PET = module(
    "pet",
    model("Cat", field("pet_type", strings("cat"), wire="petType", constant="cat")),
    model("Dog", field("pet_type", STR, wire="petType")),
    alias(
        "Pet",
        ir.UnionType(
            (named("Cat"), named("Dog")),
            ir.DiscriminatorInfo(
                Text("petType"),
                ((Text("cat"), Identifier("Cat")), (Text("dog"), Identifier("Dog"))),
            ),
            open=True,
        ),
    ),
)
JSON_VALUE = module(
    "json_value",
    alias(
        "JsonValue",
        union(
            STR,
            ir.ListType(named("JsonValue", "json_value")),
            ir.DictType(named("JsonValue", "json_value")),
            named("JsonValue2", "json_value"),
            NONE,
        ),
    ),
    alias("JsonValue2", ir.DictType(named("JsonValue", "json_value"))),
)
ERROR = module("error_envelope", model("ErrorEnvelope", field("code", STR)))

LIMIT = argument("limit", "query", ir.ScalarType("int", as_text=True))

LABELS = ir.Resource(
    attribute=Identifier("labels"),
    class_name=Identifier("Labels"),
    async_class_name=Identifier("AsyncLabels"),
    module=Identifier("labels"),
    path="labels",
    documentation=doc("Labels: tags for contacts."),
    methods=(
        method(
            "list",
            "GET",
            "/labels",
            argument(
                "ids",
                "query",
                ir.ListType(STR, argument=True),
                style=ir.ParameterStyle(style="pipeDelimited", explode=False),
                documentation=doc("Which ones."),
            ),
            argument("x_trace", "header", STR, wire="X-Trace"),
            argument("session", "cookie", STR),
            LIMIT,
            result=named("LabelList"),
            pagination=ir.PaginationPlan(
                style="cursor",
                parameter=Text("cursor"),
                limit=Text("limit"),
                next=(Text("next/cursor"),),
                more=(Text("has_more"),),
                total=None,
                items=(Text("data"),),
                inferred=False,
                item_type=named("Label"),
                page=Identifier("LabelListPage"),
                async_page=Identifier("AsyncLabelListPage"),
            ),
            documentation=doc("List labels."),
        ),
        method(
            "names",
            "GET",
            "/labels/names",
            result=ir.ListType(STR),
            pagination=ir.PaginationPlan(
                style="link",
                parameter=None,
                limit=None,
                next=None,
                more=None,
                total=None,
                items=(),
                inferred=True,
                item_type=STR,
                page=None,
                async_page=None,
            ),
        ),
        method("all", "GET", "/labels/all", result=ir.ListType(named("Label"))),
        method(
            "update",
            "PATCH",
            "/labels/{id}",
            argument("label_id", "path", STR, wire="id", documentation=doc("Its id.")),
            argument("name", "body", STR, required=True),
            argument("color", "body", named("LabelColor")),
            argument("size", "body", union(INT, NONE), as_text=True),
            argument(
                "parent",
                "body",
                union(named("Label"), ir.DictType(ANY, argument=True)),
            ),
            result=named("Label"),
            body=json_body(),
            server=Text("https://api-kckit.kirim.chat/v1"),
            security=((Text("bearerAuth"),), ()),
            errors=(answer("409", named("ErrorEnvelope")),),
            error_docs=(
                ir.ErrorDoc(
                    status="404",
                    class_name=Identifier("NotFoundError"),
                    documentation=doc("No label has this id."),
                ),
            ),
            idempotency_key=True,
            documentation=doc("Update a label.", "All of it, <b>really</b>."),
        ),
        method(
            "delete",
            "DELETE",
            "/labels/{id}",
            argument("id", "path", STR),
            deprecated=True,
        ),
        method(
            "upload",
            "POST",
            "/labels/{id}/icon",
            argument("id", "path", STR),
            argument("body", "whole body", ir.FileType()),
            body=ir.Body(
                media=(
                    ir.BodyMedia(media_type=Text("image/png"), kind="binary"),
                    ir.BodyMedia(
                        media_type=Text("multipart/form-data"),
                        kind="multipart",
                        encodings=(
                            ir.PartEncoding(
                                property=Text("file"),
                                content_type=Text("image/png"),
                                headers=((Text("X-A"), Text("b")),),
                            ),
                        ),
                    ),
                ),
                required=False,
                flattened=False,
            ),
            result=ir.BinaryType(),
            responses=(answer("2XX", ir.BinaryType(), "binary"),),
        ),
        method(
            "icon_url",
            "GET",
            "/labels/{id}/icon",
            argument("id", "path", STR),
            constant=Identifier("_GET_ICON"),
            redirect=ir.RedirectPlan(kind="url", status="302"),
            result=STR,
        ),
        method(
            "download_icon",
            "GET",
            "/labels/{id}/icon",
            argument("id", "path", STR),
            constant=Identifier("_GET_ICON"),
            redirect=ir.RedirectPlan(kind="download", status="302"),
            result=ir.BinaryType(),
        ),
    ),
    children=(
        ir.Resource(
            attribute=Identifier("pets"),
            class_name=Identifier("LabelsPets"),
            async_class_name=Identifier("AsyncLabelsPets"),
            module=Identifier("labels_pets"),
            path="labels.pets",
            documentation=doc(),
            methods=(
                method("get", "GET", "/labels/pets", result=named("Pet")),
                method("value", "GET", "/labels/value", result=named("JsonValue")),
            ),
            children=(),
        ),
    ),
)

# Called like a module that the client imports.
CREDENTIALS = ir.Resource(
    attribute=Identifier("credentials"),
    class_name=Identifier("Credentials"),
    async_class_name=Identifier("AsyncCredentials"),
    module=Identifier("credentials"),
    path="credentials",
    documentation=doc(),
    methods=(method("get", "GET", "/credentials", result=STR),),
    children=(),
)

PACKAGE = ir.Package(
    name=Identifier("kirim_sample"),
    version="1.2.3",
    client=Identifier("Kirim"),
    async_client=Identifier("AsyncKirim"),
    error_base=Identifier("KirimError"),
    error_body=ir.UnionType((named("Label"), ir.ScalarType("None"))),
    title=Text("Kirim *sample*"),
    document_version=Text("1"),
    document_name=Text("kirim.yaml"),
    document_sha256="0" * 64,
    documentation=doc(None, "An API.\n\nWith more to say."),
    server=Text("https://{region}.kirim.chat/v1"),
    servers=(
        ir.ServerAddress(url=Text("https://{region}.kirim.chat/v1"), description=None),
    ),
    server_variables=(
        ir.ServerVariableArgument(
            name=Identifier("region"),
            variable=Text("region"),
            default=Text("eu"),
            values=(Text("eu"), Text("us")),
            documentation=doc(),
        ),
    ),
    certificates=(),
    credentials=(
        ir.Credential(
            scheme=Text("bearerAuth"),
            kind="bearer",
            argument=Identifier("token"),
            environment="KIRIM_SAMPLE_TOKEN",
        ),
        ir.Credential(
            scheme=Text("key"),
            kind="api_key",
            argument=Identifier("key"),
            environment="KIRIM_SAMPLE_KEY",
            place="header",
            parameter=Text("X-Key"),
        ),
        ir.Credential(
            scheme=Text("machine"),
            kind="client_credentials",
            argument=Identifier("client_credentials"),
            environment="KIRIM_SAMPLE_CLIENT_CREDENTIALS",
            token_url=Text("https://kirim.chat/token"),
            scopes=(Text("read"),),
        ),
        ir.Credential(
            scheme=Text("login"),
            kind="basic",
            argument=Identifier("basic_auth"),
            environment="KIRIM_SAMPLE_BASIC_AUTH",
        ),
        ir.Credential(
            scheme=Text("digest"),
            kind="http",
            argument=Identifier("authorization"),
            environment="KIRIM_SAMPLE_AUTHORIZATION",
            http_scheme=Text("Digest"),
        ),
    ),
    security=((Text("bearerAuth"),),),
    settings=ir.ClientSettings(
        request_id_header=Text("X-Request-Id"),
        error_type=named("ErrorEnvelope"),
        error_attributes=(
            ir.ErrorAttribute(
                name=Identifier("code"), tokens=(Text("code"),), type=STR
            ),
        ),
        idempotency_header=Text("Idempotency-Key"),
        idempotency_replayed=Text("Idempotent-Replayed"),
        retry_pointer=(Text("error"), Text("code")),
        retry_codes=(Text("busy"),),
        never_retry_codes=(),
        rate_limit_headers=(Text("X-Limit"), None, Text("X-Reset")),
        rate_classes=(("write", ("POST", "PATCH"), 60),),
    ),
    models=(ERROR, JSON_VALUE, LABEL, PET),
    resources=(LABELS, CREDENTIALS),
    webhooks=ir.Webhooks(
        events=(
            ir.WebhookEvent(
                name=Text("label.created"),
                type=named("Label"),
                documentation=doc(),
                at=at("webhooks", "label.created"),
            ),
            ir.WebhookEvent(
                name=Text("pet.found"),
                type=named("Pet"),
                documentation=doc(),
                at=at("webhooks", "pet.found"),
            ),
        ),
        callbacks=(),
        signature=ir.WebhookSignature(
            header=Text("X-Signature"),
            prefix=Text("v1="),
            encoding="hex",
            payload=Text("{timestamp}.{body}"),
            timestamp=Text("t="),
            timestamp_header=None,
            id_header=None,
            key_encoding="text",
            tolerance=300,
        ),
        event_header=Text("X-Event"),
        event_pointer=(Text("type"),),
    ),
    headers=(
        ir.Field(
            name=Identifier("x_cost"),
            wire_name=Text("X-Cost"),
            type=INT,
            required=False,
            at=at("paths", "x"),
        ),
    ),
    coverage=ir.Coverage(counts=(), degraded=(), skipped=()),
    model_names=(),
)
