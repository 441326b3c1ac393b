"""The programs of ``examples/`` do what they say, against a server on loopback."""

from __future__ import annotations

import hmac
import importlib.util
import json
import logging
import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest
from loopback import Running
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from werkzeug.serving import make_server

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
GENERATED = EXAMPLES.parent / "generated"
LABEL = "lbl_01JZX3QK8RWN5T6Y7V9ABCDEFG"
TOKEN = "kdv_live_for_the_examples"
SECRET = "whsec_for_the_examples"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def contact(number: int) -> dict[str, Any]:
    return {
        "id": f"ctc_{number:026d}",
        "object": "contact",
        "phone_number": f"+62811{number:07d}",
        "name": f"Contact {number}",
        "email": None,
        "metadata": None,
        "whatsapp_account": {
            "id": "wba_1",
            "phone_number": "+6281100000",
            "display_name": None,
        },
        "created_at": "2026-01-02T03:04:05Z",
        "updated_at": "2026-01-02T03:04:05Z",
    }


class Kirim:
    """A few endpoints, pages of two contacts, and statuses to answer with instead."""

    def __init__(self, contacts: int) -> None:
        self.contacts = [contact(number) for number in range(contacts)]
        self.requests: list[Request] = []
        self.labelled: list[list[str]] = []
        self.keys: list[str] = []
        self.instead: list[tuple[str, int]] = []
        """Part of a path and query → the status of the next answer to it."""
        self.application = Starlette(
            routes=[
                Route("/labels/{label}", self.label),
                Route("/contacts", self.list),
                Route("/contacts/bulk_label", self.bulk_label, methods=["POST"]),
                Route("/{number:int}/contacts", self.list),
            ]
        )

    def refusal(self, request: Request) -> Response | None:
        self.requests.append(request)
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        target = f"{request.url.path}?{request.url.query}"
        for each in self.instead:
            if each[0] in target:
                self.instead.remove(each)
                error = {"type": "api_error", "code": "internal_error"}
                error |= {"message": "It is down.", "request_id": "req_1"}
                headers = {"Retry-After": "0"}
                return JSONResponse({"error": error}, each[1], headers)
        return None

    async def label(self, request: Request) -> Response:
        label = {"id": request.path_params["label"], "object": "label"}
        label |= {"name": "VIP", "color": "red", "created_at": "2026-01-02T03:04:05Z"}
        answer = JSONResponse({"data": label, "request_id": "req_1"})
        return self.refusal(request) or answer

    async def list(self, request: Request) -> Response:
        start = int(request.query_params.get("cursor", "0"))
        more = start + 2 < len(self.contacts)
        page = {
            "data": self.contacts[start : start + 2],
            "has_more": more,
            "next_cursor": str(start + 2) if more else None,
            "request_id": "req_1",
        }
        return self.refusal(request) or JSONResponse(page)

    async def bulk_label(self, request: Request) -> Response:
        body = await request.json()
        self.keys.append(request.headers["idempotency-key"])
        refusal = self.refusal(request)
        if refusal is not None:
            return refusal
        assert body["operation"] == "attach" and body["label_id"] == LABEL
        self.labelled.append(body["contact_ids"])
        count = {"applied": len(body["contact_ids"])}
        count |= {"skipped_cross_org": 0, "skipped_team_mismatch": 0}
        return JSONResponse({"data": count, "request_id": "req_1"})


@pytest.fixture
def kirim(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Kirim, str]]:
    monkeypatch.setenv("KIRIM_CHAT_TOKEN", TOKEN)
    server = Kirim(contacts=5)
    with Running(server.application) as running:
        yield server, running.url


def test_label_segment(
    kirim: tuple[Kirim, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server, url = kirim
    example = load("label_segment")
    monkeypatch.setattr(example, "BATCH", 3)
    server.instead = [("bulk_label", 503)]
    assert example.main([LABEL, "--search", "@acme.example", "--base-url", url]) == 0
    ids = [each["id"] for each in server.contacts]
    assert server.labelled == [ids[:3], ids[3:]]
    first, again, second = server.keys
    assert first == again != second
    assert server.requests[1].query_params["search"] == "@acme.example"
    shown = capsys.readouterr()
    assert shown.out == "VIP: 5 of 5 contacts\n"
    assert "\r3 of 3 labelled\r5 of 5 labelled\n" in shown.err


@pytest.mark.parametrize(
    ("instead", "message"),
    [
        (("/labels/", 404), f"there is no label {LABEL}"),
        (("bulk_label", 400), "stopped: 400 Bad Request: It is down."),
    ],
)
def test_label_segment_fails(
    kirim: tuple[Kirim, str],
    capsys: pytest.CaptureFixture[str],
    instead: tuple[str, int],
    message: str,
) -> None:
    server, url = kirim
    server.instead = [instead]
    arguments = [LABEL, "--search", "a", "--base-url", url]
    assert load("label_segment").main(arguments) == 1
    assert message in capsys.readouterr().err
    assert server.labelled == []


def test_sync_contacts_continues(
    kirim: tuple[Kirim, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server, url = kirim
    example = load("sync_contacts")
    path = str(tmp_path / "contacts.db")
    server.instead = [("cursor=4", 400)]
    assert example.main([path, "--base-url", url]) == 1
    assert "run it again to continue" in capsys.readouterr().err
    asked = len(server.requests)
    assert example.main([path, "--base-url", url]) == 0
    assert [each.query_params["cursor"] for each in server.requests[asked:]] == ["4"]
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT id, name FROM contacts ORDER BY id").fetchall()
        assert rows == [(each["id"], each["name"]) for each in server.contacts]
        assert database.execute("SELECT count(*) FROM progress").fetchone() == (0,)
    database.close()
    # From the start again, where nothing was left to do.
    assert example.main([path, "--base-url", url]) == 0
    assert capsys.readouterr().out == "1 contacts stored\n5 contacts stored\n"


def test_sync_contacts_without_a_token(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("KIRIM_CHAT_TOKEN", raising=False)
    path = str(tmp_path / "contacts.db")
    assert load("sync_contacts").main([path, "--base-url", "http://127.0.0.1:9"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("nothing was asked for: this call needs the argument token")
    assert "again" not in said


def test_sync_contacts_async(
    kirim: tuple[Kirim, str], capsys: pytest.CaptureFixture[str]
) -> None:
    server, url = kirim
    numbers = ["100001", "100002", "100003"]
    server.instead = [("/100002/contacts?cursor=2", 503), ("/100002/contacts", 429)]
    assert load("sync_contacts_async").main([*numbers, "--base-url", url]) == 0
    shown = capsys.readouterr()
    lines = [json.loads(line) for line in shown.out.splitlines()]
    for number in numbers:
        found = [line["id"] for line in lines if line["number"] == number]
        assert found == [each["id"] for each in server.contacts]
    assert shown.err.endswith("15 contacts\n")


def test_sync_contacts_async_fails(
    kirim: tuple[Kirim, str], capsys: pytest.CaptureFixture[str]
) -> None:
    server, url = kirim
    server.instead = [("/100002/", 401)]
    with pytest.raises(SystemExit) as stopped:
        load("sync_contacts_async").main(["100001", "100002", "--base-url", url])
    assert stopped.value.code == 1
    assert "stopped: 401 Unauthorized" in capsys.readouterr().err


def test_as_a_program(kirim: tuple[Kirim, str], tmp_path: Path) -> None:
    server, url = kirim
    program = subprocess.run(
        [sys.executable, str(EXAMPLES / "sync_contacts.py"), "a.db", "--base-url", url],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert program.returncode == 0, program.stderr
    assert program.stdout == "5 contacts stored\n"
    assert len(server.requests) == 3


# --- Webhooks ------------------------------------------------------------------------


def starlette_receiver(module: ModuleType) -> Iterator[str]:
    with Running(module.app) as running:
        yield running.url


def flask_receiver(module: ModuleType) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, module.app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


RECEIVERS: dict[str, Callable[[ModuleType], Iterator[str]]] = {
    "receive_webhooks_starlette": starlette_receiver,
    "receive_webhooks_flask": flask_receiver,
}


@pytest.fixture(params=RECEIVERS)
def receiver(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    monkeypatch.setenv("KIRIM_CHAT_WEBHOOK_SECRET", SECRET)
    yield from RECEIVERS[request.param](load(request.param))


def deliver(
    url: str, event: object, name: str, *, event_id: str = "evt_1", **changes: Any
) -> int:
    body = json.dumps(event).encode()
    moment = int(time.time()) + changes.get("seconds", 0)
    secret = changes.get("secret", SECRET).encode()
    digest = hmac.digest(secret, b"%d." % moment + body, "sha256").hex()
    headers = {
        "Content-Type": "application/json",
        "X-Kirim-Event": name,
        "X-Kirim-Event-Id": event_id,
        "X-Kirim-Signature": f"t={moment},v1={digest}",
    }
    return httpx2.post(f"{url}/webhooks", content=body, headers=headers).status_code


def created() -> dict[str, Any]:
    return {
        "id": "evt_1",
        "type": "contact.created",
        "created_at": "2026-01-02T03:04:05Z",
        "data": {"contact": contact(7), "acquisition_source": "inbound"},
    }


def test_receiver(receiver: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "receiver")
    assert deliver(receiver, created(), "contact.created") == 204
    # Delivered once more.
    assert deliver(receiver, created(), "contact.created") == 204
    entry: dict[str, str] = {}
    meta = {"object": "whatsapp_business_account", "entry": [entry]}
    assert deliver(receiver, meta, "message.received", event_id="wamid.1") == 204
    unknown = {"id": "evt_2", "type": "customer.created", "data": entry}
    assert deliver(receiver, unknown, "customer.created", event_id="evt_2") == 204
    said = [each.getMessage() for each in caplog.records if each.name == "receiver"]
    assert said == [
        f"new contact {contact(7)['id']}",
        "1 entries of whatsapp_business_account",
        "not handled: UnknownEvent",
    ]


def test_receiver_refuses(receiver: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "receiver")
    name = "contact.created"
    assert deliver(receiver, created(), name, secret="another") == 401
    assert deliver(receiver, created(), name, seconds=-400) == 401
    assert deliver(receiver, created(), name, seconds=400) == 401
    assert httpx2.post(f"{receiver}/webhooks", content=b"{}").status_code == 401
    assert httpx2.get(f"{receiver}/webhooks").status_code == 405
    too_large = {"padding": "x" * 1_000_000}
    assert deliver(receiver, too_large, name) == 413
    said = [each.getMessage() for each in caplog.records if each.name == "receiver"]
    assert len(said) == 4
    assert all(each.startswith("refused: ") for each in said)


# --- What is promised of all of them -------------------------------------------------


def programs() -> list[Path]:
    return sorted(EXAMPLES.glob("*.py"))


def test_each_is_described_and_short() -> None:
    described = re.findall(r"`(\w+\.py)` \|", (EXAMPLES / "README.md").read_text())
    assert sorted(described) == [path.name for path in programs()]
    for path in programs():
        assert len(path.read_text().splitlines()) < 80


@pytest.mark.parametrize("path", programs(), ids=lambda path: path.stem)
def test_help(path: Path) -> None:
    program = subprocess.run(
        [sys.executable, str(path), "--help"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert program.returncode == 0, program.stderr
    assert "--help" in program.stdout
