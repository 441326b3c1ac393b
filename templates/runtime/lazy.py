"""Names that a package imports when they are first asked for.

Importing a package of a thousand models loads none of them: its ``__getattr__`` (PEP
562) ends up here.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any


def lazy_attribute(
    package: str, modules: Mapping[str, str], name: str, namespace: dict[str, Any]
) -> object:
    """Return ``name`` from its module, and keep it in ``namespace`` for next time.
    Without a module (an empty text) it is a module itself."""
    module = modules.get(name)
    if module is None:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    value: object = import_module(f".{module or name}", package)
    if module:
        value = getattr(value, name)
    namespace[name] = value
    return value
