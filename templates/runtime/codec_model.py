"""The base of every model, and the marks that annotations carry for the codec.

A model is a keyword-only dataclass with slots, and nothing more: its annotations are
the only description of its JSON. Fields that the document does not know are kept beside
the declared ones, so that an object survives a round trip through an older client.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import InitVar, dataclass, field, fields
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, Self, cast

from .types import UNSET


@dataclass(frozen=True, slots=True)
class Wire:
    """The property's name, where it is not the field's."""

    name: str


@dataclass(frozen=True, slots=True)
class Deviation:
    """A place where an answer is not what the document promises."""

    path: str
    """A JSON path: ``$.data[3].color``."""

    expected: str
    """``string``, ``date-time``, ``"label"``, ``Contact``…"""

    got: str
    """The kind of JSON value that was there, or ``nothing``."""

    value: Any = field(default=None, repr=False, compare=False)
    """What was there. Not printed: it may be somebody's data."""

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected}, got {self.got}"


class TooDeep(ValueError):
    """A value is nested deeper than Python can follow, or contains itself."""


ADDITIONAL_PROPERTIES = "additional_properties"
# {% if needs.additional %}
"""The attribute for undeclared properties; a field where the document types them."""
# {% else %}
"""The attribute for undeclared properties."""
# {% endif %}

if TYPE_CHECKING:

    class TakesUnknown:
        """What it is for Python is below."""

else:

    @dataclass(kw_only=True, eq=False, repr=False)
    class TakesUnknown:
        """Gives the constructors of models an argument for unknown fields.

        It is no field: only with it ``dataclasses.replace`` carries them over.
        """

        __slots__ = ()
        # The type, not its text: dataclass reads it once more for every model, in
        # whose module the text would mean nothing.
        __annotations__ = {"additional_properties": InitVar[Any]}
        additional_properties = None

    # What inspects annotations (pydantic, Sphinx) is to see fields alone.
    TakesUnknown.__annotations__.clear()


class Model(TakesUnknown):
    """An object of the API.

    ``from_dict`` and ``to_dict`` convert from and to JSON values. Two models are equal
    if they are of one class and all their fields, unknown ones included, are equal.
    """

    # A dictionary only for an object that has unknown fields: most have none.
    __slots__ = ("_unknown",)

    if TYPE_CHECKING:
        _unknown: dict[str, Any] | None
        additional_properties: dict[str, Any]
        """Fields that the document does not know, as they came. May be changed."""

    else:

        @property
        def additional_properties(self) -> dict[str, Any]:
            """Fields that the document does not know, as they came. May be changed."""
            if self._unknown is None:
                self._unknown = {}
            return self._unknown

        @additional_properties.setter
        def additional_properties(self, value: dict[str, Any]) -> None:
            self._unknown = value

    def __post_init__(self, additional_properties: Any = None) -> None:
        self._unknown = dict(additional_properties) if additional_properties else None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # @dataclass runs after this and adds only what a class has not: these two
        # know about unknown fields, the ones it would write do not.
        for name in ("__eq__", "__repr__"):
            setattr(cls, name, getattr(Model, name))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read a model from JSON values, as tolerantly as an answer of the API.

        A missing required field becomes ``UNSET``, a value of another type than
        documented stays as it is.
        """
        from .codec_decode import decode

        if not isinstance(cast("object", data), Mapping):
            raise TypeError(
                f"{cls.__name__}.from_dict takes a mapping, not {type(data).__name__}"
            )
        model: Self = decode(cls, dict(data))[0]
        return model

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values under the names of the API, without unset fields."""
        from .codec_encode import encode

        data: dict[str, Any] = encode(self)
        return data

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        if other is self:
            return True
        for name in field_names(self):
            if getattr(self, name) != getattr(other, name):
                return False
        return undeclared_of(self) == undeclared_of(other)

    @recursive_repr()
    def __repr__(self) -> str:
        parts: list[str] = []
        for name in field_names(self):
            value = getattr(self, name)
            if value is not UNSET:
                parts.append(f"{name}={value!r}")
        if undeclared := undeclared_of(self):
            parts.append(f"additional_properties={undeclared!r}")
        return f"{self.__class__.__qualname__}({', '.join(parts)})"


def field_names(model: Any) -> list[str]:
    """The names of the declared fields of a model or model class."""
    # {% if needs.additional %}
    names = [field.name for field in fields(model)]
    return [name for name in names if name != ADDITIONAL_PROPERTIES]
    # {% else %}
    return [field.name for field in fields(model)]
    # {% endif %}


def undeclared_of(model: Any) -> dict[str, Any]:
    """The other fields of an object, without making room for them."""
    # {% if needs.additional %}
    if not isinstance(getattr(model.__class__, ADDITIONAL_PROPERTIES), property):
        typed: dict[str, Any] = model.additional_properties
        return typed
    # {% endif %}
    unknown: dict[str, Any] | None = model._unknown
    return unknown or {}


@dataclass(kw_only=True, slots=True)
class UnknownVariant(Model):
    """An object that no documented member of a union describes.

    All its fields are in ``additional_properties``.
    """
