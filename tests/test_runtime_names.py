"""What is left of modules when only some names of them are wanted."""

from __future__ import annotations

from textwrap import dedent

import black
import pytest

from specpress.render.runtime_names import trimmed

SHAPES = dedent('''
    """Shapes."""

    from __future__ import annotations

    import math
    import os.path
    from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
    from typing import TypeVar, cast

    from .points import (
        ORIGIN,
        Point,
        distance,
    )
    from .points import far as far_away

    T = TypeVar("T", bound="Shape")
    UNIT = 1.0
    """The unit."""

    _CACHE: dict[str, float] = {}


    class Shape:
        """Any."""

        def centre(self) -> Point:
            return ORIGIN


    # --- Round ones ------------------------------------------------------------------


    @staticmethod
    class Circle(Shape):
        def area(self) -> float:
            return math.pi * UNIT


    def cached(name: str) -> float:
        from .places import find

        # A comment.
        return cast("Mapping[str, float]", _CACHE).get(name, 0.0) + find(name)


    # --- Others ----------------------------------------------------------------------

    # What has no corner.
    NONE = ()


    def longest(shapes: Iterable[Iterator[Sequence[MutableMapping[str, T]]]]) -> Callable[[], float]:
        return lambda: far_away(distance)
    ''').lstrip()
POINTS = dedent('''
    """Points."""

    from __future__ import annotations

    __all__ = [
        "ORIGIN",
        "Point",
        "distance",
    ]


    class Point:
        pass


    ORIGIN = Point()


    def distance() -> float:
        return 0.0


    def far(what: object) -> float:
        return 1.0
    ''').lstrip()
PLACES = '"""Places."""\n\n\ndef find(name: str) -> float:\n    return 0.0\n'
TEXTS = {
    "shapes": black.format_str(SHAPES, mode=black.Mode()),
    "points": POINTS,
    "places": PLACES,
    "others": '"""Others."""\n',
}


def test_all_that_is_wanted_stays_as_it_is() -> None:
    wanted = [
        *(("shapes", each) for each in ("Circle", "cached", "NONE", "longest")),
        ("shapes", "os"),
    ]
    left = trimmed(TEXTS, wanted)
    assert left == {name: TEXTS[name] for name in ("shapes", "points", "places")}


def test_a_class_brings_what_it_names() -> None:
    assert trimmed(TEXTS, [("shapes", "Circle")]) == {
        "shapes": dedent('''
            """Shapes."""

            from __future__ import annotations

            import math

            from .points import ORIGIN, Point

            UNIT = 1.0
            """The unit."""


            class Shape:
                """Any."""

                def centre(self) -> Point:
                    return ORIGIN


            # --- Round ones ------------------------------------------------------------------


            @staticmethod
            class Circle(Shape):
                def area(self) -> float:
                    return math.pi * UNIT
            ''').lstrip(),
        "points": dedent('''
            """Points."""

            from __future__ import annotations

            __all__ = [
                "ORIGIN",
                "Point",
            ]


            class Point:
                pass


            ORIGIN = Point()
            ''').lstrip(),
    }


def test_a_function_brings_what_it_imports_and_what_it_quotes() -> None:
    left = trimmed(TEXTS, [("shapes", "cached")])
    assert left["places"] == PLACES
    assert "from collections.abc import Mapping\n" in left["shapes"]
    assert "points" not in left
    assert "# ---" in left["shapes"]
    assert "Others" not in left["shapes"]


@pytest.mark.parametrize("name", ["Shape", "Circle", "cached", "NONE", "longest", "T"])
def test_black_leaves_what_is_left_alone(name: str) -> None:
    for text in trimmed(TEXTS, [("shapes", name)]).values():
        assert black.format_str(text, mode=black.Mode()) == text


def test_a_name_that_is_nowhere_brings_nothing() -> None:
    assert trimmed(TEXTS, [("elsewhere", "Circle")]) == {}
