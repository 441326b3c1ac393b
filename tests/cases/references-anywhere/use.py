"""References to any pointer and to files beside the document."""

from references_anywhere import Client, models

from tests.loopback import Loopback


def use_references(server: Loopback) -> None:
    with Client(base_url=server.url, strict=True) as client:
        server.answer(json={"age": 3, "address": {"street": "s"}})
        owner = client.calls.owner(size=2)
        assert isinstance(owner.address, models.OwnerAddress)
        server.answer(json={"name": "a", "friend": {"name": "b"}})
        pet = client.calls.pet()
        assert pet.to_dict() == {"name": "a", "friend": {"name": "b"}}
    assert server.requests[0].query == "size=2"


def use_components_that_stand_elsewhere(_: Loopback) -> None:
    collar = models.Collar(tag=models.Tag(text="a"), other=models.Tag(text="b"))
    assert models.Collar.from_dict(collar.to_dict()) == collar
