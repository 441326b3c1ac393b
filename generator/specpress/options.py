"""What the user may choose, after configuration and command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from specpress.configuration_text import ConfigurationText
from specpress.documents import Json
from specpress.limits import DEFAULT_LIMITS, Limits
from specpress.references import OWN_FOLDER_ONLY, ReferencePolicy

Gap: TypeAlias = Literal["degraded", "skipped"]
GAPS: tuple[Gap, ...] = ("degraded", "skipped")
"""What ``--fail-on`` takes: the two ways to lose something of a document."""

Extensions: TypeAlias = Mapping[str, Mapping[str, Json]]
"""Settings by JSON pointer, as if they stood there as ``x-specpress-…``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientOptions:
    """``package``: import name; where there is none it is made of the document's title.
    ``client``: class name of the synchronous client. ``names``: JSON pointer → Python
    name. ``distribution`` and ``version`` name the client in its User-Agent."""

    package: str | None = None
    client: str | None = None
    version: str | None = None
    names: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One client to generate: where from, where to and how.

    ``label`` is what the user calls the document, for messages; ``configuration`` says
    where settings stand that a message is about. ``strict`` makes warnings errors;
    ``fail_on`` makes errors of what is lost.
    """

    document: Path
    label: str
    output: Path | None = None
    client: ClientOptions = field(default_factory=ClientOptions)
    extensions: Extensions = field(default_factory=dict[str, Mapping[str, Json]])
    limits: Limits = DEFAULT_LIMITS
    references: ReferencePolicy = OWN_FOLDER_ONLY
    strict: bool = False
    fail_on: tuple[Gap, ...] = ()
    configuration: ConfigurationText | None = field(default=None, compare=False)
