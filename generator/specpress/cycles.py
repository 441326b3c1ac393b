"""Cycles: which nodes of a graph reach each other."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Node = TypeVar("Node", bound=Hashable)


def strongly_connected(needs: Mapping[Node, Sequence[Node]]) -> dict[Node, int]:
    """Return a number for each node, the same for nodes that reach each other.

    Tarjan's algorithm with a stack of its own: documents may chain thousands of nodes.
    """
    number: dict[Node, int] = {}
    low: dict[Node, int] = {}
    group: dict[Node, int] = {}
    open_nodes: list[Node] = []
    for start in needs:
        if start in number:
            continue
        work = [(start, iter(needs[start]))]
        number[start] = low[start] = len(number)
        open_nodes.append(start)
        while work:
            node, following = work[-1]
            for other in following:
                if other not in number:
                    number[other] = low[other] = len(number)
                    open_nodes.append(other)
                    work.append((other, iter(needs.get(other, ()))))
                    break
                if other not in group:
                    low[node] = min(low[node], number[other])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == number[node]:
                    member = None
                    while member != node:
                        member = open_nodes.pop()
                        group[member] = number[node]
    return group
