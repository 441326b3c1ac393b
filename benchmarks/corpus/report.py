"""The table: a row for each document, a total, and every finding in a line."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.corpus.steps import Row

_HEAD = (
    f"{'document':<44} {'ops':>5} {'exit':>4} {'skip':>4} {'import':>6} {'mypy':>5} "
    f"{'pyr':>5} {'ruff':>4} {'black':>5} {'same':>4} {'hints':>5} {'calls':>6} "
    f"{'degr':>4} {'warn':>4} {'cpu s':>6} {'MB':>5} {'lines/op':>8}"
)


def table(rows: list[Row]) -> Iterator[str]:
    """All rows, then the totals of those that count: the valid documents."""
    yield _HEAD
    for row in rows:
        yield _line(row)
    yield ""
    counted = [row for row in rows if counts(row)]
    yield _total("valid documents", counted)
    others = [row for row in rows if not counts(row)]
    good = sum(row.exit == 0 or row.is_located for row in others)
    yield f"other documents: {good} of {len(others)} generated or positioned message"


def counts(row: Row) -> bool:
    """Whether the document is valid: its references lead somewhere, too, which is
    beyond openapi-spec-validator."""
    if row.exit == 2 and "-reference]" in row.message:
        return False
    return row.valid is not False and row.version.startswith(("3.0", "3.1"))


def is_perfect(row: Row) -> bool:
    return row.exit == 0 and not any(_columns(row))


def _columns(row: Row) -> tuple[int, ...]:
    return (
        len(row.skipped),
        len(row.imports),
        len(row.mypy or ()),
        len(row.pyright or ()),
        len(row.ruff),
        len(row.black),
        len(row.same),
        len(row.hints),
        len(row.calls),
    )


def _line(row: Row) -> str:
    name = row.name if len(row.name) <= 44 else "…" + row.name[-43:]
    if row.exit != 0:
        mark = "" if counts(row) else " (not valid 3.0/3.1)"
        return f"{name:<44} {'':>5} {row.exit!s:>4} {row.message:.100}{mark}"
    skipped, imports, mypy, pyright, ruff, black, same, hints, calls = _columns(row)
    checked = (
        "-" if row.mypy is None else mypy,
        "-" if row.pyright is None else pyright,
    )
    ratio = round(row.lines / row.operations) if row.operations else "-"
    return (
        f"{name:<44} {row.operations:>5} {row.exit:>4} {skipped:>4} {imports:>6} "
        f"{checked[0]:>5} {checked[1]:>5} {ruff:>4} {black:>5} {same:>4} {hints:>5} "
        f"{calls:>6} {row.degraded:>4} {row.warnings:>4} {row.cpu_seconds:>6} "
        f"{row.peak_megabytes:>5.0f} {ratio:>8}"
    )


def _total(label: str, rows: list[Row]) -> str:
    if not rows:
        return f"{label}: none"
    done = [row for row in rows if row.exit == 0]
    columns = list(zip(*map(_columns, done), strict=True))
    names = ["skipped", "imports", "mypy", "pyright", "ruff", "black"]
    names += ["same bytes", "hints", "calls"]
    clean = ", ".join(
        f"{name} {sum(not each for each in column)}"
        for name, column in zip(names, columns, strict=True)
    )
    operations = sum(row.operations for row in done)
    failed = {(row.name, each[0]) for row in done for each in row.calls}
    unjudged = {(row.name, each[0]) for row in done for each in row.unjudged} - failed
    return (
        f"{label}: {len(rows)}; exit 0: {len(done)}; without a finding in: {clean}; "
        f"in every column: {sum(map(is_perfect, rows))}; "
        f"operations: {operations}, of which called and judged well: "
        f"{operations - len(failed) - len(unjudged)}, not judged in every form: "
        f"{len(unjudged)}; CPU seconds: {sum(r.cpu_seconds for r in rows):.0f}"
    )


def findings(row: Row, most: int) -> Iterator[str]:
    """Everything that is wrong with one document, up to ``most`` lines a column."""
    if row.exit != 0 and counts(row):
        yield f"{row.name}: exit {row.exit}: {row.message}"
    elif row.exit != 0 and not row.is_located:
        yield f"{row.name}: exit {row.exit} without a position: {row.message}"
    columns: list[tuple[str, list[str]]] = [
        ("skipped", row.skipped),
        ("import", row.imports),
        ("mypy", row.mypy or []),
        ("pyright", row.pyright or []),
        ("ruff", row.ruff),
        ("black", row.black),
        ("same", row.same),
        ("hints", row.hints),
        ("call", [" | ".join(each) for each in row.calls]),
        ("not judged", [" | ".join(each) for each in row.unjudged]),
    ]
    for name, lines in columns:
        for line in lines[:most]:
            yield f"{row.name}: {name}: {line}"
        if len(lines) > most:
            yield f"{row.name}: {name}: and {len(lines) - most} more"
