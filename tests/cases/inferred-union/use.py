"""JSON type, constants and required fields tell the members of a union apart."""

from inferred_union import Client, models

from tests.loopback import Loopback


def use_members(server: Loopback) -> None:
    server.answer(
        json=[{"side": 2}, {"radius": 1.5}, {"type": "named", "side": 1}, "s", 7, [1.5]]
    )
    with Client(base_url=server.url, strict=True) as client:
        square, circle, named, text, number, points = client.shapes.list_shapes()
    assert isinstance(square, models.Square)
    assert isinstance(circle, models.Circle)
    assert isinstance(named, models.Named)
    assert (text, number, points) == ("s", 7, [1.5])


def use_listed_values_beside_objects(server: Loopback) -> None:
    server.answer(json=[{"tool": {"radius": 2}}, {"tool": "auto"}, {"tool": [1]}])
    with Client(base_url=server.url) as client:
        given, auto, odd = client.shapes.list_shapes()
    assert isinstance(given, models.Chosen)
    assert isinstance(given.tool, models.Circle)
    assert isinstance(auto, models.Chosen) and auto.tool == "auto"
    assert odd is not None
