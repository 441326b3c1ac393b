"""The package of the intermediate representation → what its manifest says.

In: :class:`ir.Package` and the options that shaped it. Out: :class:`Manifest`. The
manifest is data for other programs, written as JSON in ASCII, so text of the document
goes into it as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from specpress import ir
from specpress.manifest import (
    Json,
    Manifest,
    ManifestClient,
    ManifestCoverage,
    ManifestDocument,
    ManifestError,
    ManifestField,
    ManifestFieldsBody,
    ManifestGap,
    ManifestOperation,
    ManifestParameter,
    ManifestResponse,
    ManifestSecurity,
    ManifestSingleBody,
)
from specpress.options import ClientOptions, Extensions
from specpress.python_text import Annotations, printed
from specpress.source import Pointer
from specpress.text import Text, reveal
from specpress.walking import all_resources


def describe_package(
    package: ir.Package,
    options: ClientOptions,
    extensions: Extensions,
    generator: str,
) -> Manifest:
    """Return the manifest of ``package``, but for its files.

    ``generator``: name and version of this program.
    """
    return Manifest(
        generator=generator,
        document=ManifestDocument(
            sha256=package.document_sha256,
            title=reveal(package.title),
            version=reveal(package.document_version),
        ),
        client=ManifestClient(
            sync_class=package.client.name, async_class=package.async_client.name
        ),
        options=_options(options, extensions),
        security=tuple(
            ManifestSecurity(
                scheme=reveal(credential.scheme),
                argument=credential.argument.name,
                environment=credential.environment or None,
            )
            for credential in package.credentials
        ),
        operations=tuple(
            _operation(package, resource, method)
            for resource in all_resources(package.resources)
            for method in resource.methods
        ),
        models={
            written(pointer): f"models.{name.name}"
            for pointer, name in package.model_names
        },
        coverage=ManifestCoverage(
            counts=dict(package.coverage.counts),
            degraded=_gaps(package.coverage.degraded),
            skipped=_gaps(package.coverage.skipped),
        ),
    )


def written(pointer: Pointer) -> str:
    """Return ``pointer`` as the manifest has it: after its file, if not in the root."""
    fragment = pointer.fragment()
    return f"{pointer.file}#{fragment}" if pointer.file else fragment


def _options(options: ClientOptions, extensions: Extensions) -> Mapping[str, Json]:
    """Return the options that were given; defaults are none of the user's."""
    given: dict[str, Json] = {}
    for name in ("package", "client", "version"):
        value = getattr(options, name)
        if value is not None:
            given[name] = value
    if options.names:
        given["names"] = dict(options.names)
    if extensions:
        given["extensions"] = {
            pointer: dict(settings) for pointer, settings in extensions.items()
        }
    return given


def _operation(
    package: ir.Package, resource: ir.Resource, method: ir.Method
) -> ManifestOperation:
    return ManifestOperation(
        id=None if method.operation_id is None else reveal(method.operation_id),
        method=method.http_method,
        path=reveal(method.path),
        python=f"{resource.path}.{method.name.name}",
        parameters=tuple(
            ManifestParameter(
                location=argument.place,
                name=reveal(argument.wire_name),
                python=argument.name.name,
                required=argument.required,
            )
            for argument in method.arguments
            if argument.place not in ("body", "whole body")
        ),
        body=_body(method),
        responses=_responses(method),
        errors=tuple(
            ManifestError(status=each.status, error_class=each.class_name.name)
            for each in method.error_docs
        ),
        additional=_additional(package, method),
    )


def _body(method: ir.Method) -> ManifestFieldsBody | ManifestSingleBody | None:
    body = method.body
    if body is None:
        return None
    media_types = tuple(reveal(media.media_type) for media in body.media)
    if body.flattened:
        return ManifestFieldsBody(
            media_types=media_types,
            required=body.required,
            fields=tuple(
                ManifestField(
                    name=reveal(argument.wire_name),
                    python=argument.name.name,
                    required=argument.required,
                )
                for argument in method.arguments
                if argument.place == "body"
            ),
        )
    whole = next(
        argument for argument in method.arguments if argument.place == "whole body"
    )
    return ManifestSingleBody(
        media_types=media_types, required=body.required, argument=whole.name.name
    )


def _responses(method: ir.Method) -> tuple[ManifestResponse, ...]:
    if method.redirect is not None:
        return (
            ManifestResponse(
                status=method.redirect.status,
                media_type=None,
                type=_annotation(method.result),
            ),
        )
    return tuple(
        ManifestResponse(
            status=response.status,
            media_type=_optional(response.media_type),
            type="None" if response.type is None else _annotation(response.type),
        )
        for response in method.responses
    )


def _additional(package: ir.Package, method: ir.Method) -> Mapping[str, Json]:
    found: dict[str, Json] = {}
    plan = method.pagination
    if plan is not None:
        names: dict[str, Json] = {
            "style": plan.style,
            "inferred": plan.inferred,
            "items": _pointer(plan.items),
            "item_type": _annotation(plan.item_type),
            "page": None if plan.page is None else f"models.{plan.page.name}",
            "async_page": (
                None if plan.async_page is None else f"models.{plan.async_page.name}"
            ),
        }
        optional: dict[str, Json] = {
            "parameter": _optional(plan.parameter),
            "limit": _optional(plan.limit),
            "next": None if plan.next is None else _pointer(plan.next),
            "more": None if plan.more is None else _pointer(plan.more),
            "total": None if plan.total is None else _pointer(plan.total),
        }
        names.update((key, each) for key, each in optional.items() if each is not None)
        found["pagination"] = names
    header = package.settings.idempotency_header
    if method.idempotency_key and header is not None:
        found["idempotent"] = {"header": reveal(header)}
    if method.redirect is not None:
        found["redirect"] = method.redirect.kind
    if method.deprecated:
        found["deprecated"] = True
    return found


def _annotation(type_: ir.Type) -> str:
    return printed(Annotations().annotation(type_))


def _optional(text: Text | None) -> str | None:
    return None if text is None else reveal(text)


def _pointer(tokens: tuple[Text, ...]) -> str:
    return Pointer("", tuple(map(reveal, tokens))).fragment()


def _gaps(gaps: tuple[tuple[Pointer, str], ...]) -> tuple[ManifestGap, ...]:
    return tuple(
        ManifestGap(pointer=written(pointer), reason=reason) for pointer, reason in gaps
    )
