"""The small types of signatures: UNSET, SequenceOf, File, digits."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

Sample = Any


@pytest.fixture
def types(sample: Sample) -> Any:
    return sample.module("_runtime.types")


def test_unset_is_false_and_prints_as_its_name(types: Any) -> None:
    assert not types.UNSET
    assert repr(types.UNSET) == str(types.UNSET) == "UNSET"


def test_unset_stays_the_one_member_when_copied(types: Any) -> None:
    unset = types.UNSET
    assert copy.copy(unset) is unset
    assert copy.deepcopy({"x": unset})["x"] is unset
    assert pickle.loads(pickle.dumps(unset)) is unset
    assert list(types.Unset) == [unset]


def test_what_was_not_there_has_no_fields(types: Any) -> None:
    for name in ("id", "name", "value"):
        message = f"UNSET has no '{name}': the field was not there"
        with pytest.raises(AttributeError, match=message):
            getattr(types.UNSET, name)
    assert getattr(types.UNSET, "__origin__", None) is None


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (50, "50"), (-3, "-3"), (10**40, "1" + "0" * 40)]
)
def test_digits_writes_integers(types: Any, value: int, text: str) -> None:
    assert types.digits(value) == text


def test_digits_leaves_none_and_unset_alone(types: Any) -> None:
    assert types.digits(None) is None
    assert types.digits(types.UNSET) is types.UNSET


def test_file_has_a_name_content_and_perhaps_a_type(sample: Sample) -> None:
    file = sample.module("_runtime.files").File("a.txt", b"x")
    assert (file.name, file.content, file.content_type) == ("a.txt", b"x", None)


CHECKED = """
    from collections import deque
    from collections.abc import Sequence
    from pathlib import Path
    from .._runtime.files import FileInput
    from .._runtime.types import UNSET, SequenceOf, Unset


    def take(items: SequenceOf[str]) -> None: ...
    def narrow(value: int | Unset = UNSET) -> int:
        return 0 if value is UNSET else value + 1
    def upload(file: FileInput) -> None: ...


    take(["a"])
    take(("a", "b"))
    take(deque("ab"))
    def pass_on(items: Sequence[str], more: SequenceOf[str]) -> None:
        take(items)
        take(more)
    upload(b"x")
    upload(Path("x"))
    upload(open("x", "rb"))
    take("ab")  # wrong
    take(b"ab")  # wrong
    take([1])  # wrong
    take({"a"})  # wrong
    upload("x")  # wrong
    upload(open("x"))  # wrong
"""


def test_mypy_refuses_a_string_where_a_sequence_is_due(
    build_package: Any, tmp_path: Path
) -> None:
    text = textwrap.dedent(CHECKED)
    package = build_package({"models/checked.py": text}, name="checked")
    mypy = pytest.importorskip("mypy.api")
    out, _, _ = mypy.run(
        [
            "--strict",
            "--follow-imports=silent",
            f"--cache-dir={tmp_path / 'cache'}",
            str(package.folder / "models" / "checked.py"),
        ]
    )
    found = {
        int(line.split(":")[1])
        for line in out.splitlines()
        if "checked.py" in line and ": error:" in line
    }
    wrong = {
        number
        for number, line in enumerate(text.splitlines(), 1)
        if line.endswith("# wrong")
    }
    assert found == wrong, out


def test_importing_the_codec_is_cheap(build_package: Any) -> None:
    package = build_package({})
    script = (
        f"import sys; sys.path.insert(0, {str(package.folder.parent)!r});"
        f"import {package.name}._runtime.codec, {package.name}._runtime.types;"
        "heavy = {'decimal', 'uuid', 'base64', 'httpx2', 'logging', 'asyncio'};"
        "print(sorted(heavy & set(sys.modules)),"
        f"'{package.name}.errors' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[] False"
