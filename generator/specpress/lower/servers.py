"""Servers and their variables → where calls go, and the client's keywords for that.

In: the servers of the document and of its operations, and the names of operations. Out:
:class:`Servers`. Variables of one name are one keyword as long as they say the same;
one that says otherwise has a name of its own, in the URL too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from specpress import ir, naming
from specpress.diagnostics import Report
from specpress.lower import documentation
from specpress.lower.operation_names import OperationKey, OperationName, key_of
from specpress.lower.vocabulary import has_query, is_relative, with_variables
from specpress.naming import Want
from specpress.openapi import Api, Operation, Server, ServerVariable
from specpress.reserved_words import CLIENT_ARGUMENT_RESERVED
from specpress.source import Pointer
from specpress.text import Text

_Meaning = tuple[Text, Text, tuple[Text, ...]]
"""Name, default and enum of a variable."""


@dataclass(frozen=True, slots=True)
class Servers:
    default: Text | None
    """Of operations that name none, or none but this."""
    all: tuple[ir.ServerAddress, ...]
    variables: tuple[ir.ServerVariableArgument, ...]
    urls: Mapping[Pointer, Text]
    """By the place of the server: its URL, variables called as in ``variables``."""

    def own(self, operation: Operation) -> Text | None:
        """Return the server of an operation, where it is not the client's."""
        if not operation.servers:
            return None
        url = self.urls[operation.servers[0].at]
        return None if url == self.default else url


def lower_servers(
    api: Api, names: Mapping[OperationKey, OperationName], report: Report
) -> Servers:
    """Return where calls go. Only the first server of each list is one; what else the
    document names is for ``base_url``."""
    variables: dict[_Meaning, ServerVariable] = {}
    owners: dict[_Meaning, list[tuple[str, ...]]] = {}
    for owner, server in _first_servers(api, names):
        for variable in server.variables:
            variables.setdefault(_meaning(variable), variable)
            owners.setdefault(_meaning(variable), []).append(owner)
    arguments = _names(variables, owners, report)
    same = Counter(name for name, _, _ in variables)
    placeholders = {
        meaning: meaning[0] if _keeps(owners[meaning], same[meaning[0]]) else text
        for meaning, text in ((m, Text(arguments[m].name)) for m in variables)
    }
    listed = [s for servers in _lists(api) for s in servers]
    urls = {
        server.at: with_variables(
            server.url,
            {
                variable.name: placeholders.get(_meaning(variable), variable.name)
                for variable in server.variables
            },
        )
        for server in listed
    }
    descriptions: dict[Text, Text | None] = {}
    for server in listed:
        known = descriptions.get(server.url)
        descriptions[server.url] = known or server.description
    return Servers(
        default=_default(api, urls),
        all=tuple(
            ir.ServerAddress(url=url, description=description)
            for url, description in descriptions.items()
        ),
        variables=tuple(
            ir.ServerVariableArgument(
                name=arguments[meaning],
                variable=placeholders[meaning],
                default=variable.default,
                values=variable.enum,
                documentation=documentation.of_text(variable.description),
            )
            for meaning, variable in variables.items()
        ),
        urls=urls,
    )


def unusable(api: Api, servers: Servers) -> Iterator[tuple[Pointer, str]]:
    """Yield the servers that calls go to and cannot, and why."""
    called = dict.fromkeys(
        (servers.default, *(servers.own(operation) for operation in api.operations))
    )
    places: dict[Text, Pointer] = {}
    for listed in _lists(api):
        for server in listed:
            places.setdefault(servers.urls[server.at], server.at)
    for url in called:
        if url is None:
            continue
        if is_relative(url):
            yield places[url], "a relative server URL: base_url has to be given"
        elif has_query(url):
            yield (
                places[url],
                "a server URL with a query or fragment: base_url has to be given",
            )


def _lists(api: Api) -> Iterator[tuple[Server, ...]]:
    yield api.servers
    for operation in api.operations:
        yield operation.servers


def _first_servers(
    api: Api, names: Mapping[OperationKey, OperationName]
) -> Iterator[tuple[tuple[str, ...], Server]]:
    """Yield each server that is called, and whose it is: a resource's or everyone's."""
    for server in api.servers[:1]:
        yield (), server
    for operation in api.operations:
        for server in operation.servers[:1]:
            yield names[key_of(operation)].resource, server


def _meaning(variable: ServerVariable) -> _Meaning:
    return variable.name, variable.default, variable.enum


def _keeps(owners: list[tuple[str, ...]], same: int) -> bool:
    """Tell whether a variable keeps its name in URLs: no other has it, or all others
    are of single resources."""
    return same == 1 or () in owners


def _names(
    variables: Mapping[_Meaning, ServerVariable],
    owners: Mapping[_Meaning, list[tuple[str, ...]]],
    report: Report,
) -> dict[_Meaning, ir.Identifier]:
    reserved = CLIENT_ARGUMENT_RESERVED
    wants = [
        Want(
            meaning,
            naming.identifier(naming.snake_case((variable.name,)), reserved),
            (*min(owners[meaning]), variable.name, variable.default),
            () in owners[meaning],
            (
                naming.identifier(
                    naming.snake_case((*min(owners[meaning]), variable.name)), reserved
                ),
            ),
        )
        for meaning, variable in variables.items()
    ]
    settled = naming.settle(wants, reserved=reserved)
    for collision in settled.collisions:
        for meaning, name in collision.renamed:
            report.warning(
                "name-collision",
                variables[meaning].at,
                "servers have more than one variable that would become the keyword "
                f"{collision.wish.name}; this one becomes {name.name}",
                help=("give it the same default and enum everywhere, or another name",),
            )
    return settled.names


def _default(api: Api, urls: Mapping[Pointer, Text]) -> Text | None:
    """Return the server of operations that name none."""
    own = urls[api.servers[0].at] if api.servers else None
    if any(not o.servers for o in api.operations):
        # Without a server of the document's own, nothing tells where these go.
        return own
    counted = Counter(urls[o.servers[0].at] for o in api.operations if o.servers)
    if not counted:
        return own
    most = max(counted.values())
    return min(url for url, count in counted.items() if count == most)
