"""What the document says about an operation, as frozen data.

Comes in: values written by the generator. Goes out: the same, for the modules that
build requests, decide on retries, read answers and walk pages. No behaviour: what only
some APIs need brings its own, in a module of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from .bodies import BodyKind
from .parameters import Styles

T_co = TypeVar("T_co", covariant=True)


# --- Answers -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class JSON:
    """A JSON body of the type that ``type`` returns. A function, because naming the
    type at import would load the model."""

    type: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Raw:
    """A body that is not JSON: text becomes ``str``, binary ``bytes``."""

    kind: Literal["text", "binary"]


TEXT = Raw("text")
BINARY = Raw("binary")

Content: TypeAlias = JSON | Raw

REDIRECTS = frozenset((301, 302, 303, 307, 308))
"""Statuses that say where else to ask."""

Answers: TypeAlias = Mapping[str, Mapping[str, Content]]
"""Status (``200``, ``2XX``, ``default``) → media type → content; no media: empty."""


Security: TypeAlias = tuple[tuple[str, ...], ...]
"""Alternatives; all schemes of one are needed together."""


# --- Operations ----------------------------------------------------------------------


@dataclass(frozen=True)
class Operation(Generic[T_co]):
    """One operation; ``T_co`` is what a call of it returns."""

    method: str
    path: str
    """With its parameters in braces, relative to the server."""
    _: KW_ONLY
    name: str = ""
    """Where the package has it: ``labels.update``."""
    server: str | None = None
    """Only where it is not the package's."""
    body: Mapping[str, Literal["json"] | BodyKind] = field(
        default_factory=dict[str, Any]
    )
    """Media type → how its bytes are made; the first one is the default."""
    # {% if needs.bodies_by_value %}
    body_by_value: Mapping[str, str] = field(default_factory=dict[str, str])
    """Class of the value (or ``str``, ``file``) → media type, where it is not the
    first."""
    # {% endif %}
    body_required: bool = True
    """Without: a body of nothing but ``UNSET`` is not sent."""
    responses: Answers = field(default_factory=dict[str, Any])
    # {% if needs.error_models %}
    errors: Answers = field(default_factory=dict[str, Any])
    """Only those that are not the package's error type."""
    # {% endif %}
    security: Security | None = None
    """``None``: the package's; ``()``: none."""
    # {% if needs.styles %}
    styles: Styles = field(default_factory=dict[tuple[str, str], Any])
    """(place, name) → style, where it is not the default of the place."""
    # {% endif %}
    idempotent: bool = False
    """Sends an idempotency key."""
    pagination: object = None
    """How one page leads to the next: a :class:`.pagination.Pagination`."""


# --- The API -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryCodes:
    """Codes of error bodies that settle whether a call is tried again."""

    pointer: str
    retry: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimitHeaders:
    """Names of the headers that tell how many requests are left."""

    limit: str | None = None
    remaining: str | None = None
    reset: str | None = None


@dataclass(frozen=True, slots=True)
class RateClass:
    """Methods that share one allowance."""

    name: str
    methods: tuple[str, ...]
    per_minute: float


@dataclass(frozen=True, slots=True, kw_only=True)
class API:
    """What all operations of a package share."""

    package: str
    """The import name: of the logger, too."""
    version: str
    server: str | None = None
    # {% if needs.error_models %}
    error: JSON | None = None
    """What error bodies decode to, where an operation does not say otherwise."""
    # {% endif %}
    # {% if needs.error_attributes %}
    error_attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    """Attribute of ``APIError`` → JSON pointer into the error body."""
    # {% endif %}
    request_id_header: str | None = None
    idempotency_header: str = "Idempotency-Key"
    replayed_header: str | None = None
    # {% if needs.retry_codes %}
    retry: RetryCodes | None = None
    # {% endif %}
    # {% if needs.rate_limits %}
    rate_limit: RateLimitHeaders | None = None
    # {% endif %}
    rate_classes: tuple[RateClass, ...] = ()
    security: Security = ()
