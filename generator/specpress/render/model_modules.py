"""``models/``: dataclasses, aliases and pages, in the order ``lower`` gives."""

from __future__ import annotations

from typing import assert_never

from specpress import ir
from specpress.python_text import (
    Annotations,
    SourceText,
    docstring,
    import_lines,
    literal,
    own_name,
)
from specpress.render.documentation import described, origin
from specpress.render.views import (
    AliasView,
    DeclarationView,
    FieldView,
    ModelModuleView,
    ModelView,
    PageView,
)
from specpress.text import Text


def model_module(module: ir.ModelModule) -> ModelModuleView:
    """Return what the template of one module needs."""
    annotations = Annotations()
    declarations: list[DeclarationView] = []
    for declaration in module.declarations:
        match declaration:
            case ir.Model():
                declarations.append(
                    DeclarationView(model=_model(declaration, annotations))
                )
            case ir.Alias():
                declarations.append(
                    DeclarationView(
                        alias=_alias(declaration, annotations),
                        after_class=bool(declarations and not declarations[-1].alias),
                    )
                )
            case ir.PageModel():
                declarations.extend(_pages(declaration, annotations))
            case _:
                assert_never(declaration)
    return ModelModuleView(
        docstring=docstring([("Models: ``", module.module, "``.")], 0),
        imports=import_lines(annotations.used()),
        declarations=tuple(declarations),
    )


def _model(model: ir.Model, annotations: Annotations) -> ModelView:
    annotations.use("Model", "dataclass")
    fields = [_field(field, annotations) for field in model.fields]
    if model.additional is not None:
        annotations.use("dataclass_field")
        of_type = ir.DictType(model.additional)
        fields.append(
            FieldView(
                name=ir.Identifier("additional_properties"),
                annotation=annotations.annotation(of_type),
                default=annotations.factory(of_type),
                docstring=docstring(["Properties that have no field of their own."], 4),
            )
        )
    return ModelView(
        name=model.name,
        docstring=docstring(
            described(model.documentation, model.deprecated),
            4,
            placeholder=origin(model.at),
        ),
        fields=tuple(fields),
    )


def _field(field: ir.Field, annotations: Annotations) -> FieldView:
    optional = not field.required
    default: SourceText | None = None
    if optional:
        annotations.use("UNSET")
        default = own_name("UNSET")
    elif field.constant is not None:
        default = literal(field.constant)
    renamed = field.wire_name != Text(field.name.name)
    return FieldView(
        name=field.name,
        annotation=annotations.field(
            field.type,
            unset=optional,
            wire_name=field.wire_name if renamed else None,
        ),
        default=default,
        docstring=docstring(described(field.documentation, field.deprecated), 4),
    )


def _alias(alias: ir.Alias, annotations: Annotations) -> AliasView:
    annotations.use("TypeAlias")
    return AliasView(
        name=alias.name,
        value=annotations.alias(alias.type),
        docstring=docstring(described(alias.documentation), 0),
    )


def _pages(
    page: ir.PageModel, annotations: Annotations
) -> tuple[DeclarationView, DeclarationView]:
    annotations.use("AsyncPage", "Page")
    item = annotations.quoted(page.item)
    return (
        DeclarationView(
            page=PageView(
                name=page.name,
                base=page.model,
                mixin=annotations.subscript("Page", item),
                docstring=docstring(
                    ["One page; iterate over it for the items of all."], 4
                ),
            )
        ),
        DeclarationView(
            page=PageView(
                name=page.async_name,
                base=page.model,
                mixin=annotations.subscript("AsyncPage", item),
                docstring=docstring(
                    ["One page; iterate over it (``async for``) for the items of all."],
                    4,
                ),
            )
        ),
    )
