"""Options of a client and of a single call, as the types of keyword arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypedDict, Union

from .http import Timeout

TimeoutOption = Union[float, Timeout, None]
"""A number is the total; ``None`` is no limit at all."""


class RequestOptions(TypedDict, total=False):
    """Per-call options: the value of a method's ``request_options``."""

    timeout: TimeoutOption
    max_retries: int
    headers: Mapping[str, str]
    """Added to the request; they win over the method's own."""
    query: Mapping[str, Any]
    """Added to the query."""
    body: Mapping[str, Any]
    """Members added to a JSON object body."""
    idempotency_key: str
