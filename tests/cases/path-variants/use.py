"""A fragment in a path names a variant and is never sent; a query is."""

from path_variants import Client

from tests.loopback import Loopback


def use_variants(server: Loopback) -> None:
    server.answer(status=204)
    with Client(base_url=server.url) as client:
        client.items.list_items()
        client.items.list_archived(page=2)
        client.items.list_beta()
        client.items.list_beta(page=2)
        client.items.get_acl()
        client.items.get_acl(acl=True, kind="a")
        client.items.delete(7)
        client.toys.get_by_id_api_v1(1)
        client.toys.get_by_id_api_v2(2)
        client.v1.get()
        server.answer()
        client.items.has_acl("a b")
    assert [r.target for r in server.requests] == [
        "/items",
        "/items?page=2",
        "/items?beta=true",
        "/items?beta=true&page=2",
        "/items?acl",
        "/items?acl=true&kind=a",
        "/items/7",
        "/api/v1/toys/1",
        "/api/v2/toys/2",
        "/v1",
        "/items?acl&kind=a%20b",
    ]
