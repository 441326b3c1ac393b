"""The discriminator decides; a value nobody knows is kept as it came."""

from discriminated_union import Client, UnknownVariant, models

from tests.loopback import Loopback

PETS = [
    {"kind": "feline", "lives": 9},
    {"kind": "Dog", "barks": True, "collar": "red"},
    {"kind": "axolotl", "gills": 6},
]


def use_variants(server: Loopback) -> None:
    server.answer(json=PETS)
    with Client(base_url=server.url, strict=True) as client:
        pets = client.pets.list_pets()
    cat, dog, other = pets
    assert isinstance(cat, models.Cat) and cat.lives == 9
    assert isinstance(dog, models.Dog) and dog.additional_properties == {
        "collar": "red"
    }
    assert isinstance(other, UnknownVariant)
    assert [pet.to_dict() for pet in (cat, dog, other)] == PETS


def use_as_argument(server: Loopback) -> None:
    server.answer(status=204)
    with Client(base_url=server.url) as client:
        client.pets.add_pet(body=models.Cat(kind="feline", lives=7))
        client.pets.add_pet(body={"kind": "Dog"})
    assert [r.json for r in server.requests] == [
        {"kind": "feline", "lives": 7},
        {"kind": "Dog"},
    ]


def use_constants_without_a_mapping(server: Loopback) -> None:
    signs: list[dict[str, object]] = [
        {"kind": 1, "size": 1},
        {"kind": "min", "size": 2},
        {"kind": "Other", "size": 3},
        {"kind": "Limit", "size": 4},
    ]
    server.answer(json=signs)
    with Client(base_url=server.url, strict=True) as client:
        found = client.pets.list_signs()
    assert [type(sign) for sign in found] == [
        models.Stop,
        models.Limit,
        models.Other,
        UnknownVariant,
    ]
    assert [sign.to_dict() for sign in found] == signs
    assert models.Stop().kind == 1 and models.Other().kind == "Other"
