"""What an API asks of the runtime beyond what every API does.

In: :class:`ir.Package`. Out: :class:`Needs`, by which the modules of the runtime are
laid out: what is of no use to an API is in none of its modules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields

from specpress import ir
from specpress.render.contents import answered_types, sent_types
from specpress.render.json_kinds import hold_objects, needs_comparing
from specpress.text import holds
from specpress.walking import all_methods, nested_types


@dataclass(frozen=True, slots=True)
class Needs:
    """Conditions in the text of the runtime's modules."""

    comparing: bool
    """Unions of which a value tells its member by nothing but a comparison."""
    marks: bool
    """Annotations that say how a value is read or written: discriminators, numbers
    that are texts."""
    open_unions: bool
    """Objects that no member of a union describes."""
    references: bool
    """Aliases that lead back to themselves."""
    tuples: bool
    additional: bool
    """Models with a type for properties that are not declared."""
    bytes: bool
    dates: bool
    datetimes: bool
    decimals: bool
    digit_strings: bool
    """Numbers and booleans that are texts in JSON."""
    times: bool
    uuids: bool

    objects: bool
    """Parameters that may be objects or hold some; and what writes them is what writes
    parameters of other styles, and forms."""
    cookies: bool
    styles: bool
    """Parameters in another style than that of their place."""
    fixed_queries: bool
    """Paths that go on after ``?``."""
    variables: bool
    """Of servers."""

    files: bool
    """Bodies that are files, have some, or may be given as one: a text. They are sent
    as they are read."""
    forms: bool
    multipart: bool
    content_types: bool
    """Bodies of which the caller says the media type."""
    ranges: bool
    """Media types such as ``image/*``."""
    bodies_by_value: bool
    """Bodies whose media type follows from the class of the value."""

    retry_codes: bool
    """Codes of errors that settle whether a call is tried again."""
    rate_limits: bool
    """Headers that tell how many calls are left."""

    credentials: bool
    keys_in_queries: bool
    tokens: bool
    """Credentials that are got from a token endpoint."""

    media_parameters: bool
    """Media types of answers such as ``text/plain; version=1``."""
    raw_answers: bool
    """Answers that are text or bytes."""
    error_models: bool
    error_attributes: bool

    listed_headers: bool
    """Headers of answers that are lists."""
    dated_headers: bool

    pages: bool
    listed_pages: bool
    """Pages that are lists."""
    cursors_that_say_more: bool
    """Pages with a cursor, and whether another follows."""
    signature_values: bool
    """Of events: what is signed has more in it than their bodies."""
    signature_times: bool
    signature_keys_base64: bool


_BODY = ("body", "whole body")

EVERYTHING = Needs(**{field.name: True for field in fields(Needs)})


def needs_of(package: ir.Package) -> Needs:
    """Return what the operations, models and events of ``package`` need."""
    decoded = [*_inside(answered_types(package))]
    values = {
        each.name
        for each in (*decoded, *_inside(sent_types(package)))
        if isinstance(each, ir.ScalarType)
    }
    methods = list(all_methods(package.resources))
    arguments = [argument for method in methods for argument in method.arguments]
    has_styles = any(each.style is not None for each in arguments)
    headers = [*_inside(each.type for each in package.headers)]
    pages = [each.pagination for each in methods if each.pagination is not None]
    bodies = [method.body for method in methods if method.body is not None]
    media = [each for body in bodies for each in body.media]
    body_kinds = {each.kind for each in media}
    places = {each.place for each in package.credentials}
    answers = [
        each for method in methods for each in (*method.responses, *method.errors)
    ]
    settings, webhooks = package.settings, package.webhooks
    signature = None if webhooks is None else webhooks.signature
    timed = signature is not None and (
        signature.timestamp is not None or signature.timestamp_header is not None
    )
    return Needs(
        comparing=needs_comparing(package),
        marks=any(
            (isinstance(each, ir.UnionType) and each.discriminator is not None)
            or (isinstance(each, ir.ScalarType) and each.as_text)
            for each in decoded
        ),
        open_unions=any(isinstance(t, ir.UnionType) and t.open for t in decoded),
        references=any(isinstance(t, ir.NamedType) and t.quoted for t in decoded),
        tuples=any(isinstance(each, ir.TupleType) for each in decoded),
        additional=any(
            isinstance(declaration, ir.Model) and declaration.additional is not None
            for module in package.models
            for declaration in module.declarations
        ),
        bytes="bytes" in values or any(map(_may_write_files, bodies)),
        dates="date" in values,
        datetimes="datetime" in values,
        decimals="Decimal" in values,
        digit_strings=any(isinstance(t, ir.ScalarType) and t.as_text for t in decoded),
        times="time" in values,
        uuids="UUID" in values,
        objects=has_styles
        or bool(body_kinds & {"form", "multipart"})
        or hold_objects(
            (each.type for each in arguments if each.place not in _BODY), package
        ),
        cookies=any(each.place == "cookie" for each in arguments) or "cookie" in places,
        styles=has_styles,
        fixed_queries=any(
            holds(method.path, character) for method in methods for character in "?#"
        ),
        variables=bool(package.server_variables),
        files=bool(body_kinds & {"binary", "multipart", "text"}),
        forms="form" in body_kinds,
        multipart="multipart" in body_kinds,
        content_types=any(body.content_type is not None for body in bodies),
        ranges=any(each.open == "range" for each in media),
        bodies_by_value=any(body.by_value for body in bodies),
        retry_codes=bool(settings.retry_codes or settings.never_retry_codes),
        rate_limits=settings.rate_limit_headers is not None,
        credentials=bool(package.credentials or package.security)
        or any(method.security for method in methods),
        keys_in_queries="query" in places,
        tokens=any(each.kind == "client_credentials" for each in package.credentials),
        media_parameters=any(
            each.media_type is not None and holds(each.media_type, ";")
            for each in answers
        ),
        raw_answers=any(
            each.kind in ("text", "binary")
            for method in methods
            for each in method.responses
        ),
        error_models=settings.error_type is not None
        or any(method.errors for method in methods),
        error_attributes=bool(settings.error_attributes),
        listed_headers=any(isinstance(each, ir.ListType) for each in headers),
        dated_headers=any(
            isinstance(each, ir.ScalarType)
            and each.name in ("datetime", "date", "time")
            for each in headers
        ),
        pages=bool(pages),
        listed_pages=any(each.page is None for each in pages),
        cursors_that_say_more=any(
            each.style == "cursor" and each.more is not None for each in pages
        ),
        signature_values=timed
        or (signature is not None and signature.id_header is not None),
        signature_times=timed,
        signature_keys_base64=signature is not None
        and signature.key_encoding == "base64",
    )


def _inside(types: Iterable[ir.Type]) -> Iterator[ir.Type]:
    for type_ in types:
        yield from nested_types(type_)


def _may_write_files(body: ir.Body) -> bool:
    """Tell whether a body with files may be sent as something else than multipart: then
    they are texts."""
    kinds = {media.kind for media in body.media}
    return "multipart" in kinds and bool(kinds & {"json", "form"})
