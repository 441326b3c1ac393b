"""Label."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from .. import models
from .._runtime.codec import Model, Wire
from .._runtime.types import UNSET, Unset
from .._runtime.values_text import AS_TEXT

LabelColor: TypeAlias = Literal["gray", "red"]


@dataclass(kw_only=True, slots=True)
class Label(Model):
    """A tag for contacts."""

    id: str
    """Pattern: ^lbl_."""

    object: Literal["label"] = "label"

    color: models.LabelColor | str

    parent: models.Label | None | Unset = UNSET

    from_: Annotated[str | Unset, Wire("from")] = UNSET

    seen_at: datetime

    count: Annotated[int, AS_TEXT]
