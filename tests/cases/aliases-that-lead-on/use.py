"""Each alias names the next one twice: written out, the first would have 4,000 parts."""

from typing import Any, get_type_hints

from aliases_that_lead_on import Client, models

from tests.loopback import Loopback


def use_what_is_cut(server: Loopback) -> None:
    value: Any = [[{"a": [[]]}], {"b": []}]
    server.answer(json=value)
    with Client(base_url=server.url, strict=True) as client:
        assert client.levels.levels() == value


def use_type_hints(server: Loopback) -> None:
    assert get_type_hints(Client.__init__)
    assert "L12" not in str(models.L1)
    assert models.L11 == list[models.L12] | dict[str, models.L12]
