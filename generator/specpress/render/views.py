"""What templates see: source text in the places where it is printed.

Views are made from the intermediate representation by the modules beside this one.
A template loops over them, tests whether an attribute is there, and prints.
"""

from __future__ import annotations

from dataclasses import dataclass

from specpress.ir import Identifier
from specpress.python_text import SourceText


@dataclass(frozen=True, slots=True, kw_only=True)
class LazyName:
    """A name that a package gives on first use, and the module it is in; both as a
    name and as a literal. Without a module, it is a module itself."""

    name: Identifier
    key: SourceText
    module: Identifier | SourceText | None
    module_key: SourceText


@dataclass(frozen=True, slots=True, kw_only=True)
class LazyPackageView:
    """An ``__init__.py`` that imports a module when one of its names is asked for."""

    docstring: SourceText
    lazy_import: SourceText
    """What fetches a name; not for type checkers."""
    imports: tuple[LazyName, ...]
    """In the order of import lines."""
    exported: tuple[LazyName, ...]
    """In the order of ``__all__``."""
    version: SourceText | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    name: Identifier
    annotation: SourceText
    default: SourceText | None
    docstring: SourceText


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelView:
    name: Identifier
    docstring: SourceText
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasView:
    """``runtime_value`` is there if not all of the value can be named on import: type
    checkers and Python then see different values of the same meaning."""

    name: Identifier
    value: SourceText
    runtime_value: SourceText | None
    docstring: SourceText


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    name: Identifier
    base: Identifier
    mixin: SourceText
    """``Page["models.Contact"]``."""
    docstring: SourceText


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationView:
    """Exactly one of the first three is there."""

    model: ModelView | None = None
    alias: AliasView | None = None
    page: PageView | None = None
    after_class: bool = False
    """Stands below a class: two empty lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderModuleView:
    docstring: SourceText
    imports: tuple[SourceText, ...]
    fields: tuple[FieldView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelModuleView:
    docstring: SourceText
    imports: tuple[SourceText, ...]
    declarations: tuple[DeclarationView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordView:
    name: SourceText
    value: SourceText


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationView:
    """``_UPDATE: Operation[…] = Operation(…)``."""

    constant: Identifier
    result: SourceText
    http_method: SourceText
    path: SourceText
    keywords: tuple[KeywordView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterView:
    name: Identifier
    annotation: SourceText
    default: SourceText | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodView:
    name: Identifier
    constant: Identifier
    deprecated: SourceText | None
    asynchronous: bool
    awaited: bool
    positional: tuple[ParameterView, ...]
    keyword_only: tuple[ParameterView, ...]
    result: SourceText
    docstring: SourceText
    call: SourceText
    """The method of the client, or a function of the runtime."""
    function: bool
    """It is a function, and takes the client first."""
    page: SourceText | None
    keywords: tuple[KeywordView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildView:
    """A resource below a client or a resource."""

    name: Identifier
    class_name: Identifier
    docstring: SourceText


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceClassView:
    name: Identifier
    client: SourceText
    docstring: SourceText
    children: tuple[ChildView, ...]
    methods: tuple[MethodView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceModuleView:
    docstring: SourceText
    imports: tuple[SourceText, ...]
    exported: tuple[SourceText, ...]
    operations: tuple[OperationView, ...]
    classes: tuple[ResourceClassView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientClassView:
    name: Identifier
    base: SourceText
    docstring: SourceText
    parameters: tuple[ParameterView, ...]
    keywords: tuple[KeywordView, ...]
    resources: tuple[ChildView, ...]
    webhooks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientModuleView:
    docstring: SourceText
    imports: tuple[SourceText, ...]
    exported: tuple[SourceText, ...]
    api: tuple[KeywordView, ...]
    classes: tuple[ClientClassView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorAttributeView:
    name: Identifier
    key: SourceText
    annotation: SourceText
    declared: bool
    """Not an attribute that every error has."""
    docstring: SourceText


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorModuleView:
    attributes: tuple[ErrorAttributeView, ...]
    body: SourceText
    """The type of a documented error body."""
    imports: tuple[SourceText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookModuleView:
    docstring: SourceText
    base: SourceText
    imports: tuple[SourceText, ...]
    declarations: tuple[DeclarationView, ...]
    """The alias ``Event``."""
    keywords: tuple[KeywordView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """A line of ``api.md``: a signature, what it is on the wire, what it does."""

    signature: SourceText
    request: SourceText | None
    summary: SourceText


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    heading: SourceText
    entries: tuple[EntryView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexView:
    """``api.md``."""

    title: SourceText
    sections: tuple[SectionView, ...]
    events: tuple[EntryView, ...]
    """Webhooks and callbacks."""
    models: tuple[SectionView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadmeView:
    """``README.md``. ``argument``, ``environment`` and ``secret`` are of the first
    credential; ``call`` is the first call."""

    title: SourceText
    summary: SourceText
    package: Identifier
    client: Identifier
    async_client: Identifier
    error_base: Identifier
    argument: Identifier | None
    environment: SourceText | None
    secret: SourceText | None
    call: SourceText | None
    paged: bool
    headers: bool
    document: SourceText
