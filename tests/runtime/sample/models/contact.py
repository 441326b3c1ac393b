"""Contacts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .. import models
from .._runtime.codec import Model
from .._runtime.types import UNSET, Unset


@dataclass(kw_only=True, slots=True)
class Profile(Model):
    """What a contact says about itself."""

    name: str

    locale: str | None | Unset = UNSET


@dataclass(kw_only=True, slots=True)
class Contact(Model):
    """Somebody to write to."""

    id: str

    object: Literal["contact"] = "contact"

    phone: str | None

    status: Literal["active", "blocked"] | str

    tags: list[str]

    messages: int

    created_at: datetime

    seen_at: datetime | None | Unset = UNSET

    profile: models.Profile


@dataclass(kw_only=True, slots=True)
class ContactList(Model):
    """A page of contacts."""

    data: list[models.Contact]

    has_more: bool

    next_cursor: str | None | Unset = UNSET
