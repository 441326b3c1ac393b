"""``python -m benchmarks.corpus FOLDER``; see the package."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.corpus import report
from benchmarks.corpus.documents import Document, documents_of
from benchmarks.corpus.steps import Row, Workplace
from benchmarks.corpus.types import check_types

_STEPS = ("lint", "calls", "mypy", "pyright")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="corpus", description="Try every document of a folder."
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", metavar="TEXT", help="in the names of documents")
    parser.add_argument(
        "--largest", type=int, metavar="KB", help="leave out larger ones"
    )
    parser.add_argument("--skip", action="append", default=[], choices=_STEPS)
    parser.add_argument("--work", type=Path, help="keep clients and results here")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all results")
    parser.add_argument("--most", type=int, default=10, help="findings in a column")
    arguments = parser.parse_args()
    if not arguments.folder.is_dir():
        parser.error(f"{arguments.folder} is no folder")
    folder = arguments.work or Path(tempfile.gettempdir()) / "specpress-corpus"
    work = Workplace(folder.resolve())
    documents = [
        each
        for each in documents_of(arguments.folder.resolve())
        if (arguments.only is None or arguments.only in each.name)
        and (
            arguments.largest is None
            or each.path.stat().st_size <= arguments.largest * 1000
        )
    ]
    skip = set(arguments.skip)

    def process(document: Document) -> Row:
        row = work.process(document, skip)
        print(
            f"{row.name}: exit {row.exit}, {len(row.calls)} calls to look at",
            file=sys.stderr,
            flush=True,
        )
        return row

    with ThreadPoolExecutor(arguments.jobs) as pool:
        rows = list(pool.map(process, documents))
    check_types(work, rows, skip)
    rows.sort(key=lambda row: row.name)
    for line in report.table(rows):
        print(line)
    print()
    for row in rows:
        for line in report.findings(row, arguments.most):
            print(line)
    if arguments.json is not None:
        text = json.dumps([asdict(row) for row in rows], indent=1)
        arguments.json.write_text(text, encoding="utf-8")
    wanted = [row for row in rows if report.counts(row)]
    return 0 if all(map(report.is_perfect, wanted)) else 1


if __name__ == "__main__":
    sys.exit(main())
