"""Arguments take the documented values; answers may hold new ones."""

from enums_open_and_closed import Client, models

from tests.loopback import Loopback


def use_new_values(server: Loopback) -> None:
    server.answer(json={"object": "lamp", "color": "ultraviolet", "level": 3})
    with Client(base_url=server.url, strict=True) as client:
        lamp = client.lamps.create_lamp(color="red", level=2, mode="dry-run")
    assert server.requests[0].query == "mode=dry-run"
    assert server.requests[0].json == {"color": "red", "level": 2}
    assert lamp.color == "ultraviolet" and lamp.level == 3
    assert models.Lamp(color="green").to_dict() == {"object": "lamp", "color": "green"}
