"""Events are verified, then typed; unknown ones are kept."""

import hashlib
import hmac
import json
import time

from webhooks_and_callbacks import errors, models, webhooks

from tests.loopback import Loopback


def _signed(body: bytes, secret: str) -> dict[str, str]:
    now = str(int(time.time()))
    digest = hmac.new(secret.encode(), now.encode() + b"." + body, hashlib.sha256)
    return {"X-Signature": f"t={now},v1={digest.hexdigest()}"}


def use_events(server: Loopback) -> None:
    body = json.dumps({"type": "order.paid", "order": "o1"}).encode()
    event = webhooks.unwrap(body, _signed(body, "s3cret"), secret="s3cret")
    assert isinstance(event, models.OrderPaid) and event.order == "o1"
    other = json.dumps({"type": "order.lost"}).encode()
    unknown = webhooks.unwrap(other, _signed(other, "b"), secret=["a", "b"])
    assert not isinstance(unknown, models.OrderPaid)
    try:
        webhooks.unwrap(body, _signed(body, "wrong"), secret="s3cret")
    except errors.WebhookSignatureError:
        pass
    else:
        raise AssertionError("a wrong signature passed")
