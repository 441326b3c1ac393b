"""Pages that are counted: by the items before them, or by themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from ..errors import PaginationError
from .calls import Result
from .pagination import asking, says_more
from .responses import point
from .targets import Arguments


@dataclass(frozen=True, slots=True)
class Offset:
    """The next page starts where this one ended."""

    parameter: str
    items: str
    limit: str | None = None
    total: str | None = None
    more: str | None = None

    def next_request(self, asked: Arguments, answer: Result) -> Arguments | None:
        here = _number(asked.query.get(self.parameter)) or 0
        count = _count(answer, self.items)
        more = says_more(self.more, answer)
        if more is None and self.total is not None:
            total = _number(point(answer.body, self.total))
            more = None if total is None else here + count < total
        if more is None:
            # A page that is not full proves nothing: servers lower the limit as they
            # like.
            more = count > 0
        if not more:
            return None
        step = count
        if not step and self.limit is not None:
            step = _number(asked.query.get(self.limit)) or 0
        if not step:
            raise PaginationError("an empty page that is not the last")
        return asking(asked, self.parameter, here + step)


@dataclass(frozen=True, slots=True)
class PageNumber:
    """The next page has the next number; ``first`` is the number of the first."""

    parameter: str
    items: str
    total: str | None = None
    """Counts pages if it is called so, else items."""
    more: str | None = None
    first: int = 1

    def next_request(self, asked: Arguments, answer: Result) -> Arguments | None:
        here = _number(asked.query.get(self.parameter))
        if here is None:
            here = self.first
        more = says_more(self.more, answer)
        if more is None and self.total and "page" in self.total.split("/")[-1].lower():
            total = _number(point(answer.body, self.total))
            more = None if total is None else here - self.first + 1 < total
        if more is None:
            more = _count(answer, self.items) > 0
        return asking(asked, self.parameter, here + 1) if more else None


def _count(answer: Result, pointer: str) -> int:
    items = point(answer.body, pointer)
    return len(cast("list[object]", items)) if isinstance(items, list) else 0


def _number(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch("[0-9]{1,18}", value):
        return int(value)
    return None
