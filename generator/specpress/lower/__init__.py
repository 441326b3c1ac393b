"""``openapi.Api`` → ``ir.Package``: everything Python is decided here.

In: the document as the standard describes it, and the user's options. Out: the package
to be produced, names settled, types chosen, documentation collected. It knows neither
YAML nor ``$ref`` texts nor the layout of source code.
"""

from __future__ import annotations

from specpress.lower.package import lower_api

__all__ = ["lower_api"]
