"""Keys in a header, a query parameter or a cookie."""

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
    """A key in the header, query parameter or cookie ``name``."""

    def write(secret: str) -> Additions:
        if place == "cookie" and not _COOKIE.fullmatch(secret_text(secret)):
            raise ValueError("the secret has a character that cannot be in a cookie")
        pair = ((name, Masked(secret_text(secret))),)
        if place == "header":
            return Additions(headers=pair)
        return Additions(query=pair) if place == "query" else Additions(cookies=pair)

    return Given(secret, environment, argument, write)
