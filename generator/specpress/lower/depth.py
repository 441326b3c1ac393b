"""Aliases that lead on to aliases, too far for Python.

In: the declarations of ``models``. Out: the same, where no alias written out in full,
with all aliases that it names, is deeper or larger than Python and its tools can take:
importing hashes such a type at every level, ``typing.get_type_hints`` follows every
path through it. What was cut says so. A class ends an alias: models may lead to models
for as long as they like.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from specpress import ir
from specpress.cycles import strongly_connected
from specpress.lower.joined import ANY
from specpress.lower.modules import named
from specpress.source import Pointer
from specpress.walking import mapped, parts

_LEVELS = 50
_SIZE = 2_000
_STEPS = 200_000
"""Of looking along the paths through one circle."""
LEADS_TOO_FAR = "aliases lead on to aliases too far: anything"

Declarations = Mapping[ir.Identifier, Sequence[ir.Declaration]]
_Extent = tuple[int, int]
"""Levels, and parts in all, of a type written out in full."""


def bound_depth(
    declarations: Declarations,
) -> tuple[Declarations, tuple[Pointer, ...]]:
    """Return ``declarations`` without what leads too far, and where it was cut."""
    bound = _Bound(
        {
            declaration.name: declaration
            for found in declarations.values()
            for declaration in found
            if isinstance(declaration, ir.Alias)
        }
    )
    bound.run()
    if not bound.cut:
        return declarations, ()
    return {
        module: tuple(
            (
                bound.aliases[declaration.name]
                if isinstance(declaration, ir.Alias)
                else declaration
            )
            for declaration in found
        )
        for module, found in declarations.items()
    }, tuple(bound.aliases[name].at for name in bound.cut)


class _Bound:
    def __init__(self, aliases: dict[ir.Identifier, ir.Alias]) -> None:
        self.aliases = aliases
        self.cut: dict[ir.Identifier, None] = {}
        # Which aliases one names, as often as it does.
        self._needs: dict[ir.Identifier, tuple[ir.Identifier, ...]] = {}
        self._steps = 0
        self._extents: dict[ir.Identifier, _Extent] = {}
        for name in aliases:
            self._look_at(name)

    def run(self) -> None:
        self._settle_all(list(self.aliases))

    def _settle_all(self, names: Collection[ir.Identifier]) -> None:
        inside = frozenset(names)
        group = strongly_connected(
            {n: [o for o in self._needs[n] if o in inside] for n in names}
        )
        # Whom others need comes before them.
        circles: dict[int, list[ir.Identifier]] = {}
        for name, number in group.items():
            circles.setdefault(number, []).append(name)
        for circle in circles.values():
            if not self._settle(circle):
                self._settle_all(circle)

    def _settle(self, names: list[ir.Identifier]) -> bool:
        """Measure the aliases of a circle, or one that is in none. False: it was cut,
        and what is left of it has to be looked at again."""
        if len(names) == 1 and names[0] not in self._needs[names[0]]:
            self._settle_one(names[0])
            return True
        inside = frozenset(names)
        self._steps = 0
        for name in names:
            extent = self._walk(name, inside)
            if extent is None:
                self._cut_circle(names, inside)
                return False
            self._extents[name] = extent
        return True

    def _settle_one(self, name: ir.Identifier) -> None:
        own_levels, own_size = _extent(self.aliases[name].type)
        needed = Counter(self._needs[name])
        levels, size = own_levels, own_size
        kept: set[ir.Identifier] = set()
        for other in sorted(needed, key=lambda other: self._extents[other]):
            deeper, larger = self._extents[other]
            larger *= needed[other]
            if own_levels + deeper > _LEVELS or size + larger > _SIZE:
                break
            kept.add(other)
            levels, size = max(levels, own_levels + deeper), size + larger
        self._keep(name, kept)
        self._extents[name] = levels, size

    def _walk(
        self, start: ir.Identifier, inside: frozenset[ir.Identifier]
    ) -> _Extent | None:
        """Go every path through a circle, as ``get_type_hints`` does; None if that is
        too much."""
        levels = size = 0
        stack: list[tuple[ir.Identifier, int, tuple[ir.Identifier, ...]]] = [
            (start, 0, (start,))
        ]
        while stack:
            name, above, path = stack.pop()
            self._steps += 1
            own_levels, own_size = _extent(self.aliases[name].type)
            size += own_size
            levels = max(levels, above + own_levels)
            for other in self._needs[name]:
                if other not in inside:
                    deeper, larger = self._extents[other]
                    levels = max(levels, above + own_levels + deeper)
                    size += larger
                elif other not in path:
                    stack.append((other, above + own_levels, (*path, other)))
            if levels > _LEVELS or size > _SIZE or self._steps > _STEPS:
                return None
        return levels, size

    def _cut_circle(
        self, names: list[ir.Identifier], inside: frozenset[ir.Identifier]
    ) -> None:
        """Cut some aliases of a circle off from the others: the fewer the more each
        names, so that it ends soon."""
        links = sum(len(inside.intersection(self._needs[name])) for name in names)
        step = max(2, min(len(names) - 1, _LEVELS * len(names) // (2 * links)))
        for name in names[::step]:
            self._keep(name, set(self._needs[name]) - inside)

    def _keep(self, name: ir.Identifier, kept: set[ir.Identifier]) -> None:
        """Let anything stand in ``name`` for the aliases that are not in ``kept``."""
        if kept.issuperset(self._needs[name]):
            return
        alias = self.aliases[name]
        gone = {other for other in self._needs[name] if other not in kept}
        self.aliases[name] = replace(alias, type=_without(alias.type, gone))
        self.cut[name] = None
        self._look_at(name)

    def _look_at(self, name: ir.Identifier) -> None:
        self._needs[name] = tuple(
            other for other in named(self.aliases[name].type) if other in self.aliases
        )


def _extent(type_: ir.Type) -> _Extent:
    """Return levels and parts of a type, without those of the aliases it names."""
    inner = parts(type_)
    if not inner:
        return 0, 1
    extents = [_extent(part) for part in inner]
    return 1 + max(e[0] for e in extents), 1 + sum(e[1] for e in extents)


def _without(type_: ir.Type, gone: Collection[ir.Identifier]) -> ir.Type:
    def cut(part: ir.Type) -> ir.Type:
        match part:
            case ir.NamedType(name) if name in gone:
                return ANY
            case ir.UnionType(members) if ANY in members:
                return ANY
            case _:
                return part

    return mapped(type_, cut)
