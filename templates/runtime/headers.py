"""Headers of answers as values: what the document says of them, read from their text.

Comes in: an answer, or an error that is one. Goes out: an object with a field for each
documented header; those that did not come, or are no such value, are ``UNSET``. All of
them, as text, are in ``headers`` of the answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from typing import Any, Protocol, Self, get_args, get_origin

from .codec import Model, decode
from .codec_fields import model_fields, union_members
from .types import UNSET, Unset


class HasHeaders(Protocol):
    """``client.with_response(…)(…)`` and every ``APIError``."""

    @property
    def headers(self) -> Mapping[str, str]: ...


class HeaderModel(Model):
    """Headers by name, each of its type."""

    __slots__ = ()

    @classmethod
    def of(cls, answer: HasHeaders) -> Self:
        """Read the headers of an answer, or of an error that is one."""
        values = {
            field.name: _value_of(field.annotation, answer.headers[field.wire_name])
            for field in model_fields(cls)
            if field.wire_name in answer.headers
        }
        return cls(**values)


def _value_of(annotation: Any, text: str) -> Any:
    """The value of a type that ``text`` stands for."""
    members = [each for each in union_members(annotation) if each is not Unset]
    for member in members:
        # {% if needs.listed_headers %}
        if get_origin(member) is list:
            (item,) = get_args(member)
            items = [_value_of(item, part.strip()) for part in text.split(",")]
            if UNSET not in items:
                return items
            continue
        # {% endif %}
        for value in _readings(text):
            found, deviations = decode(member, value)
            if not deviations:
                return found
    return UNSET


def _readings(text: str) -> Iterator[Any]:
    """The JSON values that a text may be."""
    yield text
    with suppress(ValueError, RecursionError):
        yield json.loads(text)
    # {% if needs.dated_headers %}
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        yield parsedate_to_datetime(text).isoformat()
    # {% endif %}
