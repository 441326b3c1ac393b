"""Names of built-ins beside annotations that use them."""

from method_called_list import Client, models

from tests.loopback import Loopback


def use_builtins(server: Loopback) -> None:
    server.answer(json=["a"])
    with Client(base_url=server.url) as client:
        found: list[str] = client.items.list(ids=["a", "b"])
        assert found == ["a"]
        server.answer(json={"a": "b"})
        assert client.items.type() == {"a": "b"}
    data = {"list": ["a"], "dict": {"a": 1}, "str": "s", "type": "t", "property": "p"}
    assert models.Builtins.from_dict(data).to_dict() == data
