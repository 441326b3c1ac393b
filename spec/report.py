"""Print how sure the Kirim document is, operation by operation.

`held` counts facts printed on a page that the document holds, `inferred` those that
were derived and what the document adds by inference, `open` the questions no page
answers. A fact that is missing or contradicted is listed, and the exit code is 1.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from spec.claims_of_document import Document
from spec.comparison import (
    DOCUMENT,
    FACTS,
    all_claims,
    compare,
    load,
    unmet,
)
from spec.facts_of_pages import facts_of


def main() -> int:
    tree, pages = load(DOCUMENT), load(FACTS)
    facts = facts_of(pages)
    lost = {
        (difference.subject, difference.location)
        for difference in unmet(facts, all_claims(tree, pages))
    }
    held: Counter[str] = Counter()
    inferred: Counter[str] = Counter()
    for fact in facts:
        if (fact.subject, fact.location) not in lost:
            (inferred if fact.inferred else held)[fact.subject] += 1
    questions: Counter[str] = Counter()
    for key, operation in Document(tree).operations():
        source = operation["x-source"]
        inferred[key] += len(source.get("inferred", {}).get("responses", []))
        questions[key] += len(source.get("open", []))
    subjects = ["document", *(f"schema {name}" for name in pages["schemas"])]
    subjects += [key for key, _ in Document(tree).operations()]
    left_out = [fact.subject for fact in facts if fact.location == "absent"]
    width = max(map(len, subjects))
    print(f"{'':{width}}  {'held':>5}  {'inferred':>8}  {'open':>5}")
    for subject in subjects:
        print(
            f"{subject:{width}}  {held[subject]:>5}  {inferred[subject]:>8}"
            f"  {questions[subject]:>5}"
        )
    totals = [sum(count[subject] for subject in subjects) for count in (held, inferred)]
    print(
        f"{'total':{width}}  {totals[0]:>5}  {totals[1]:>8}"
        f"  {sum(questions.values()):>5}"
    )
    print(f"\n{len(left_out)} operations are known and left out; see README.md.")
    differences = compare(tree, pages)
    print(f"missing or contradicting: {len(differences) or 'none'}")
    for difference in differences:
        print(f"  {difference}")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
