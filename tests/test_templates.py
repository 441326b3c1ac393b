"""Templates lay out and decide nothing: they loop, include, test an attribute, print.

What they print is checked when it is printed (``python_text.printed``), so that there
is no expression that could go without an encoder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from specpress.ir import Identifier
from specpress.python_text import SourceText
from specpress.render import template_environment, template_folder
from specpress.render.runtime_files import RUNTIME_ENVIRONMENT
from specpress.render.runtime_needs import Needs
from specpress.text import Text

FOLDER = template_folder()
TEMPLATES = sorted(FOLDER.rglob("*.jinja"))
RUNTIME = sorted((FOLDER / "runtime").glob("*.py"))


def vocabulary(node: nodes.Node) -> Iterator[str]:
    """Yield what ``node`` and those below it do beyond the vocabulary."""
    match node:
        case nodes.Template() | nodes.Output():
            pass
        case nodes.TemplateData() | nodes.Name():
            return
        case nodes.Getattr():
            pass
        case nodes.If():
            if not isinstance(node.test, nodes.Getattr):
                yield f"line {node.lineno}: tests more than an attribute"
        case nodes.For():
            if node.test or node.recursive or node.else_:
                yield f"line {node.lineno}: a loop with conditions"
            if not isinstance(node.iter, nodes.Getattr):
                yield f"line {node.lineno}: loops over more than an attribute"
        case nodes.Include():
            if not isinstance(node.template, nodes.Const):
                yield f"line {node.lineno}: includes what it computes"
            return
        case _:
            yield f"line {node.lineno}: {type(node).__name__}"
    for child in node.iter_child_nodes():
        yield from vocabulary(child)


def findings(source: str) -> list[str]:
    return list(vocabulary(jinja2.Environment().parse(source)))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_keeps_to_the_vocabulary(path: Path) -> None:
    assert findings(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "{% set x = 1 %}",
        "{{ a ~ b }}",
        "{{ a() }}",
        "{{ a|upper }}",
        "{{ 'text' }}",
        "{{ a[0] }}",
        "{% if a == b %}{% endif %}",
        "{% if not a.b %}{% endif %}",
        "{% if a.b and a.c %}{% endif %}",
        "{% for a in b.c if a.d %}{% endfor %}",
        "{% include a.b %}",
        "{% macro f() %}{% endmacro %}",
        "{{ a.b if a.c else a.d }}",
    ],
)
def test_more_than_the_vocabulary_is_found(source: str) -> None:
    assert findings(source)


@pytest.mark.parametrize("path", RUNTIME, ids=lambda path: path.name)
def test_a_module_of_the_runtime_has_conditions_alone(path: Path) -> None:
    parsed = RUNTIME_ENVIRONMENT.parse(path.read_text(encoding="utf-8"))
    assert list(vocabulary(parsed)) == []
    for name in parsed.find_all(nodes.Name):
        assert name.name == "needs"
    for output in parsed.find_all(nodes.Output):
        assert all(isinstance(each, nodes.TemplateData) for each in output.nodes)


def test_every_need_is_a_condition_somewhere() -> None:
    asked = {
        attribute.attr
        for path in RUNTIME
        for attribute in RUNTIME_ENVIRONMENT.parse(path.read_text("utf-8")).find_all(
            nodes.Getattr
        )
    }
    assert asked == {field.name for field in fields(Needs)}


def test_every_part_is_included_somewhere() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    for path in TEMPLATES:
        if path.parent.name == "parts":
            assert f'"parts/{path.name}"' in sources


@pytest.mark.parametrize(
    "value", [Text("a"), "a", 1, None, True, ("a",)], ids=lambda v: type(v).__name__
)
def test_only_source_text_is_printed(value: object) -> None:
    template = template_environment(FOLDER).from_string("{{ value }}")
    with pytest.raises(TypeError):
        template.render(value=value)
    assert template.render(value=SourceText("a")) == "a"
    assert template.render(value=Identifier("a")) == "a"


@pytest.mark.parametrize(
    "source",
    [
        "{{ missing }}",
        "{{ value.missing }}",
        "{% if value.missing %}{% endif %}",
        "{% for each in value.missing %}{% endfor %}",
    ],
)
def test_a_name_that_is_not_there_is_an_error(source: str) -> None:
    template = template_environment(FOLDER).from_string(source)
    with pytest.raises((jinja2.UndefinedError, TypeError)):
        template.render(value=SourceText("a"))
