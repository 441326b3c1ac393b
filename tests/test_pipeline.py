"""From a job to a folder: what is written, when nothing is, and the same every time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from specpress import pipeline
from specpress.diagnostics import Report
from specpress.manifest import MANIFEST_PATH, text_hash
from specpress.options import ClientOptions, Job
from specpress.output import ChangeKind
from specpress.pipeline import (
    Outcome,
    check_client,
    lower_document,
    make_client,
    validate_document,
    write_client,
)
from specpress.text import Text
from specpress.vendor import verify_client

REPOSITORY = Path(__file__).parents[1]
SCHEMA: dict[str, Any] = json.loads(
    (REPOSITORY / "docs" / "manifest.schema.json").read_text("utf-8")
)

PETS = """\
openapi: 3.1.0
info: {title: Pet Store, version: '7'}
servers: [{url: https://pets.example}]
security: [{key: []}]
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      parameters:
        - {name: page-size, in: query, schema: {type: integer}}
      responses:
        '200':
          description: Pets
          content:
            application/json:
              schema: {type: array, items: {$ref: '#/components/schemas/Pet'}}
        '404': {description: None}
    post:
      operationId: addPet
      tags: [pets]
      requestBody:
        required: true
        content:
          application/json: {schema: {$ref: '#/components/schemas/Pet'}}
      responses:
        '204': {description: Added}
  /photos/{id}:
    put:
      operationId: putPhoto
      tags: [photos]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      requestBody:
        content: {image/png: {}}
      responses:
        '200': {description: Kept, content: {text/plain: {schema: {type: string}}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: {type: string}
        class: {type: string}
"""


@pytest.fixture
def job(tmp_path: Path) -> Job:
    path = tmp_path / "pets.yaml"
    path.write_text(PETS, encoding="utf-8")
    return Job(document=path, label="pets.yaml")


def change(job: Job, old: str, new: str) -> None:
    text = job.document.read_text(encoding="utf-8")
    assert old in text
    job.document.write_text(text.replace(old, new), encoding="utf-8")


def made(job: Job) -> Outcome:
    outcome = make_client(job)
    assert list(outcome.report) == []
    return outcome


def manifest_of(outcome: Outcome) -> dict[str, Any]:
    (text,) = (f.text for f in outcome.files if f.path == MANIFEST_PATH)
    found: dict[str, Any] = json.loads(text)
    return found


class TestManifest:
    def test_it_follows_the_schema(self, job: Job) -> None:
        errors = Draft202012Validator(SCHEMA).iter_errors(manifest_of(made(job)))
        assert [error.message for error in errors] == []

    def test_what_it_says(self, job: Job) -> None:
        manifest = manifest_of(
            made(replace(job, client=ClientOptions(package="zoo", client="Zoo")))
        )
        assert manifest["client"] == {"sync": "Zoo", "async": "AsyncZoo"}
        assert manifest["options"] == {"package": "zoo", "client": "Zoo"}
        assert manifest["document"]["title"] == "Pet Store"
        assert [each["scheme"] for each in manifest["security"]] == ["key"]
        assert manifest["models"]["/components/schemas/Pet"] == "models.Pet"
        operations = {each["id"]: each for each in manifest["operations"]}
        assert sorted(operations) == ["addPet", "listPets", "putPhoto"]
        listing = operations["listPets"]
        assert (listing["method"], listing["path"]) == ("GET", "/pets")
        assert listing["parameters"] == [
            {
                "in": "query",
                "name": "page-size",
                "python": "page_size",
                "required": False,
            }
        ]
        assert listing["responses"] == [
            {
                "status": "200",
                "media_type": "application/json",
                "type": "list[models.Pet]",
            }
        ]
        assert listing["errors"] == [{"status": "404", "class": "NotFoundError"}]
        assert listing["body"] is None
        fields = operations["addPet"]["body"]["fields"]
        assert [each["name"] for each in fields] == ["class", "name"]
        assert fields[0]["python"] != "class"
        assert operations["addPet"]["responses"] == [
            {"status": "204", "media_type": None, "type": "None"}
        ]
        photo = operations["putPhoto"]["body"]
        assert photo["media_types"] == ["image/png"]
        assert photo["argument"].isidentifier()

    def test_it_lists_every_other_file(self, job: Job) -> None:
        outcome = made(job)
        assert manifest_of(outcome)["files"] == {
            file.path: text_hash(file.text)
            for file in outcome.files
            if file.path != MANIFEST_PATH
        }

    def test_the_kirim_client_has_every_operation(self) -> None:
        spec = REPOSITORY / "spec" / "kirim.yaml"
        manifest = manifest_of(made(Job(document=spec, label="kirim.yaml")))
        names = [each["python"] for each in manifest["operations"]]
        # Two methods for the answer that is a redirect.
        assert len({(e["method"], e["path"]) for e in manifest["operations"]}) == 27
        assert len(names) == len(set(names)) == 28
        redirects = {e["python"]: e.get("redirect") for e in manifest["operations"]}
        assert sorted(filter(None, redirects.values())) == ["download", "url"]
        paged = [e for e in manifest["operations"] if "pagination" in e]
        assert paged
        assert all(not each["pagination"]["inferred"] for each in paged)
        assert manifest["coverage"]["skipped"] == []


class TestFolder:
    def test_a_run_writes_what_verify_and_check_expect(
        self, job: Job, tmp_path: Path
    ) -> None:
        outcome = made(job)
        output = tmp_path / "out" / "pets"
        written = write_client(outcome, output)
        assert {each.kind for each in written.changes} == {ChangeKind.CREATED}
        assert verify_client(output) == []
        again = check_client(made(job), output)
        assert {each.kind for each in again.changes} == {ChangeKind.UNCHANGED}

    def test_a_change_of_the_document_is_a_difference(
        self, job: Job, tmp_path: Path
    ) -> None:
        output = tmp_path / "out"
        write_client(made(job), output)
        change(job, "name: {type: string}", "name: {type: integer}")
        changed = [
            each.path
            for each in check_client(made(job), output).changes
            if each.kind is not ChangeKind.UNCHANGED
        ]
        assert "models/pet.py" in changed
        assert verify_client(output) == []

    def test_the_document_is_never_overwritten(self, job: Job) -> None:
        before = job.document.read_bytes()
        with pytest.raises(Exception, match="holds the input"):
            write_client(made(job), job.document.parent)
        assert job.document.read_bytes() == before


class TestRefusal:
    def test_an_error_ends_the_run_before_any_file(self, job: Job) -> None:
        change(job, "'#/components/schemas/Pet'", "'#/components/schemas/Pot'")
        outcome = make_client(job)
        assert outcome.failed
        assert outcome.files == []
        assert outcome.documents is not None

    def test_strict_takes_warnings_for_errors(self, job: Job) -> None:
        change(job, "operationId: addPet", "operationId: listPets")
        assert not make_client(job).failed
        outcome = make_client(replace(job, strict=True))
        assert outcome.failed
        assert outcome.files == []
        assert outcome.report.warnings == 0

    def test_fail_on_takes_what_is_lost_for_an_error(self, job: Job) -> None:
        change(job, "name: page-size, in: query", "name: Accept, in: header")
        assert not make_client(replace(job, fail_on=("degraded",))).failed
        outcome = make_client(replace(job, fail_on=("skipped",)))
        assert [d.code for d in outcome.report if d.severity.value == "error"] == [
            "skipped"
        ]
        assert outcome.files == []

    def test_a_name_for_nothing(self, job: Job) -> None:
        options = ClientOptions(names={"/components/schemas/Pit": "Pit"})
        outcome = make_client(replace(job, client=options))
        assert [d.code for d in outcome.report] == ["bad-configuration"]

    def test_settings_for_nothing(self, job: Job) -> None:
        outcome = make_client(replace(job, extensions={"/paths/~1x": {"method": "a"}}))
        assert [d.code for d in outcome.report] == ["bad-override"]


class TestValidator:
    """When openapi-spec-validator is asked: see the docstring of the pipeline."""

    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
        calls: list[float | None] = []

        def note(documents: object, report: Report, seconds: float | None) -> None:
            calls.append(seconds)

        monkeypatch.setattr(pipeline, "spec_validator_findings", note)
        return calls

    def test_generating_asks_within_a_bound(
        self, job: Job, asked: list[float | None]
    ) -> None:
        made(job)
        assert len(asked) == 1
        assert asked[0] is not None

    def test_generating_does_not_ask_about_large_documents(
        self, job: Job, asked: list[float | None]
    ) -> None:
        padding = "#" * pipeline.VALIDATED_UP_TO
        change(job, "paths:", f"{padding}\npaths:")
        made(job)
        assert asked == []
        validate_document(job)
        assert asked == [None]

    def test_coverage_does_not_ask(self, job: Job, asked: list[float | None]) -> None:
        lower_document(job)
        assert asked == []

    def test_its_findings_are_warnings(self, job: Job) -> None:
        change(job, "name: {type: string}", "name: {type: string, default: 5}")
        for outcome in (validate_document(job), make_client(job)):
            assert "spec-validator" in [d.code for d in outcome.report]
            assert not outcome.failed


def test_stages_are_announced(job: Job, tmp_path: Path) -> None:
    stages: list[str] = []
    write_client(make_client(job, stages.append), tmp_path / "out", stages.append)
    assert stages == [
        "load",
        "parse",
        "validate",
        "lower",
        "render",
        "format",
        "prove",
        "write",
    ]


DIGEST = """
import hashlib, sys
from pathlib import Path
from specpress.options import Job
from specpress.pipeline import make_client
path = Path(sys.argv[1])
digest = hashlib.sha256()
for file in make_client(Job(document=path, label=path.name)).files:
    digest.update(f"{file.path}\\0{file.text}\\0".encode())
print(digest.hexdigest())
"""


@pytest.mark.parametrize(
    "settings",
    [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Jakarta", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "4242", "TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONUTF8": "0"},
        {"PYTHONHASHSEED": "0", "TZ": "America/Caracas", "PYTHONOPTIMIZE": "1"},
    ],
    ids=["seed 1", "seed 4242", "seed 0"],
)
def test_the_same_bytes_everywhere(settings: dict[str, str], tmp_path: Path) -> None:
    """Whatever the hash seed, the locale, the time zone, the folder and the mask."""
    spec = REPOSITORY / "spec" / "kirim.yaml"
    (tmp_path / "elsewhere").mkdir()
    here = subprocess.run(
        [sys.executable, "-c", DIGEST, str(spec)],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "generator")},
        capture_output=True,
        text=True,
        check=True,
    )
    there = subprocess.run(
        [sys.executable, "-c", DIGEST, os.path.relpath(spec, tmp_path / "elsewhere")],
        env={**os.environ, **settings, "PYTHONPATH": str(REPOSITORY / "generator")},
        cwd=tmp_path / "elsewhere",
        umask=0o077,
        capture_output=True,
        text=True,
        check=True,
    )
    assert here.stdout == there.stdout != ""


def test_a_client_is_not_called_like_a_module_of_python(tmp_path: Path) -> None:
    document = tmp_path / "spec.yaml"
    document.write_text(PETS.replace("title: Pet Store", "title: JSON"))
    outcome = lower_document(Job(document=document, label="spec.yaml"))
    assert outcome.package is not None
    assert outcome.package.name.name == "json_client"


PAGED = """\
openapi: 3.1.0
info: {title: Books, version: '1'}
x-specpress-pagination:
  {style: offset, parameter: start, limit: most, items: /books, total: /total}
paths:
  /books:
    get:
      operationId: listBooks
      parameters: [{name: start, in: query, schema: {type: integer}}]
      responses: {'200': {$ref: '#/components/responses/Books'}}
  /books/new:
    get:
      operationId: listNewBooks
      responses: {'200': {$ref: '#/components/responses/Books'}}
  /books/old:
    get:
      operationId: listOldBooks
      x-specpress-pagination:
        {style: cursor, parameter: after, next: /meta/next, items: /books}
      parameters: [{name: after, in: query, schema: {type: string}}]
      responses: {'200': {$ref: '#/components/responses/Books'}}
components:
  responses:
    Books:
      description: Books
      content:
        application/json:
          schema:
            type: object
            properties:
              books: {type: array, items: {type: string}}
              meta: {type: object}
"""


def test_a_default_of_pagination_is_for_what_it_fits(tmp_path: Path) -> None:
    """And only as far as it does; what no schema tells of an answer is believed."""
    document = tmp_path / "spec.yaml"
    document.write_text(PAGED)
    outcome = lower_document(Job(document=document, label="spec.yaml"))
    assert not list(outcome.report)
    assert outcome.package is not None
    plans = {
        method.name.name: method.pagination
        for resource in outcome.package.resources
        for method in resource.methods
    }
    books, old = plans["list_books"], plans["list_old_books"]
    assert plans["list_new_books"] is None
    assert books is not None and old is not None
    assert (books.style, books.limit, books.total) == ("offset", None, None)
    assert (old.style, old.next) == ("cursor", (Text("meta"), Text("next")))
