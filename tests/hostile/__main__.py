"""Documents whose authors want to run code, leave the folder, connect or hang.

``python -m tests.hostile`` tries them all; ``test_hostile`` tries a sample.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections import Counter
from pathlib import Path

from tests.hostile.corpus import Case, cases, sample, try_case
from tests.hostile.forms import Form, forms, try_form
from tests.hostile.positions import positions
from tests.hostile.trial import Verdict, suffix
from tests.hostile.workers import try_all

Found = list[tuple[Case | Form, Verdict]]
_PROGRESS = 1_000


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.hostile", description=__doc__)
    parser.add_argument("--size", type=int, help="only a sample of so many payloads")
    parser.add_argument("--forms", action="store_true", help="no payloads")
    parser.add_argument("--only", default="", help="only cases whose name has this")
    parser.add_argument("--minutes", type=float, help="stop after so long")
    parser.add_argument("--processes", type=int)
    parser.add_argument("--evidence", type=Path, help="write a table to this file")
    parser.add_argument("--save", type=Path, help="keep documents with findings here")
    options = parser.parse_args()
    shapes = [s for s in forms() if options.only in s.name]
    chosen = [case for case in sample(options.size) if options.only in case.name]
    if options.forms:
        chosen = []
    end = time.monotonic() + 60 * (options.minutes or math.inf)
    found: Found = []
    for shape, verdict in try_all(shapes, try_form, options.processes):
        found.append((shape, verdict))
        show(shape, verdict, options.save)
    for case, verdict in try_all(chosen, try_case, options.processes):
        found.append((case, verdict))
        show(case, verdict, options.save)
        if len(found) % _PROGRESS == 0:
            print(f"{len(found)} of {len(shapes) + len(chosen)}", flush=True)
        if time.monotonic() > end:
            break
    failed = sum(len(verdict.findings) for _, verdict in found)
    print(f"{len(found)} documents, {failed} findings")
    if options.evidence:
        options.evidence.write_text(evidence(found), encoding="utf-8", newline="\n")
    return 1 if failed else 0


def show(item: Case | Form, verdict: Verdict, save: Path | None) -> None:
    """Print what was found, and keep the document."""
    for finding in verdict.findings:
        print(f"{item.name}: {finding}", flush=True)
    if not verdict.findings or save is None:
        return
    text = item.text() if isinstance(item, Case) else item.text
    end = suffix(item.form) if isinstance(item, Case) else item.suffix
    save.mkdir(parents=True, exist_ok=True)
    (save / f"{len(list(save.iterdir()))}{end}").write_bytes(
        text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    )


def evidence(found: Found) -> str:
    """Return the table of a run."""
    counts = {name: Counter[str]() for name in ("all", "refused", "findings")}
    for item, verdict in found:
        kind = item.payload.kind if isinstance(item, Case) else "form"
        counts["all"][kind] += 1
        counts["refused"][kind] += verdict.refused
        counts["findings"][kind] += len(verdict.findings)
    used = len({item.position for item, _ in found if isinstance(item, Case)})
    lines = [
        "# Hostile documents",
        "",
        "Written by `python -m tests.hostile --evidence docs/evidence/hostile.md`, with",
        "`--size` or `--minutes` for a sample.",
        "",
        f"{len(found)} of {len(forms()) + len(list(cases()))} documents, with "
        f"payloads in {used} of {len(positions())} places.",
        "",
        "Each became a client or was refused with a positioned message. A finding is a",
        "canary that was called, a connection, another process, a file elsewhere, code",
        "that is not in clients of harmless documents, a word of the wire that is lost,",
        "a message of another form, an exception, or more than 10 seconds.",
        "",
        "| what is hostile | documents | clients | refused | findings |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    counts_of = list(counts.values())
    rows = [(kind, [count[kind] for count in counts_of]) for kind in counts["all"]]
    rows.append(("together", [count.total() for count in counts_of]))
    for kind, (tried, refused, findings) in rows:
        made = tried - refused
        lines.append(f"| {kind} | {tried} | {made} | {refused} | {findings} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
