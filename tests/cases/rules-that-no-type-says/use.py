"""Rules are the server's to check; the client only tells of them."""

from rules_that_no_type_says import Client, models

from tests.loopback import Loopback


def use_what_the_rules_forbid(server: Loopback) -> None:
    server.answer(json={})
    with Client(base_url=server.url, strict=True) as client:
        sent = models.Filter(before="b", after="a", labels={"A": "b"})
        filter_ = client.filters.add(before="b", after="a", labels={"A": "b"})
    assert filter_ == models.Filter()
    assert server.requests[0].json == sent.to_dict()


def use_docstrings(_: Loopback) -> None:
    text = models.Filter.__doc__ or ""
    for rule in ("dependentRequired", "if", "not", "then"):
        assert f"``{rule}``" in text
    assert "At least 1 property." in text


def use_names_that_are_only_required(server: Loopback) -> None:
    answer: dict[str, object] = {"kind": "a", "code": [1], "note": "x", "n": 1}
    server.answer(json=answer)
    with Client(base_url=server.url, strict=True) as client:
        choice = client.filters.choose(kind="a", code=[1])
        assert server.requests[0].json == {"kind": "a", "code": [1]}
        assert choice.code == [1] and choice.additional_properties["note"] == "x"
        assert choice.to_dict() == answer
        server.answer(json={"name": "n", "owner": 7, "more": 8})
        rule = client.filters.get_rule()
    assert (rule.owner, rule.additional_properties) == (7, {"more": 8})
