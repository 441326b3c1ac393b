"""The package that tests of the client use: a model, the real ``errors.py``, and one
way to call an operation with either client."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from conftest import AssembledPackage, assemble, render_errors

Mode = Literal["sync", "async"]

MODELS = """
from __future__ import annotations

from dataclasses import dataclass

from ._runtime.codec import Model
from ._runtime.pagination import AsyncPage, Page
from ._runtime.types import UNSET, Unset


@dataclass(kw_only=True, slots=True)
class Label(Model):
    id: str
    name: str | Unset = UNSET


@dataclass(kw_only=True, slots=True)
class ErrorDetail(Model):
    code: str
    message: str | Unset = UNSET


@dataclass(kw_only=True, slots=True)
class ErrorBody(Model):
    error: ErrorDetail


@dataclass(kw_only=True, slots=True)
class LabelList(Model):
    data: list[Label]
    next_cursor: str | None | Unset = UNSET


class LabelListPage(LabelList, Page[Label]):
    pass


class AsyncLabelListPage(LabelList, AsyncPage[Label]):
    pass
"""


def build(root: Path, name: str) -> AssembledPackage:
    errors = render_errors(attributes=("code", "request_id"))
    modules = {"errors.py": errors, "models.py": MODELS}
    return assemble(root, modules, base=None, name=name)


@dataclass
class Outcome:
    """What became of a call."""

    value: Any = None
    error: BaseException | None = None
    busy: int = 0
    """Connections of the pool that were neither idle nor closed afterwards."""
    tasks: int = 0
    """Tasks that were left over."""

    @property
    def kind(self) -> str:
        return type(self.value if self.error is None else self.error).__name__


class Kit:
    """The assembled package, ready to call."""

    def __init__(self, package: AssembledPackage) -> None:
        self.package = package
        self.errors: Any = package.module("errors")
        self.models: Any = package.module("models")
        self.client: Any = package.module("_runtime.client")
        self.credentials: Any = package.module("_runtime.credentials")
        self.api_key: Any = package.module("_runtime.credentials_api_key").api_key
        self.http: Any = package.module("_runtime.http")
        self.operations: Any = package.module("_runtime.operations")
        self.options: Any = package.module("_runtime.options")
        self.pagination: Any = package.module("_runtime.pagination")
        self.cursor: Any = package.module("_runtime.pagination_cursor").Cursor
        self.redirects: Any = package.module("_runtime.redirects")
        self.ratelimit: Any = package.module("_runtime.ratelimit")
        self.responses: Any = package.module("_runtime.responses")
        self.results: Any = package.module("_runtime.results")
        self.retries: Any = package.module("_runtime.retries")

    def api(self, **keywords: Any) -> Any:
        defaults: dict[str, Any] = {
            "package": "sample",
            "version": "1.2.3",
            "error": self.operations.JSON(lambda: self.models.ErrorBody),
            "error_attributes": {
                "code": "/error/code",
                "request_id": "/error/request_id",
            },
            "request_id_header": "X-Request-Id",
            "rate_limit": self.operations.RateLimitHeaders(
                limit="X-RateLimit-Limit",
                remaining="X-RateLimit-Remaining",
                reset="X-RateLimit-Reset",
            ),
        }
        return self.operations.API(**(defaults | keywords))

    def operation(
        self, method: str, path: str, *, status: str = "200", **keywords: Any
    ) -> Any:
        label = {"application/json": self.operations.JSON(lambda: self.models.Label)}
        if method in ("POST", "PUT", "PATCH"):
            keywords.setdefault("body", {"application/json": "json"})
        keywords.setdefault("responses", {status: label})
        return self.operations.Operation(method, path, name="labels.do", **keywords)

    def open(self, mode: Mode, url: str, api: Any = None, **options: Any) -> Any:
        client = (
            self.client.SyncAPIClient if mode == "sync" else self.client.AsyncAPIClient
        )
        return client(api or self.api(), base_url=url, **options)

    def clock(self) -> Any:
        """A clock that only moves when somebody sleeps, and always rolls the maximum."""

        class FakeClock(self.retries.Clock):  # type: ignore[misc,name-defined]
            def __init__(self) -> None:
                self.time = 1_000.0
                self.slept: list[float] = []
                self.chance = 1.0

            def monotonic(self) -> float:
                return self.time

            def now(self) -> float:
                return self.time

            def random(self) -> float:
                return self.chance

            def sleep(self, seconds: float) -> None:
                self.slept.append(seconds)
                self.time += seconds

            async def sleep_async(self, seconds: float) -> None:
                self.sleep(seconds)

        return FakeClock()

    def call(
        self,
        mode: Mode,
        url: str,
        operation: Any,
        *,
        api: Any = None,
        times: int = 1,
        client: dict[str, Any] | None = None,
        **arguments: Any,
    ) -> Outcome:
        """Call ``operation`` with a client of its own; the last of ``times`` counts. An
        ``http_client`` is closed afterwards."""
        outcome = Outcome()
        pool = (client or {}).get("http_client")
        if mode == "sync":
            with self.open(mode, url, api, **(client or {})) as opened:
                for _ in range(times):
                    try:
                        outcome.value = opened.call(operation, **arguments)
                    except Exception as error:
                        outcome.error = error
                outcome.busy = busy_connections(opened)
            if hasattr(pool, "close"):
                pool.close()
            return outcome

        async def main() -> None:
            async with self.open(mode, url, api, **(client or {})) as opened:
                for _ in range(times):
                    try:
                        outcome.value = await opened.call(operation, **arguments)
                    except Exception as error:
                        outcome.error = error
                outcome.busy = busy_connections(opened)
            if hasattr(pool, "aclose"):
                await pool.aclose()
            outcome.tasks = len(asyncio.all_tasks()) - 1

        asyncio.run(main())
        gc.collect()
        return outcome


def busy_connections(client: Any) -> int:
    """Connections that the pool of an opened client holds for a request."""
    transport = vars(client._pool).get("_transport")
    if not hasattr(transport, "_client"):  # none yet, or one of the test's own
        return 0
    pool = transport._client._transport._pool
    return sum(not each.is_idle() and not each.is_closed() for each in pool.connections)
