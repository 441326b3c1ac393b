"""The other side of :mod:`specpress.validate`: openapi-spec-validator, shut in.

Run as a program. Standard input is JSON: ``{"root": uri, "documents": {uri: data}}``.
Standard output is JSON: ``{"findings": [{"tokens", "message"}], "failure": text}``,
where ``tokens`` lead from the root's root to the node, perhaps through references.

The library fetches what a ``$ref`` names, by itself, even where the ``$ref`` is data.
Here it is given documents by URI and a way to get others that always refuses.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

FINDINGS_MOST = 500
_MESSAGE_LONGEST = 1_000


class _Refused(Exception):
    """Something that is not here was asked for."""


class _OnlyThese(Mapping[str, Any]):
    """URL handlers for every scheme: documents of this run, and nothing else.

    The library opens the URLs of schemes that have no handler, so every scheme has.
    """

    def __init__(self, documents: Mapping[str, Any]) -> None:
        self._documents = documents

    def __contains__(self, scheme: object) -> bool:
        return True

    def __getitem__(self, scheme: str) -> Any:
        return self._get

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 1

    def _get(self, uri: str) -> Any:
        try:
            return self._documents[uri]
        except KeyError:
            raise _Refused from None


def find(root: str, documents: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the library says about the document with URI ``root``."""
    from jsonschema_path import SchemaPath
    from openapi_spec_validator import shortcuts
    from openapi_spec_validator.validation.exceptions import ValidatorDetectError

    # It comes without types.
    best_match: Any = import_module("jsonschema.exceptions").best_match
    try:
        found_class: Any = shortcuts.get_validator_cls(documents[root])
    except (ValidatorDetectError, TypeError, AttributeError):
        # A version it does not know, or no version at all: our parser says so.
        return {"findings": [], "failure": ""}
    validator_class = type(
        "Validator",
        (found_class,),
        {
            "keyword_validators": {
                name: _telling_where(keyword)
                for name, keyword in found_class.keyword_validators.items()
            }
        },
    )
    findings: list[dict[str, Any]] = []
    failure = ""
    try:
        validator = validator_class(
            SchemaPath.from_dict(
                documents[root],
                base_uri=root,
                handlers=_OnlyThese(documents),
                resolved_cache_maxsize=128,
            )
        )
        for error in validator.iter_errors():
            # The innermost reason says more than "not valid under any of …".
            reason: Any = best_match(error.context or ()) or error
            findings.append(
                {
                    "tokens": [str(token) for token in reason.absolute_path],
                    "message": _shorten(str(reason.message)),
                }
            )
            if len(findings) == FINDINGS_MOST:
                break
    except Exception as error:  # noqa: BLE001
        # Whatever the library trips over: this is advice, not the judge. After real
        # findings it often trips over the same mistakes.
        failure = "" if findings else type(error).__name__
    return {"findings": findings, "failure": failure}


def _telling_where(keyword: Any) -> Any:
    """Make a keyword validator put before each error's path the node it looked at.

    The path begins at that node only, and is empty for the library's own checks.
    """
    from jsonschema_path import SchemaPath

    def call(self: Any, *arguments: Any, **options: Any) -> Iterator[Any]:
        nodes = [a for a in arguments if isinstance(a, SchemaPath)]
        base = nodes[0].parts if nodes else ()
        if len(arguments) == 2 and nodes and arguments[1] is not nodes[0]:
            base = _default_of(self, nodes[0], base)
        for error in keyword.__call__(self, *arguments, **options):
            # On its way out the same object passes every keyword around this one.
            if not hasattr(error, "specpress_placed"):
                error.specpress_placed = True
                error.path.extendleft(reversed(base))
            yield error

    return type(keyword.__name__, (keyword,), {"__call__": call})


def _default_of(keyword: Any, schema: Any, base: tuple[Any, ...]) -> tuple[Any, ...]:
    from openapi_spec_validator.validation.keywords import ValueValidator

    if isinstance(keyword, ValueValidator) and "default" in schema:
        return (*base, "default")
    return base


def _shorten(text: str) -> str:
    if len(text) <= _MESSAGE_LONGEST:
        return text
    half = _MESSAGE_LONGEST // 2
    return text[:half] + "…" + text[-half:]


def main() -> None:
    given = json.load(sys.stdin.buffer)
    json.dump(find(given["root"], given["documents"]), sys.stdout)


if __name__ == "__main__":
    main()
