"""References: what they mean, and what they may not reach."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from reading import ROOT, Reading, read, read_text, resolve_all

from specpress.references import ReferencePolicy
from specpress.source import Pointer

REPOSITORY = Path(__file__).resolve().parent.parent


def meaning(reading: Reading, reference: str, base: Pointer = ROOT) -> str | None:
    """Return the file and pointer that ``reference`` means."""
    found = reading.loaded.resolve(base, reference, base.child("$ref"))
    if found is None:
        return None
    assert reading.loaded.has(found)
    return found.file + "#" + found.fragment()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with several documents, and a file above it that nobody may read."""
    spec = tmp_path / "spec"
    (spec / "sub").mkdir(parents=True)
    (tmp_path / "marker.yaml").write_text("secret: CANARY\n")
    (spec / "spec.yaml").write_text(
        "a/b: {c~d: [x, {e: 1}], '': empty, 'ö %': spaced}\n"
        "'%41': percent\n"
        "self: {$ref: '#/self'}\n"
        "one: {$ref: '#/two'}\n"
        "two: {$ref: 'sub/other.yaml#/back'}\n"
        "three: {$ref: 'sub/other.yaml#/forth'}\n"
        "nothing: ~\n"
    )
    (spec / "sub" / "other.yaml").write_text(
        "x: {y: 1}\n"
        "back: {$ref: '../spec.yaml#/one'}\n"
        "forth: {$ref: 'a%20name#.json'}\n"
        "near: {$ref: 'a%20name.json#/z'}\n"
        "up: {$ref: '../../marker.yaml'}\n"
    )
    (spec / "sub" / "a name.json").write_text('{"z": [0]}')
    return spec


@pytest.fixture
def reading(folder: Path) -> Reading:
    return read(folder / "spec.yaml")


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("", "#"),
        ("#", "#"),
        ("#/", None),
        ("#/a~1b/c~0d/1/e", "#/a~1b/c~0d/1/e"),
        ("#/a~1b/c%7Ed/0", "#/a~1b/c~0d/0"),
        ("#/a~1b/c~0d/01", None),
        ("#/a~1b/c~0d/2", None),
        ("#/a~1b/c~0d/-", None),
        ("#/a~1b/", "#/a~1b/"),
        ("#/a~1b/%C3%B6%20%25", "#/a~1b/ö %"),
        ("#/a~1b/ö %", "#/a~1b/ö %"),
        ("#/%2541", "#/%41"),
        ("#/nothing", "#/nothing"),
        ("#/nothing/x", None),
        ("spec.yaml", "#"),
        ("./spec.yaml#/a~1b", "#/a~1b"),
        ("../spec/spec.yaml#/nothing", "#/nothing"),
        ("sub/other.yaml", "sub/other.yaml#"),
        ("sub/../sub/other.yaml#/x/y", "sub/other.yaml#/x/y"),
        ("../spec/sub/other.yaml#/x", "sub/other.yaml#/x"),
        ("sub/a%20name.json#/z/0", "sub/a name.json#/z/0"),
        ("sub/a name.json", "sub/a name.json#"),
        ("sub%2Fother.yaml#/x", "sub/other.yaml#/x"),
        ("sub/missing.yaml", None),
        ("sub", None),
        ("sub/", None),
        (".", None),
    ],
)
def test_what_a_reference_means(
    reading: Reading, reference: str, expected: str | None
) -> None:
    assert meaning(reading, reference) == expected
    assert len(reading.codes()) == (expected is None)


def test_references_start_from_the_file_they_stand_in(reading: Reading) -> None:
    assert meaning(reading, "sub/other.yaml") is not None
    base = Pointer("sub/other.yaml", ("near",))
    assert meaning(reading, "a%20name.json#/z", base) == "sub/a name.json#/z"
    assert meaning(reading, "../spec.yaml#/nothing", base) == "#/nothing"
    assert meaning(reading, "#/x", base) == "sub/other.yaml#/x"


FORBIDDEN = [
    "../marker.yaml",
    "../marker.yaml#/secret",
    "sub/../../marker.yaml",
    "./../marker.yaml",
    "..%2Fmarker.yaml",
    "%2e%2e/marker.yaml",
    "%2E%2E%2Fmarker.yaml",
    ".%2e/marker.yaml",
    "..\\marker.yaml",
    "..%5Cmarker.yaml",
    "sub\\..\\..\\marker.yaml",
    "/etc/passwd",
    "%2Fetc%2Fpasswd",
    "//etc/passwd",
    "///etc/passwd",
    "\\\\server\\share\\x.yaml",
    "//server/share/x.yaml",
    "/\\server/x.yaml",
    "C:\\x.yaml",
    "C:/x.yaml",
    "c:x.yaml",
    "file:///etc/passwd",
    "FILE:/etc/passwd",
    "file:spec.yaml",
    "file://localhost/etc/passwd",
    "%66ile:///etc/passwd",
    "http://127.0.0.1:9/x.yaml",
    "HTTPS://example.com/x.yaml#/y",
    "ftp://127.0.0.1/x",
    "data:application/json,{}",
    "jar:file:/x!/y",
    "urn:example:pet",
    "http:x.yaml",
    "spec.yaml?x=1",
    "link.yaml",
    "linked/marker.yaml",
    "sub/a\nb.yaml",
    "sub/a%00b.yaml",
    "%ff.yaml",
    "sub/",
]


@pytest.mark.parametrize("reference", FORBIDDEN)
def test_what_leads_out_is_refused(folder: Path, reference: str) -> None:
    (folder / "link.yaml").symlink_to("../marker.yaml")
    (folder / "linked").symlink_to(folder.parent)
    reading = read(folder / "spec.yaml")
    assert meaning(reading, reference) is None
    assert reading.codes() == ["forbidden-reference"]
    line, pointer, *_ = reading.lines()
    assert line.startswith("spec.yaml:1:1: error[forbidden-reference]: ")
    assert pointer == "    at /$ref"
    assert "CANARY" not in "".join(reading.lines())


def test_links_inside_the_folder_are_followed(folder: Path) -> None:
    (folder / "link.yaml").symlink_to("sub/other.yaml")
    assert meaning(read(folder / "spec.yaml"), "link.yaml#/x") == "link.yaml#/x"


@pytest.mark.parametrize("kind", ["pipe", "loop", "socket", "device"])
def test_what_is_no_file_is_not_opened(folder: Path, kind: str) -> None:
    path = folder / "thing"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "loop":
        path.symlink_to("thing")
    elif kind == "socket":
        os.mknod(path, 0o140644)
    else:
        path.symlink_to("/dev/zero")
    reading = read(folder / "spec.yaml")
    assert meaning(reading, "thing") is None
    assert reading.codes() == [
        "forbidden-reference" if kind == "device" else "unresolved-reference"
    ]


def test_an_option_allows_a_folder(folder: Path) -> None:
    common = folder.parent / "common"
    common.mkdir()
    (common / "x.yaml").write_text("y: {$ref: z.yaml}\n")
    (common / "z.yaml").write_text("w: 1\n")
    (folder.parent / "commonness").mkdir()
    (folder.parent / "commonness" / "x.yaml").write_text("y: 1\n")
    reading = read(folder / "spec.yaml", policy=ReferencePolicy((common,)))
    assert meaning(reading, "../common/x.yaml#/y") == "../common/x.yaml#/y"
    base = Pointer("../common/x.yaml", ("y",))
    assert meaning(reading, "z.yaml", base) == "../common/z.yaml#"
    assert meaning(reading, "../spec/sub/other.yaml", base) == "sub/other.yaml#"
    assert reading.codes() == []
    assert meaning(reading, "../marker.yaml") is None
    assert meaning(reading, "../commonness/x.yaml") is None
    assert reading.codes() == ["forbidden-reference"] * 2


def test_chains_are_followed_to_the_end(reading: Reading) -> None:
    documents = reading.loaded
    end = documents.follow(ROOT, "sub/other.yaml#/near", ROOT)
    assert end == Pointer("sub/a name.json", ("z",))
    assert reading.codes() == []


def test_a_chain_that_comes_back_is_an_error(reading: Reading) -> None:
    documents = reading.loaded
    for key in ("self", "one", "two"):
        at = ROOT.child(key, "$ref")
        reference = documents.get(at)
        assert isinstance(reference, str)
        assert documents.follow(ROOT.child(key), reference, at) is None
    assert reading.codes() == ["circular-reference"] * 3


def test_a_broken_link_of_a_chain_is_blamed(folder: Path) -> None:
    (folder / "spec.yaml").write_text("a: {$ref: '#/b'}\nb: {$ref: '#/c'}\n")
    reading = read(folder / "spec.yaml")
    assert (
        reading.loaded.follow(ROOT.child("a"), "#/b", ROOT.child("a", "$ref")) is None
    )
    found = reading.only()
    assert (found.code, found.at) == ("unresolved-reference", ROOT.child("b", "$ref"))


def test_names_of_schemas_load_nothing(tmp_path: Path) -> None:
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "components": {
            "schemas": {
                "Pet": {
                    "$id": "https://example.com/schemas/pet",
                    "$defs": {"Name": {"$anchor": "name", "type": "string"}},
                    "properties": {
                        "a": {"$ref": "#/$defs/Name"},
                        "b": {"$ref": "#name"},
                        "c": {"$ref": "owner"},
                        "d": {"$ref": "#/components/schemas/Plain"},
                    },
                },
                "Owner": {"$id": "https://example.com/schemas/owner", "$anchor": "o"},
                "Plain": {"$dynamicAnchor": "plain"},
                "Data": {"default": {"$id": "https://example.com/data"}},
                "Bad": {"$id": "https://[", "properties": {}},
            }
        },
    }
    reading = read_text(tmp_path, json.dumps(document), "spec.json")
    schemas = "#/components/schemas/"
    pet = ROOT.child("components", "schemas", "Pet", "properties", "a")
    expected = {
        ("#/$defs/Name", pet): schemas + "Pet/$defs/Name",
        ("#name", pet): schemas + "Pet/$defs/Name",
        ("owner", pet): schemas + "Owner",
        ("owner#o", pet): schemas + "Owner",
        ("#", pet): schemas + "Pet",
        ("#/components/schemas/Plain", pet): schemas + "Plain",
        ("#plain", ROOT): schemas + "Plain",
        ("https://example.com/schemas/pet", ROOT): schemas + "Pet",
        ("https://example.com/schemas/pet#name", ROOT): schemas + "Pet/$defs/Name",
        ("https://example.com/schemas/pet#/$defs", ROOT): schemas + "Pet/$defs",
        ("#/components", ROOT): "#/components",
    }
    for (reference, base), target in expected.items():
        assert meaning(reading, reference, base) == target, reference
    assert reading.codes() == []
    for reference in ("https://example.com/data", "https://example.com/schemas/x"):
        assert meaning(reading, reference) is None
    assert reading.codes() == ["forbidden-reference"] * 2


def test_the_document_may_name_itself(tmp_path: Path) -> None:
    reading = read_text(
        tmp_path, "openapi: 3.2.0\n$self: https://example.com/api/spec\nx: {y: 1}\n"
    )
    assert meaning(reading, "https://example.com/api/spec#/x") == "#/x"
    assert meaning(reading, "/api/spec#/x/y") == "#/x/y"
    (tmp_path / "other.yaml").write_text("z: 1\n")
    assert meaning(reading, "other.yaml#/z") == "other.yaml#/z"


@pytest.mark.parametrize(
    ("reference", "suggestion"),
    [
        ("#/components/schemas/Peet", "#/components/schemas/Pet"),
        ("#/component/schemas/Pet", "#/components/schemas/Pet"),
        ("#/definitions/Pet", "#/components/schemas/Pet"),
        ("#components/schemas/Pet", "#/components/schemas/Pet"),
        ("other.yaml#/Ownr", "other.yaml#/Owner"),
        ("#/components/schemas/Zebra", None),
    ],
)
def test_a_missing_target_comes_with_a_suggestion(
    tmp_path: Path, reference: str, suggestion: str | None
) -> None:
    (tmp_path / "other.yaml").write_text("Owner: {}\n")
    reading = read_text(tmp_path, "components: {schemas: {Pet: {}, Cat: {}}}\n")
    assert meaning(reading, reference) is None
    assert reading.codes() == ["unresolved-reference"]
    help_lines = [line for line in reading.lines() if "help:" in line]
    assert help_lines == (
        [f"    help: did you mean '{suggestion}'?"] if suggestion else []
    )


def test_try_resolve_neither_reads_nor_reports(reading: Reading) -> None:
    documents = reading.loaded
    assert documents.try_resolve(ROOT, "#/nothing") == ROOT.child("nothing")
    for reference in ("#/x", "sub/other.yaml", "http://x/", "../marker.yaml"):
        assert documents.try_resolve(ROOT, reference) is None
    assert reading.codes() == []
    assert [document.file for document in documents] == [""]


def test_what_is_wrong_in_another_file_is_said_there_once(folder: Path) -> None:
    (folder / "broken.yaml").write_text("a: [\n")
    reading = read(folder / "spec.yaml")
    assert meaning(reading, "broken.yaml") is None
    assert meaning(reading, "broken.yaml#/a") is None
    assert [line for line in reading.lines() if "error" in line] == [
        line for line in reading.lines() if line.startswith("broken.yaml:2:1: error[")
    ]
    assert reading.codes() == ["invalid-yaml"]


WATCHED = """
import json, sys
from pathlib import Path
from reading import read, resolve_all
import specpress.validate, encodings.idna, difflib
read(Path(sys.argv[2]))
seen = []
def watch(event, arguments):
    if event.startswith(("socket.", "urllib.", "subprocess.", "os.system", "http.")):
        seen.append([event, repr(arguments)])
    elif event == "open" and not isinstance(arguments[0], int):
        seen.append([event, str(arguments[0])])
sys.addaudithook(watch)
reading = read(Path(sys.argv[1]))
resolve_all(reading)
events = list(seen)
print(json.dumps({"events": events, "codes": reading.codes()}))
"""


def test_nothing_outside_is_opened_and_nothing_is_asked(folder: Path) -> None:
    (folder / "link.yaml").symlink_to("../marker.yaml")
    document = {
        "good": {"$ref": "sub/other.yaml"},
        "bad": [{"$ref": reference} for reference in FORBIDDEN],
    }
    (folder / "spec.yaml").write_text(json.dumps(document))
    (folder / "warm.yaml").write_text("a: 1\n")
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            WATCHED,
            str(folder / "spec.yaml"),
            str(folder / "warm.yaml"),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={
            **os.environ,
            "PYTHONPATH": f"{REPOSITORY / 'generator'}:{REPOSITORY / 'tests'}",
        },
    )
    outcome = json.loads(ended.stdout)
    assert set(outcome["codes"]) == {"forbidden-reference", "unresolved-reference"}
    assert outcome["codes"].count("forbidden-reference") >= len(FORBIDDEN) - 2
    opened = {path for event, path in outcome["events"] if event == "open"}
    assert opened == {
        str(folder / "spec.yaml"),
        str(folder / "sub" / "other.yaml"),
    }
    assert {event for event, _ in outcome["events"]} == {"open"}


def test_all_references_of_a_document(folder: Path) -> None:
    reading = read(folder / "spec.yaml")
    resolve_all(reading)
    assert sorted(reading.codes()) == ["circular-reference"] * 3 + [
        "unresolved-reference"
    ]
