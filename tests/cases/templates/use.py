"""A schema that fills in a template is a type of its own."""

from templates import Client, models
from tests.loopback import Loopback


def use_templates(server: Loopback) -> None:
    server.answer(json={"data": [{"id": 1}]})
    server.answer(json={"data": [{"name": "a"}], "total": 1})
    server.answer(json={"children": [{}]})
    with Client(base_url=server.url) as client:
        users = client.users.list_users()
        groups = client.users.list_groups()
        tree = client.users.put_tree(
            name="a", children=[models.NamedTree(name="b", children=[])]
        )
    assert users.data == [models.User(id=1)]
    assert groups.data == [models.GroupsItem(name="a")] and groups.total == 1
    assert server.requests[2].json == {
        "name": "a",
        "children": [{"name": "b", "children": []}],
    }
    assert tree == models.Tree(children=[models.Tree()])
