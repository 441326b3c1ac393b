"""Choosing a member of a union: by discriminator, and by what a value looks like."""

from __future__ import annotations

from dataclasses import make_dataclass
from typing import Annotated, Any, Literal

import pytest


@pytest.fixture
def codec(sample: Any) -> Any:
    return sample.module("_runtime.codec")


@pytest.fixture
def discriminator(sample: Any) -> Any:
    return sample.module("_runtime.codec_discriminator").Discriminator


@pytest.fixture
def models(sample: Any) -> Any:
    return sample.module("models")


@pytest.fixture
def model(codec: Any, sample: Any) -> Any:
    """``model("Name", field=annotation, …)`` makes a model class; optional fields are
    given as ``(annotation,)``."""
    types = sample.module("_runtime.types")

    def make(name: str, **annotations: Any) -> Any:
        fields: list[Any] = []
        for field, annotation in annotations.items():
            if isinstance(annotation, tuple):
                fields.append((field, annotation[0] | types.Unset, types.UNSET))
            else:
                fields.append((field, annotation))
        made = make_dataclass(
            name, fields, bases=(codec.Model,), kw_only=True, slots=True
        )
        made.__module__ = __name__
        return made

    return make


def names(value: Any) -> Any:
    if isinstance(value, list):
        return [names(one) for one in value]
    return type(value).__name__


# --- Which member --------


def test_the_member_with_fewer_deviations_also_of_very_many(
    codec: Any, model: Any
) -> None:
    words = model("Words", data=list[str])
    numbers = model("Numbers", data=list[int])
    body = {"data": [*range(150), *map(str, range(400))]}
    for union in (words | numbers, numbers | words):
        decoded, found = codec.decode(list[union], [body])
        assert names(decoded) == ["Words"]
        assert (len(found), found.more) == (100, 50)
    decoded, found = codec.decode(list[words | numbers], [body] * 3)
    assert (len(found), found.more) == (100, 350)


# --- By discriminator ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "member"),
    [
        ({"petType": "cat"}, "Cat"),
        ({"petType": "dog", "bark": "wow"}, "Dog"),
        ({"petType": "reptile", "kind": "snake", "length": 1}, "Snake"),
        ({"petType": "reptile", "kind": "lizard"}, "Lizard"),
        ({"petType": "reptile", "kind": "dragon"}, "UnknownVariant"),
        ({"petType": "fish", "bark": "?"}, "UnknownVariant"),
    ],
)
def test_the_discriminator_decides(
    codec: Any, models: Any, data: Any, member: str
) -> None:
    pet, found = codec.decode(models.Pet, data)
    assert found == []
    assert names(pet) == member
    assert codec.encode(pet) == data


def test_the_discriminator_wins_over_what_fits_better(codec: Any, models: Any) -> None:
    pet, found = codec.decode(models.Pet, {"petType": "dog", "indoor": True})
    assert names(pet) == "Dog"
    assert [str(one) for one in found] == ["$.bark: expected string, got nothing"]


def test_without_its_property_members_are_compared(codec: Any, models: Any) -> None:
    pet, found = codec.decode(models.Pet, {"colour": "red"})
    assert names(pet) == "UnknownVariant"
    assert [one.path for one in found] == ["$"]


@pytest.mark.parametrize("value", [{"a": 1}, ["cat"], None, 1.5])
def test_a_discriminator_of_another_kind(codec: Any, models: Any, value: Any) -> None:
    data = {"petType": value}
    pet, _ = codec.decode(models.Pet, data)
    assert codec.encode(pet) == data


def test_integer_and_boolean_discriminators(
    codec: Any, model: Any, discriminator: Any
) -> None:
    either = model("One", v=Literal[1]) | model("Yes", v=Literal[True])
    mapping = {"1": "One", "true": "Yes"}
    union: Any = Annotated[either, discriminator("v", mapping)]
    assert names(codec.decode(union, {"v": 1})[0]) == "One"
    assert names(codec.decode(union, {"v": True})[0]) == "Yes"


def test_a_discriminated_union_that_may_be_null(codec: Any, models: Any) -> None:
    data = {"pets": [{"petType": "cat"}], "favourite": None}
    litter, found = codec.decode(models.Litter, data)
    assert found == []
    assert litter.favourite is None
    assert codec.encode(litter) == data


def test_a_mapping_to_what_is_not_a_member_is_found_in_models(
    codec: Any, models: Any, discriminator: Any
) -> None:
    union = Annotated[
        models.Cat | codec.UnknownVariant,
        discriminator("petType", {"cat": "Cat", "reptile": "Reptile"}),
    ]
    snake = {"petType": "reptile", "kind": "snake", "length": 1}
    assert names(codec.decode(union, snake)[0]) == "Snake"


# --- By inference --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "member"),
    [
        ({"radius": 1}, "Circle"),
        ({"side": 1}, "Square"),
        ({"side": 1, "type": "text"}, "Text"),
        ({"side": 1, "type": "other"}, "Square"),
        ("plain", "str"),
        (None, "NoneType"),
    ],
)
def test_required_fields_and_constants(
    codec: Any, models: Any, data: Any, member: str
) -> None:
    shape, found = codec.decode(models.Shape, data)
    assert found == []
    assert names(shape) == member
    assert codec.encode(shape) == data


def test_nothing_fits(codec: Any, models: Any) -> None:
    data = {"shapes": [{"x": 1}], "closed": {"x": 1}}
    drawing, found = codec.decode(models.Drawing, data)
    assert names(drawing.shapes) == ["UnknownVariant"]
    assert drawing.closed == {"x": 1}
    assert [one.path for one in found] == ["$.shapes[0]", "$.closed"]
    assert codec.encode(drawing) == data


def test_the_kind_of_a_field_tells_members_apart(codec: Any, model: Any) -> None:
    number, text = model("Number", value=int), model("Words", value=str)
    assert names(codec.decode(number | text, {"value": "x"})[0]) == "Words"
    assert names(codec.decode(text | number, {"value": 5})[0]) == "Number"


def test_more_declared_fields_win(codec: Any, model: Any) -> None:
    small, large = model("Small", a=int), model("Large", a=int, b=(int,))
    assert names(codec.decode(small | large, {"a": 1, "b": 2})[0]) == "Large"
    assert names(codec.decode(small | large, {"a": 1})[0]) == "Small"
    assert names(codec.decode(large | small, {"a": 1})[0]) == "Large"


def test_open_enums_are_a_hint(codec: Any, model: Any) -> None:
    a = model("A", kind=Literal["a", "aa"] | str)
    b = model("B", kind=Literal["b", "bb"] | str)
    assert names(codec.decode(a | b, {"kind": "bb"})[0]) == "B"
    assert codec.decode(a | b, {"kind": "c"})[1] == []


def test_deviations_deep_inside_decide_between_equals(codec: Any, model: Any) -> None:
    number = model("Numbers", items=list[dict[str, int]])
    text = model("Texts", items=list[dict[str, str]])
    value, found = codec.decode(number | text, {"items": [{"a": "x"}]})
    assert (names(value), found) == ("Texts", [])


@pytest.mark.parametrize(
    ("target", "value", "expected"),
    [
        (int | float, 1.0, float),
        (float | int, 1, int),
        (bool | int, 1, int),
        (bool | int, True, bool),
        (Literal[1] | str, 1.0, int),
        (list[int] | list[str], ["a"], list),
        (dict[str, int] | str, {"a": 1}, dict),
        (tuple[str, int] | list[str], ["a", 1], tuple),
        (tuple[str, int] | list[str], ["a"], list),
        (Any | None, {"a": 1}, dict),
    ],
)
def test_plain_members(codec: Any, target: Any, value: Any, expected: type) -> None:
    result, found = codec.decode(target, value)
    assert found == []
    assert type(result) is expected
    assert codec.encode(result) == value


def test_a_constant_is_a_number_however_it_is_written(codec: Any, model: Any) -> None:
    either = model("One", v=Literal[1]) | model("Two", v=Literal[2])
    for value in (2, 2.0):
        read, found = codec.decode(either, {"v": value})
        assert (names(read), read.v, found) == ("Two", 2, [])


def test_strings_are_read_as_the_first_that_fits(codec: Any, models: Any) -> None:
    read = {
        text: names(models.Everything.from_dict({"moment_or_day": text}).moment_or_day)
        for text in ("2025-01-31T10:00:00Z", "2025-01-31", "soon")
    }
    assert list(read.values()) == ["datetime", "date", "str"]


def test_models_and_maps(codec: Any, model: Any) -> None:
    known = model("Known", id=int)
    target = known | dict[str, Any]
    assert names(codec.decode(target, {"id": 1, "x": 2})[0]) == "Known"
    assert names(codec.decode(target, {"x": 2})[0]) == "dict"


def test_recursive_aliases(codec: Any, models: Any) -> None:
    data = {"value": [1, "a", None, {"x": [True, {}]}]}
    template, found = codec.decode(models.Template, data)
    assert found == []
    assert codec.encode(template) == data
    tree = {"left": {"value": 1}, "right": {"left": {"value": 2}}}
    value, found = codec.decode(models.Tree, tree)
    assert (names(value.right.left), found) == ("Leaf", [])


def test_unions_in_unions_do_not_multiply_the_work(build_package: Any) -> None:
    package = build_package(
        {
            "models/__init__.py": (
                "from __future__ import annotations\n"
                "from dataclasses import dataclass\n"
                "import sys\n"
                "from .._runtime.codec import Model\n"
                "from .._runtime.types import UNSET, Unset\n"
                "models = sys.modules[__name__]\n"
                "@dataclass(kw_only=True, slots=True)\n"
                "class And(Model):\n"
                "    left: models.And | models.Or | int | Unset = UNSET\n"
                "    right: models.Or | models.And | int | Unset = UNSET\n"
                "@dataclass(kw_only=True, slots=True)\n"
                "class Or(Model):\n"
                "    left: models.Or | models.And | int | Unset = UNSET\n"
                "    right: models.And | models.Or | int | Unset = UNSET\n"
            )
        }
    )
    codec, models = package.module("_runtime.codec"), package.module("models")
    data: Any = {"left": 1, "right": "wrong"}
    for _ in range(60):  # two tries at every level would be 2 ** 60
        data = {"left": data, "right": 1}
    value, found = codec.decode(models.And | models.Or, data)
    assert len(found) == 1
    assert codec.encode(value) == data
