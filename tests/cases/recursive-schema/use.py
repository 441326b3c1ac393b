"""Recursion through objects, lists, maps, unions and aliases of aliases."""

from typing import Any, get_type_hints

from recursive_schema import Client, models

from tests.loopback import Loopback

TREE: dict[str, Any] = {
    "name": "root",
    "parent": None,
    "children": [{"name": "leaf", "data": {"a": [1, "b", None, {"c": True}]}}],
    "by_name": {"leaf": {"name": "leaf", "children": []}},
}


def use_tree(server: Loopback) -> None:
    server.answer(json=TREE)
    with Client(base_url=server.url, strict=True) as client:
        root = client.tree.get_tree()
    assert isinstance(root.children, list)
    assert isinstance(root.children[0], models.Node)
    assert isinstance(root.by_name, dict)
    assert isinstance(root.by_name["leaf"], models.Node)
    assert root.to_dict() == TREE


def use_type_hints(server: Loopback) -> None:
    hints = get_type_hints(models.Node)
    assert {"name", "parent", "children", "by_name", "data"} <= set(hints)
    nested: models.Left = ["a", ["b", ["c"]]]
    assert nested


def use_list_of_itself_and_circle_of_unions(server: Loopback) -> None:
    server.answer(json=[[], [[]]])
    server.answer(json=3)
    with Client(base_url=server.url, strict=True) as client:
        assert client.tree.nest(body=[[], [[]]]) == [[], [[]]]
        assert client.tree.nest(body=()) == 3
    assert [r.json for r in server.requests] == [[[], [[]]], []]
