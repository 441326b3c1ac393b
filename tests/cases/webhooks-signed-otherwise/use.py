"""What is signed, how and in which headers is configuration; here as
standardwebhooks.com has it."""

import base64
import hashlib
import hmac
import json
import time

from webhooks_signed_otherwise import errors, models, webhooks

from tests.loopback import Loopback

KEY = b"a key of 24 bytes, yes.."
SECRET = "whsec_" + base64.b64encode(KEY).decode()


def use_events(server: Loopback) -> None:
    body = json.dumps({"type": "order.paid", "order": "o1"}).encode()
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

    event = webhooks.unwrap(body, headers, secret=SECRET, remember=remember)
    assert isinstance(event, models.OrderPaidWebhookBody) and event.order == "o1"
    signed = f"msg_1.{now}.".encode() + body
    assert seen == [hashlib.sha256(signed).hexdigest()]
    for name in headers:
        try:
            webhooks.unwrap(body, {**headers, name: "1"}, secret=SECRET)
        except errors.WebhookSignatureError:
            continue
        raise AssertionError(f"another {name} passed")
