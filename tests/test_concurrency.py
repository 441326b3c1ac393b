"""One client for many: threads, tasks, copies, processes; and what is left behind."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import socket
import threading
import warnings
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from loopback import Running

from benchmarks.fault_rows import listening
from benchmarks.soak import connections
from kirim_chat import (
    APIConnectionError,
    APITimeoutError,
    AsyncKirimChat,
    ClientClosedError,
    InternalServerError,
    KirimChat,
    KirimChatError,
    NotFoundError,
    RateLimitError,
    ResponseDecodeError,
    Timeout,
)

T = TypeVar("T")
TOKEN = "kdv_live_concurrency"


@dataclass
class Labels:
    """``GET /labels/{id}`` answers with a label of that name; some ids do otherwise."""

    clients: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    """Address of the client for each request: one connection, one port."""
    waiting: int = 0
    """Requests that are not answered before the client is gone."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.clients.append(scope["client"])
        while (await receive()).get("more_body"):
            pass
        name = scope["path"].rpartition("/")[2]
        status, body = 200, label(name)
        if name == "hang":
            self.waiting += 1
            while (await receive())["type"] != "http.disconnect":
                pass
            self.waiting -= 1
            return
        if name.isdecimal():
            status, body = int(name), b'{"error": {"code": "it_is"}}'
        elif name == "nonsense":
            body = b"{"
        elif name == "contacts":
            page: dict[str, Any] = {"data": [], "has_more": True, "next_cursor": "b"}
            body = json.dumps(page | {"request_id": "req_1"}).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % (len(body) + 5 * (name == "half"))),
        ]
        await send(
            {"type": "http.response.start", "status": status, "headers": headers}
        )
        if name == "half":
            await send({"type": "http.response.body", "body": body, "more_body": True})
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        await send({"type": "http.response.body", "body": body})


def label(name: str) -> bytes:
    found = {"id": name, "object": "label", "name": name, "color": "red"}
    found["created_at"] = "2026-01-02T03:04:05Z"
    return json.dumps({"data": found, "request_id": "req_1"}).encode()


@pytest.fixture
def labels() -> Iterator[tuple[Labels, str]]:
    application = Labels()
    with Running(application) as running:
        yield application, running.url


def open_client(url: str, **options: Any) -> KirimChat:
    return KirimChat(token=TOKEN, base_url=url, **{"max_retries": 0, **options})


def open_async(url: str, **options: Any) -> AsyncKirimChat:
    return AsyncKirimChat(token=TOKEN, base_url=url, **{"max_retries": 0, **options})


def busy(client: object) -> int:
    return sum(
        not each.is_idle() and not each.is_closed() for each in connections(client)
    )


def run(main: Coroutine[Any, Any, T]) -> T:
    """No task is left when ``main`` is done, and nothing happened where nobody looks."""
    lost: list[dict[str, Any]] = []

    async def checked() -> T:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: lost.append(context))
        result = await main
        assert len(asyncio.all_tasks()) == 1
        gc.collect()
        await asyncio.sleep(0)
        return result

    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        result = asyncio.run(checked())
        gc.collect()
    assert lost == []
    return result


# --- Connections ---------------------------------------------------------------------


def test_a_thousand_calls_over_one_connection(labels: tuple[Labels, str]) -> None:
    server, url = labels
    with open_client(url) as client:
        for number in range(1000):
            assert client.labels.get(f"lbl_{number}").data.name == f"lbl_{number}"
        assert len(connections(client)) == 1
    assert len(server.clients) == 1000
    assert len(set(server.clients)) == 1


def test_a_thousand_calls_over_one_connection_async(labels: tuple[Labels, str]) -> None:
    server, url = labels

    async def main() -> None:
        async with open_async(url) as client:
            for number in range(1000):
                found = await client.labels.get(f"lbl_{number}")
                assert found.data.name == f"lbl_{number}"
            assert len(connections(client)) == 1

    run(main())
    assert len(server.clients) == 1000
    assert len(set(server.clients)) == 1


def test_copies_share_connections(labels: tuple[Labels, str]) -> None:
    server, url = labels
    with open_client(url) as client:
        client.labels.get("lbl_1")
        copy = client.with_options(timeout=5, headers={"X-Copy": "yes"})
        copy.labels.get("lbl_2")
        with copy.with_options(max_retries=1) as third:
            third.labels.get("lbl_3")
        # To close a copy closes nothing.
        copy.close()
        client.labels.get("lbl_4")
        assert len(set(server.clients)) == 1
    with pytest.raises(ClientClosedError):
        copy.labels.get("lbl_5")
    assert len(server.clients) == 4


def test_copies_share_connections_async(labels: tuple[Labels, str]) -> None:
    server, url = labels

    async def main() -> None:
        async with open_async(url) as client:
            await client.labels.get("lbl_1")
            copy = client.with_options(timeout=5)
            await copy.labels.get("lbl_2")
            await copy.close()
            await client.labels.get("lbl_3")
        with pytest.raises(ClientClosedError):
            await copy.labels.get("lbl_4")

    run(main())
    assert len(set(server.clients)) == 1
    assert len(server.clients) == 3


# --- The end of a client -------------------------------------------------------------


def test_after_close(labels: tuple[Labels, str]) -> None:
    server, url = labels
    client = open_client(url)
    page = client.contacts.list()
    client.close()
    client.close()
    calls = [
        lambda: client.labels.get("lbl_1"),
        lambda: page.next_page(),
        lambda: client.request("GET", "/labels/lbl_1"),
        lambda: client.streaming(client.labels.get)("lbl_1").__enter__(),
    ]
    for call in calls:
        with pytest.raises(ClientClosedError, match="this client was closed") as raised:
            call()
        assert raised.value.sent == "not_sent"
        assert raised.value.attempts == 0
    assert len(server.clients) == 1


def test_after_close_async(labels: tuple[Labels, str]) -> None:
    server, url = labels

    async def main() -> None:
        client = open_async(url)
        await client.labels.get("lbl_1")
        await client.close()
        await client.close()
        with pytest.raises(ClientClosedError, match="this client was closed"):
            await client.labels.get("lbl_2")

    run(main())
    assert len(server.clients) == 1


def test_close_without_a_call() -> None:
    client = open_client("http://127.0.0.1:9")
    client.close()
    with pytest.raises(ClientClosedError):
        client.labels.get("lbl_1")
    run(open_async("http://127.0.0.1:9").close())


def test_close_under_calls(labels: tuple[Labels, str]) -> None:
    """Calls that are on their way end with an error of the package: nothing wakes a
    thread that reads, so in their own time."""
    server, url = labels
    client = open_client(url, timeout=Timeout(read=1))
    with ThreadPoolExecutor(4) as executor:
        calls = [executor.submit(client.labels.get, "hang") for _ in range(4)]
        while server.waiting < 4:
            threading.Event().wait(0.01)
        client.close()
        errors = [call.exception(timeout=15) for call in calls]
    for error in errors:
        assert isinstance(error, (APIConnectionError, ClientClosedError)), repr(error)


def test_close_under_calls_async(labels: tuple[Labels, str]) -> None:
    server, url = labels

    async def main() -> None:
        client = open_async(url, timeout=Timeout(read=20))
        calls = [asyncio.create_task(get(client, "hang")) for _ in range(4)]
        while server.waiting < 4:
            await asyncio.sleep(0.01)
        await client.close()
        done, left = await asyncio.wait(calls, timeout=15)
        assert not left
        for each in done:
            assert isinstance(each.exception(), (APIConnectionError, ClientClosedError))

    run(main())


# --- Many at once --------------------------------------------------------------------


async def get(client: AsyncKirimChat, name: str) -> str:
    return (await client.labels.get(name)).data.name


def test_threads_share_a_client(labels: tuple[Labels, str]) -> None:
    server, url = labels
    start = threading.Barrier(32)
    with open_client(url) as client, ThreadPoolExecutor(32) as executor:

        def work(worker: int) -> None:
            start.wait()
            for number in range(20):
                name = f"lbl_{worker}_{number}"
                assert client.labels.get(name).data.name == name
                answer = client.with_response(client.labels.get)(name)
                assert answer.parsed.data.name == name

        list(executor.map(work, range(32)))
        assert busy(client) == 0
    assert len(server.clients) == 32 * 20 * 2


def test_tasks_share_a_client(labels: tuple[Labels, str]) -> None:
    """More of them than there may be connections."""
    server, url = labels

    async def main() -> None:
        async with open_async(url) as client:
            names = [f"lbl_{number}" for number in range(300)]
            found = await asyncio.gather(*(get(client, name) for name in names))
            assert found == names
            assert busy(client) == 0

    run(main())
    assert len(set(server.clients)) <= 100


def test_one_client_in_several_event_loops(labels: tuple[Labels, str]) -> None:
    """Each makes connections; those of a loop that is over cannot be closed any more."""
    _, url = labels
    client = open_async(url)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        assert asyncio.run(get(client, "lbl_1")) == "lbl_1"
        assert asyncio.run(get(client, "lbl_2")) == "lbl_2"
        asyncio.run(client.close())
        gc.collect()
    with pytest.raises(ClientClosedError):
        asyncio.run(get(client, "lbl_3"))


# --- After errors --------------------------------------------------------------------

ERRORS: list[tuple[str, type[KirimChatError]]] = [
    ("404", NotFoundError),
    ("429", RateLimitError),
    ("500", InternalServerError),
    ("nonsense", ResponseDecodeError),
    ("hang", APITimeoutError),
    ("half", APITimeoutError),
]


@pytest.mark.parametrize(("name", "kind"), ERRORS)
def test_nothing_is_busy_after_an_error(
    labels: tuple[Labels, str], name: str, kind: type[KirimChatError]
) -> None:
    _, url = labels
    with open_client(url, timeout=Timeout(read=0.3)) as client:
        for _ in range(3):
            with pytest.raises(kind):
                client.labels.get(name)
            assert busy(client) == 0
        assert client.labels.get("lbl_1").data.name == "lbl_1"
        assert len(connections(client)) == 1


@pytest.mark.parametrize(("name", "kind"), ERRORS)
def test_nothing_is_busy_after_an_error_async(
    labels: tuple[Labels, str], name: str, kind: type[KirimChatError]
) -> None:
    _, url = labels

    async def main() -> None:
        async with open_async(url, timeout=Timeout(read=0.3)) as client:
            for _ in range(3):
                with pytest.raises(kind):
                    await client.labels.get(name)
                assert busy(client) == 0
            assert await get(client, "lbl_1") == "lbl_1"
            assert len(connections(client)) == 1

    run(main())


@pytest.mark.parametrize("name", ["hang", "half"])
def test_cancelled_tasks(labels: tuple[Labels, str], name: str) -> None:
    server, url = labels

    async def main() -> None:
        async with open_async(url) as client:
            # Some of them wait for a connection.
            tasks = [asyncio.create_task(get(client, name)) for _ in range(150)]
            while len(server.clients) < 100:
                await asyncio.sleep(0.01)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            assert all(task.cancelled() for task in tasks)
            assert busy(client) == 0
            assert await get(client, "lbl_1") == "lbl_1"

    run(main())


def test_cancelled_before_it_could_begin(labels: tuple[Labels, str]) -> None:
    """At every point up to the answer at which a task can be stopped."""
    _, url = labels

    async def main() -> None:
        async with open_async(url) as client:
            await client.labels.get("lbl_1")
            for steps in range(60):
                task = asyncio.create_task(get(client, "lbl_1"))
                for _ in range(steps):
                    await asyncio.sleep(0)
                task.cancel()
                await asyncio.wait([task])
                assert busy(client) == 0, steps
            assert await get(client, "lbl_2") == "lbl_2"

    run(main())


def test_streams_that_are_not_read(labels: tuple[Labels, str]) -> None:
    _, url = labels
    with open_client(url) as client:
        opened = client.streaming(client.labels.get)
        with opened("half"):
            assert busy(client) == 1
        assert busy(client) == 0
        with pytest.raises(ZeroDivisionError), opened("half") as response:
            next(response.iter_bytes())
            raise ZeroDivisionError
        assert busy(client) == 0
        assert client.labels.get("lbl_1").data.name == "lbl_1"


def test_streams_that_are_not_read_async(labels: tuple[Labels, str]) -> None:
    _, url = labels

    async def main() -> None:
        async with open_async(url) as client:
            opened = client.streaming(client.labels.get)
            async with opened("half"):
                assert busy(client) == 1
            assert busy(client) == 0

            async def read() -> None:
                async with opened("half") as response:
                    async for _ in response.iter_bytes():
                        begun.set()

            begun = asyncio.Event()
            task = asyncio.create_task(read())
            await begun.wait()
            task.cancel()
            await asyncio.wait([task])
            assert busy(client) == 0
            assert await get(client, "lbl_1") == "lbl_1"

    run(main())


# --- Processes -----------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_process_has_connections_of_its_own(
    labels: tuple[Labels, str],
) -> None:
    server, url = labels
    with open_client(url) as client:
        # Another thread is in the middle of a call while the process is forked.
        other = threading.Thread(target=wait_in_vain, args=(client,))
        other.start()
        while server.waiting < 1:
            threading.Event().wait(0.01)
        client.labels.get("lbl_1")
        with warnings.catch_warnings():
            # Newer Pythons warn of threads, which are the subject.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            in_child(client)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        client.labels.get("lbl_3")
        other.join()
    hanging, first, *of_child, last = server.clients
    assert first == last
    assert len(set(of_child)) == 1
    assert not set(of_child) & {first, hanging}


def wait_in_vain(client: KirimChat) -> None:
    with pytest.raises(APITimeoutError):
        client.labels.get("hang", request_options={"timeout": 2})


def in_child(client: KirimChat) -> None:
    """Never returns: a second pytest would go on from here."""
    try:
        for _ in range(3):
            assert client.labels.get("lbl_2").data.name == "lbl_2"
        client.close()
    except BaseException:  # the parent shall see it, whatever it is
        os._exit(1)
    os._exit(0)


# --- Connections that cannot be used again -------------------------------------------


def surplus(connection: socket.socket) -> None:
    """Answers to each request twice; the second time with another label."""
    answers = b""
    for name in ("lbl_asked_for", "lbl_not_asked_for"):
        body = label(name)
        answers += b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        answers += b"Content-Length: %d\r\n\r\n" % len(body) + body
    while connection.recv(65536):
        connection.sendall(answers)


@pytest.fixture
def talkative() -> Iterator[str]:
    with listening(surplus) as port:
        yield f"http://127.0.0.1:{port}"


def test_surplus_is_no_answer_to_the_next_call(talkative: str) -> None:
    with open_client(talkative) as client:
        for _ in range(4):
            assert client.labels.get("lbl_1").data.name == "lbl_asked_for"
            assert busy(client) == 0


def test_surplus_is_no_answer_to_the_next_call_async(talkative: str) -> None:
    async def main() -> None:
        async with open_async(talkative) as client:
            for _ in range(4):
                assert await get(client, "lbl_1") == "lbl_asked_for"
                assert busy(client) == 0

    run(main())
