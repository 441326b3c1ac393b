"""Parse a document: plain data to an :class:`~specpress.openapi.Api`.

In: the loaded documents, and settings of the configuration. Out: the document as the
standard describes it, with the meaning of OpenAPI 3.1 whatever its version, defaults
filled in, references followed; every string of it is
:class:`~specpress.text.Text`. An error is reported only where a node is of the wrong
kind, a reference leads nowhere, the version is unknown or a setting of ours does not
fit; any other violation of the standard is a warning that says what was assumed.
Python is not thought of here: names and types are for ``lower``.
"""

from __future__ import annotations

from specpress.parse.document import parse_documents

__all__ = ["parse_documents"]
