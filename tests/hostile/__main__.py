"""Try hostile documents: ``python -m tests.hostile [--size N] [--evidence FILE]``."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from tests.hostile.corpus import Case, cases, sample, try_case
from tests.hostile.positions import positions
from tests.hostile.trial import Verdict
from tests.hostile.workers import try_all


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.hostile", description=__doc__)
    parser.add_argument("--size", type=int, help="only a sample of so many")
    parser.add_argument(
        "--structures", action="store_true", help="only documents hostile by form"
    )
    parser.add_argument("--only", default="", help="only cases whose name has this")
    parser.add_argument("--processes", type=int)
    parser.add_argument("--evidence", type=Path, help="write a table to this file")
    parser.add_argument("--save", type=Path, help="keep documents with findings here")
    options = parser.parse_args()
    chosen = sample(options.size) if options.size else list(cases())
    chosen = [case for case in chosen if options.only in case.name]
    found: list[tuple[Case, Verdict]] = []
    failures = 0
    for case, verdict in try_all(chosen, try_case, options.processes):
        found.append((case, verdict))
        for finding in verdict.findings:
            failures += 1
            print(f"{case.name}: {finding}", flush=True)
        if verdict.findings and options.save:
            options.save.mkdir(parents=True, exist_ok=True)
            name = f"{failures}.{'yaml' if case.form == 'yaml' else 'json'}"
            (options.save / name).write_bytes(
                case.text().encode("utf-8", "surrogatepass")
            )
    print(f"{len(found)} documents, {failures} findings")
    if options.evidence:
        options.evidence.write_text(evidence(found), encoding="utf-8", newline="\n")
    return 1 if failures else 0


def evidence(found: list[tuple[Case, Verdict]]) -> str:
    """Return the table of a run."""
    tried: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    findings: Counter[str] = Counter()
    for case, verdict in found:
        tried[case.payload.kind] += 1
        refused[case.payload.kind] += verdict.refused
        findings[case.payload.kind] += len(verdict.findings)
    used = len({case.position for case, _ in found})
    lines = [
        "# Hostile documents",
        "",
        "Written by `python -m tests.hostile --evidence docs/evidence/hostile.md`.",
        f"{len(found)} documents: payloads in {used} of {len(positions())} positions.",
        "",
        "Each became a client or was refused with a positioned message. Findings are",
        "canaries called, connections, other processes, files elsewhere, code that is",
        "not in clients of harmless documents, words of the wire that are lost,",
        "messages of another form, exceptions, and more than 10 seconds.",
        "",
        "| payloads | documents | clients | refused | findings |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for kind in [*tried, "all"]:
        n, r, f = (
            c.total() if kind == "all" else c[kind] for c in (tried, refused, findings)
        )
        lines.append(f"| {kind} | {n} | {n - r} | {r} | {f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
