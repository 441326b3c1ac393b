"""Names: total, stable, and settled by identity alone."""

from __future__ import annotations

import ast
import random
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specpress import naming
from specpress.ir import Identifier
from specpress.lower.answers import error_base
from specpress.naming import (
    Want,
    constant_case,
    environment_name,
    pascal_case,
    settle,
    snake_case,
)
from specpress.reserved_words import CLIENT_RESERVED, FIELD_RESERVED
from specpress.text import Text

TEXTS = st.text(max_size=20) | st.text(
    alphabet=st.sampled_from("aA1_-+.$ é日ß/<>ǅ\u0301\ufe0f😀\u202e"), max_size=12
)


@pytest.mark.parametrize(
    ("text", "snake", "pascal"),
    [
        ("", "empty", "Empty"),
        ("+1", "plus_1", "Plus1"),
        ("-1", "minus_1", "Minus1"),
        ("$ref", "ref", "Ref"),
        ("@type", "type", "Type"),
        ("x-foo", "x_foo", "XFoo"),
        ("APIKey", "api_key", "APIKey"),
        ("API_KEY", "api_key", "ApiKey"),
        ("HTTPError", "http_error", "HTTPError"),
        ("XMLHttpRequest", "xml_http_request", "XMLHttpRequest"),
        ("userIDs", "user_ids", "UserIDs"),
        ("OAuth2Token", "oauth2_token", "OAuth2Token"),
        ("getM2MTokens", "get_m2m_tokens", "GetM2MTokens"),
        ("M2M_TOKEN", "m2m_token", "M2MToken"),
        ("p2pTransferB2B", "p2p_transfer_b2b", "P2pTransferB2B"),
        ("K8sPod", "k8s_pod", "K8sPod"),
        ("S3Bucket", "s3_bucket", "S3Bucket"),
        ("V2APIKey", "v2_api_key", "V2APIKey"),
        ("i18nText", "i18n_text", "I18nText"),
        ("SKU", "sku", "SKU"),
        ("2fa", "x2fa", "X2fa"),
        ("日本", "日本", "X日本"),
        ("café", "café", "Café"),
        ("ﬁle", "file", "File"),
        ("😀", "u1f600", "U1f600"),
        ("*", "asterisk", "Asterisk"),
        ("StartTime<", "start_time_lt", "StartTimeLt"),
        ("Page<Item>", "page_item", "PageItem"),
        ("created[gte]", "created_gte", "CreatedGte"),
        ("C++", "c_plus_plus", "CPlusPlus"),
        ("__init__", "init", "Init"),
        ("\ud800", "ud800", "Ud800"),
    ],
)
def test_the_words_of_a_text_become_a_name(text: str, snake: str, pascal: str) -> None:
    assert snake_case([Text(text)]) == snake
    assert pascal_case([Text(text)]) == pascal


def test_every_code_point_gives_names() -> None:
    # Above the first two planes there are ideographs, and mostly nothing.
    for code in (*range(0x20000), *range(0x20000, 0x110000, 53)):
        character = chr(code)
        for name in (snake_case(["a" + character]), pascal_case([character])):
            assert naming.is_identifier(naming.identifier(name).name), hex(code)


@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_any_texts_give_names_that_python_keeps(parts: list[str]) -> None:
    for name in (snake_case(parts), pascal_case(parts), constant_case(parts)):
        found = naming.identifier(name).name
        assert found.isidentifier()
        assert unicodedata.normalize("NFKC", found) == found
        assert not found.startswith("_")
        assert len(found.encode()) <= naming.LONGEST_IDENTIFIER + 1
    assert pascal_case(parts)[0].isupper()


def test_names_of_any_length_fit_a_file_name() -> None:
    for character in ("a", "日", "a-"):
        for case in (snake_case, pascal_case):
            assert 0 < len(case([character * 5000]).encode()) <= 120


def test_reserved_names_get_an_underscore() -> None:
    assert naming.identifier("class") == Identifier("class_")
    assert naming.identifier("list", FIELD_RESERVED) == Identifier("list_")
    assert naming.identifier("id", FIELD_RESERVED) == Identifier("id")


@pytest.mark.parametrize("name", ["", "a-b", "1a", "__a", "a b", "ﬁ", "a\ufe0f"])
def test_what_is_no_identifier_is_refused(name: str) -> None:
    assert not naming.is_identifier(name)
    with pytest.raises(ValueError, match="not an identifier"):
        naming.identifier(name)


# --- Collisions ----------------------------------------------------------------------


def want(wire: str, *place: str) -> Want[tuple[str, ...]]:
    wish = naming.identifier(snake_case([wire]))
    return Want(
        key=(*place, wire),
        wish=wish,
        identity=(*place, wire),
        exact=wish.name == wire,
        suffixed=tuple(
            naming.identifier(snake_case([wire, *place[-length:]]))
            for length in range(1, len(place) + 1)
        ),
    )


def names(wants: Iterable[Want[tuple[str, ...]]], **options: bool) -> dict[str, str]:
    settled = settle(list(wants), **options)  # type: ignore[arg-type]
    return {"/".join(key): name.name for key, name in settled.names.items()}


def test_the_one_spelled_so_keeps_the_name() -> None:
    settled = settle([want("foo-bar"), want("foo_bar"), want("other")])
    assert settled.names["foo_bar",] == Identifier("foo_bar")
    assert settled.names["foo-bar",] == Identifier("foo_bar_x2d")
    assert settled.names["other",] == Identifier("other")
    (collision,) = settled.collisions
    assert collision.kept_by == ("foo_bar",)
    assert collision.renamed == ((("foo-bar",), Identifier("foo_bar_x2d")),)


def test_a_suffix_comes_from_the_identity() -> None:
    found = names([want("id", "path"), want("id", "query")])
    assert found == {"path/id": "id_path", "query/id": "id_query"}


def test_suffixes_are_settled_as_names_are() -> None:
    path = Want("path", Identifier("id"), ("path", "id"), exact=True)
    others = [
        Want(
            wire, Identifier("id"), ("query", wire), suffixed=(Identifier("id_query"),)
        )
        for wire in ("id", "ID")
    ]
    settled = settle([path, *others]).names
    assert {key: name.name for key, name in settled.items()} == {
        "path": "id",
        "id": "id_query",
        "ID": "id_x49x44",
    }


def test_a_name_that_is_not_free_is_spelled_with_its_underscore() -> None:
    wants = [Want(w, Identifier("class_"), (w,)) for w in ("class", "Class")]
    assert settle(wants).names["class"] == Identifier("class_")


def test_no_third_name_moves() -> None:
    found = names([want("id", "path"), want("id", "query"), want("id_path")])
    assert found["id_path"] == "id_path"
    assert len(set(found.values())) == 3


def test_a_pinned_name_is_final() -> None:
    pinned = Want("a", Identifier("id"), ("a",), pinned=True)
    settled = settle([pinned, Want("b", Identifier("id"), ("b",), exact=True)])
    assert settled.names["a"] == Identifier("id")
    assert settled.names["b"] != Identifier("id")


def test_file_names_collide_whatever_their_case() -> None:
    wants = [
        Want("a", Identifier("Foo"), ("a",)),
        Want("b", Identifier("foo"), ("b",)),
    ]
    assert not settle(wants).collisions
    assert settle(wants, file_names=True).collisions


WIRES = st.lists(
    st.text(alphabet="aA-_.1", min_size=1, max_size=5), unique=True, max_size=12
)


@settings(max_examples=300)
@given(WIRES, st.randoms(use_true_random=False), st.booleans())
def test_settling_is_total_unique_and_without_order(
    wires: list[str], shuffled: random.Random, file_names: bool
) -> None:
    wants = [want(wire) for wire in wires]
    found = names(wants, file_names=file_names)
    values = [v.casefold() if file_names else v for v in found.values()]
    assert len(set(values)) == len(wires)
    shuffled.shuffle(wants)
    assert names(wants, file_names=file_names) == found


@settings(max_examples=300)
@given(WIRES, st.text(alphabet="aA-_.1", min_size=1, max_size=5))
def test_another_node_renames_only_those_it_collides_with(
    wires: list[str], added: str
) -> None:
    wires = [wire for wire in wires if wire != added]
    before = names(want(wire) for wire in wires)
    after = names(want(wire) for wire in [*wires, added])
    for wire in wires:
        involved = snake_case([wire]) == snake_case([added])
        taken = before[wire] == snake_case([added])
        if not involved and not taken:
            assert after[wire] == before[wire]


def test_two_nodes_of_one_identity_are_told_apart() -> None:
    wants = [Want(key, Identifier("a"), ("x",)) for key in range(50)]
    assert len(set(settle(wants).names.values())) == 50


def test_environment_variables_are_ascii() -> None:
    assert environment_name(["kirim_chat", "api_key"]) == "KIRIM_CHAT_API_KEY"
    assert environment_name(["\u540d", "cl\u00e9"]) == "U540D_CL_U00E9"
    assert environment_name(["x\u0301\u0301"]) == "X_U0301_U0301"


def test_the_base_of_errors_is_none_of_pythons_own() -> None:
    assert error_base("Kirim") == "KirimError"
    assert error_base("Runtime") == "BaseRuntimeError"
    assert error_base("API") == "BaseAPIError"


def test_no_resource_hides_a_method_of_the_clients() -> None:
    runtime = Path(__file__).resolve().parents[1] / "templates" / "runtime"
    methods: set[str] = set()
    for module in ("base_client", "client"):
        for node in ast.parse((runtime / f"{module}.py").read_text()).body:
            if isinstance(node, ast.ClassDef) and node.name.endswith("Client"):
                methods |= {getattr(each, "name", "") for each in node.body}
    public = {name for name in methods if name and not name.startswith("_")}
    assert public >= {"begin", "call", "request", "with_options"}
    assert public <= CLIENT_RESERVED
