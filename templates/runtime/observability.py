"""What can be seen of an attempt from outside: a log line, and a span.

Comes in: the request and its answer or failure. Goes out: a DEBUG line of the logger
that is named like the package, and an OpenTelemetry span by the HTTP conventions if
``opentelemetry-api`` is installed. Metadata only: no query, no header, no body.
"""

from __future__ import annotations

import importlib
import logging
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from .http import HTTPRequest, TransportError
from .operations import API, Operation


class Observation:
    """A context around one attempt."""

    def __init__(
        self,
        api: API,
        operation: Operation[Any],
        request: HTTPRequest,
        number: int,
        *,
        propagate: bool,
    ) -> None:
        """``propagate``: the request may carry the trace, and baggage."""
        self._logger = logging.getLogger(api.package)
        self._label = f"{operation.method} {operation.path}"
        self._number = number
        self._span: Any = None
        self._scope: Any = None
        trace, propagation = _opentelemetry()
        if trace is None:
            return
        url = urlsplit(request.url)
        attributes: dict[str, Any] = {
            "http.request.method": request.method,
            "url.full": request.url.partition("?")[0],
            "url.template": operation.path,
            "server.address": url.hostname or "",
            "server.port": url.port or (443 if url.scheme == "https" else 80),
        }
        if number > 1:
            attributes["http.request.resend_count"] = number - 1
        self._span = trace.get_tracer(api.package, api.version).start_span(
            self._label, kind=trace.SpanKind.CLIENT, attributes=attributes
        )
        self._scope = trace.use_span(
            self._span, record_exception=False, set_status_on_exception=False
        )
        if not propagate:
            return
        carrier: dict[str, str] = {}
        propagation.inject(carrier, context=trace.set_span_in_context(self._span))
        given = {name.lower() for name, _ in request.headers}
        request.headers.extend(
            each for each in carrier.items() if each[0].lower() not in given
        )

    def __enter__(self) -> Self:
        if self._scope is not None:
            self._scope.__enter__()
        return self

    def answered(self, status: int, request_id: str | None, seconds: float) -> None:
        self._logger.debug(
            "%s: %d in %.3f s (attempt %d, request id %s)",
            self._label,
            status,
            seconds,
            self._number,
            request_id,
        )
        if self._span is not None:
            self._span.set_attribute("http.response.status_code", status)
            if status >= 400:
                self._fail(str(status))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        name = "" if kind is None else kind.__name__
        if isinstance(error, TransportError):
            name = error.kind
        if name:
            self._logger.debug("%s: %s (attempt %d)", self._label, name, self._number)
        if self._span is not None:
            if name:
                self._fail(name)
            self._scope.__exit__(None, None, None)
            self._span.end()

    def _fail(self, error_type: str) -> None:
        status = importlib.import_module("opentelemetry.trace")
        self._span.set_attribute("error.type", error_type)
        self._span.set_status(status.Status(status.StatusCode.ERROR))


_modules: tuple[Any, Any] | None = None


def _opentelemetry() -> tuple[Any, Any]:
    global _modules
    if _modules is None:
        try:
            _modules = (
                importlib.import_module("opentelemetry.trace"),
                importlib.import_module("opentelemetry.propagate"),
            )
        except ImportError:
            _modules = None, None
    return _modules
