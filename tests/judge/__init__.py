"""An independent judge of generated clients: a server written against the document.

Nothing of the generator or of generated code is imported. Values are validated by
``jsonschema``, multipart bodies read by ``werkzeug``, HTTP is uvicorn's. openapi-core
was measured for the same office and not taken: of 48 examples after the standard's
table of parameter styles, written as the table writes them, version 0.23 read 20 and
took the others for absent; and it refuses whole documents for one odd default.
"""

from __future__ import annotations

from tests.judge.application import (
    BYTES,
    TEXT,
    Delay,
    Documented,
    Drop,
    Exchange,
    Judge,
    Respond,
    Truncate,
)
from tests.judge.values import Impossible

__all__ = [
    "BYTES",
    "TEXT",
    "Delay",
    "Documented",
    "Drop",
    "Exchange",
    "Impossible",
    "Judge",
    "Respond",
    "Truncate",
]
