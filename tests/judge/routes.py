"""The operations of a document, as a server that has nothing but the document sees them.

In: a :class:`Document`. Out: a :class:`Route` for every path and method, with all that
a request and an answer may hold, references resolved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote

from tests.judge.documents import METHODS, Document, Node
from tests.judge.parameters import Pairs, Parameter, parameter_of, query_pairs


@dataclass(frozen=True)
class Route:
    """An operation."""

    method: str
    """In capitals."""
    path: str
    parameters: tuple[Parameter, ...]
    body: Node | None
    """The request body: with ``content`` and ``required``."""
    responses: dict[str, Node]
    security: tuple[tuple[str, ...], ...]
    """Alternatives, each a conjunction of schemes; empty: none is needed."""
    pattern: re.Pattern[str] = field(repr=False)
    constants: Pairs
    """What a path template says about the query."""

    @property
    def specificity(self) -> tuple[int, int]:
        """Of two routes that match, the greater one is meant."""
        literal = re.sub(r"\{[^{}]*\}", "", self.path)
        return (-self.path.count("{"), len(literal))

    def declares(self, name: str) -> bool:
        """Whether something in the path's query is a parameter as well."""
        return any(
            each.place == "query" and each.name == name for each in self.parameters
        )

    @property
    def is_body_required(self) -> bool:
        return self.body is not None and self.body.value.get("required") is True

    @property
    def contents(self) -> Node | None:
        return None if self.body is None else self.body.get("content")


def routes_of(document: Document) -> list[Route]:
    """All operations below ``paths``, those beyond the fixed methods too."""
    found: list[Route] = []
    for path, item in document.root.items("paths"):
        if path.startswith("x-"):
            continue
        item = document.resolve(item)
        operations = [(name, item[name]) for name in METHODS if item.get(name)]
        operations += item.items("additionalOperations")
        if item.get("query"):
            operations.append(("query", item["query"]))
        for method, operation in operations:
            if isinstance(operation.value, dict):
                operation = document.resolve(operation)
                found.append(_route(document, path, item, method, operation))
    return found


def _route(
    document: Document, path: str, item: Node, method: str, operation: Node
) -> Route:
    parameters: dict[tuple[str, str], Parameter] = {}
    for owner in (item, operation):
        for _, each in owner.items("parameters"):
            each = document.resolve(each)
            if not isinstance(each.value, dict) or not each.value.keys() >= {
                "name",
                "in",
            }:
                continue
            parameter = parameter_of(document, each)
            parameters[parameter.place, parameter.name] = parameter
    body = operation.get("requestBody")
    target, query = split(path)
    security = operation.value.get("security", document.root.value.get("security"))
    return Route(
        method=method.upper(),
        path=path,
        parameters=tuple(parameters.values()),
        body=None if body is None else document.resolve(body),
        responses={
            status: document.resolve(response)
            for status, response in operation.items("responses")
            if not status.startswith("x-")
        },
        security=tuple(tuple(each) for each in security or ()),
        pattern=_pattern(target),
        constants=[pair for pair in query_pairs(query) if "{" not in pair[1]],
    )


def _pattern(path: str) -> re.Pattern[str]:
    """Each parameter is a group that stays within its segment."""
    parts = re.split(r"\{([^{}]*)\}", path)
    pattern = ""
    for index, part in enumerate(parts):
        if index % 2:
            pattern += "([^/]*?)"
        else:
            written = quote(part, "/%:@!$&'()*+,;=~")
            pattern += f"(?:{re.escape(part)}|{re.escape(written)})"
    return re.compile(pattern)


def split(path: str) -> tuple[str, str]:
    """Path and query of a template; names of parameters may hold any sign."""
    name = r"\{[^{}]*\}"
    target = re.match(rf"(?:{name}|[^?#])*", path)
    assert target is not None
    return target[0], path[target.end() :].partition("#")[0].removeprefix("?")


def names_in(path: str) -> list[str]:
    return re.findall(r"\{([^{}]*)\}", split(path)[0])
