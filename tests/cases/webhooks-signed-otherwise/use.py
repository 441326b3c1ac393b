"""What is signed, how and in which headers is configuration; here as
standardwebhooks.com has it. Events are of any type."""

import base64
import hashlib
import hmac
import json
import time

from webhooks_signed_otherwise import errors, models, webhooks

from tests.loopback import Loopback

KEY = b"a key of 24 bytes, yes.."
ORDER = "5f0c7c5e-8d4b-4b0e-9a55-3a3d7d8c1b11"
SECRET = "whsec_" + base64.b64encode(KEY).decode()


def use_events(server: Loopback) -> None:
    body = json.dumps({"type": "order.paid", "order": ORDER}).encode()
    now = str(int(time.time()))
    digest = hmac.digest(KEY, f"msg_1.{now}.".encode() + body, "sha256")
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": now,
        "webhook-signature": f"v1a,x v1,{base64.b64encode(digest).decode()}",
    }
    seen: list[str] = []

    def remember(text: str) -> bool:
        seen.append(text)
        return len(seen) == 1

    named = {**headers, "webhook-event": "order.paid"}
    event = webhooks.unwrap(body, named, secret=SECRET, remember=remember)
    assert isinstance(event, models.OrderPaidWebhookBody) and str(event.order) == ORDER
    signed = f"msg_1.{now}.".encode() + body
    assert seen == [hashlib.sha256(signed).hexdigest()]
    for name in headers:
        try:
            webhooks.unwrap(body, {**headers, name: "1"}, secret=SECRET)
        except errors.WebhookSignatureError:
            continue
        raise AssertionError(f"another {name} passed")


def use_events_that_are_no_objects(server: Loopback) -> None:
    orders = json.dumps([ORDER])
    imported = webhooks.parse(orders, {"webhook-event": "orders.imported"})
    assert isinstance(imported, list) and str(imported[0]) == ORDER
    changed = {"webhook-event": "orders.changed"}
    assert webhooks.parse(orders, changed) == imported
    assert webhooks.parse('"all"', changed) == "all"
    assert isinstance(webhooks.parse("1", changed), webhooks.UnknownEvent)
