"""Python values ↔ JSON values.

``decode(target, value)`` reads what ``json.loads`` gives as a model or any other type
that models use, keeping whatever is not as documented and reporting it. ``encode``
writes values for ``json.dumps``. ``members`` gives the fields of a model by their wire
names. Models are :class:`Model` subclasses whose annotations say everything, with marks
such as :class:`Wire` for what a Python type cannot say.

The work is done in the ``codec_…`` modules: ``model`` (the base class and the marks),
``fields`` (annotations), ``decode``, ``shapes`` (plain types), ``unions``, ``encode``,
``values`` (types that are strings in JSON).
"""

from __future__ import annotations

from .codec_decode import decode
from .codec_encode import encode
from .codec_fields import members
from .codec_model import (
    Deviation,
    Model,
    TooDeep,
    UnknownVariant,
    Wire,
)

__all__ = [
    "Deviation",
    "Model",
    "TooDeep",
    "UnknownVariant",
    "Wire",
    "decode",
    "encode",
    "members",
]
