"""allOf becomes one class; of two statements the narrower one counts."""

from all_of_merge import Client, models

from tests.loopback import Loopback


def use_merged(server: Loopback) -> None:
    data = {"name": "Ana", "age": 31, "badge": "7", "manager": {"name": "Bo"}}
    server.answer(json=data)
    with Client(base_url=server.url, strict=True) as client:
        employee = client.employees.get_employee()
    assert isinstance(employee.manager, models.Person)
    assert employee.to_dict() == data
    assert models.Contractor is models.Person
