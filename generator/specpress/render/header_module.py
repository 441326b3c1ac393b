"""``headers.py``: the documented headers of answers."""

from __future__ import annotations

from specpress import ir
from specpress.python_text import Annotations, docstring, import_lines
from specpress.render.documentation import Glossary
from specpress.render.model_modules import field_view
from specpress.render.views import HeaderModuleView


def header_module(package: ir.Package) -> HeaderModuleView:
    """Return what the template needs."""
    annotations = Annotations()
    annotations.use("HeaderModel", "dataclass")
    glossary = Glossary(package)
    fields = tuple(
        field_view(field, annotations, glossary) for field in package.headers
    )
    return HeaderModuleView(
        docstring=docstring(["Headers of answers."], 0),
        imports=import_lines(annotations.used(), depth=0),
        fields=fields,
    )
