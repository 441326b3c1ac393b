"""A reference to a schema that others build upon means any of them."""

from discriminator_on_a_base import Client, models

from tests.loopback import Loopback

VEHICLES = [
    {"kind": "car", "wheels": 4, "doors": 5},
    {"kind": "Bike", "bell": True},
    {"kind": "Vehicle", "wheels": 1},
    {"kind": "boat", "mast": 2},
]


def use_family(server: Loopback) -> None:
    server.answer(json=VEHICLES)
    with Client(base_url=server.url, strict=True) as client:
        car, bike, plain, other = client.vehicles.list_vehicles()
    assert isinstance(car, models.Car) and car.doors == 5 and car.wheels == 4
    assert isinstance(bike, models.Bike) and bike.bell is True
    assert isinstance(plain, models.Vehicle)
    assert [v.to_dict() for v in (car, bike, plain, other)] == VEHICLES


def use_parent_that_lists_its_children(server: Loopback) -> None:
    answer = [{"form": "square", "inside": {"form": "circle", "radius": 1.5}}]
    server.answer(json=answer)
    with Client(base_url=server.url, strict=True) as client:
        (square,) = client.vehicles.list_shapes()
    assert isinstance(square, models.Square)
    assert isinstance(square.inside, models.Circle)
    assert square.to_dict() == answer[0]


def use_siblings(server: Loopback) -> None:
    legs = [{"kind": "Bike"}, {"kind": "car"}, {"kind": "Taxi"}, {"kind": "boat"}]
    server.answer(json=[{"legs": legs}])
    with Client(base_url=server.url, strict=True) as client:
        (trip,) = client.vehicles.list_trips()
    bike, car, taxi, other = trip.legs
    assert isinstance(bike, models.Bike)
    assert isinstance(car, models.Car) and isinstance(taxi, models.Car)
    assert not isinstance(other, models.Bike | models.Car)
    assert trip.to_dict() == {"legs": legs}
