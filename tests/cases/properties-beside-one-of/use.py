"""What stands beside oneOf belongs to each branch; branches that only require
something are assertions."""

from properties_beside_one_of import Client, models

from tests.loopback import Loopback


def use_branches(server: Loopback) -> None:
    server.answer(json={"amount": 3, "till": 7})
    with Client(base_url=server.url, strict=True) as client:
        payment = client.payments.pay(body=models.PaymentCash(amount=3, till=7))
    assert payment == models.PaymentCash(amount=3, till=7)
    assert server.requests[0].json == {"amount": 3, "till": 7}
    assert models.Contact(email="a@example.com").to_dict() == {"email": "a@example.com"}
    level: models.Level = 2
    assert level == 2
