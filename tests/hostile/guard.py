"""Watch what a process does: an audit hook that stops and remembers forbidden things.

Forbidden are connections and look-ups, other processes, files outside a few folders,
importing what no generated client needs, and compiling text that calls the canary.
"""

from __future__ import annotations

import ast
import builtins
import os
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.hostile.payloads import CANARY

_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.system",
    "os.kill",
    "os.chmod",
    "os.chown",
    "os.symlink",
    "os.link",
    "pty.spawn",
    "ctypes.",
    "ftplib.",
    "http.client.",
    "smtplib.",
    "urllib.",
    "webbrowser.",
    "pickle.find_class",
    "marshal.loads",
    "shutil.",
    "tempfile.",
)
_HARMLESS = ("socket.__new__", "marshal.loads", "ctypes.dlopen")
"""Creating a socket is no connection; imports unmarshal bytecode."""
_PATHS = {
    "open": (0,),
    "os.mkdir": (0,),
    "os.rmdir": (0,),
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.truncate": (0,),
    "os.utime": (0,),
    "os.listdir": (0,),
    "os.scandir": (0,),
}
_DANGEROUS_CALLS = frozenset(
    {CANARY, "__import__", "eval", "exec", "open", "system", "compile", "getattr"}
)
# What interpreters and libraries read by themselves.
_SYSTEM_FOLDERS = ("/usr", "/lib", "/etc/ssl", "/etc/pki", "/dev/null", "/proc/self")
_SYSTEM_FILES = ("/etc/localtime", "/etc/mime.types", "/etc/timezone")


class Forbidden(BaseException):
    """The deed that was stopped. Not an ``Exception``: nobody handles it by accident."""


class Guard:
    """Install once for a process; watches while :meth:`watching`."""

    def __init__(self, readable: tuple[Path, ...]) -> None:
        prefixes = {sys.prefix, sys.base_prefix, sys.exec_prefix}
        prefixes |= set(sysconfig.get_paths().values())
        # Imports list every folder of the path, wherever it is.
        prefixes |= set(sys.path)
        places = [*sorted(prefixes), *(str(path) for path in readable)]
        self._readable = (*map(os.path.realpath, places), *_SYSTEM_FOLDERS)
        self._writable: tuple[str, ...] = ()
        self._on = False
        self.deeds: list[str] = []
        sys.addaudithook(self._audit)

    @contextmanager
    def watching(self, writable: tuple[Path, ...] = ()) -> Iterator[list[str]]:
        """Watch; files may be changed in ``writable`` only. Gives what was done."""
        self._writable = tuple(os.path.realpath(path) for path in writable)
        self.deeds = []
        setattr(builtins, CANARY, self._canary)
        self._on = True
        try:
            yield self.deeds
        finally:
            self._on = False
            delattr(builtins, CANARY)

    def _canary(self, *arguments: object) -> Callable[..., Any]:
        self.deeds.append("the canary was called")
        return self._canary

    def _audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._on:
            return
        self._on = False
        try:
            deed = self._judge(event, arguments)
        finally:
            self._on = True
        if deed:
            self.deeds.append(deed)
            raise Forbidden(deed)

    def _judge(self, event: str, arguments: tuple[Any, ...]) -> str:
        if event in _PATHS:
            return self._judge_path(event, arguments)
        if event == "compile":
            return _judge_source(arguments[0], arguments[1])
        if event == "import" and CANARY in str(arguments[0]):
            return "import of the canary"
        if event.startswith(_FORBIDDEN) and event not in _HARMLESS:
            return f"{event} {arguments!a}"[:300]
        return ""

    def _judge_path(self, event: str, arguments: tuple[Any, ...]) -> str:
        writes = event not in ("os.listdir", "os.scandir")
        if event == "open":
            mode, flags = arguments[1], arguments[2]
            changing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
            writes = bool(flags & changing) or bool(
                isinstance(mode, str) and set(mode) & set("wax+")
            )
        for index in _PATHS[event]:
            path = arguments[index]
            if path is None or isinstance(path, int):
                continue
            place = os.path.realpath(os.fsdecode(path))
            allowed = self._writable
            if not writes:
                allowed = (*allowed, *self._readable, *_SYSTEM_FILES)
            if place == os.devnull:
                continue
            if not any(place == a or place.startswith(a + os.sep) for a in allowed):
                return f"{event} of {place!a}" + (" to change it" if writes else "")
        return ""


def _judge_source(source: Any, name: Any) -> str:
    if isinstance(source, bytes):
        source = source.decode("utf-8", "replace")
    if not isinstance(source, str) or CANARY not in source:
        return ""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # Whoever compiles it is told the same.
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called_name(node) in _DANGEROUS_CALLS:
            return f"compile of {ast.unparse(node)!a} as {name!a}"[:300]
    return ""


def called_name(call: ast.Call) -> str:
    """Return the last name of what is called."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ast.dump(function)[:80]
