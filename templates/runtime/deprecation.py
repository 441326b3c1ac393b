"""``@deprecated`` (PEP 702): type checkers warn where a method is used, and a call
issues a ``DeprecationWarning``. Python has it from 3.13 on; nothing needs to be
installed for it here."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["deprecated"]

if TYPE_CHECKING:
    from typing_extensions import deprecated
else:
    import functools
    import inspect
    import warnings

    def deprecated(message):
        def decorate(function):
            def warn():
                warnings.warn(message, DeprecationWarning, stacklevel=3)

            if inspect.iscoroutinefunction(function):

                @functools.wraps(function)
                async def wrapper(*arguments, **keywords):
                    warn()
                    return await function(*arguments, **keywords)

            else:

                @functools.wraps(function)
                def wrapper(*arguments, **keywords):
                    warn()
                    return function(*arguments, **keywords)

            wrapper.__deprecated__ = function.__deprecated__ = message
            return wrapper

        return decorate
