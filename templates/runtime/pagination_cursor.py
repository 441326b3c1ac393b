"""Pages that follow a cursor."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import PaginationError
from .calls import Result
from .pagination import asking, says_more
from .responses import point
from .targets import Arguments


@dataclass(frozen=True, slots=True)
class Cursor:
    """The answer holds a cursor, sent back as the query parameter ``parameter``.
    All other names are JSON pointers into the body."""

    parameter: str
    next: str
    items: str
    # {% if needs.cursors_that_say_more %}
    more: str | None = None
    # {% endif %}

    def next_request(self, asked: Arguments, answer: Result) -> Arguments | None:
        # {% if needs.cursors_that_say_more %}
        more = says_more(self.more, answer)
        if more is False:
            return None
        # {% endif %}
        following = point(answer.body, self.next)
        # {% if needs.cursors_that_say_more %}
        if more and not following:
            raise PaginationError("the answer says that more follows, but not where")
        # {% endif %}
        if not following:
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
