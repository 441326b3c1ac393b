"""Stand-in for the generated ``errors.py``; tests of the client bring the real one."""

from __future__ import annotations


class SampleError(Exception):
    """Base of every exception of this package."""
