"""Run the real command in a process that is watched: ``python -m tests.hostile.command``.

The first argument is the folder in which files may be changed; the others are the
command's. What was forbidden and tried is on standard error, and the status is 99.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from specpress.cli import main
from tests.hostile.guard import Guard

CAUGHT = 99


class _CommandGuard(Guard):
    """Lets through what the command itself does on purpose."""

    def _judge(self, event: str, arguments: tuple[Any, ...]) -> str:
        if event.startswith(("subprocess.Popen", "os.posix_spawn", "os.fork")):
            # The independent validator, in a process of its own.
            words = [str(word) for word in arguments[1]] if len(arguments) > 1 else []
            if event != "subprocess.Popen" or "main()" in " ".join(words):
                return ""
        if event in ("os.link", "os.chmod", "os.utime"):
            return ""
        return super()._judge(event, arguments)


if __name__ == "__main__":
    place = Path(sys.argv[1])
    guard = _CommandGuard((Path(__file__).resolve().parents[2], place))
    with guard.watching((place,)) as deeds:
        status = main(sys.argv[2:])
    for deed in deeds:
        print(f"forbidden: {deed}", file=sys.stderr)
    sys.exit(CAUGHT if deeds else status)
