"""Each style of the standard, as an HTTP server sees it."""

from parameter_styles import Client

from tests.loopback import Loopback


def use_styles(server: Loopback) -> None:
    server.answer(status=204)
    with Client(base_url=server.url) as client:
        client.styles.all(
            ["a", "b/c"],
            "x",
            {"r": 1, "g": 2},
            form=["1", "2"],
            comma=(1, 2),
            pipes=["a", "b"],
            spaces=["a", "b"],
            deep={"a": "x y", "b": 1},
            reserved="a/b?c",
            json={"x": 1},
            flag=True,
            x_list=["a", "b"],
            x_tenant=7,
            session="s1",
        )
    request = server.requests[0]
    assert request.target.partition("?")[0] == "/styles/a,b%2Fc/.x/;r=1;g=2"
    assert request.query == (
        "form=1&form=2&comma=1,2&pipes=a%7Cb&spaces=a%20b"
        "&deep%5Ba%5D=x%20y&deep%5Bb%5D=1&reserved=a/b?c&json=%7B%22x%22%3A1%7D"
        "&flag=true"
    )
    assert request.headers["x-list"] == "a,b"
    assert request.headers["x-tenant"] == "7"
    assert request.headers["cookie"] == "session=s1"
