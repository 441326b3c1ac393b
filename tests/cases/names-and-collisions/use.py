"""Any text becomes a good identifier; the wire keeps its own spelling."""

from names_and_collisions import Client, models

from tests.loopback import Loopback


def use_wire_names(server: Loopback) -> None:
    data = {
        "name": "n",
        "a-b": "1",
        "a_b": "2",
        "from": "3",
        "$ref": "4",
        "list": ["5"],
        "to_dict": "6",
        "日本": "7",
        "2fa": True,
        "": "8",
    }
    thing = models.Thing.from_dict(data)
    assert thing.a_b == "2" and thing.from_ == "3" and thing.日本 == "7"
    assert thing.empty == "8"
    assert thing.to_dict() == data


def use_arguments(server: Loopback) -> None:
    server.answer(json=[{"str": "s", "int": 1}])
    with Client(base_url=server.url) as client:
        (thing,) = client.things.list("p/1", id_query="q", class_="c")
        assert thing.to_dict() == {"str": "s", "int": 1}
        server.answer(status=204)
        client.things.delete("p", name="query", body_name="body")
    assert server.requests[0].target == "/things/p%2F1?id=q&class=c"
    assert server.requests[1].query == "name=query"
    assert server.requests[1].json == {"name": "body"}
