"""Components that stand elsewhere: ``User: {$ref: schemas/User.yaml}``.

In: an :class:`Api`. Out: the same, where such a component is the schema it refers to, so
that one thing has one name. Not where two components refer to one schema, nor where
that is a component of the same document: then there are two names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from specpress.openapi import Api, Schema
from specpress.source import Pointer


def found_components(api: Api) -> Mapping[Pointer, Pointer]:
    """Return the schemas that such components refer to."""
    at = {pointer for _, pointer in api.component_schemas}
    ends: dict[Pointer, Pointer] = {}
    targets = {pointer: _target(api, pointer, at, ends) for pointer in sorted(at)}
    counts = Counter(targets.values())
    return {
        pointer: target
        for pointer, target in targets.items()
        if target not in at and counts[target] == 1 and _stands_elsewhere(target, at)
    }


def with_found(api: Api, found: Mapping[Pointer, Pointer]) -> Api:
    """Return ``api`` with the schemas that were found in place of their components."""
    return replace(
        api,
        component_schemas=tuple(
            (key, found.get(pointer, pointer)) for key, pointer in api.component_schemas
        ),
    )


def _target(
    api: Api, pointer: Pointer, components: set[Pointer], ends: dict[Pointer, Pointer]
) -> Pointer:
    """Return where references lead that say nothing else, as far as to a component;
    ``pointer`` if it is none. ``ends`` is what is known of that."""
    passed: dict[Pointer, None] = {}
    while pointer not in ends and pointer not in passed:
        passed[pointer] = None
        reference = api.schemas[pointer].reference
        if reference is None or not _only_refers(api.schemas[pointer]):
            break
        pointer = reference
        if pointer in components:
            break
    end = ends.get(pointer, pointer)
    ends.update(dict.fromkeys(passed, end))
    return end


def _only_refers(schema: Schema) -> bool:
    return schema == Schema(at=schema.at, reference=schema.reference)


def _stands_elsewhere(target: Pointer, components: set[Pointer]) -> bool:
    """Tell whether no component is around ``target``."""
    return not any(
        Pointer(target.file, target.tokens[:length]) in components
        for length in range(len(target.tokens))
    )
