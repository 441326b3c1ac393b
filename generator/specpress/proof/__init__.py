"""Proof after the fact: the rendered modules hold what was meant, and nothing else.

In: the package, and its files as they are about to be written. Out: nothing, or
:class:`ProofError`, which stops the run before a byte is written. It knows the syntax
tree of each module and the intermediate representation, and none of the code between
them: a mistake in an encoder or a template shows here whatever it is.

Each module must parse; define the names it should, in their order, with their bases
and decorators; call nothing but what it should; refer to nothing that it neither
imports nor defines; and say the wire names, methods and paths of the document.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from specpress import ir
from specpress.output import SourceFile
from specpress.proof.module import Module, ProofError
from specpress.text import reveal
from specpress.walking import all_resources


def prove(files: Iterable[SourceFile], package: ir.Package) -> None:
    """Raise :class:`ProofError` unless ``files`` are what ``package`` says."""
    expected = _expectations(package)
    proven: list[str] = []
    for file in files:
        if not file.path.endswith(".py") or file.path.startswith("_runtime/"):
            continue
        check = expected.get(file.path)
        if check is None:
            raise ProofError(f"{file.path}: not a module of this package")
        module = Module(file)
        module.check_form(varies=file.path != "errors.py")
        check(module)
        proven.append(file.path)
    if sorted(proven) != sorted(expected):
        missing = sorted(set(expected).symmetric_difference(proven))
        raise ProofError(f"not exactly once: {', '.join(missing)}")


def _expectations(package: ir.Package) -> dict[str, Callable[[Module], None]]:
    found: dict[str, Callable[[Module], None]] = {
        "__init__.py": lambda module: module.check_lazy(None),
        "client.py": lambda module: _check_client(module, package),
        "errors.py": lambda module: _check_errors(module, package),
        "models/__init__.py": lambda module: module.check_lazy(_model_homes(package)),
        "resources/__init__.py": lambda module: module.check_lazy(
            _resource_homes(package)
        ),
    }
    if package.webhooks is not None:
        found["webhooks.py"] = lambda module: module.check_defined(
            ["__all__", "Event", "Webhooks", "receiver", "unwrap", "verify", "parse"]
        )
    if package.headers:
        found["headers.py"] = lambda module: _check_headers(module, package)
    for models in package.models:
        found[f"models/{models.module.name}.py"] = partial(_check_models, models)
    for resource in all_resources(package.resources):
        found[f"resources/{resource.module.name}.py"] = partial(
            _check_resource, resource
        )
    return found


def _model_homes(package: ir.Package) -> dict[str, str]:
    homes: dict[str, str] = {}
    for module in package.models:
        for declaration in module.declarations:
            homes[declaration.name.name] = module.module.name
            if isinstance(declaration, ir.PageModel):
                homes[declaration.async_name.name] = module.module.name
    return homes


def _resource_homes(package: ir.Package) -> dict[str, str]:
    homes: dict[str, str] = {}
    for resource in all_resources(package.resources):
        homes[resource.class_name.name] = resource.module.name
        homes[resource.async_class_name.name] = resource.module.name
    return homes


# --- What each kind of module holds --------------------------------------------------

_DATACLASS = "dataclass(kw_only=True, slots=True)"


def _check_models(models: ir.ModelModule, module: Module) -> None:
    names: list[str] = []
    for declaration in models.declarations:
        names.append(declaration.name.name)
        match declaration:
            case ir.Model():
                _check_model(module, declaration)
            case ir.PageModel():
                names.append(declaration.async_name.name)
                for name in (declaration.name, declaration.async_name):
                    found = module.class_named(name.name)
                    bases = [ast.unparse(base) for base in found.bases]
                    mixin = "AsyncPage[" if name == declaration.async_name else "Page["
                    if (
                        bases[:1] != [declaration.model.name]
                        or len(bases) != 2
                        or not bases[1].startswith(mixin)
                    ):
                        module.fail(f"bases of {name.name}")
                    module.check_members(found, [])
            case ir.Alias():
                pass
    module.check_defined(names)


def _check_model(module: Module, model: ir.Model) -> None:
    found = module.class_named(model.name.name)
    module.check_class(found, ["Model"], [_DATACLASS])
    names = [field.name.name for field in model.fields]
    if model.additional is not None:
        names.append("additional_properties")
    module.check_members(found, names)
    _check_fields(module, found, model.fields)


def _check_headers(module: Module, package: ir.Package) -> None:
    module.check_defined(["__all__", "ResponseHeaders"])
    found = module.class_named("ResponseHeaders")
    module.check_class(found, ["HeaderModel"], [_DATACLASS])
    module.check_members(found, [field.name.name for field in package.headers])
    _check_fields(module, found, package.headers)


def _check_fields(
    module: Module, found: ast.ClassDef, fields: Iterable[ir.Field]
) -> None:
    annotations = {
        node.target.id: node.annotation
        for node in found.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    for field in fields:
        name = field.name.name
        stated = _wire_name(annotations[name])
        wire = name if stated is None else stated
        if wire != reveal(field.wire_name):
            module.fail(f"wire name of {found.name}.{name}")


def _wire_name(annotation: ast.expr) -> str | None:
    """Return what ``Annotated[…, Wire("name")]`` says, at the top of an annotation."""
    match annotation:
        case ast.Subscript(
            value=ast.Name(id="Annotated"),
            slice=ast.Tuple(
                elts=[_, ast.Call(func=ast.Name(id="Wire"), args=[name]), *_]
            ),
        ) if isinstance(name, ast.Constant) and isinstance(name.value, str):
            return name.value
        case _:
            return None


def _check_resource(resource: ir.Resource, module: Module) -> None:
    methods = {method.constant.name: method for method in resource.methods}
    names = [*methods, resource.class_name.name, resource.async_class_name.name]
    module.check_defined(["__all__", *names])
    for node in module.tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            _check_operation(module, node, methods[node.target.id])
    members = [
        "__init__",
        *(child.attribute.name for child in resource.children),
        *(method.name.name for method in resource.methods),
    ]
    for name in (resource.class_name, resource.async_class_name):
        found = module.class_named(name.name)
        module.check_class(found, [], [])
        module.check_members(found, members)
        functions = {
            node.name: node
            for node in found.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        }
        for method in resource.methods:
            _check_method(module, functions[method.name.name], method)


def _check_operation(module: Module, node: ast.AnnAssign, method: ir.Method) -> None:
    call = node.value
    if not isinstance(call, ast.Call) or ast.unparse(call.func) != "Operation":
        module.fail(f"{method.constant.name} is not an operation")
    said = [getattr(argument, "value", None) for argument in call.args]
    if said != [method.http_method, reveal(method.path)]:
        module.fail(f"method and path of {method.constant.name}")


def _check_method(
    module: Module,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    method: ir.Method,
) -> None:
    arguments = node.args
    positional = [argument.arg for argument in arguments.args]
    keyword_only = [argument.arg for argument in arguments.kwonlyargs]
    several = method.body is not None and method.body.content_type is not None
    if (
        positional != ["self", *(a.name.name for a in method.arguments if a.positional)]
        # Their order is a matter of reading.
        or sorted(keyword_only)
        != sorted(
            [
                *(a.name.name for a in method.arguments if not a.positional),
                *(["content_type"] if several else []),
                "request_options",
            ]
        )
        or arguments.posonlyargs
        or arguments.vararg
        or arguments.kwarg
    ):
        module.fail(f"arguments of {method.operation_name}")
    decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
    if bool(decorators) != method.deprecated or any(
        not decorator.startswith("deprecated('") for decorator in decorators
    ):
        module.fail(f"decorators of {method.operation_name}")
    body = node.body[1:]
    if len(body) != 1 or not isinstance(body[0], ast.Return):
        module.fail(f"body of {method.operation_name}")
    sent = _sent(body[0])
    for argument in method.arguments:
        if argument.place != "whole body":
            place = _KEYWORDS[argument.place]
            if argument.name.name not in sent.get(
                (place, reveal(argument.wire_name)), ""
            ):
                module.fail(f"{argument.name.name} of {method.operation_name}")


_KEYWORDS = {
    "path": "path",
    "query": "query",
    "header": "headers",
    "cookie": "cookies",
    "body": "body",
}


def _sent(statement: ast.Return) -> Mapping[tuple[str, str], str]:
    """Return (keyword, wire name) → expression, of the one call of a method."""
    value = statement.value
    if isinstance(value, ast.Await):
        value = value.value
    found: dict[tuple[str, str], str] = {}
    for keyword in value.keywords if isinstance(value, ast.Call) else ():
        if isinstance(keyword.value, ast.Dict):
            for key, member in zip(
                keyword.value.keys, keyword.value.values, strict=True
            ):
                if isinstance(key, ast.Constant):
                    found[keyword.arg or "", str(key.value)] = ast.unparse(member)
    return found


def _check_client(module: Module, package: ir.Package) -> None:
    names = [package.client.name, package.async_client.name]
    module.check_defined(["__all__", "_API", *names])
    attributes = [resource.attribute.name for resource in package.resources]
    for name, base in zip(names, ("SyncAPIClient", "AsyncAPIClient"), strict=True):
        found = module.class_named(name)
        module.check_class(found, [base], [])
        members = ["__init__", *attributes]
        if package.webhooks is not None and "webhooks" not in attributes:
            members.append("webhooks")
        module.check_members(found, members)


def _check_errors(module: Module, package: ir.Package) -> None:
    first = next(n for n in module.tree.body if isinstance(n, ast.ClassDef))
    if first.name != package.error_base.name:
        module.fail("its first class")


__all__ = ["ProofError", "prove"]
