"""How long the generated code's runtime takes to decode and encode JSON.

    python benchmarks/decode.py [--contacts 1000] [--repeat 30]

Prints CPU milliseconds (the median of the runs) for 1,000 contacts of nine fields, one
nested object and two date-times, beside ``json.loads`` of the same text in the same
run: read the ratio, which depends less on the machine.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from specpress.render.runtime_files import runtime_texts
from specpress.render.runtime_needs import EVERYTHING

REPOSITORY = Path(__file__).resolve().parents[1]


def sample_package(folder: Path) -> str:
    """Put the tests' hand-written package and the runtime together; return its name."""
    package = folder / "sample_package"
    shutil.copytree(REPOSITORY / "tests" / "runtime" / "sample", package)
    (package / "_runtime").mkdir()
    texts = runtime_texts(REPOSITORY / "templates" / "runtime", EVERYTHING)
    for name, text in texts.items():
        (package / "_runtime" / f"{name}.py").write_text(text, encoding="utf-8")
    return package.name


def contacts(count: int, fraction: str) -> str:
    """JSON of a page of contacts; ``fraction`` is put into each date-time."""
    return json.dumps(
        {
            "data": [
                {
                    "id": f"con_{number:08}",
                    "object": "contact",
                    "phone": None if number % 5 == 0 else f"+1555{number:07}",
                    "status": "active",
                    "tags": ["one", "two", "three"],
                    "messages": number,
                    "created_at": f"2025-03-01T10:{number % 60:02}:00{fraction}Z",
                    "seen_at": f"2025-04-01T10:{number % 60:02}:30{fraction}Z",
                    "profile": {"name": f"Contact {number}", "locale": "en"},
                }
                for number in range(count)
            ],
            "has_more": False,
        }
    )


def milliseconds(function: Callable[[], object], repeat: int) -> float:
    times: list[float] = []
    function()
    for _ in range(repeat):
        gc.collect()
        start = time.process_time()
        function()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure decoding and encoding.")
    parser.add_argument("--contacts", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sys.path.insert(0, folder)
        name = sample_package(Path(folder))
        codec: Any = importlib.import_module(f"{name}._runtime.codec")
        models: Any = importlib.import_module(f"{name}.models")
        for title, fraction in (("whole seconds", ""), ("milliseconds", ".678")):
            text = contacts(options.contacts, fraction)
            value = json.loads(text)
            model, deviations = codec.decode(models.ContactList, value)
            assert not deviations, deviations[:3]
            assert codec.encode(model) == value
            rows: dict[str, Callable[[], object]] = {
                "json.loads": partial(json.loads, text),
                "decode": partial(codec.decode, models.ContactList, value),
                "encode": partial(codec.encode, model),
            }
            print(f"{options.contacts} contacts, {len(text):,} bytes, {title}")
            for row, function in rows.items():
                print(f"  {row:<12}{milliseconds(function, options.repeat):8.2f} ms")


if __name__ == "__main__":
    main()
