"""User name and password, as HTTP's scheme ``Basic`` sends them."""

from __future__ import annotations

from base64 import b64encode
from typing import TypeAlias

from .credentials import (
    Additions,
    AsyncSecret,
    Credential,
    Given,
    Secret,
    authorization,
    secret_text,
)

BasicSecret: TypeAlias = tuple[str, str] | Secret
"""User name and password, or a text ``user:password``."""

AsyncBasicSecret: TypeAlias = tuple[str, str] | AsyncSecret


def basic(
    secret: AsyncBasicSecret | None,
    environment: str | None = None,
    *,
    argument: str = "basic_auth",
) -> Credential:
    """User name and password, as a pair or as ``user:password``."""

    def write(secret: str | tuple[str, str]) -> Additions:
        if isinstance(secret, tuple):
            user, password = secret
            if ":" in user:
                raise ValueError("a user name cannot contain a colon")
            secret = f"{user}:{password}"
        elif ":" not in secret_text(secret):
            raise ValueError("a pair or a text user:password is needed")
        encoded = b64encode(secret.encode()).decode()
        hidden = Additions(secrets=(secret.partition(":")[2],))
        return authorization(f"Basic {encoded}") + hidden

    return Given(secret, environment, argument, write)
