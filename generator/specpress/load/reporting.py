"""What can be wrong with a text in either notation, said in one way."""

from __future__ import annotations

from typing import Literal

from specpress.diagnostics import Report
from specpress.limits import OPTIONS, Limits
from specpress.positions import find_duplicate_keys
from specpress.source import Pointer, Position
from specpress.text import Text

_DUPLICATES_SHOWN = 50


def report_duplicates(
    text: str, format: Literal["json", "yaml"], at: Pointer, report: Report
) -> None:
    """Report each repeated key at its second place, naming the first."""
    for tokens, first, second in find_duplicate_keys(text, format, _DUPLICATES_SHOWN):
        report.error(
            "duplicate-key",
            at.child(*tokens),
            "the key ",
            Text(tokens[-1]),
            f" is repeated; first at line {first.line}, column {first.column}",
            position=second,
            key=True,
        )


def report_nodes(
    at: Pointer, report: Report, limits: Limits, position: Position
) -> None:
    """Report that there are more values than the limit allows."""
    report.error(
        "limit-nodes",
        at,
        f"the file has more than {limits.max_nodes} values, aliases written out",
        help=(f"{OPTIONS['max_nodes']} raises the limit",),
        position=position,
    )


def report_depth(
    at: Pointer, report: Report, limits: Limits, position: Position
) -> None:
    """Report that the nesting is deeper than the limit allows."""
    report.error(
        "limit-depth",
        at,
        f"lists and objects are nested more than {limits.max_depth} levels deep",
        help=(f"{OPTIONS['max_depth']} raises the limit",),
        position=position,
    )


def report_seconds(
    at: Pointer, report: Report, limits: Limits, position: Position
) -> None:
    """Report that reading has taken as long as it may."""
    report.error(
        "limit-seconds",
        at,
        f"reading takes longer than {limits.max_seconds:g} seconds",
        help=(f"{OPTIONS['max_seconds']} raises the limit",),
        position=position,
    )


def is_broken(text: str) -> bool:
    """Tell whether ``text`` has a lone surrogate and so cannot be written as UTF-8."""
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
