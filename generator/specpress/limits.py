"""How much of a document is taken before giving up.

A noun: numbers with defaults, each with the command-line option that raises it.
Who enforces one reports it under the code ``limit-…`` and quotes the option.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one run. Real documents stay an order of magnitude below them."""

    max_bytes: int = 20_000_000
    """Size of one file."""
    max_depth: int = 100
    """Levels of lists and objects inside each other, counted through aliases."""
    max_nodes: int = 2_000_000
    """Values of one file; a YAML alias counts as much as what it repeats."""
    max_seconds: float = 60.0
    """Time spent on reading, all files together."""
    max_files: int = 1_000
    """Files that references may bring in, with the first."""
    max_operations: int = 10_000
    """Operations, those of webhooks and callbacks among them."""
    max_merged: int = 50_000
    """Fields, and schemas put together, that ``allOf`` and the like repeat from one
    model to the next; nothing that a model has to itself counts."""


OPTIONS = {
    "max_bytes": "--max-bytes",
    "max_depth": "--max-depth",
    "max_nodes": "--max-nodes",
    "max_seconds": "--max-seconds",
    "max_files": "--max-files",
    "max_operations": "--max-operations",
    "max_merged": "--max-merged",
}
"""The option that sets each limit."""

DEFAULT_LIMITS = Limits()
