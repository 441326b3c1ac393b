"""One call over all of its attempts, without the waiting.

Comes in: an operation, its arguments, the settings of the client. Goes out: a request
for each attempt, and for each outcome the pause before the next attempt, the answer,
or an exception. Both clients share all of it.
"""

from __future__ import annotations

import inspect
import logging
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, NoReturn, TypeVar

from .. import errors
from .codec import Deviation
from .credentials import Additions, Credential
from .http import (
    AsyncHTTPResponse,
    HTTPRequest,
    HTTPResponse,
    RateLimit,
    Sent,
    Timeout,
    TransportError,
)
from .observability import Observation
from .operations import REDIRECTS, Operation
from .options import Settings, timeout_of
from .prepared import checked_headers, prepare, request_of
from .responses import Answer, ApiResponse, BodyReader, point, rate_limit_of
from .results import (
    decode_error,
    deviation_error,
    error_of,
    is_success,
    log_deviations,
    result_of,
    shown,
)
from .retries import Outcome, backoff, is_retryable, parse_retry_after
from .targets import Arguments, Target

E = TypeVar("E", bound=Exception)

_ERROR_BODY_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Result:
    """A success, with what only pages and redirects need to know of it."""

    response: ApiResponse[Any]
    body: Any
    """The JSON value."""
    url: str
    """As asked for, but for what credentials added."""
    elapsed: float
    """Seconds that the call took."""

    def tell(self, error: E, operation: Operation[Any]) -> E:
        """Add to an error about this answer what is known of the call."""
        vars(error).update(
            sent="answered",
            attempts=self.response.attempts,
            elapsed=self.elapsed,
            method=operation.method,
            path=operation.path,
            request_id=self.response.request_id,
        )
        return error


class Call:
    """One call: what has become of its attempts so far, and what follows from it.

    For each attempt :meth:`admitted`, :meth:`request`, :meth:`received` when its answer
    begins, and :meth:`pause_after_answer` or :meth:`pause_after_failure`; after the
    last one :meth:`result`.
    """

    def __init__(
        self,
        target: Target,
        operation: Operation[Any],
        arguments: Arguments,
        settings: Settings,
        stream: bool,
    ) -> None:
        self._target = target
        self._operation = operation
        self._settings = settings
        self._stream = stream
        self._clock = settings.clock
        self._started = self._clock.monotonic() - arguments.elapsed
        self._prepared = prepare(target, operation, arguments, settings)
        options = arguments.options or {}
        self._timeout = timeout_of(options.get("timeout", settings.timeout))
        self._max_retries = options.get("max_retries", settings.max_retries)
        self._attempts = 0
        self._budgeted = 0
        self._was_sent = False
        self._renewed = False
        self._additions = Additions()
        self._response: HTTPResponse | AsyncHTTPResponse | None = None
        self._reader: BodyReader | None = None

    # --- Requests --------------------------------------------------------------------

    @property
    def credentials(self) -> tuple[Credential, ...]:
        return self._prepared.credentials

    # {% if needs.tokens %}
    @property
    def server(self) -> str:
        return self._target.server_of(self._operation)

    # {% endif %}
    @property
    def timeout(self) -> Timeout:
        """The timeouts of a request that begins now."""
        if self._timeout.total is None:
            return self._timeout
        return replace(self._timeout, total=self._remaining())

    @contextmanager
    def admitted(self) -> Generator[float]:
        """Seconds to wait before the next attempt, by the limiter of the client. If the
        wait is interrupted, the limiter is told."""
        limiter, method = self._settings.limiter, self._operation.method
        if limiter is None:
            yield 0.0
            return
        classes, now = self._target.api.rate_classes, self._clock.monotonic()
        pause = limiter.reserve(method, classes, now, longest := self._remaining())
        if pause > longest:
            raise self._tell(
                errors.APITimeoutError(
                    f"the rate limiter asks to wait {pause:.1f} s, longer than the call"
                    " may take"
                )
            )
        try:
            yield pause
        except BaseException:
            release: Any = getattr(limiter, "release", None)
            if release is not None:
                release(method, classes, now + pause)
            raise

    @contextmanager
    def preparing(self) -> Generator[None]:
        """What goes wrong before an attempt goes wrong in this call."""
        try:
            yield
        except (
            errors.ArgumentError,
            errors.ClientClosedError,
            errors.APIConnectionError,
        ) as error:
            self._tell(error)
            raise

    def request(self, additions: Additions) -> HTTPRequest:
        """The next attempt, with what the credentials add to it."""
        self._response = self._reader = None
        self._additions = additions
        timeout = self.timeout
        if timeout.total is not None and timeout.total <= 0:
            raise self._tell(errors.APITimeoutError("the total time is used up"))
        self._attempts += 1
        request = request_of(self._prepared, additions, timeout)
        if self._settings.hooks.request is not None:
            self._run("request", "not_sent", request)
            self._check(request)
        return request

    def _check(self, request: HTTPRequest) -> None:
        """Headers of a hook arrive as they were given, or not at all."""
        try:
            checked_headers(request.headers)
        except errors.ArgumentError as error:
            told = self._tell(errors.ArgumentError(*error.args))
        else:
            return
        # Not the other one: some tracebacks show local variables.
        raise told

    def observe(self, request: HTTPRequest) -> Observation:
        return Observation(
            self._target.api,
            self._operation,
            request,
            self._attempts,
            propagate=self._prepared.is_own,
        )

    # --- Answers ---------------------------------------------------------------------

    def received(
        self,
        request: HTTPRequest,
        response: HTTPResponse | AsyncHTTPResponse,
        observed: Observation,
    ) -> BodyReader:
        """An answer has begun; what its body is to be collected in."""
        self._response = response
        observed.answered(response.status, self._request_id, self.elapsed)
        self._run("response", "answered", request, response)
        limit = self._settings.max_response_bytes
        if not self.has_succeeded:
            limit = min(limit, _ERROR_BODY_LIMIT)
        self._reader = BodyReader(
            response.headers, sys.maxsize if self.is_kept else limit
        )
        return self._reader

    @property
    def has_succeeded(self) -> bool:
        return is_success(self._operation, self._answer.status)

    @property
    def is_kept(self) -> bool:
        """Whether the body is left to be read."""
        return self._stream and self.has_succeeded and not self.is_redirect

    @property
    def is_redirect(self) -> bool:
        """Whether what was asked for may be elsewhere."""
        return self._answer.status in REDIRECTS

    def pause_after_answer(self) -> float | None:
        """The pause before another attempt, or ``None``: this answer is a success. Any
        other answer is raised."""
        response = self._answer
        if self.has_succeeded:
            self._target.pool.budget.refund(self._budgeted)
            return None
        error = error_of(
            self._target.api,
            self._operation,
            self._whole_answer(),
            self._additions.hide,
        )
        # {% if needs.error_attributes %}
        for name in self._target.api.error_attributes:
            if isinstance(text := getattr(error, name), str):
                setattr(error, name, self._additions.hide(text))
        # {% endif %}
        error.retry_after = parse_retry_after(response.headers, self._clock.now())
        error.rate_limit = self._rate_limit
        outcome = Outcome("answered", response.status, retry_after=error.retry_after)
        # {% if needs.retry_codes %}
        if (codes := self._target.api.retry) is not None:
            outcome = replace(outcome, code=point(error.body, codes.pointer))
        # {% endif %}
        pause = self._renew() if response.status == 401 else self._pause(outcome)
        if pause is None:
            raise self._tell(error, "answered")
        self._was_sent = True
        return pause

    def pause_after_failure(
        self, request: HTTPRequest, failure: TransportError
    ) -> float:
        """The pause before another attempt; without one, the failure is raised."""
        self._run("failure", failure.sent, request, failure)
        if self._reader is not None and not self.has_succeeded:
            # The status says enough; a body that breaks off takes nothing from it.
            return self.pause_after_answer() or 0.0
        pause = self._pause(Outcome(failure.sent, final=failure.final))
        if pause is None:
            self.fail(failure)
        self._was_sent = self._was_sent or failure.sent != "not_sent"
        return pause

    def fail(self, failure: TransportError) -> NoReturn:
        """Raise the package's own exception for a failure of the transport."""
        error_class = {
            "connection": errors.APIConnectionError,
            "timeout": errors.APITimeoutError,
            "argument": errors.ArgumentError,
            "closed": errors.ClientClosedError,
        }[failure.kind]
        cause = failure.__cause__ or failure
        sent = failure.sent if self._response is None else "answered"
        error = error_class(shown(self._additions.hide(str(failure))))
        # {% if needs.tokens %}
        error.retry_after = failure.retry_after
        # {% endif %}
        raise self._tell(error, sent) from cause

    def result(self) -> Result:
        """The value of a success, or what makes it none."""
        if self.reader.problem is not None:
            raise self.unreadable()
        try:
            read = result_of(self._operation, self._whole_answer())
        except errors.ResponseDecodeError as error:
            self._tell(error, "answered")
            raise
        log_deviations(self._target.api, self._operation, read.deviations)
        if read.deviations and self._settings.strict:
            raise self._tell(deviation_error(read), "answered")
        response = self.wrap(read.value, read.deviations)
        return Result(response, read.body, self._prepared.url, self.elapsed)

    def unreadable(self) -> errors.ResponseDecodeError:
        problem = f"the body cannot be read: {self.reader.problem}"
        return self._tell(decode_error(self._whole_answer(), problem), "answered")

    def wrap(self, value: Any, deviations: list[Deviation]) -> ApiResponse[Any]:
        api, response = self._target.api, self._answer
        return ApiResponse(
            parsed=value,
            status=response.status,
            headers=response.headers,
            request_id=self._request_id,
            deviations=deviations,
            rate_limit=self._rate_limit,
            attempts=self._attempts,
            replayed=response.headers.get(api.replayed_header or "", "false").lower()
            == "true",
        )

    # --- Decisions -------------------------------------------------------------------

    def _pause(self, outcome: Outcome) -> float | None:
        """Seconds before the next attempt; ``None`` for none."""
        if self._target.pool.closed or self._attempts > self._max_retries:
            return None
        if not is_retryable(
            outcome,
            self._operation.method,
            has_key=self._prepared.has_key,
            # {% if needs.files %}
            replayable=self._can_replay,
            # {% endif %}
            # {% if needs.retry_codes %}
            codes=self._target.api.retry,
            # {% endif %}
        ):
            return None
        pause = backoff(self._attempts, self._clock.random())
        if outcome.retry_after is not None:
            if outcome.retry_after > self._settings.max_retry_after:
                return None
            pause = max(pause, outcome.retry_after)
        if pause >= self._remaining() or not self._target.pool.budget.take():
            return None
        self._budgeted += 1
        logging.getLogger(self._target.api.package).info(
            "%s %s: attempt %d in %.2f s (%s)",
            self._operation.method,
            self._operation.path,
            self._attempts + 1,
            pause,
            outcome.status or outcome.sent,
        )
        return pause

    def _renew(self) -> float | None:
        """No pause, once, where credentials can give another secret than the refused
        one."""
        # {% if needs.files %}
        if not self._can_replay:
            return None
        # {% endif %}
        if self._renewed:
            return None
        self._renewed = True
        used = self._additions
        rejected = [credential.reject(used) for credential in self.credentials]
        return 0.0 if any(rejected) else None

    # {% if needs.files %}
    @property
    def _can_replay(self) -> bool:
        content = self._prepared.content
        return content is None or content.replayable

    # {% endif %}
    def _run(self, name: str, sent: Sent, *arguments: object) -> None:
        """Call a hook, if there is one."""
        hook = getattr(self._settings.hooks, name)
        result = hook and hook(*arguments, self._attempts)
        if inspect.isawaitable(result):
            if inspect.iscoroutine(result):
                result.close()
            message = f"hooks: {name} cannot be a coroutine function"
            raise self._tell(errors.ArgumentError(message), sent)

    def _tell(self, error: E, sent: Sent = "not_sent") -> E:
        """Add to an error of the package what is known of the call."""
        if sent == "not_sent" and self._was_sent:
            sent = "unknown"  # as to this attempt; but there was one before
        vars(error).update(
            sent=sent,
            attempts=self._attempts,
            elapsed=self.elapsed,
            method=self._operation.method,
            path=self._operation.path,
        )
        if self._response is not None:
            known = vars(error).get("request_id")
            vars(error).update(request_id=self._request_id or self._shown(known))
        return error

    def _shown(self, text: str | None) -> str | None:
        """A text of the answer, fit for a message or a line of a log."""
        return shown(self._additions.hide(text)) if text else None

    def _whole_answer(self) -> Answer:
        answer = self._answer
        return Answer(answer.status, answer.headers, self.reader.content())

    @property
    def _answer(self) -> HTTPResponse | AsyncHTTPResponse:
        if self._response is None:
            raise RuntimeError("there is no answer yet")
        return self._response

    @property
    def reader(self) -> BodyReader:
        if self._reader is None:
            raise RuntimeError("there is no answer yet")
        return self._reader

    @property
    def _request_id(self) -> str | None:
        name = self._target.api.request_id_header
        return self._shown(self._answer.headers.get(name)) if name else None

    @property
    def _rate_limit(self) -> RateLimit:
        # {% if needs.rate_limits %}
        return rate_limit_of(self._target.api.rate_limit, self._answer.headers)
        # {% else %}
        return RateLimit()
        # {% endif %}

    @property
    def elapsed(self) -> float:
        return self._clock.monotonic() - self._started

    def _remaining(self) -> float:
        if self._timeout.total is None:
            return float("inf")
        return self._timeout.total - self.elapsed
