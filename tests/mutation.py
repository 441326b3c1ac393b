"""Change one place of a module while it is in use, and put it back.

In: a module of the program, a piece of its source and what stands there instead. The
functions of the module, which others may have imported, get the code of the changed
ones; constants are exchanged wherever a module of the program holds them.
"""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_Undo = Callable[[], None]


@contextmanager
def mutated(module_name: str, old: str, new: str) -> Iterator[None]:
    """Replace ``old`` by ``new`` in the module; AssertionError unless it is there once."""
    module = importlib.import_module(module_name)
    assert module.__file__ is not None
    source = Path(module.__file__).read_text(encoding="utf-8")
    assert (
        source.count(old) == 1
    ), f"{module_name} has {old!r} {source.count(old)} times"
    namespace: dict[str, Any] = {
        "__name__": module_name,
        "__package__": module.__package__,
        "__file__": module.__file__,
    }
    code = compile(source.replace(old, new), module.__file__, "exec")
    original = compile(source, module.__file__, "exec")
    assert _all_code(code) != _all_code(original), "the change changes nothing"
    exec(code, namespace)  # noqa: S102 - our own source
    undo: list[_Undo] = []
    try:
        for name, value in list(vars(module).items()):
            if name in namespace and not name.startswith("__"):
                _exchange(module_name, value, namespace[name], undo)
        yield
    finally:
        for step in reversed(undo):
            step()


def _all_code(code: types.CodeType) -> list[object]:
    """Return what a code object does, names of variables and lines apart."""
    inner = [c for c in code.co_consts if isinstance(c, types.CodeType)]
    plain = [repr(c) for c in code.co_consts if not isinstance(c, types.CodeType)]
    found: list[object] = [code.co_code, plain, code.co_names]
    for each in inner:
        found += _all_code(each)
    return found


def _exchange(module_name: str, old: Any, new: Any, undo: list[_Undo]) -> None:
    if isinstance(old, types.FunctionType) and isinstance(new, types.FunctionType):
        _exchange_code(old, new, undo)
    elif hasattr(old, "__wrapped__") and hasattr(old, "cache_clear"):
        _exchange(module_name, old.__wrapped__, new.__wrapped__, undo)
        old.cache_clear()
        undo.append(old.cache_clear)
    elif isinstance(old, type):
        if old.__module__ == module_name:
            for name, member in list(vars(old).items()):
                other = vars(new).get(name)
                for accessor in ("fget", "__func__"):
                    member = getattr(member, accessor, member)
                    other = getattr(other, accessor, other)
                if isinstance(member, types.FunctionType) and other is not None:
                    _exchange_code(member, other, undo)
    elif not isinstance(old, types.ModuleType):
        _exchange_constant(old, new, undo)


def _exchange_code(
    old: types.FunctionType, new: types.FunctionType, undo: list[_Undo]
) -> None:
    if old.__module__ != new.__module__ or old.__code__ == new.__code__:
        return
    if len(old.__code__.co_freevars) != len(new.__code__.co_freevars):
        return
    before = old.__code__
    old.__code__ = new.__code__
    undo.append(lambda: setattr(old, "__code__", before))


def _exchange_constant(old: Any, new: Any, undo: list[_Undo]) -> None:
    if old is new or isinstance(old, bool | int | None) and old == new:
        return
    for name, module in sorted(sys.modules.items()):
        if not name.startswith("specpress"):
            continue
        for attribute, value in list(vars(module).items()):
            if value is old:
                setattr(module, attribute, new)
                undo.append(
                    lambda m=module, a=attribute: setattr(m, a, old)  # type: ignore[misc]
                )
