"""Pages of an API whose answers are the lists themselves."""

from __future__ import annotations

from typing import TypeVar

from .pagination import AsyncPage, Page

T = TypeVar("T")


class ListPage(Page[T]):
    """A page of an API whose answer is the list itself."""

    def __init__(self, data: list[T]) -> None:
        self.data = data
        """The items of this page."""

    def __repr__(self) -> str:
        return f"ListPage({self.data!r})"


class AsyncListPage(AsyncPage[T]):
    """A page of an API whose answer is the list itself."""

    def __init__(self, data: list[T]) -> None:
        self.data = data
        """The items of this page."""

    def __repr__(self) -> str:
        return f"AsyncListPage({self.data!r})"
