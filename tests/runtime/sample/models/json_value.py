"""An alias that contains itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, Union

from .. import models
from .._runtime.codec import Model
from .._runtime.types import UNSET, Unset

JsonValue: TypeAlias = Union[
    str,
    float,
    bool,
    list["models.JsonValue"],
    dict[str, "models.JsonValue"],
    None,
]


@dataclass(kw_only=True, slots=True)
class Template(Model):
    """Holds free JSON."""

    value: models.JsonValue | Unset = UNSET
