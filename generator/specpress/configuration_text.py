"""Where the settings of a configuration are written.

In: the text of the file, and the keys that lead to a setting. Out: a line and a column,
and the keys as one would write them. Searched for, because the TOML reader keeps no
positions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeAlias

from specpress.source import Position

KeyPath: TypeAlias = "tuple[str, ...]"
"""The keys that lead to a value."""


@dataclass(frozen=True, slots=True)
class ConfigurationText:
    """A configuration, and what the user calls its file.

    ``client`` are the keys that lead to the table of the client that is spoken of.
    """

    label: str
    text: str = field(repr=False)
    client: KeyPath = ()

    def position(self, at: KeyPath) -> Position:
        """Return where the key ``at`` is written, or else the table around it.

        A header has the keys from the top, an assignment the last ones in the table of
        the header before it.
        """
        best = (0, Position(1, 1))
        header: KeyPath = ()
        for number, line in enumerate(self.text.split("\n"), 1):
            stripped = line.strip()
            if stripped.startswith("["):
                header = _keys(stripped.strip("[] \t\r"))
                keys = header
            elif "=" in stripped and not stripped.startswith("#"):
                written = _KEY.match(stripped)
                keys = header + _keys(written[0] if written else "")
            else:
                continue
            if keys == at[: len(keys)] and len(keys) > best[0]:
                column = len(line) - len(line.lstrip()) + 1
                best = (len(keys), Position(number, column))
        return best[1]


def dotted(at: KeyPath) -> str:
    """Return keys as they are written in TOML."""
    return ".".join(
        key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else f'"{key}"' for key in at
    )


_KEY = re.compile(r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'|[ \t.])+""")
_KEY_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")


def _keys(written: str) -> KeyPath:
    return tuple(part.strip("\"'") for part in _KEY_PART.findall(written))
