"""What only one side may send is in that side's type alone."""

from read_only_write_only import Client, models

from tests.loopback import Loopback


def use_both_sides(server: Loopback) -> None:
    server.answer(json=[{"id": "u1", "name": "Ana"}])
    with Client(base_url=server.url, strict=True) as client:
        users = client.users.replace_users(
            body=[models.UserInput(name="Ana", password="secret")]
        )
    assert server.requests[0].json == [{"name": "Ana", "password": "secret"}]
    assert users == [models.User(id="u1", name="Ana")]
