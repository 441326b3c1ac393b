"""Deprecated calls still work; type checkers strike them through."""

import warnings

from deprecated import Client

from tests.loopback import Loopback


def use_old(server: Loopback) -> None:
    server.answer(json={"gone": "yes"})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Client(base_url=server.url) as client:
            assert client.calls.old().gone == "yes"  # pyright: ignore[reportDeprecated]
