"""Webhooks: which events are believed, and what they become."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, Literal

import pytest
from conftest import AssembledPackage
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import Headers as StarletteHeaders
from werkzeug.datastructures import Headers as WerkzeugHeaders

NOW = 1_700_000_000
SECRET = "whsec_s3cret-é"
BODY = b'{"type": "label.created", "id": "lbl_1", "extra": {"a": 1}}'
HEADER = "X-Signature"
TIMESTAMPED = {"prefix": "v1=", "timestamp": "t="}


def sign(
    body: bytes = BODY, secret: str | bytes = SECRET, timestamp: str | None = str(NOW)
) -> str:
    """The hexadecimal signature, made independently of the runtime."""
    content = body if timestamp is None else timestamp.encode() + b"." + body
    return digest(content, secret).hex()


def digest(content: bytes, secret: str | bytes = SECRET) -> bytes:
    key = secret.encode() if isinstance(secret, str) else secret
    return hmac.new(key, content, hashlib.sha256).digest()


class Hooks:
    def __init__(self, package: AssembledPackage) -> None:
        self.webhooks = package.module("_runtime.webhooks")
        self.signed = package.module("_runtime.webhooks_signed")
        self.models = package.module("models")
        errors = package.module("errors")
        self.rejected, self.argument = (
            errors.WebhookSignatureError,
            errors.ArgumentError,
        )

    def receiver(self, signature: Any = None, **keywords: Any) -> Any:
        return self.signed.SignedReceiver(
            signature=signature or self.scheme(**TIMESTAMPED),
            **{
                "events": {"label.created": lambda: self.models.Label},
                "name": self.webhooks.NameInBody("/type"),
                "environment": "SAMPLE_WEBHOOK_SECRET",
                **keywords,
            },
        )

    def named(self, header: str, **keywords: Any) -> Any:
        """A receiver of events whose name is in a header."""
        return self.receiver(name=self.webhooks.NameInHeader(header), **keywords)

    def scheme(
        self, *, prefix: str = "", timestamp: str | None = None, **keywords: Any
    ) -> Any:
        """Signatures with the time beside them, or without."""
        signed = self.signed
        if timestamp is None:
            keywords["signatures"] = signed.HeaderWords(HEADER, prefix)
        else:
            keywords["signatures"] = signed.HeaderParts(HEADER, prefix)
            keywords["values"] = {"timestamp": signed.HeaderParts(HEADER, timestamp)}
            keywords.setdefault("payload", "{timestamp}.{body}")
        defaults = {"payload": "{body}", "values": {}, "encoding": signed.in_hex}
        return signed.WebhookSignature(**{**defaults, **keywords})

    def verify(
        self,
        value: str | None,
        *,
        body: bytes | str = BODY,
        secret: Any = SECRET,
        now: float = NOW,
        **options: Any,
    ) -> None:
        headers = {} if value is None else {HEADER: value}
        self.receiver().verify(
            body, headers, secret=secret, clock=lambda: now, **options
        )


@pytest.fixture(scope="module")
def hooks(sample: AssembledPackage) -> Hooks:
    return Hooks(sample)


GOOD = sign()

# --- The table -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        f"t={NOW},v1={GOOD}",
        f"v1={GOOD},t={NOW}",
        f" t={NOW} , v1={GOOD} ",
        f"t={NOW},v1={'0' * 64},v1={GOOD}",
        f"t={NOW},v1={GOOD},v1=é",
        f"t={NOW},v1={GOOD.upper()}",
        f"t={NOW},v0=abc,v1={GOOD},v2=x=y",
        f"t={NOW},v1=,v1={GOOD}",
    ],
)
def test_accepted(hooks: Hooks, value: str) -> None:
    hooks.verify(value)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        " ",
        ",",
        "nonsense",
        GOOD,
        f"t={NOW}",
        f"v1={GOOD}",
        f"t=,v1={GOOD}",
        f"t={NOW},v1=",
        f"t={NOW},v1={GOOD[:-1]}",
        f"t={NOW},v1={GOOD}0",
        f"t={NOW},v1={'0' * 64}",
        f"t={NOW},v0={GOOD}",
        f"t={NOW},V1={GOOD}",
        f"t={NOW},v1={GOOD},",
        f"t={NOW},t={NOW},v1={GOOD}",
        f"t={NOW},t={NOW + 1},v1={GOOD}",
        f"t={NOW}.0,v1={GOOD}",
        f"t=-{NOW},v1={GOOD}",
        f"t=+{NOW},v1={GOOD}",
        f"t=0{NOW},v1={GOOD}",
        f"t={NOW}é,v1={GOOD}",
        "t=١٧٠٠٠٠٠٠٠٠,v1=" + GOOD,
        f"t={'9' * 5000},v1={GOOD}",
        f"t=nan,v1={GOOD}",
        f"t={NOW};v1={GOOD}",
        f"t={NOW},v1=sha256={GOOD}",
        f"t={NOW},v1=é{GOOD}",
        f"t={NOW},v1=\ud800",
        f"t={NOW},v1={sign(secret='other')}",
        f"t={NOW},v1={sign(BODY + b' ')}",
        f"t={NOW},v1={sign(timestamp=None)}",
        f"t={NOW + 1},v1={GOOD}",
    ],
)
def test_rejected(hooks: Hooks, value: str | None) -> None:
    with pytest.raises(hooks.rejected) as caught:
        hooks.verify(value)
    assert SECRET not in str(caught.value) and GOOD not in str(caught.value)


@pytest.mark.parametrize(
    ("now", "options", "accepted"),
    [
        (NOW + 300, {}, True),
        (NOW + 300.9, {}, True),
        (NOW + 301, {}, False),
        (NOW - 300, {}, True),
        (NOW - 301, {}, False),
        (NOW + 10, {"tolerance": 10}, True),
        (NOW + 11, {"tolerance": 10}, False),
        (NOW, {"tolerance": 0}, True),
        (NOW + 0.5, {"tolerance": 0}, True),
        (NOW + 1, {"tolerance": 0}, False),
        (NOW - 1, {"tolerance": 0}, False),
        (NOW, {"tolerance": -1}, False),
    ],
)
def test_the_window(
    hooks: Hooks, now: float, options: dict[str, Any], accepted: bool
) -> None:
    value = f"t={NOW},v1={GOOD}"
    if accepted:
        hooks.verify(value, now=now, **options)
    else:
        with pytest.raises(hooks.rejected, match="it was signed"):
            hooks.verify(value, now=now, **options)


def test_a_forged_event_is_not_told_about_the_window(hooks: Hooks) -> None:
    with pytest.raises(hooks.rejected, match="no signature"):
        hooks.verify(f"t={NOW},v1={'0' * 64}", now=NOW + 10_000)


@pytest.mark.parametrize(
    "secret",
    [
        SECRET,
        SECRET.encode(),
        bytearray(SECRET.encode()),
        [SECRET],
        ["old", SECRET],
        (SECRET, b"new"),
    ],
)
def test_any_of_several_secrets(hooks: Hooks, secret: Any) -> None:
    hooks.verify(f"t={NOW},v1={GOOD}", secret=secret)


def test_rotation(hooks: Hooks) -> None:
    both = f"t={NOW},v1={sign(secret='old')},v1={sign(secret='new')}"
    for secret in ("old", "new", ["new", "newer"]):
        hooks.verify(both, secret=secret)
    with pytest.raises(hooks.rejected):
        hooks.verify(both, secret=["older", "newer"])


@pytest.mark.parametrize(
    "secret", [None, "", b"", [], [""], [SECRET, ""], 5, [SECRET, 5], [None], "\ud800"]
)
def test_an_empty_secret_is_no_secret(hooks: Hooks, secret: Any) -> None:
    with pytest.raises(hooks.argument, match="secret"):
        hooks.verify(f"t={NOW},v1={sign(secret='')}", secret=secret)


def test_the_secret_of_the_environment(
    hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = hooks.receiver()
    headers = {HEADER: f"t={NOW},v1={GOOD}"}
    with pytest.raises(hooks.argument, match="SAMPLE_WEBHOOK_SECRET"):
        receiver.verify(BODY, headers, clock=lambda: NOW)
    monkeypatch.setenv("SAMPLE_WEBHOOK_SECRET", SECRET)
    receiver.verify(BODY, headers, clock=lambda: NOW)
    with pytest.raises(hooks.rejected):
        receiver.verify(BODY, headers, secret="other", clock=lambda: NOW)


@pytest.mark.parametrize("body", [BODY, bytearray(BODY), BODY.decode()])
def test_raw_bodies(hooks: Hooks, body: Any) -> None:
    hooks.verify(f"t={NOW},v1={GOOD}", body=body)


@pytest.mark.parametrize("body", [json.loads(BODY), None, 1])
def test_a_parsed_body_is_refused(hooks: Hooks, body: Any) -> None:
    with pytest.raises(hooks.argument, match="raw body"):
        hooks.verify(f"t={NOW},v1={GOOD}", body=body)


def test_the_signature_covers_the_bytes_as_received(hooks: Hooks) -> None:
    for body in (json.dumps(json.loads(BODY)).encode() + b"\n", BODY + b"\n", b""):
        with pytest.raises(hooks.rejected):
            hooks.verify(f"t={NOW},v1={GOOD}", body=body)


@pytest.mark.parametrize("make", [dict, StarletteHeaders, WerkzeugHeaders])
@pytest.mark.parametrize("name", [HEADER, HEADER.lower(), HEADER.upper()])
def test_headers_of_any_framework(
    hooks: Hooks, make: Callable[[Mapping[str, str]], Any], name: str
) -> None:
    headers = make({"Other": "1", name: f"t={NOW},v1={GOOD}"})
    hooks.receiver().verify(BODY, headers, secret=SECRET, clock=lambda: NOW)


@pytest.mark.parametrize("name", [HEADER, HEADER.lower()])
def test_headers_as_pairs(hooks: Hooks, name: str) -> None:
    value = f"t={NOW},v1={GOOD}"
    pairs = [("Other", "1"), (name, value)]
    as_bytes = [(key.encode(), text.encode()) for key, text in pairs]
    for headers in (pairs, iter(pairs), as_bytes, dict(as_bytes)):
        hooks.receiver().verify(BODY, headers, secret=SECRET, clock=lambda: NOW)
    with pytest.raises(hooks.rejected, match="2 times"):
        hooks.receiver().verify(BODY, as_bytes + as_bytes, secret=SECRET)


@pytest.mark.parametrize(
    "headers", [None, 5, [5], "X-Signature: t", [HEADER], {HEADER: ["t=1"]}, [(1, 2)]]
)
def test_headers_that_are_none(hooks: Hooks, headers: Any) -> None:
    with pytest.raises(hooks.argument, match="headers: "):
        hooks.receiver().verify(BODY, headers, secret=SECRET)


def test_a_header_that_is_there_twice_is_refused(hooks: Hooks) -> None:
    value = f"t={NOW},v1={GOOD}"
    for headers in (
        {HEADER: value, HEADER.lower(): value},
        WerkzeugHeaders([(HEADER, value), (HEADER, "t=1,v1=x")]),
    ):
        with pytest.raises(hooks.rejected, match="2 times"):
            hooks.receiver().verify(BODY, headers, secret=SECRET, clock=lambda: NOW)


def test_an_event_is_remembered_only_when_it_is_good(hooks: Hooks) -> None:
    seen: set[str] = set()

    def remember(text: str) -> bool:
        new = text not in seen
        seen.add(text)
        return new

    with pytest.raises(hooks.rejected):
        hooks.verify(f"t={NOW},v1={'0' * 64}", remember=remember)
    assert not seen
    hooks.verify(f"t={NOW},v1={GOOD}", remember=remember)
    for again in (GOOD, GOOD.upper()):
        with pytest.raises(hooks.rejected, match="before"):
            hooks.verify(f"t={NOW},v1={again}", remember=remember)
    later = sign(timestamp=str(NOW + 1))
    hooks.verify(f"t={NOW + 1},v1={later}", remember=remember)


def test_what_is_remembered_is_the_event_and_not_one_of_its_signatures(
    hooks: Hooks,
) -> None:
    seen: list[str] = []
    old, new = sign(secret="old"), sign(secret="new")
    for signatures in ([old, new], [new, old], [old], [new]):
        value = ",".join([f"t={NOW}", *(f"v1={each}" for each in signatures)])
        for secret in (["old", "new"], ["new", "old"]):
            hooks.verify(value, secret=secret, remember=lambda x: not seen.append(x))
    assert len(seen) == 8 and len(set(seen)) == 1


@given(value=st.text(st.characters(exclude_categories=()), max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_other_header_is_rejected(hooks: Hooks, value: str) -> None:
    for header in (value, f"t={NOW},v1={value}", f"t={value},v1={GOOD}"):
        with pytest.raises(hooks.rejected):
            hooks.verify(header, now=NOW + 10**6)


# --- Other schemes -------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "sha256="])
def test_plain(hooks: Hooks, prefix: str) -> None:
    receiver = hooks.receiver(hooks.scheme(prefix=prefix))
    good = sign(timestamp=None)
    receiver.verify(BODY, {HEADER: prefix + good}, secret=["old", SECRET])
    for bad in ("", good[:-1], "sha1=" + good, f"{prefix}{'0' * 64}", "é", GOOD):
        with pytest.raises(hooks.rejected):
            receiver.verify(BODY, {HEADER: bad}, secret=SECRET)


def test_keys_of_the_header_are_configured(hooks: Hooks) -> None:
    scheme = hooks.scheme(
        **{**TIMESTAMPED, "timestamp": "ts=", "prefix": "sig=", "tolerance": 5}
    )
    receiver = hooks.receiver(scheme)
    headers = {HEADER: f"ts={NOW},sig={GOOD}"}
    receiver.verify(BODY, headers, secret=SECRET, clock=lambda: NOW + 5)
    with pytest.raises(hooks.rejected):
        receiver.verify(BODY, headers, secret=SECRET, clock=lambda: NOW + 6)


def test_the_timestamp_in_a_header_of_its_own(hooks: Hooks) -> None:
    """As Slack does it."""
    scheme = hooks.scheme(
        prefix="v0=",
        payload="v0:{timestamp}:{body}",
        values={"timestamp": hooks.signed.WholeHeader("X-Time")},
    )
    receiver = hooks.receiver(scheme)
    signature = digest(f"v0:{NOW}:".encode() + BODY).hex()
    good = {HEADER: f"v0={signature}", "x-time": str(NOW)}
    receiver.verify(BODY, good, secret=SECRET, clock=lambda: NOW + 300)
    with pytest.raises(hooks.rejected, match="301 seconds ago"):
        receiver.verify(BODY, good, secret=SECRET, clock=lambda: NOW + 301)
    for bad in (
        {HEADER: f"v0={signature}"},
        {**good, "x-time": str(NOW + 1)},
        {**good, "x-time": f"{NOW}.0"},
        {**good, "x-time": "é"},
        {**good, HEADER: signature},
        {**good, HEADER: f"v0={GOOD}"},
    ):
        with pytest.raises(hooks.rejected):
            receiver.verify(BODY, bad, secret=SECRET, clock=lambda: NOW)


def test_base64(hooks: Hooks) -> None:
    """As Shopify does it."""
    receiver = hooks.receiver(hooks.scheme(encoding=hooks.signed.in_base64))
    good = base64.b64encode(digest(BODY)).decode()
    receiver.verify(BODY, {HEADER: good}, secret=SECRET)
    for bad in (good.lower(), good.rstrip("="), digest(BODY).hex(), "é", ""):
        with pytest.raises(hooks.rejected):
            receiver.verify(BODY, {HEADER: bad}, secret=SECRET)


def test_standard_webhooks(hooks: Hooks) -> None:
    """With the values of https://www.standardwebhooks.com."""
    signed = hooks.signed
    receiver = hooks.receiver(
        signed.WebhookSignature(
            signatures=signed.HeaderWords("webhook-signature", "v1,"),
            encoding=signed.in_base64,
            payload="{id}.{timestamp}.{body}",
            values={
                "id": signed.WholeHeader("webhook-id"),
                "timestamp": signed.WholeHeader("webhook-timestamp"),
            },
            key_encoding="base64",
        )
    )
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    good = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }

    def verify(headers: dict[str, str], secret: Any = secret) -> None:
        receiver.verify(body, headers, secret=secret, clock=lambda: 1_614_265_330)

    verify(good)
    verify(good, [secret.removeprefix("whsec_"), "whsec_b3RoZXI="])
    several = f"v1a,x v1,{'A' * 43}= " + good["webhook-signature"]
    verify({**good, "webhook-signature": several})
    for name, value in (
        ("webhook-id", "msg_other"),
        ("webhook-timestamp", "1614265331"),
        ("webhook-signature", several.rpartition(" ")[0]),
    ):
        with pytest.raises(hooks.rejected):
            verify({**good, name: value})
    with pytest.raises(hooks.rejected, match="webhook-id"):
        verify({name: good[name] for name in good if name != "webhook-id"})
    with pytest.raises(hooks.argument, match="base64"):
        verify(good, "whsec_no base64")


def test_nothing_in_a_body_is_a_placeholder(hooks: Hooks) -> None:
    receiver = hooks.receiver(hooks.scheme(payload="{body}%s{body}"))
    body = b"{body} {timestamp} {0.__class__} %s"
    good = digest(body + b"%s" + body).hex()
    receiver.verify(body, {HEADER: good}, secret=SECRET)


def test_an_unknown_scheme_is_not_taken_for_none(hooks: Hooks) -> None:
    receiver = hooks.webhooks.UnsignedReceiver(events={})
    with pytest.raises(hooks.argument):
        receiver.unwrap(BODY, {}, secret=SECRET)


def test_headers_that_can_be_read_once(hooks: Hooks) -> None:
    """All that are looked at: of signature, time and name."""
    scheme = hooks.scheme(
        payload="{timestamp}{body}",
        values={"timestamp": hooks.signed.WholeHeader("X-Time")},
    )
    signature = digest(b"%d" % NOW + BODY).hex()
    headers = {HEADER: signature, "X-Time": str(NOW), "X-Event": "label.created"}
    receiver = hooks.named("X-Event", signature=scheme)
    event = receiver.unwrap(
        BODY, iter(headers.items()), secret=SECRET, clock=lambda: NOW
    )
    assert type(event) is hooks.models.Label


# --- Events --------------------------------------------------------------------------


def test_unwrap(hooks: Hooks) -> None:
    headers = {HEADER: f"t={NOW},v1={GOOD}"}
    event = hooks.receiver().unwrap(BODY, headers, secret=SECRET, clock=lambda: NOW)
    assert type(event) is hooks.models.Label
    assert event.id == "lbl_1" and event.to_dict() == json.loads(BODY)
    with pytest.raises(hooks.rejected):
        hooks.receiver().unwrap(BODY + b" ", headers, secret=SECRET, clock=lambda: NOW)


def test_the_name_in_the_body_is_no_business_of_headers(hooks: Hooks) -> None:
    receiver = hooks.receiver()
    assert type(receiver.parse(BODY, {"type": "other"})) is hooks.models.Label
    nameless = b'{"id": "lbl_1"}'
    for headers in ({"type": "label.created"}, {}, None):
        unknown = receiver.parse(nameless, headers)
        assert (unknown.name, unknown.data) == (None, {"id": "lbl_1"})


def test_the_name_in_a_header(hooks: Hooks) -> None:
    receiver = hooks.named("X-Event")
    known = receiver.parse(b'{"id": "lbl_1"}', {"x-event": "label.created"})
    assert type(known) is hooks.models.Label
    unknown = receiver.parse(BODY, {"x-event": "other"})
    assert (unknown.name, unknown.data) == ("other", json.loads(BODY))
    for headers in ({}, None):
        assert receiver.parse(BODY, headers).name is None


def test_events_without_a_name_are_not_known(hooks: Hooks) -> None:
    event = hooks.receiver(name=None).parse(BODY, {"type": "label.created"})
    assert type(event) is hooks.webhooks.UnknownEvent
    assert (event.name, event.data) == (None, json.loads(BODY))


@pytest.mark.parametrize(
    ("body", "name", "data"),
    [
        (b'{"type": "new.thing", "a": 1}', "new.thing", {"type": "new.thing", "a": 1}),
        (b'{"type": 1}', None, {"type": 1}),
        (b"[1]", None, [1]),
        (b"not json", None, "not json"),
        (b"\xff", None, "\ufffd"),
        (b"", None, ""),
        (b"[" * 100_000, None, "[" * 100_000),
    ],
    ids=repr,
)
def test_what_is_not_known_is_kept(
    hooks: Hooks, body: bytes, name: str | None, data: Any
) -> None:
    event = hooks.receiver().parse(body)
    assert type(event) is hooks.webhooks.UnknownEvent
    assert (event.name, event.data) == (name, data)


def test_a_known_event_that_is_nested_too_deeply_is_kept(hooks: Hooks) -> None:
    depth = 700  # Reading JSON takes one frame for each, decoding more than one.
    body = b'{"type": "label.created", "parent": ' * depth + b"1" + b"}" * depth
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)  # Other tests may have left a higher one.
    try:
        event = hooks.receiver().parse(body)
    finally:
        sys.setrecursionlimit(limit)
    assert type(event) is hooks.webhooks.UnknownEvent
    assert event.name == "label.created" and event.data == json.loads(body)


def test_without_a_signature_an_event_can_only_be_parsed(hooks: Hooks) -> None:
    receiver = hooks.webhooks.UnsignedReceiver(events={})
    with pytest.raises(hooks.argument, match="no x-specpress-webhooks; parse reads"):
        receiver.unwrap(b"{}", {}, secret="s")


def test_a_known_name_with_another_body_is_kept(hooks: Hooks) -> None:
    event = hooks.named("X-Event").parse(b"[1]", {"X-Event": "label.created"})
    assert type(event) is hooks.webhooks.UnknownEvent
    assert (event.name, event.data) == ("label.created", [1])
    event = hooks.named(
        "X-Event",
        events={"e": lambda: Literal["ping"] | bool},
    ).parse(b'"pong"', {"X-Event": "e"})
    assert type(event) is hooks.webhooks.UnknownEvent
    assert (event.name, event.data) == ("e", "pong")


@pytest.mark.parametrize(
    ("type_", "body", "value"),
    [
        (Literal["ping", "pong"], b'"ping"', "ping"),
        (Literal["ping", "pong"] | str, b'"new"', "new"),
        (Literal["ping", "pong"] | None, b"null", None),
        (int | list[int], b"[1, 2]", [1, 2]),
        (dict[str, int], b'{"a": 1}', {"a": 1}),
        (Any, b'{"a": 1}', {"a": 1}),
    ],
    ids=repr,
)
def test_an_event_may_be_any_json_value(
    hooks: Hooks, type_: Any, body: bytes, value: Any
) -> None:
    receiver = hooks.named("X-Event", events={"e": lambda: type_})
    assert receiver.parse(body, {"X-Event": "e"}) == value


def test_a_list_of_models_is_an_event(hooks: Hooks) -> None:
    receiver = hooks.named("X-Event", events={"e": lambda: list[hooks.models.Label]})
    one, two = receiver.parse(b'[{"id": "a"}, 1]', {"X-Event": "e"})
    assert type(one) is hooks.models.Label and one.id == "a"
    assert two == 1
