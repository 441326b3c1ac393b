"""The proof: whatever else a module holds than was meant, it is noticed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sample_ir import PACKAGE

from specpress.format import format_files
from specpress.output import SourceFile
from specpress.proof import ProofError, prove
from specpress.render import render_package, template_folder

FILES = format_files(render_package(PACKAGE, template_folder()))


def changed(path: str, old: str, new: str) -> list[SourceFile]:
    (file,) = (each for each in FILES if each.path == path)
    assert old in file.text, f"{path} has no {old}"
    text = file.text.replace(old, new, 1)
    return [SourceFile(path, text) if each is file else each for each in FILES]


def test_what_was_rendered_is_what_was_meant() -> None:
    prove(FILES, PACKAGE)


LABEL, LABELS = "models/label.py", "resources/labels.py"
FIELD = "    id: str\n"


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (LABEL, FIELD, FIELD + "    more: str\n"),
        (LABEL, FIELD, ""),
        (LABEL, FIELD, "    id: canary\n"),
        (LABEL, FIELD, FIELD + "    print(1)\n"),
        (LABEL, FIELD, FIELD + "    id\n"),
        (LABEL, FIELD, "    id: str = eval('1')\n"),
        (LABEL, FIELD, "    id: str = str.__subclasses__\n"),
        (LABEL, FIELD, FIELD + "    for x in ():\n        pass\n"),
        (LABEL, FIELD, FIELD + "    def f(self) -> None:\n        return None\n"),
        (LABEL, "Label(Model)", "Label(Model, object)"),
        (LABEL, "Label(Model)", "Label(Model, metaclass=type)"),
        (LABEL, "Label(Model)", "Label(Any)"),
        (LABEL, "@dataclass(kw_only=True, slots=True)", "@dataclass"),
        (LABEL, "@dataclass(kw_only=True, slots=True)\n", ""),
        (LABEL, 'Wire("from")', 'Wire("form")'),
        (LABEL, 'Page["models.Label"]', 'Page["print(1)"]'),
        (LABEL, "import datetime as dt", "import os as dt"),
        (LABEL, "from .. import models", "from .... import models"),
        (LABEL, "# Generated", "# -*- coding: utf-7 -*-"),
        (LABEL, "class Label(", "class Label2("),
        (LABEL, "LabelColor: TypeAlias", "Color: TypeAlias"),
        ("models/json_value.py", '"models.JsonValue"', '"print(1)"'),
        (LABELS, '"/labels/{id}"', '"/labels/{idx}"'),
        (LABELS, '"PATCH"', '"PUT"'),
        (LABELS, "        label_id: str,\n", "        label: str,\n"),
        (LABELS, "        name: str,\n", ""),
        (LABELS, '"name": name', '"name": color'),
        (LABELS, '"X-Trace": x_trace', '"X-Trac": x_trace'),
        (LABELS, "self._client.call(", "self._client.other("),
        (LABELS, "        return self", "        print()\n        return self"),
        (LABELS, '    @deprecated("The', '    @print("The'),
        (LABELS, "_ALL: Operation", "_ALLE: Operation"),
        (LABELS, "class AsyncLabels:", "class AsyncLabel:"),
        ("models/__init__.py", '"Cat": "pet"', '"Cat": "label"'),
        ("models/__init__.py", '    "Cat",\n', ""),
        ("resources/__init__.py", '"Labels": "labels"', '"Labels": "x"'),
        ("client.py", "def labels(self)", "def label(self)"),
        ("client.py", "class Kirim(SyncAPIClient)", "class Kirim(AsyncAPIClient)"),
        ("client.py", "_API = API(", "print(1)\n_API = API("),
        ("webhooks.py", "parse = receiver.parse", "parse = receiver.parse\nx = 1"),
        ("errors.py", "class KirimError(", "class Kirim(Exception): ...\nclass K("),
        ("__init__.py", "__version__ =", "import os\n__version__ ="),
        (LABEL, FIELD, "    id: str = (\n"),
        (LABEL, FIELD, "    id: str\0\n"),
    ],
)
def test_a_change_is_noticed(path: str, old: str, new: str) -> None:
    with pytest.raises(ProofError, match=path.partition("/")[0]):
        prove(changed(path, old, new), PACKAGE)


def test_a_module_too_many_is_noticed() -> None:
    with pytest.raises(ProofError, match="not a module"):
        prove([*FILES, SourceFile("models/more.py", "")], PACKAGE)


def test_a_missing_module_is_noticed() -> None:
    with pytest.raises(ProofError, match="models/pet.py"):
        prove([file for file in FILES if file.path != "models/pet.py"], PACKAGE)


def test_another_package_is_noticed() -> None:
    with pytest.raises(ProofError):
        prove(FILES, replace(PACKAGE, models=PACKAGE.models[1:]))
