"""What a value may be: the members of a union, and of the unions among them."""

from __future__ import annotations

from collections.abc import Iterator

from specpress.lower.nodes import Node, UnionShape
from specpress.lower.shapes import Shapes


def alternatives(shapes: Shapes, node: Node) -> Iterator[Node]:
    """Yield the canonical nodes that are no unions, each once; of what is no union,
    its own."""
    nodes, seen = [node], set[Node]()
    while nodes:
        each = shapes.canonical(nodes.pop())[0]
        if each in seen:
            continue
        seen.add(each)
        shape = shapes.shaped(each).shape
        if isinstance(shape, UnionShape):
            nodes.extend(reversed(shape.members))
        else:
            yield each
