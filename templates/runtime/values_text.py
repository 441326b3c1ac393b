"""Numbers and booleans that this API writes as text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .codec_comparing import Surface, formatted_surface, surface_of, union_surface
from .codec_decoder import Decoder, DecoderOf, Path, ValueMark, path_text
from .codec_encode import encode_value
from .codec_shapes import formatted_decoder
from .codec_unions import union_decoder
from .codec_values import Format, Spelled, spelling_of


class SpelledInt(Spelled, int):
    format_name = "text:builtins.int"


class SpelledFloat(Spelled, float):
    __slots__ = ("spelling",)
    format_name = "text:builtins.float"


_usual_int = re.compile(r"0|-?[1-9][0-9]*")
_any_int = re.compile(r"[+-]?[0-9]+")
_any_float = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def read_int(text: str) -> int:
    if _usual_int.fullmatch(text):
        return int(text)
    if not _any_int.fullmatch(text):
        raise ValueError("not an integer")
    value = SpelledInt(text)
    value.spelling = text
    return value


def read_float(text: str) -> float:
    if not _any_float.fullmatch(text):
        raise ValueError("not a number")
    value = float(text)
    if repr(value) == text:
        return value
    spelled = SpelledFloat(text)
    spelled.spelling = text
    return spelled


def read_bool(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("not a boolean")
    return text == "true"


def write_int(value: int) -> str:
    return spelling_of(value) or int.__repr__(value)


def write_float(value: float) -> str:
    text = spelling_of(value) or repr(value)
    if text in ("nan", "inf", "-inf"):
        raise ValueError(f"{text} is not a JSON value")
    return text


def write_bool(value: bool) -> str:
    return "true" if value else "false"


FORMATS = {
    "text:builtins.bool": Format("boolean in a string", read_bool, write_bool),
    "text:builtins.float": Format("number in a string", read_float, write_float),
    "text:builtins.int": Format("digit string", read_int, write_int),
}


@dataclass(frozen=True, slots=True)
class AsText(ValueMark):
    """The numbers and booleans of this type are strings in JSON."""

    def decoder(self, kinds: list[Any], decoder_of: DecoderOf) -> Decoder:
        def text_decoder_of(kind: Any) -> Decoder:
            found = _format_of(kind)
            return decoder_of(kind) if found is None else formatted_decoder(found)

        return union_decoder(kinds, text_decoder_of)

    # {% if needs.comparing %}
    def surface(self, kinds: list[Any]) -> Surface:
        formats = [(kind, _format_of(kind)) for kind in kinds]
        return union_surface(
            [
                surface_of(kind) if found is None else formatted_surface(found)
                for kind, found in formats
            ]
        )

    # {% endif %}
    def encode(self, value: Any, path: Path) -> Any:
        """Also of numbers inside lists and maps."""
        kind = value.__class__
        if kind is list or kind is tuple:
            return [self.encode(one, (path, index)) for index, one in enumerate(value)]
        if kind is dict:
            return {name: self.encode(one, (path, name)) for name, one in value.items()}
        if isinstance(value, (bool, int, float)) and not isinstance(value, Enum):
            found = next(filter(None, map(_format_of, kind.__mro__)))
            try:
                return found.write(value)
            except ValueError as error:
                raise ValueError(f"{path_text(path)}: {error}") from None
        return encode_value(value, path)


def _format_of(kind: type) -> Format | None:
    return FORMATS.get(f"text:{kind.__module__}.{kind.__qualname__}")


AS_TEXT = AsText()
