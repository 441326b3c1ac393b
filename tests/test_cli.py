"""The command: what it prints, how it ends, and that nothing ever shows a traceback."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from specpress import __version__, cli, pipeline
from specpress.cli import commands

REPOSITORY = Path(__file__).parents[1]

PETS = """\
openapi: 3.1.0
info: {title: Pet Store, version: '7'}
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      responses:
        '200':
          description: Pets
          content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
components:
  schemas:
    Pet: {type: object, properties: {name: {type: string}}}
"""
BROKEN = PETS.replace("schemas/Pet'", "schemas/Pot'")
ODD = PETS.replace("'7'}", "'7', terms: ''}")
LOSSY = PETS.replace(
    "      responses:",
    "      parameters: [{name: Accept, in: header, schema: {type: string}}]\n"
    "      responses:",
)


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Shell:
    """A folder, in which the command is run."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *arguments: str) -> Ran:
        self.capture.readouterr()
        status = cli.main(arguments)
        said = self.capture.readouterr()
        assert "Traceback" not in said.out + said.err
        return Ran(status, said.out, said.err)


@pytest.fixture
def shell(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Shell:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    shell = Shell(tmp_path, capsys)
    shell.write("pets.yaml", PETS)
    return shell


class TestGenerate:
    def test_the_summary_is_one_screen(self, shell: Shell) -> None:
        ran = shell.run("generate", "pets.yaml", "--output", "src/pets")
        assert (ran.status, ran.err) == (0, "")
        files = sum(path.is_file() for path in (shell.folder / "src").rglob("*"))
        assert re.sub(r"\d+\.\d$", "0.0", ran.out.rstrip()) == textwrap.dedent(f"""\
            pets in src/pets, from pets.yaml
              operations  1
              models      1
              files       {files} written, 0 unchanged, 0 removed
              degraded    0
              skipped     0
              warnings    0
              seconds     0.0""")

    def test_again_writes_nothing(self, shell: Shell) -> None:
        shell.run("generate", "pets.yaml", "-o", "out")
        ran = shell.run("generate", "pets.yaml", "-o", "out", "--json")
        (client,) = ran.json["clients"]
        assert client["files"]["unchanged"] > 0
        assert sum(client["files"].values()) == client["files"]["unchanged"]

    def test_an_error(self, shell: Shell) -> None:
        shell.write("pets.yaml", BROKEN)
        ran = shell.run("generate", "pets.yaml", "-o", "out")
        assert (ran.status, ran.out) == (2, "")
        assert ran.err == textwrap.dedent("""\
            pets.yaml:11:55: error[unresolved-reference]: '#/components/schemas/Pot' does not exist
                at /paths/~1pets/get/responses/200/content/application~1json/schema/$ref
                help: did you mean '#/components/schemas/Pet'?
            1 error; nothing written
            """)
        assert not (shell.folder / "out").exists()

    def test_a_warning(self, shell: Shell) -> None:
        shell.write("pets.yaml", ODD)
        ran = shell.run("coverage", "pets.yaml")
        assert ran.status == 0
        assert ran.err.startswith("pets.yaml:2:40: warning[unknown-key]: 'terms'")
        assert ran.err.endswith("\n1 warning\n")
        strict = shell.run("generate", "pets.yaml", "-o", "out", "--strict")
        assert strict.status == 2
        assert "error[unknown-key]" in strict.err
        assert not (shell.folder / "out").exists()

    def test_quiet(self, shell: Shell) -> None:
        shell.write("pets.yaml", ODD)
        ran = shell.run("generate", "pets.yaml", "-o", "out", "--quiet")
        assert ran == Ran(0, "", "")
        shell.write("pets.yaml", BROKEN)
        ran = shell.run("generate", "pets.yaml", "-o", "out", "--quiet")
        assert "error[unresolved-reference]" in ran.err

    def test_json_has_every_finding(self, shell: Shell) -> None:
        shell.write("pets.yaml", BROKEN)
        ran = shell.run("generate", "pets.yaml", "-o", "out", "--json")
        assert ran.err == ""
        assert ran.json["exit"] == ran.status == 2
        (finding,) = ran.json["clients"][0]["diagnostics"]
        assert finding["code"] == "unresolved-reference"
        assert (finding["line"], finding["column"]) == (11, 55)

    def test_fail_on(self, shell: Shell) -> None:
        shell.write("pets.yaml", LOSSY)
        assert shell.run("generate", "pets.yaml", "-o", "out").status == 0
        ran = shell.run("generate", "pets.yaml", "-o", "out2", "--fail-on", "skipped")
        assert ran.status == 2
        assert "error[skipped]" in ran.err
        assert not (shell.folder / "out2").exists()

    def test_names_of_the_client(self, shell: Shell) -> None:
        words = ("--package", "zoo", "--client", "Zoo", "-q")
        assert shell.run("generate", "pets.yaml", "-o", "out", *words).status == 0
        manifest = json.loads((shell.folder / "out/specpress.json").read_text())
        assert manifest["client"]["sync"] == "Zoo"

    @pytest.mark.parametrize(
        ("folder", "package"),
        [
            ("src/petshop", "petshop"),
            ("Pets", "pet_store"),
            ("pet-shop", "pet_store"),
            ("class", "pet_store"),
            ("json", "pet_store"),
        ],
    )
    def test_a_package_is_called_like_its_folder(
        self, shell: Shell, folder: str, package: str
    ) -> None:
        """Where it can be, so that what is shown of an import is true."""
        ran = shell.run("generate", "pets.yaml", "-o", folder, "--json")
        assert ran.json["clients"][0]["package"] == package
        readme = (shell.folder / folder / "README.md").read_text()
        assert f"\nfrom {package} import PetStore\n" in readme

    def test_a_folder_may_be_the_one_that_one_is_in(
        self, shell: Shell, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (shell.folder / "petshop").mkdir()
        monkeypatch.chdir(shell.folder / "petshop")
        ran = shell.run("generate", "../pets.yaml", "-o", ".", "--json")
        assert ran.json["clients"][0]["package"] == "petshop"

    def test_files_of_others_are_kept(self, shell: Shell) -> None:
        shell.write("out/client.py", "mine = 1\n")
        ran = shell.run("generate", "pets.yaml", "-o", "out")
        assert ran.status == 2
        assert "client.py" in ran.err
        assert [p.name for p in (shell.folder / "out").iterdir()] == ["client.py"]

    def test_edits_that_are_overwritten_are_named(self, shell: Shell) -> None:
        words = ("generate", "pets.yaml", "-o", "out")
        shell.run(*words)
        shell.write("out/models/pet.py", "mine = 1\n")
        shell.write("out/errors.py", "mine = 1\n")
        ran = shell.run(*words, "-q")
        assert (ran.status, ran.out) == (0, "")
        assert ran.err == (
            "specpress: warning: out: overwritten: 2 files edited by hand since the "
            "last run: errors.py, models/pet.py; the edits are in your version control, "
            "if anywhere\n"
        )
        assert shell.run(*words).err == ""
        shell.write("out/errors.py", "mine = 1\n")
        (client,) = shell.run(*words, "--json").json["clients"]
        assert client["overwritten"] == ["errors.py"]

    def test_edits_of_what_is_gone_are_kept(self, shell: Shell) -> None:
        shell.run("generate", "pets.yaml", "-o", "out")
        shell.write("out/models/pet.py", "mine = 1\n")
        shell.write("pets.yaml", PETS.replace("Pet:", "Cat:").replace("/Pet'", "/Cat'"))
        ran = shell.run("generate", "pets.yaml", "-o", "out")
        assert ran.err == (
            "specpress: warning: out: left as it is: 1 file edited by hand and no longer "
            "part of the client: models/pet.py\n"
        )
        assert (shell.folder / "out/models/pet.py").read_text() == "mine = 1\n"

    def test_a_document_that_is_not_there(self, shell: Shell) -> None:
        ran = shell.run("generate", "no.yaml", "-o", "out")
        assert ran.status == 3
        assert ran.err.startswith("no.yaml:1:1: error[unreadable-file]: ")

    def test_an_output_that_cannot_be(self, shell: Shell) -> None:
        shell.write("file", "")
        assert shell.run("generate", "pets.yaml", "-o", "file/out").status == 2


class TestUsage:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["generate", "pets.yaml"], "--output is missing"),
            (["frobnicate"], "No such command"),
            (["gen"], "Did you mean generate?"),
            (["chekc"], "Did you mean check?"),
            (["validate", "https://example.com/a.yaml"], "download the document"),
            (["validate", "-"], "standard input is not read"),
            (["vendor", "x/y"], "--from is missing: which client?"),
            (["verify", "no/such"], "no/such does not exist"),
            (["verify", "pets.yaml"], "pets.yaml is not a folder"),
            (["generate", "--frobnicate"], "No such option"),
            (["generate", "pets.yaml", "-o", "x", "--package", "a-b"], "--package"),
            (["generate", "pets.yaml", "-o", "x", "--client", "1"], "--client"),
            (["validate", "pets.yaml", "--max-bytes", "0"], "--max-bytes"),
            (["validate", "pets.yaml", "--max-seconds", "nan"], "--max-seconds"),
            (["validate", "pets.yaml", "--allow-reference", "no"], "no such folder"),
            (["coverage", "pets.yaml", "--fail-on", "all"], "--fail-on"),
            (["validate", "pets.yaml", "--config", "x"], "--config"),
            (["vendor"], "DEST"),
            (["explain", "models.Pat", "pets.yaml"], "did you mean models.Pet?"),
            (["verify", "."], "holds no generated client"),
            (["vendor", "there", "--from", "."], "holds no generated client"),
            (
                ["generate", "pets.yaml", "-o", "o", "--package", "\x1b[31m"],
                "\\x1b[31m",
            ),
        ],
    )
    def test_it_is_refused(self, shell: Shell, words: list[str], said: str) -> None:
        ran = shell.run(*words)
        assert ran.status == 2
        assert said in ran.err
        assert "\x1b" not in ran.err
        assert ran.out == ""

    def test_without_words_it_explains_itself(self, shell: Shell) -> None:
        ran = shell.run()
        assert ran.status == 2
        assert "generate" in ran.err

    def test_no_configuration(self, shell: Shell) -> None:
        ran = shell.run("generate")
        assert ran.status == 2
        assert "SPEC is missing" in ran.err

    @pytest.mark.parametrize("word", ["--help", "-h", "--version"])
    def test_help(self, shell: Shell, word: str) -> None:
        ran = shell.run(word)
        assert (ran.status, ran.err) == (0, "")
        if word == "--version":
            assert __version__ in ran.out

    def test_every_command_is_documented(self) -> None:
        text = (REPOSITORY / "docs" / "cli.md").read_text(encoding="utf-8")
        for name, command in commands.specpress.commands.items():
            assert f"`specpress {name}" in text
            for parameter in command.params:
                for option in parameter.opts:
                    if option.startswith("--"):
                        assert f"`{option}" in text, (name, option)

    def test_help_loads_nothing_of_the_pipeline(self) -> None:
        program = (
            "import sys; from specpress.cli import main; main(['--help']); "
            "heavy = {'jinja2', 'yaml', 'black', 'rich', 'specpress.pipeline'}; "
            "sys.exit(f'loaded: {heavy & set(sys.modules)}' "
            "if heavy & set(sys.modules) else 0)"
        )
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": str(REPOSITORY / "generator")},
            stdout=subprocess.DEVNULL,
            check=True,
        )


CONFIGURATION = """\
spec = "pets.yaml"
output = "out"
package = "zoo"
"""


class TestConfiguration:
    def test_it_is_found_from_below(
        self, shell: Shell, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shell.write("specpress.toml", CONFIGURATION)
        (shell.folder / "inner").mkdir()
        monkeypatch.chdir(shell.folder / "inner")
        ran = shell.run("generate")
        assert ran.status == 0
        assert ran.out.startswith("zoo in ../out, from ../pets.yaml\n")
        (client,) = shell.run("check", "--json").json["clients"]
        assert (client["spec"], client["output"]) == ("../pets.yaml", "../out")
        assert (shell.folder / "out" / "specpress.json").is_file()

    def test_options_come_first(self, shell: Shell) -> None:
        shell.write("specpress.toml", CONFIGURATION)
        ran = shell.run("generate", "--output", "other", "--package", "farm", "--json")
        (client,) = ran.json["clients"]
        assert (client["output"], client["package"]) == ("other", "farm")

    def test_a_document_on_the_command_line_needs_none(self, shell: Shell) -> None:
        shell.write("specpress.toml", "nonsense = 1\n")
        assert shell.run("generate", "pets.yaml", "-o", "out").status == 0

    def test_a_mistake_in_it(self, shell: Shell) -> None:
        shell.write("specpress.toml", CONFIGURATION + "outptu = 1\n")
        ran = shell.run("generate")
        assert ran.status == 2
        assert ran.err == (
            "specpress.toml:4:1: error[bad-configuration]: 'outptu' is not a setting\n"
            "    at outptu\n    help: did you mean output?\n"
        )

    def test_a_mistake_that_only_the_document_shows(self, shell: Shell) -> None:
        shell.write(
            "conf/specpress.toml",
            """\
[clients.zoo]
spec = "../pets.yaml"
output = "out"

[clients.zoo.extensions."/paths/~1pets/get"]
method = "list"
pagination = { stlye = "page" }
resorce = "zoo"

[clients.zoo.extensions."/paths/~1pots/get"]
method = "list"

[clients.zoo.extensions.""]
webhooks = { signature = { header = "X", schem = "hmac-sha256" } }
""",
        )
        ran = shell.run("generate", "--config", "conf/specpress.toml")
        assert ran.status == 2
        at = 'clients.zoo.extensions."/paths/~1pets/get"'
        signature = 'clients.zoo.extensions."".webhooks.signature'
        assert ran.err.splitlines() == [
            "conf/specpress.toml:7:1: error[bad-extension]: 'stlye' is not a member of "
            "x-specpress-pagination",
            f"    at {at}.pagination.stlye",
            "    help: did you mean style?",
            "conf/specpress.toml:7:1: error[bad-extension]: x-specpress-pagination "
            "needs style",
            f"    at {at}.pagination",
            "conf/specpress.toml:8:1: error[bad-extension]: 'x-specpress-resorce' is not "
            "a setting of an Operation Object",
            f"    at {at}.resorce",
            "    help: did you mean x-specpress-resource?",
            "conf/specpress.toml:10:1: error[bad-override]: the configuration has "
            "settings for '/paths/~1pots/get', which is not in the document",
            '    at clients.zoo.extensions."/paths/~1pots/get"',
            "    help: write a JSON pointer, like /paths/~1pets/get",
            "conf/specpress.toml:14:1: error[bad-extension]: 'schem' is not a member of "
            "signature of x-specpress-webhooks",
            f"    at {signature}.schem",
            "    help: did you mean scheme?",
            "conf/specpress.toml:14:1: error[bad-extension]: signature of "
            "x-specpress-webhooks needs scheme",
            f"    at {signature}",
            "6 errors; nothing written",
        ]
        ran = shell.run("generate", "--config", "conf/specpress.toml", "--json")
        first = ran.json["clients"][0]["diagnostics"][0]
        assert (first["file"], first["line"]) == ("conf/specpress.toml", 7)

    def test_one_that_is_not_there(self, shell: Shell) -> None:
        ran = shell.run("generate", "--config", "no.toml")
        assert ran.status == 3
        assert ran.err.startswith("no.toml:1:1: error[unreadable-file]: ")

    def test_of_several_clients_all_or_none_is_written(self, shell: Shell) -> None:
        shell.write("broken.yaml", BROKEN)
        shell.write(
            "specpress.toml",
            '[clients.a]\nspec = "pets.yaml"\noutput = "a"\n'
            '[clients.b]\nspec = "broken.yaml"\noutput = "b"\n',
        )
        ran = shell.run("generate")
        assert ran.status == 2
        assert not (shell.folder / "a").exists()
        shell.write("broken.yaml", PETS)
        assert shell.run("generate").status == 0
        assert (shell.folder / "a").exists()
        assert (shell.folder / "b").exists()
        ran = shell.run("generate", "--package", "x")
        assert ran.status == 2
        assert "--package is for one client" in ran.err


class TestCheck:
    def test_current(self, shell: Shell) -> None:
        shell.run("generate", "pets.yaml", "-o", "out")
        ran = shell.run("check", "pets.yaml", "-o", "out")
        assert ran == Ran(0, "out is current\n", "")

    def test_differences(self, shell: Shell) -> None:
        shell.run("generate", "pets.yaml", "-o", "out")
        shell.write("out/errors.py", "edited = True\n")
        (shell.folder / "out/models/pet.py").unlink()
        before = tree(shell.folder / "out")
        ran = shell.run("check", "pets.yaml", "-o", "out")
        assert ran.status == 1
        assert ran.out.splitlines()[:2] == [
            "edited      out/errors.py",
            "missing     out/models/pet.py",
        ]
        assert tree(shell.folder / "out") == before
        ran = shell.run("check", "pets.yaml", "-o", "out", "--json")
        assert ran.status == ran.json["exit"] == 1
        assert ran.json["clients"][0]["differences"] == [
            {"path": "errors.py", "difference": "edited"},
            {"path": "models/pet.py", "difference": "missing"},
        ]

    def test_a_document_that_is_wrong(self, shell: Shell) -> None:
        shell.run("generate", "pets.yaml", "-o", "out")
        shell.write("pets.yaml", BROKEN)
        ran = shell.run("check", "pets.yaml", "-o", "out")
        assert (ran.status, ran.out) == (2, "")


class TestValidate:
    def test_good(self, shell: Shell) -> None:
        ran = shell.run("validate", "pets.yaml")
        assert ran == Ran(0, "pets.yaml can be generated\n", "")

    def test_the_independent_validator_is_asked(self, shell: Shell) -> None:
        shell.write("pets.yaml", PETS.replace("string}}}", "string, default: 4}}}"))
        ran = shell.run("validate", "pets.yaml")
        assert ran.status == 0
        assert "warning[spec-validator]" in ran.err
        assert shell.run("validate", "pets.yaml", "--strict").status == 2

    def test_limits(self, shell: Shell) -> None:
        ran = shell.run("validate", "pets.yaml", "--max-depth", "3")
        assert ran.status == 2
        assert "error[limit-depth]" in ran.err


class TestCoverage:
    def test_lines(self, shell: Shell) -> None:
        shell.write("pets.yaml", LOSSY)
        ran = shell.run("coverage", "pets.yaml")
        assert ran.status == 0
        *_, skipped, place, pointer = ran.out.splitlines()
        assert skipped.split() == ["skipped", "1"]
        assert place.startswith("  pets.yaml:8:20: ")
        assert pointer == "      at /paths/~1pets/get/parameters/0"

    def test_json(self, shell: Shell) -> None:
        shell.write("pets.yaml", LOSSY)
        ran = shell.run("coverage", "pets.yaml", "--json", "--fail-on", "skipped")
        assert ran.status == ran.json["exit"] == 2
        (client,) = ran.json["clients"]
        assert client["counts"]["operations"] == 1
        assert client["degraded"] == []
        (gap,) = client["skipped"]
        assert (gap["file"], gap["line"]) == ("pets.yaml", 8)


class TestExplain:
    def test_text(self, shell: Shell) -> None:
        ran = shell.run("explain", "pets.list_pets", "pets.yaml")
        assert ran.status == 0
        assert ran.out == textwrap.dedent("""\
            pets.list_pets: models.Pet
              method from pets.yaml:5-11 at /paths/~1pets/get
              renamed: the document says 'listPets', Python list_pets
            """)

    def test_json(self, shell: Shell) -> None:
        ran = shell.run("explain", "/components/schemas/Pet", "pets.yaml", "--json")
        (piece,) = ran.json["pieces"]
        assert piece["python"] == "models.Pet"
        assert piece["first_line"] == piece["last_line"] == 14
        assert [each["python"] for each in piece["inside"]] == ["models.Pet.name"]


class TestVendor:
    def test_place_and_verify(self, shell: Shell) -> None:
        shell.write("specpress.toml", CONFIGURATION)
        shell.run("generate")
        shell.write("host/pyproject.toml", "")
        ran = shell.run("vendor", "host/src/third_party/kirim")
        assert ran.status == 0
        assert 'extend-exclude = ["src/third_party/kirim"]' in ran.out
        placed = shell.folder / "host/src/third_party/kirim"
        there, here = tree(placed), tree(shell.folder / "out")
        assert {path for path in here if here[path] != there.get(path)} == {
            "README.md",
            "specpress.json",
        }
        assert there.keys() == here.keys()
        text = here["README.md"].replace(b"from zoo import", b"from kirim import")
        assert there["README.md"] == text
        assert text.count(b"from kirim import") == 3
        ran = shell.run("verify", str(placed))
        assert ran.status == 0
        shell.write("host/src/third_party/kirim/errors.py", "x = 1\n")
        shell.write("host/src/third_party/kirim/own.py", "x = 1\n")
        (placed / "client.py").unlink()
        ran = shell.run("verify", str(placed))
        assert ran.status == 1
        assert [line.split()[0] for line in ran.out.splitlines()] == [
            "missing",
            "edited",
            "foreign",
        ]
        assert shell.run("verify", str(placed), "--json").json["exit"] == 1

    def test_edits_that_are_overwritten_are_named(self, shell: Shell) -> None:
        shell.run("generate", "pets.yaml", "-o", "out")
        shell.run("vendor", "host", "--from", "out")
        shell.write("host/errors.py", "mine = 1\n")
        ran = shell.run("vendor", "host", "--from", "out", "-q")
        assert (ran.status, ran.out) == (0, "")
        assert "host: overwritten: 1 file edited by hand" in ran.err
        shell.write("host/errors.py", "mine = 1\n")
        ran = shell.run("vendor", "host", "--from", "out", "--json")
        assert ran.json["overwritten"] == ["errors.py"]

    def test_the_copy_says_how_it_is_imported(self, shell: Shell) -> None:
        shell.run("generate", "pets.yaml", "-o", "out")
        shell.write("host/src/shop/__init__.py", "")
        shell.write("host/src/shop/third_party/__init__.py", "")
        for place, said in (
            ("host/src/shop/third_party/pets", "from shop.third_party.pets import"),
            ("host/pets-client", "from out import"),
        ):
            assert shell.run("vendor", place, "--from", "out").status == 0
            readme = (shell.folder / place / "README.md").read_text()
            assert readme.count(f"\n{said} ") == 3
            assert shell.run("verify", place).status == 0
            again = shell.run("vendor", "other", "--from", place, "-q")
            assert (again.status, again.err) == (0, "")
            assert (
                "\nfrom other import" in (shell.folder / "other/README.md").read_text()
            )

    def test_the_command_that_verifies_can_be_copied(self, shell: Shell) -> None:
        shell.run("generate", "pets.yaml", "-o", "out")
        ran = shell.run("vendor", "my pkg/kirim", "--from", "out")
        assert "`specpress verify 'my pkg/kirim'` proves" in ran.out

    def test_what_was_edited_is_not_passed_on(self, shell: Shell) -> None:
        shell.run("generate", "pets.yaml", "-o", "out")
        shell.write("out/errors.py", "x = 1\n")
        ran = shell.run("vendor", "host", "--from", "out")
        assert ran.status == 2
        assert not (shell.folder / "host").exists()


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class TestLastNet:
    def test_a_mistake_of_ours_goes_to_a_private_file(
        self, shell: Shell, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object) -> None:
            raise ZeroDivisionError("of \x1b[31mtext\ud800")

        monkeypatch.setattr(pipeline, "render_package", broken)
        monkeypatch.setattr("tempfile.tempdir", str(shell.folder))
        ran = shell.run("generate", "pets.yaml", "-o", "out")
        assert (ran.status, ran.out) == (70, "")
        assert "\x1b" not in ran.err
        assert "ZeroDivisionError" in ran.err
        place = re.search(r"is in (\S+)", ran.err)
        assert place is not None
        path = Path(place[1])
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        text = path.read_text(encoding="ascii")
        assert "Traceback" in text
        assert "\\ud800" in text
        assert __version__ in text
        assert not (shell.folder / "out").exists()

    def test_no_place_for_the_report(
        self, shell: Shell, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object) -> None:
            raise RecursionError

        monkeypatch.setattr(pipeline, "render_package", broken)
        monkeypatch.setattr("tempfile.tempdir", str(shell.folder / "nowhere"))
        assert shell.run("generate", "pets.yaml", "-o", "out").status == 70

    def test_an_interrupt_from_the_keyboard(
        self, shell: Shell, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(pipeline, "render_package", interrupted)
        ran = shell.run("generate", "pets.yaml", "-o", "out")
        assert ran == Ran(130, "", "specpress: interrupted\n")

    def test_a_request_to_end(
        self, shell: Shell, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def ended(*_: object) -> None:
            os.kill(os.getpid(), signal.SIGTERM)

        before = signal.getsignal(signal.SIGTERM)
        monkeypatch.setattr(pipeline, "render_package", ended)
        ran = shell.run("generate", "pets.yaml", "-o", "out")
        assert ran == Ran(143, "", "specpress: asked to end\n")
        assert signal.getsignal(signal.SIGTERM) is before

    def test_nobody_reads_the_output(self, shell: Shell) -> None:
        """As with ``| head``: the pipe is closed before anything is printed."""
        reading, writing = os.pipe()
        os.close(reading)
        with os.fdopen(writing, "wb") as closed:
            ran = subprocess.run(
                [
                    sys.executable,
                    "-c",
                    "import sys; from specpress.cli import main; sys.exit(main())",
                    "coverage",
                    "pets.yaml",
                ],
                env={**os.environ, "PYTHONPATH": str(REPOSITORY / "generator")},
                stdout=closed,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert (ran.returncode, ran.stderr) == (3, "")

    def test_a_terminal_without_the_letters(self, shell: Shell) -> None:
        shell.write(
            "pets.yaml", PETS.replace("Pet:", "Tier\u00e4:").replace("Pet'", "X'")
        )
        ran = subprocess.run(
            [
                sys.executable,
                "-c",
                "import sys; from specpress.cli import main; sys.exit(main())",
                "explain",
                "/components/schemas",
                "pets.yaml",
            ],
            env={
                **os.environ,
                "PYTHONPATH": str(REPOSITORY / "generator"),
                "PYTHONIOENCODING": "ascii",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 2
        assert "Traceback" not in ran.stderr
