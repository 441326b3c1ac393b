"""Declarations → modules of ``models``, in an order that can be imported.

In: the declarations of each module. Out: :class:`ir.ModelModule`. Annotations of models
are never evaluated at import, but the right side of an alias is: aliases come after
classes, after the aliases they name, and where modules would wait for each other, or
import one another too many levels deep, the reference is quoted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from specpress import ir
from specpress.cycles import strongly_connected
from specpress.walking import mapped, nested_types

_LONGEST_FILE = 100
_IMPORTS = 30
"""Modules that import each other one inside the other: Python recurses for each."""


def module_file(name: str) -> str:
    """Return a name of a module that every file system and archive keeps as it is:
    letters beyond ASCII by their code points. Two names never become one."""
    if name.isascii():
        return name
    spelled = "".join(c if c.isascii() else f"_u{ord(c):04x}_" for c in name)
    found = "_".join(part for part in spelled.split("_") if part)
    if len(found) <= _LONGEST_FILE:
        return found
    digest = hashlib.sha256(name.encode()).hexdigest()[:12]
    return f"{found[:_LONGEST_FILE]}_{digest}"


def order_modules(
    declarations: Mapping[ir.Identifier, Sequence[ir.Declaration]],
) -> tuple[ir.ModelModule, ...]:
    """Return the modules sorted by name."""
    home: dict[ir.Identifier, ir.Identifier] = {}
    aliases: dict[ir.Identifier, ir.Alias] = {}
    for module, found in declarations.items():
        for declaration in found:
            home[declaration.name] = module
            if isinstance(declaration, ir.Alias):
                aliases[declaration.name] = declaration
    needs = {name: tuple(named(alias.type)) for name, alias in aliases.items()}
    imports: dict[ir.Identifier, list[ir.Identifier]] = {m: [] for m in declarations}
    for name, others in needs.items():
        imports[home[name]].extend(home[n] for n in others if n in home)
    circle = strongly_connected(imports)
    late = _late_imports(
        {
            module: [
                home[name]
                for alias in found
                if isinstance(alias, ir.Alias)
                for name in needs[alias.name]
                if name in home
                and home[name] != module
                and not (name in aliases and circle[home[name]] == circle[module])
            ]
            for module, found in declarations.items()
        }
    )
    group = strongly_connected(
        {user: [n for n in others if n in aliases] for user, others in needs.items()}
    )

    def is_circular(user: ir.Identifier, name: ir.Identifier) -> bool:
        return name in aliases and group[name] == group[user]

    modules: list[ir.ModelModule] = []
    for module in sorted(declarations):
        own = [n for n in aliases if home[n] == module]
        order = _dependency_order(own, needs)
        position = {name: index for index, name in enumerate(order)}

        def is_quoted(
            user: ir.Identifier,
            name: ir.Identifier,
            module: ir.Identifier = module,
            position: Mapping[ir.Identifier, int] = position,
        ) -> bool:
            if home.get(name) == module:
                return name in aliases and position[name] >= position[user]
            if name in aliases and circle[home[name]] == circle[module]:
                return True
            return name in home and (module, home[name]) in late

        classes = [d for d in declarations[module] if not isinstance(d, ir.Alias)]
        modules.append(
            ir.ModelModule(
                module=module,
                declarations=(
                    *classes,
                    *(
                        _quote(aliases[name], is_quoted, is_circular, home)
                        for name in order
                    ),
                ),
            )
        )
    return tuple(modules)


def _late_imports(
    imports: Mapping[ir.Identifier, Sequence[ir.Identifier]],
) -> frozenset[tuple[ir.Identifier, ir.Identifier]]:
    """Return the imports, as (module, imported), to leave for when they are needed, so
    that no chain of the others is too long."""
    group = strongly_connected(imports)
    circles: dict[int, list[ir.Identifier]] = {}
    for module, number in group.items():
        circles.setdefault(number, []).append(module)
    late: set[tuple[ir.Identifier, ir.Identifier]] = set()
    depth: dict[ir.Identifier, int] = {}
    # Whom others import comes before them.
    for modules in circles.values():
        inside = frozenset(modules)
        own = len(modules)
        if own > _IMPORTS:
            own = 1
            late.update((m, o) for m in modules for o in imports[m] if o in inside)
        deepest = 0
        for module in modules:
            for other in imports[module]:
                if other in inside:
                    continue
                if depth[other] + own > _IMPORTS:
                    late.add((module, other))
                else:
                    deepest = max(deepest, depth[other])
        depth.update(dict.fromkeys(modules, own + deepest))
    return frozenset(late)


def named(type_: ir.Type) -> Iterator[ir.Identifier]:
    """Yield the models and aliases that ``type_`` names."""
    for part in nested_types(type_):
        if isinstance(part, ir.NamedType):
            yield part.name


def _quote(
    alias: ir.Alias,
    is_quoted: Callable[[ir.Identifier, ir.Identifier], bool],
    is_circular: Callable[[ir.Identifier, ir.Identifier], bool],
    home: Mapping[ir.Identifier, ir.Identifier],
) -> ir.Alias:
    def quoted(part: ir.Type) -> ir.Type:
        if not isinstance(part, ir.NamedType):
            return part
        if is_circular(alias.name, part.name):
            return ir.NamedType(part.name, quoted=True, module=home[part.name])
        return ir.NamedType(part.name, quoted=is_quoted(alias.name, part.name))

    return replace(alias, type=mapped(alias.type, quoted))


def _dependency_order(
    names: Sequence[ir.Identifier],
    needs: Mapping[ir.Identifier, tuple[ir.Identifier, ...]],
) -> list[ir.Identifier]:
    """Return ``names`` so that what an alias needs stands before it where it can."""
    wanted = set(names)
    order: dict[ir.Identifier, None] = {}
    visiting: set[ir.Identifier] = set()
    for start in names:
        stack: list[tuple[ir.Identifier, bool]] = [(start, False)]
        while stack:
            name, done = stack.pop()
            if done:
                order[name] = None
                continue
            if name in visiting or name not in wanted:
                continue
            visiting.add(name)
            stack.append((name, True))
            stack.extend((n, False) for n in reversed(needs[name]))
    return list(order)
