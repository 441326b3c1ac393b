"""What the user may choose for one client, after configuration and command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientOptions:
    """``package``: import name; by default made from the document's title.
    ``client``: class name of the synchronous client. ``names``: JSON pointer → Python
    name. ``distribution`` and ``version`` name the client in its User-Agent."""

    package: str | None = None
    client: str | None = None
    version: str | None = None
    names: Mapping[str, str] = field(default_factory=dict[str, str])
