"""An alias that contains itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from .. import models
from .._runtime.codec import Model
from .._runtime.types import UNSET, Unset

# Pyright follows a cycle of aliases by local names only, get_type_hints in any other
# module only by names of ``models``.
if TYPE_CHECKING:
    JsonValue: TypeAlias = (
        str | float | bool | list["JsonValue"] | dict[str, "JsonValue"] | None
    )
else:
    JsonValue = (
        str
        | float
        | bool
        | list["models.JsonValue"]
        | dict[str, "models.JsonValue"]
        | None
    )


@dataclass(kw_only=True, slots=True)
class Template(Model):
    """Holds free JSON."""

    value: models.JsonValue | Unset = UNSET
