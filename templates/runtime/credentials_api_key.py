"""API keys, each under its name."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from .credentials import (
    Additions,
    AsyncSecret,
    Credential,
    Given,
    Masked,
    secret_text,
)

Place: TypeAlias = Literal["header", "query", "cookie"]

_COOKIE = re.compile(r"[!#-+\--:<-\[\]-~]+")


def api_key(
    place: Place,
    name: str,
    secret: AsyncSecret | None,
    environment: str | None = None,
    *,
    argument: str = "api_key",
) -> Credential:
    """A key that is sent as ``name``."""

    def write(secret: str) -> Additions:
        pair = ((name, Masked(secret_text(secret))),)
        # {% if needs.keys_in_queries %}
        if place == "query":
            return Additions(query=pair, secrets=(secret,))
        # {% endif %}
        # {% if needs.cookies %}
        if place == "cookie":
            if not _COOKIE.fullmatch(secret):
                raise ValueError(
                    "the secret has a character that cannot be in a cookie"
                )
            return Additions(cookies=pair, secrets=(secret,))
        # {% endif %}
        return Additions(headers=pair, secrets=(secret,))

    return Given(secret, environment, argument, write)
