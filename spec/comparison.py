"""The document against the facts, both ways, and the marks of confidence.

In come the document and the facts as parsed YAML; out goes a list of `Difference`,
empty where the document holds every fact and claims nothing beyond them that it
does not mark as inferred or as taken from a guide.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from spec.claims_of_document import (
    Claim,
    Claims,
    Document,
    claims_of_document,
    claims_of_operation,
    claims_of_schema,
)
from spec.facts_of_pages import Fact, Tree, facts_of, inferred_locations

FOLDER = Path(__file__).parent
DOCUMENT = FOLDER / "kirim.yaml"
FACTS = FOLDER / "facts" / "api-facts.yaml"

# Values the documentation's own renderer puts into a sample.
PLACEHOLDERS = ("example", "[email redacted by the page]")
# Claims that need no fact: words of our own, and what follows from other claims.
OWN = ("description", "mention", "nullable", "example", "title", "schema")
DERIVED = frozenset({"errors.titles", "errors.complete", "open", "body.composition"})


@dataclass(frozen=True, slots=True)
class Difference:
    subject: str
    location: str
    text: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.location}: {self.text}"


def load(path: Path) -> Tree:
    tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(tree, dict)
    return tree


def all_claims(tree: Tree, facts: Tree) -> dict[str, Claims]:
    """The claims of the document under the subjects of the facts."""
    document = Document(tree)
    found = {"document": claims_of_document(document)}
    for name in facts["schemas"]:
        found[f"schema {name}"] = claims_of_schema(document, name)
    for key, operation in document.operations():
        found[key] = claims_of_operation(document, operation)
    return found


def compare(tree: Tree, facts: Tree) -> list[Difference]:
    claims = all_claims(tree, facts)
    read = facts_of(facts)
    differences = unmet(read, claims)
    sources = {key: node["x-source"] for key, node in Document(tree).operations()}
    for key, source in sources.items():
        operation = facts["operations"].get(key)
        if operation is None:
            text = "no page describes this operation"
            differences.append(Difference(key, "operation", text))
            continue
        own = [fact for fact in read if fact.subject == key]
        differences += unsupported(key, own, claims[key], source)
        differences += mismarked(key, operation, own, claims[key], source)
    return differences


def unmet(facts: Iterable[Fact], claims: dict[str, Claims]) -> list[Difference]:
    """A difference for each fact that is missing or contradicted."""
    differences: list[Difference] = []
    for fact in facts:
        here = claims.get(fact.subject)
        if fact.location == "absent":
            if here is not None:
                text = "is not to be in the document"
                differences.append(Difference(fact.subject, "absent", text))
            continue
        claim = None if here is None else here.get(fact.location)
        if not is_held(fact, claim):
            text = f"the pages say {fact.value!r}, the document "
            text += "nothing" if claim is None else repr(claim.value)
            differences.append(Difference(fact.subject, fact.location, text))
    return differences


def is_held(fact: Fact, claim: Claim | None) -> bool:
    if claim is None:
        return False
    said, claimed = fact.value, claim.value
    last = fact.location.rsplit(".", 1)[-1]
    if fact.location in ("body.example", "response.example"):
        return _shows(claimed, said)
    if last == "example":
        return any(_shows(one, said) for one in claimed)
    if last == "mention":
        return str(said) in str(claimed)
    if fact.location == "pages":
        return said in claimed
    if fact.location == "tags":
        # A tag that no operation carries is not declared; the order is kept.
        kept = [tag for tag in said if tag in claimed]
        return kept == [tag for tag in claimed if tag in said] and len(kept) > 1
    if fact.location == "errors.titles":
        return list(said) == [title for title in claimed if title in said]
    return type(said) is type(claimed) and bool(said == claimed)


def _shows(example: Any, sample: Any) -> bool:
    """Whether a full example holds every value of the sample on a page."""
    if isinstance(sample, dict):
        return isinstance(example, dict) and all(
            key == "additionalProperty" or _shows(example.get(key), value)
            for key, value in sample.items()
        )
    if isinstance(sample, list):
        return (
            isinstance(example, list)
            and len(example) >= len(sample)
            and all(map(_shows, example, sample))
        )
    if sample in PLACEHOLDERS:
        return example is not None
    if isinstance(sample, str) and sample.endswith("…"):
        return str(example).startswith(sample[:-1])
    return type(example) is type(sample) and bool(example == sample)


def unsupported(
    key: str, facts: list[Fact], claims: Claims, source: Tree
) -> list[Difference]:
    """A difference for each claim that no fact, guide or mark stands behind."""
    known = {fact.location for fact in facts}
    inferred = source.get("inferred", {})
    marked = tuple(inferred.get("fields", []))
    guides = tuple(source.get("guides", {}))
    answers = [str(status) for status in inferred.get("responses", [])]
    differences: list[Difference] = []
    for location, claim in claims.items():
        if (
            location in known
            or claim.sourced
            or location in DERIVED
            # Also what a schema means that says nothing of it.
            or (location.endswith(".additional_properties") and claim.value is True)
            or location.rsplit(".", 1)[-1] in OWN
            or any(_within(location, place) for place in marked)
        ):
            continue
        if location.startswith("errors."):
            status = location.split(".")[1]
            if status in answers or f"errors.{status}" in guides:
                continue
        if location.startswith("response") and "2XX" in answers:
            continue
        text = f"{claim.value!r} has no page, guide or mark behind it"
        differences.append(Difference(key, location, text))
    return differences


def _within(location: str, place: str) -> bool:
    return location == place or location.startswith(f"{place}.")


def mismarked(
    key: str, operation: Tree, facts: list[Fact], claims: Claims, source: Tree
) -> list[Difference]:
    """A difference for each mark of confidence that is missing or idle."""
    marks = source.get("inferred", {})
    fields = marks.get("fields", [])
    statuses = [str(status) for status in marks.get("statuses", [])]
    answers = [str(status) for status in marks.get("responses", [])]
    differences: list[Difference] = []

    def differ(location: str, text: str) -> None:
        differences.append(Difference(key, location, text))

    if source.get("confidence") != operation["confidence"]:
        differ("x-source.confidence", f"has to be {operation['confidence']!r}")
    expected = inferred_locations(operation)
    for location in expected:
        if location not in fields:
            differ(location, "is inferred and not marked so")
    for location in fields:
        if not any(_within(claim, location) for claim in claims):
            differ(location, "is marked as inferred and does not exist")
    for location in source.get("guides", {}):
        if location not in claims:
            differ(location, "is marked as taken from a guide and does not exist")
    derived = [
        fact.location.removeprefix("errors.")
        for fact in facts
        if fact.inferred and fact.location.count(".") == 1
        if fact.location.startswith("errors.")
    ]
    success = operation["responses"]["success"]
    if success is not None and success["status"]["confidence"] == "inferred":
        derived.insert(0, "2XX")
    if derived != statuses:
        differ("x-source.inferred.statuses", f"has to be {derived}, is {statuses}")
    present = {
        location.removeprefix("errors.")
        for location in claims
        if location.startswith("errors.")
    } | {str(claims["response.status"].value)}
    for status in answers:
        if status not in present or f"errors.{status}" in {f.location for f in facts}:
            differ(f"errors.{status}", "is marked as inferred for no reason")
    return differences
