"""Arguments of a method: their order, and the one that is of the body's media type."""

from __future__ import annotations

from collections.abc import Iterable

from specpress import ir

CONTENT_TYPE = ir.Identifier("content_type")
"""Chooses between the media types of a body that may be sent as several."""


def call_order(arguments: Iterable[ir.Argument]) -> list[ir.Argument]:
    """Return arguments as a call is read: what must be given, what may be, and last
    what is about the request."""
    return sorted(
        arguments,
        key=lambda a: (
            not a.positional,
            not a.required or a.preset is not None,
            a.place in ("header", "cookie"),
        ),
    )
