"""Pages that follow a cursor."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import PaginationError
from .calls import Result
from .pagination import asked_for, asking, says_more
from .responses import point
from .targets import Arguments


@dataclass(frozen=True, slots=True)
class Cursor:
    """The answer holds a cursor, sent back as the query parameter ``parameter``.
    All other names are JSON pointers into the body."""

    parameter: str
    next: str
    items: str
    more: str | None = None

    def identity(self, asked: Arguments) -> object:
        return asked_for(asked, self.parameter)

    def next_request(self, asked: Arguments, answer: Result) -> Arguments | None:
        more = says_more(self.more, answer)
        if more is False:
            return None
        following = point(answer.body, self.next)
        if not following:
            if more:
                raise PaginationError(
                    "the answer says that more follows, but not where"
                )
            return None
        if not isinstance(following, (str, int)) or following is True:
            raise PaginationError(
                f"the cursor at {self.next} is neither text nor number"
            )
        try:
            str(following).encode()
        except UnicodeEncodeError:
            raise PaginationError(
                f"the cursor at {self.next} has half of a surrogate pair"
            ) from None
        return asking(asked, self.parameter, following)
