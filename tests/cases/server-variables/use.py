"""Variables of a server URL are keywords of the client."""

from server_variables import Client

from tests.loopback import Loopback


def use_variables(server: Loopback) -> None:
    server.answer(status=204)
    port = server.url.rpartition(":")[2]
    with Client(port=port, version="v2") as client:
        client.calls.ping()
    with Client(base_url=server.url + "/prefix/") as client:
        client.calls.ping()
    with Client(port=port, files_version="v9") as client:
        client.files.upload()
    assert [r.target for r in server.requests] == [
        "/v2/ping",
        "/prefix/ping",
        "/v9/upload",
    ]
