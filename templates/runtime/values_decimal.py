"""Decimal numbers."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from .codec_values import Format, Spelled, spelling_of


class SpelledDecimal(Spelled, Decimal):
    __slots__ = ("spelling",)
    format_name = "decimal.Decimal"


def read_decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError("not a decimal number") from None
    if not value.is_finite():
        raise ValueError("not finite")
    if str(value) == text:
        return value
    spelled = SpelledDecimal(text)
    spelled.spelling = text
    return spelled


def write_decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError(f"{value} is not a JSON value")
    return spelling_of(value) or str(value)


FORMATS = {
    "decimal.Decimal": Format(
        "decimal number in a string", read_decimal, write_decimal
    ),
}
