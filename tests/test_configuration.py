"""The configuration: what it says, and every mistake in it at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from specpress.configuration import (
    CLIENT_KEYS,
    LIMIT_KEYS,
    ConfigurationError,
    find_configuration,
    read_configuration,
)
from specpress.limits import OPTIONS, Limits
from specpress.options import Job

REPOSITORY = Path(__file__).parents[1]


def read(folder: Path, text: str | bytes, name: str = "specpress.toml") -> list[Job]:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_configuration(path, name)


def mistakes(folder: Path, text: str | bytes, name: str = "specpress.toml") -> str:
    """Return everything that is said about a configuration that cannot be used."""
    with pytest.raises(ConfigurationError) as caught:
        read(folder, text, name)
    return "\n".join(line for each in caught.value.mistakes for line in each.lines())


COMPLETE = """\
spec = "api.yaml"
output = "out/pets"
package = "pets"
client = "PetStore"
version = "1.2.0"
allow-reference = ["../common"]
strict = true
fail-on = ["skipped", "degraded"]

[names]
"/components/schemas/Pet" = "Animal"

[extensions."/paths/~1pets/get"]
method = "list"
pagination = { style = "cursor", parameter = "cursor", next = "/next", items = "/data" }

[limits]
max-bytes = 1000
max-seconds = 2.5
"""


def test_every_setting(tmp_path: Path) -> None:
    (job,) = read(tmp_path, COMPLETE)
    assert job.document == tmp_path / "api.yaml"
    assert job.output == tmp_path / "out/pets"
    assert (job.client.package, job.client.client) == ("pets", "PetStore")
    assert job.client.version == "1.2.0"
    assert job.client.names == {"/components/schemas/Pet": "Animal"}
    assert job.extensions == {
        "/paths/~1pets/get": {
            "method": "list",
            "pagination": {
                "style": "cursor",
                "parameter": "cursor",
                "next": "/next",
                "items": "/data",
            },
        }
    }
    assert job.limits == Limits(max_bytes=1000, max_seconds=2.5)
    assert job.references.folders == (tmp_path / "../common",)
    assert job.strict
    assert job.fail_on == ("degraded", "skipped")


def test_what_is_left_out_has_defaults(tmp_path: Path) -> None:
    (job,) = read(tmp_path, 'spec = "a.yaml"\noutput = "b"\n')
    assert job == Job(document=tmp_path / "a.yaml", label="a.yaml", output=job.output)


def test_the_table_of_pyproject(tmp_path: Path) -> None:
    text = '[project]\nname = "x"\n\n[tool.specpress]\nspec = "a"\noutput = "b"\n'
    (job,) = read(tmp_path, text, "pyproject.toml")
    assert job.document == tmp_path / "a"


def test_several_clients(tmp_path: Path) -> None:
    text = """\
[clients.pets]
spec = "pets.yaml"
output = "out/pets"
[clients.shops]
spec = "shops.yaml"
output = "out/shops"
strict = true
"""
    pets, shops = read(tmp_path, text)
    assert (pets.label, shops.label) == ("pets.yaml", "shops.yaml")
    assert (pets.strict, shops.strict) == (False, True)


def test_limits_are_those_of_the_command_line() -> None:
    assert {f"--{key}": name for key, name in LIMIT_KEYS.items()} == {
        option: name for name, option in OPTIONS.items()
    }


BASE = 'spec = "a.yaml"\noutput = "b"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            BASE + 'outptu = "c"\n',
            (
                "specpress.toml:3:1: error[bad-configuration]: 'outptu' is not a setting\n"
                "    at outptu\n"
                "    help: did you mean output?"
            ),
        ),
        (
            BASE + "\n[limits]\nmax-byte = 3\n",
            (
                "specpress.toml:5:1: error[bad-configuration]: 'max-byte' is not a setting"
                "\n    at limits.max-byte\n    help: did you mean max-bytes?"
            ),
        ),
        (
            BASE + ".".join("a" * 51) + " = 1\n",
            (
                "specpress.toml:3:1: error[bad-configuration]: a key has more than 50 "
                "parts"
            ),
        ),
        (
            'output = "b"\n',
            "specpress.toml:1:1: error[bad-configuration]: spec is missing",
        ),
        (
            BASE + "package = 3\n",
            (
                "specpress.toml:3:1: error[bad-configuration]: package must be a string, "
                "not a number\n    at package"
            ),
        ),
        (
            BASE + 'package = "Pet-Store"\n',
            (
                "specpress.toml:3:1: error[bad-configuration]: 'Pet-Store' cannot be a "
                "package: it must be a Python name in lower case\n    at package"
            ),
        ),
        (
            BASE + 'client = "class"\n',
            (
                "specpress.toml:3:1: error[bad-configuration]: 'class' cannot be a class: "
                "it must be a Python name like PetStore\n    at client"
            ),
        ),
        (
            BASE + 'version = "1\\n2"\n',
            (
                "specpress.toml:3:1: error[bad-configuration]: '1\\n2' cannot be a version"
                "\n    at version"
            ),
        ),
        (
            BASE + '[names]\n"/a" = "no name"\n',
            (
                "specpress.toml:4:1: error[bad-configuration]: 'no name' is no Python name"
                '\n    at names."/a"'
            ),
        ),
        (
            BASE + '[extensions."/a"]\n  since = 2020-01-01\n',
            (
                "specpress.toml:4:3: error[bad-configuration]: since cannot be a date or "
                'time\n    at extensions."/a".since'
            ),
        ),
        (
            BASE + 'extensions = "x"\n',
            (
                "specpress.toml:3:1: error[bad-configuration]: extensions must be a table, "
                "not a string\n    at extensions"
            ),
        ),
        (
            BASE + "strict = 1\n",
            (
                "specpress.toml:3:1: error[bad-configuration]: strict must be true or "
                "false, not a number\n    at strict"
            ),
        ),
        (
            BASE + 'fail-on = ["degrade"]\n',
            (
                "specpress.toml:3:1: error[bad-configuration]: 'degrade' is none of: "
                "degraded, skipped\n    at fail-on\n    help: did you mean degraded?"
            ),
        ),
        (
            BASE + "allow-reference = [1]\n",
            (
                "specpress.toml:3:1: error[bad-configuration]: allow-reference must be a "
                "list of strings\n    at allow-reference"
            ),
        ),
        (
            BASE + "[limits]\nmax-depth = 0\n",
            (
                "specpress.toml:4:1: error[bad-configuration]: max-depth must be a whole "
                "number greater than 0\n    at limits.max-depth"
            ),
        ),
        (
            BASE + "[limits]\nmax-seconds = nan\n",
            (
                "specpress.toml:4:1: error[bad-configuration]: max-seconds must be a "
                "number greater than 0\n    at limits.max-seconds"
            ),
        ),
        (
            'spec = ""\noutput = "b"\n',
            (
                "specpress.toml:1:1: error[bad-configuration]: '' cannot be a path\n"
                "    at spec"
            ),
        ),
        (
            'spec = "a"\n[clients.x]\nspec = "b"\noutput = "c"\n',
            (
                "specpress.toml:1:1: error[bad-configuration]: spec belongs into each "
                "client, where there is clients\n    at spec"
            ),
        ),
        (
            "[clients]\n",
            (
                "specpress.toml:1:1: error[bad-configuration]: there is no client in it\n"
                "    at clients"
            ),
        ),
        (
            (
                '[clients.x]\nspec = "b"\noutput = "c"\n[clients.y]\nspec = "b"\n'
                'output = "c"\n'
            ),
            (
                "specpress.toml:6:1: error[bad-configuration]: the output is that of the "
                "client x\n    at clients.y.output\n    help: each client needs a folder "
                "of its own, beside the others"
            ),
        ),
        (
            (
                '[clients.x]\nspec = "b"\noutput = "c"\n[clients.y]\nspec = "b"\n'
                'output = "d/../c/pets"\n'
            ),
            (
                "specpress.toml:6:1: error[bad-configuration]: the output lies in that of "
                "the client x\n    at clients.y.output\n    help: each client needs a "
                "folder of its own, beside the others"
            ),
        ),
        (
            (
                '[clients.x]\nspec = "b"\noutput = "c/pets"\n[clients.y]\nspec = "b"\n'
                'output = "c"\n'
            ),
            (
                "specpress.toml:6:1: error[bad-configuration]: the output holds that of "
                "the client x\n    at clients.y.output\n    help: each client needs a "
                "folder of its own, beside the others"
            ),
        ),
        (
            'spec = "https://example.com/a.yaml"\noutput = "b"\n',
            (
                "specpress.toml:1:1: error[bad-configuration]: "
                "'https://example.com/a.yaml' is an address, and nothing is fetched: "
                "download the document, and name the file\n    at spec"
            ),
        ),
        (
            "spec = \n",
            "specpress.toml:1:8: error[bad-configuration]: not TOML: Invalid value",
        ),
        (
            b"spec = '\xff'\n",
            "specpress.toml:1:1: error[bad-configuration]: the file is not UTF-8",
        ),
    ],
)
def test_a_mistake(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert mistakes(tmp_path, text) == said


def test_every_mistake_is_said_at_once(tmp_path: Path) -> None:
    said = mistakes(tmp_path, 'x = 1\ny = 2\nspec = "a"\n')
    assert said.count("error[bad-configuration]") == 3


def test_text_of_the_file_cannot_move_the_cursor(tmp_path: Path) -> None:
    said = mistakes(tmp_path, BASE + 'package = "\\u001b[31m\\u202e"\n')
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "\\x1b[31m\\u202e" in said


def test_a_file_without_end_is_not_read(tmp_path: Path) -> None:
    assert "larger than" in mistakes(tmp_path, b"#" * 1_000_002)


def test_every_setting_is_documented() -> None:
    text = (REPOSITORY / "docs" / "configuration.md").read_text(encoding="utf-8")
    for key in (*CLIENT_KEYS, *LIMIT_KEYS):
        assert f"`{key}`" in text


class TestFinding:
    def test_the_nearest_one_that_speaks_of_us(self, tmp_path: Path) -> None:
        inner = tmp_path / "a" / "b"
        inner.mkdir(parents=True)
        (tmp_path / "pyproject.toml").write_text('[tool.specpress]\nspec = "x"\n')
        (tmp_path / "a" / "pyproject.toml").write_text(
            '[project]\nname = "specpress"\n'
        )
        assert find_configuration(inner) == tmp_path / "pyproject.toml"

    def test_a_file_of_its_own_comes_first(self, tmp_path: Path) -> None:
        (tmp_path / "pyproject.toml").write_text('[tool.specpress]\nspec = "x"\n')
        (tmp_path / "specpress.toml").write_text("")
        assert find_configuration(tmp_path) == tmp_path / "specpress.toml"

    def test_one_that_cannot_be_read_is_not_passed_over(self, tmp_path: Path) -> None:
        inner = tmp_path / "a"
        inner.mkdir()
        (tmp_path / "specpress.toml").write_text("")
        (inner / "pyproject.toml").write_text("[tool.specpress\n")
        assert find_configuration(inner) == inner / "pyproject.toml"

    def test_none(self, tmp_path: Path) -> None:
        found = find_configuration(tmp_path)
        assert found is None or tmp_path not in found.parents
