"""``models/``: dataclasses, aliases and pages, in the order ``lower`` gives."""

from __future__ import annotations

from typing import assert_never

from specpress import ir
from specpress.python_text import (
    Annotations,
    SourceText,
    Words,
    docstring,
    import_lines,
    literal,
    own_name,
)
from specpress.render.documentation import Glossary, described, origin
from specpress.render.views import (
    AliasView,
    DeclarationView,
    FieldView,
    ModelModuleView,
    ModelView,
    PageView,
)
from specpress.text import Text
from specpress.walking import nested_types


def model_module(module: ir.ModelModule, glossary: Glossary) -> ModelModuleView:
    """Return what the template of one module needs."""
    annotations = Annotations()
    declarations: list[DeclarationView] = []
    for declaration in module.declarations:
        match declaration:
            case ir.Model():
                declarations.append(
                    DeclarationView(model=_model(declaration, annotations, glossary))
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
        docstring=docstring([_title(module)], 0),
        imports=import_lines(annotations.used()),
        declarations=tuple(declarations),
    )


def _title(module: ir.ModelModule) -> Words:
    first = module.declarations[0]
    kind = "type" if isinstance(first, ir.Alias) else "model"
    others = any(not isinstance(each, ir.PageModel) for each in module.declarations[1:])
    pages = any(isinstance(each, ir.PageModel) for each in module.declarations)
    rest = " and what it is made of" if others else " and its pages" if pages else ""
    return (f"The {kind} ``", first.name, f"``{rest}.")


def _model(model: ir.Model, annotations: Annotations, glossary: Glossary) -> ModelView:
    annotations.use("Model", "dataclass")
    fields = [field_view(field, annotations, glossary) for field in model.fields]
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


def field_view(
    field: ir.Field, annotations: Annotations, glossary: Glossary
) -> FieldView:
    """Return what a template needs for a field of a class."""
    optional = not field.required
    default: SourceText | None = None
    if optional:
        annotations.use("UNSET")
        default = own_name("UNSET")
    elif field.preset is not None:
        default = literal(field.preset)
    renamed = field.wire_name != Text(field.name.name)
    return FieldView(
        name=field.name,
        annotation=annotations.field(
            field.type,
            unset=optional,
            wire_name=field.wire_name if renamed else None,
        ),
        default=default,
        docstring=docstring(
            described(field.documentation, field.deprecated, glossary.of(field.type)), 4
        ),
    )


def _alias(alias: ir.Alias, annotations: Annotations) -> AliasView:
    annotations.use("TypeAlias")
    value = annotations.alias(alias.type)
    runtime_value: SourceText | None = None
    if any(
        isinstance(part, ir.NamedType) and part.quoted
        for part in nested_types(alias.type)
    ):
        annotations.use("TYPE_CHECKING")
        types = _members(alias.type)
        value = annotations.late_alias(alias.name, types)
        runtime_value = annotations.late_value(types)
    return AliasView(
        name=alias.name,
        value=value,
        runtime_value=runtime_value,
        docstring=docstring(
            described(alias.documentation), 4 if runtime_value is not None else 0
        ),
    )


def _members(type_: ir.Type) -> tuple[ir.Type, ...]:
    """Return the types that a plain union joins, or the one type that it is."""
    if isinstance(type_, ir.UnionType) and not (type_.open or type_.discriminator):
        return type_.members
    return (type_,)


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
