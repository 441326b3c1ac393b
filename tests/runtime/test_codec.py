"""Models: decoding, deviations, unknown fields, and what dataclasses can do."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import threading
import typing
from datetime import UTC, datetime
from typing import Any

import pytest

LABEL = {
    "id": "lbl_1",
    "object": "label",
    "color": "gray",
    "seen_at": "2025-01-31T10:00:00Z",
    "count": "7",
}


@pytest.fixture
def codec(sample: Any) -> Any:
    return sample.module("_runtime.codec")


@pytest.fixture
def models(sample: Any) -> Any:
    return sample.module("models")


def deviations(codec: Any, target: Any, value: Any) -> list[str]:
    return [str(deviation) for deviation in codec.decode(target, value)[1]]


def test_reads_and_writes_a_model(codec: Any, models: Any) -> None:
    label, found = codec.decode(models.Label, LABEL)
    assert found == []
    assert label.count == 7
    assert label.seen_at == datetime(2025, 1, 31, 10, tzinfo=UTC)
    assert label.to_dict() == LABEL
    assert models.Label.from_dict(LABEL) == label


def test_absent_null_and_present_differ(codec: Any, models: Any) -> None:
    unset = codec.Model.from_dict.__globals__["UNSET"]
    assert models.Label.from_dict(LABEL).parent is unset
    assert models.Label.from_dict({**LABEL, "parent": None}).parent is None
    assert models.Label.from_dict({**LABEL, "parent": None}).to_dict()["parent"] is None
    assert "parent" not in models.Label.from_dict(LABEL).to_dict()


def test_wire_names(models: Any) -> None:
    label = models.Label.from_dict({**LABEL, "from": "me"})
    assert label.from_ == "me"
    assert label.to_dict()["from"] == "me"


def test_missing_required_fields_are_unset_and_reported(
    codec: Any, models: Any
) -> None:
    data = {name: value for name, value in LABEL.items() if name != "object"}
    label, found = codec.decode(models.Label, {**data, "parent": {"id": "x"}})
    assert not label.object
    assert label.to_dict() == {**data, "parent": {"id": "x"}}
    assert [str(deviation) for deviation in found] == [
        '$.parent.object: expected "label", got nothing',
        '$.parent.color: expected "gray" or "red" or string, got nothing',
        "$.parent.seen_at: expected date-time, got nothing",
        "$.parent.count: expected digit string, got nothing",
        '$.object: expected "label", got nothing',
    ]


def test_contradicting_values_are_kept_and_reported(codec: Any, models: Any) -> None:
    data = {
        "boolean": 1,
        "integer": "1",
        "number": True,
        "text": None,
        "data": "%%",
        "moment": "yesterday",
        "day": 5,
        "identifier": "x",
        "amount": 1.5,
        "constant": "other",
        "pair": ["a"],
        "names": ["a", 1],
        "table": {"odd name": "x", "fine": 1},
        "mixed": [1.5, True],
    }
    model, found = codec.decode(models.Everything, data)
    assert model.to_dict() == data
    assert [str(deviation) for deviation in found] == [
        "$.boolean: expected boolean, got integer",
        "$.integer: expected integer, got string",
        "$.number: expected number, got boolean",
        "$.text: expected string, got null",
        "$.data: expected base64 string, got string",
        "$.moment: expected date-time, got string",
        "$.day: expected date, got integer",
        "$.identifier: expected UUID, got string",
        "$.amount: expected decimal number in a string, got number",
        '$.constant: expected "fixed", got string',
        "$.pair: expected array of 2, got array",
        "$.names[1]: expected string, got integer",
        "$.table['odd name']: expected integer, got string",
        "$.mixed[0]: expected integer, got number",
        "$.mixed[1]: expected string or integer or null, got boolean",
    ]
    assert found[1].value == "1"
    assert "'1'" not in repr(found[1])


def test_open_enums_never_deviate(codec: Any, models: Any) -> None:
    data = {"open_enum": "z", "number_enum": 99}
    assert deviations(codec, models.Everything, data) == []


def test_one_kind_of_number(codec: Any, models: Any) -> None:
    model, found = codec.decode(models.Everything, {"integer": 1.0, "number": 3})
    assert found == []
    assert (type(model.integer), model.integer) == (int, 1)
    assert type(model.number) is int
    huge = 10**5000
    assert models.Everything.from_dict({"integer": huge}).to_dict()["integer"] == huge


def test_null_of_type_null(codec: Any, models: Any) -> None:
    assert models.Everything.from_dict({"nothing": None}).to_dict() == {"nothing": None}


def test_a_whole_value_of_another_kind(codec: Any, models: Any) -> None:
    value, found = codec.decode(models.Label, [1])
    assert value == [1]
    assert [deviation.path for deviation in found] == ["$"]


def test_unknown_fields_survive(codec: Any, models: Any) -> None:
    data = {"name": "Ann", "new": {"deep": [1, None]}}
    profile, found = codec.decode(models.Profile, data)
    assert found == []
    assert profile.additional_properties == {"new": {"deep": [1, None]}}
    assert profile.to_dict() == data
    assert repr(profile) == (
        "Profile(name='Ann', additional_properties={'new': {'deep': [1, None]}})"
    )
    assert profile != models.Profile(name="Ann")
    assert codec.members(profile) == data


def test_looking_for_unknown_fields_changes_nothing(models: Any) -> None:
    left, right = models.Profile(name="Ann"), models.Profile(name="Ann")
    assert left.additional_properties == {}
    assert left == right
    assert repr(left) == repr(right) == "Profile(name='Ann')"
    left.additional_properties["x"] = 1
    assert left != right
    assert left.to_dict() == {"name": "Ann", "x": 1}


def test_a_field_wins_over_an_unknown_one_of_its_name(models: Any) -> None:
    profile = models.Profile(name="Ann")
    profile.additional_properties = {"name": "Bob", "locale": "en"}
    assert profile.to_dict() == {"name": "Ann", "locale": "en"}


def test_typed_additional_properties(codec: Any, models: Any) -> None:
    scores, found = codec.decode(models.Scores, {"title": "t", "ann": 1, "bob": "x"})
    assert scores.additional_properties == {"ann": 1, "bob": "x"}
    assert [str(one) for one in found] == ["$.bob: expected integer, got string"]
    assert scores.to_dict() == {"title": "t", "ann": 1, "bob": "x"}
    assert models.Scores(additional_properties={"a": 1}).to_dict() == {"a": 1}
    assert codec.members(models.Scores(additional_properties={"a": 1})) == {"a": 1}
    assert models.Scores(additional_properties={"a": 1}) != models.Scores()


@pytest.mark.parametrize(
    "duplicate",
    [
        copy.copy,
        copy.deepcopy,
        lambda value: pickle.loads(pickle.dumps(value)),
        dataclasses.replace,
    ],
)
def test_copies_are_equal_and_complete(models: Any, duplicate: Any) -> None:
    label = models.Label.from_dict(
        {**LABEL, "seen_at": "2025-01-31T10:00:00.120Z", "new": 1, "count": "007"}
    )
    twin = duplicate(label)
    assert twin is not label
    assert twin == label
    assert twin.to_dict() == label.to_dict()
    assert twin.to_dict()["count"] == "007"


def test_replacing_a_field_keeps_unknown_ones(models: Any) -> None:
    profile = models.Profile.from_dict({"name": "Ann", "new": 1})
    renamed = dataclasses.replace(profile, name="Bob")
    assert renamed.to_dict() == {"name": "Bob", "new": 1}
    renamed.additional_properties["new"] = 2
    assert profile.additional_properties == {"new": 1}


def test_models_match_patterns(models: Any) -> None:
    match models.Profile(name="Ann", locale=None):
        case models.Profile(name=name, locale=None):
            assert name == "Ann"
        case _:
            pytest.fail("no match")


def test_models_are_slotted_dataclasses_without_extra_fields(models: Any) -> None:
    profile = models.Profile(name="Ann")
    assert not hasattr(profile, "__dict__")
    assert [field.name for field in dataclasses.fields(profile)] == ["name", "locale"]
    with pytest.raises(TypeError):
        models.Profile("Ann")
    with pytest.raises(TypeError):
        hash(profile)


def test_models_of_different_classes_differ(models: Any) -> None:
    assert models.Circle(radius=1) != models.Square(side=1)
    assert models.Circle(radius=1) != {"radius": 1}


def test_type_hints_of_every_model_can_be_evaluated(models: Any) -> None:
    for name in models.__all__:
        member = getattr(models, name)
        if isinstance(member, type):
            hints = typing.get_type_hints(member, include_extras=True)
            fields = [field.name for field in dataclasses.fields(member)]
            assert sorted(fields) == sorted(hints)


def test_a_subclass_with_state_of_its_own(build_package: Any) -> None:
    package = build_package(
        {
            "models/page.py": (
                "from __future__ import annotations\n"
                "from typing import Generic, TypeVar\n"
                "from .contact import ContactList\n"
                "T = TypeVar('T')\n"
                "class Page(Generic[T]):\n"
                "    pager: object = None\n"
                "class ContactListPage(ContactList, Page['models.Contact']):\n"
                "    '''A page.'''\n"
            )
        }
    )
    page_class = package.module("models.page").ContactListPage
    data = {"data": [], "has_more": False, "new": 1}
    page, found = package.module("_runtime.codec").decode(page_class, data)
    assert found == []
    assert type(page) is page_class
    page.pager = "state"
    assert page.to_dict() == data
    assert copy.deepcopy(page).pager == "state"


def test_fields_named_like_types_and_methods(build_package: Any) -> None:
    package = build_package(
        {
            "models/odd.py": (
                "from __future__ import annotations\n"
                "from dataclasses import dataclass\n"
                "from datetime import date\n"
                "from .._runtime.codec import Model\n"
                "from .._runtime.types import UNSET, Unset\n"
                "@dataclass(kw_only=True, slots=True)\n"
                "class Odd(Model):\n"
                "    list: list[str] | Unset = UNSET\n"
                "    date: date | Unset = UNSET\n"
                "    self: str | Unset = UNSET\n"
                "    value: str | Unset = UNSET\n"
            )
        }
    )
    odd_class = package.module("models.odd").Odd
    data = {"list": ["a"], "date": "2025-01-31", "self": "x", "value": "y"}
    odd, found = package.module("_runtime.codec").decode(odd_class, data)
    assert found == []
    assert odd.to_dict() == data


def test_recursive_models(codec: Any, models: Any) -> None:
    node = {"name": "a", "children": [{"name": "b", "by_name": {"c": {"name": "c"}}}]}
    value, found = codec.decode(models.Node, {**node, "next": node})
    assert found == []
    assert value.next.children[0].by_name["c"].name == "c"
    assert value.to_dict() == {**node, "next": node}


@pytest.mark.parametrize("deep", ["model", "alias", "any"])
def test_values_nested_too_deeply(codec: Any, models: Any, deep: str) -> None:
    value: Any = {"name": "x"} if deep == "model" else "x"
    for _ in range(100_000):
        value = {"name": "x", "next": value} if deep == "model" else [value]
    target = {"model": models.Node, "alias": models.JsonValue, "any": Any}[deep]
    if deep == "any":
        assert codec.decode(target, value) == (value, [])
    else:
        with pytest.raises(codec.TooDeep):
            codec.decode(target, value)
    with pytest.raises(codec.TooDeep):
        codec.encode(value)


def test_a_value_that_contains_itself(codec: Any, models: Any) -> None:
    node = models.Node(name="a")
    node.next = node
    assert repr(node) == "Node(name='a', next=...)"
    with pytest.raises(codec.TooDeep):
        codec.encode(node)


def test_many_threads_use_a_class_first_at_once(build_package: Any) -> None:
    package = build_package({})
    codec, models = package.module("_runtime.codec"), package.module("models")
    results: list[Any] = []
    start = threading.Barrier(8)

    def run() -> None:
        start.wait()
        results.append(codec.decode(models.ContactList, {"data": [], "has_more": True}))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected: Any = (models.ContactList(data=[], has_more=True), [])
    assert results == [expected] * 8


def test_decoding_does_not_change_or_share_what_it_was_given(
    codec: Any, models: Any
) -> None:
    data = {"names": ["a"], "table": {"x": 1}}
    before = json.dumps(data)
    model, _ = codec.decode(models.Everything, data)
    model.names.append("b")
    model.table["y"] = 2
    assert json.dumps(data) == before


def test_of_very_many_deviations_the_first_are_told(codec: Any, models: Any) -> None:
    values = [1] * 100_000
    decoded, found = codec.decode(list[models.Label], values)
    assert decoded == values
    assert [each.path for each in found] == [f"$[{index}]" for index in range(100)]
    assert found.more == 99_900


def test_a_path_is_no_longer_than_it_is_deep(codec: Any) -> None:
    [found] = codec.decode(dict[str, int], {"a" * 1_000_000: "b"})[1]
    assert found.path == "$['" + "a" * 100 + "…']"


def test_only_objects_are_read(models: Any) -> None:
    for value in ("x", [("id", 1)], None):
        with pytest.raises(TypeError, match="Label.from_dict takes a mapping, not"):
            models.Label.from_dict(value)
