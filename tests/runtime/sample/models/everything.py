"""One field of every type."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from .. import models
from .._runtime.codec import Model
from .._runtime.types import UNSET, Unset


@dataclass(kw_only=True, slots=True)
class Everything(Model):
    """One field of every type."""

    anything: Any | Unset = UNSET

    nothing: None | Unset = UNSET

    boolean: bool | Unset = UNSET

    integer: int | Unset = UNSET

    number: float | Unset = UNSET

    text: str | Unset = UNSET

    data: bytes | Unset = UNSET

    moment: datetime | Unset = UNSET

    day: date | Unset = UNSET

    hour: time | Unset = UNSET

    identifier: UUID | Unset = UNSET

    amount: Decimal | Unset = UNSET

    constant: Literal["fixed"] | Unset = UNSET

    open_enum: Literal["a", "b"] | str | Unset = UNSET

    number_enum: Literal[1, 2] | int | Unset = UNSET

    pair: tuple[str, int] | Unset = UNSET

    names: list[str] | Unset = UNSET

    table: dict[str, int] | Unset = UNSET

    labels: dict[str, models.Label] | Unset = UNSET

    mixed: list[str | int | None] | Unset = UNSET

    moment_or_day: datetime | date | str | Unset = UNSET
