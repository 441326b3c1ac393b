"""A second opinion on a document: openapi-spec-validator's findings, as warnings.

In: documents whose references our own checks have passed. Out: warnings with the code
``spec-validator``, at the right node. The library runs in a process of its own
(:mod:`specpress.validate.process`) with all documents handed over, nothing to open, a
bare environment and a bounded time: a pattern, a default or a tangle of schemas can
keep it busy for ever, and it recurses. What it says is document text and treated so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any, cast
from urllib.parse import quote, urljoin

from specpress.diagnostics import Report
from specpress.documents import Documents, Json
from specpress.source import Pointer
from specpress.text import Text

__all__ = ["spec_validator_findings"]

# Deep enough that a file in an allowed folder, "../../common/x.yaml", has a URI too.
_ROOT_URI = "https://document.invalid" + "/-" * 16 + "/"
_START = """
import sys
sys.path[:] = sys.argv[1:]
from specpress.validate.process import main
main()
"""
LEAST_SECONDS = 8.0
_KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR")


def spec_validator_findings(
    documents: Documents, report: Report, max_seconds: float | None = None
) -> None:
    """Add a warning for each finding about the root document.

    Without ``max_seconds`` the time grows with the text: 8 seconds, and 5 more for
    each megabyte. Running out of it, and every failure of the library, is one warning.
    With ``max_seconds`` the opinion is a bonus: how busy the machine is must not decide
    what a run says, so an opinion that takes longer is not waited for, and not missed.
    """
    uris = {document.file: _uri(documents, document.file) for document in documents}
    given = json.dumps(
        {
            "root": uris[""],
            "documents": {uris[d.file]: d.data for d in documents},
        }
    )
    wanted = max_seconds is None
    if max_seconds is None:
        size = sum(len(document.text) for document in documents)
        max_seconds = LEAST_SECONDS + 5 * size / 1_000_000
    root = Pointer("", ())
    try:
        outcome = _run(given, max_seconds)
    except subprocess.TimeoutExpired:
        if wanted:
            report.warning(
                "spec-validator",
                root,
                "openapi-spec-validator was stopped: it did not finish within "
                f"{max_seconds:.0f} seconds; our own checks are complete",
            )
        return
    except (OSError, ValueError) as error:
        report.warning(
            "spec-validator",
            root,
            f"openapi-spec-validator could not run ({type(error).__name__}); "
            "our own checks are complete",
        )
        return
    for finding in outcome["findings"]:
        tokens = tuple(str(token) for token in finding["tokens"])
        report.warning(
            "spec-validator",
            _written_at(documents, tokens),
            "openapi-spec-validator says ",
            Text(str(finding["message"])),
        )
    if outcome["failure"]:
        report.warning(
            "spec-validator",
            root,
            "openapi-spec-validator failed on this document (",
            Text(str(outcome["failure"])),
            "); our own checks are complete",
        )


def _run(given: str, max_seconds: float) -> dict[str, Any]:
    environment = {
        name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ
    }
    # It puts sets into its messages; and it must not take the faster backend, whose
    # words differ, only because somebody has it installed.
    environment["PYTHONHASHSEED"] = "0"
    environment["OPENAPI_SPEC_VALIDATOR_SCHEMA_VALIDATOR_BACKEND"] = "jsonschema"
    path = [os.path.abspath(folder) for folder in sys.path]
    completed = subprocess.run(
        [sys.executable, "-s", "-P", "-c", _START, *path],
        input=given.encode(),
        capture_output=True,
        timeout=max_seconds,
        env=environment,
        check=False,
    )
    if completed.returncode != 0:
        # Killed, out of memory, or the library is not installed.
        failure = f"exit status {completed.returncode}"
        return {"findings": [], "failure": failure}
    return cast("dict[str, Any]", json.loads(completed.stdout))


def _uri(documents: Documents, file: str) -> str:
    name = file or documents.root.path.name
    # The name of a file may be no text at all.
    return urljoin(_ROOT_URI, quote(name, errors="surrogatepass"))


def _written_at(documents: Documents, tokens: tuple[str, ...]) -> Pointer:
    """Return where the node is written that ``tokens`` lead to through references."""
    pointer = Pointer("", ())
    node: Json = documents.root.data
    for token in tokens:
        for _ in range(100):
            if not isinstance(node, dict) or token in node:
                break
            reference = node.get("$ref")
            if not isinstance(reference, str):
                break
            target = documents.try_resolve(pointer, reference)
            if target is None:
                break
            pointer = target
            node = documents.get(pointer)
        if not documents.has(pointer.child(token)):
            break
        pointer = pointer.child(token)
        node = documents.get(pointer)
    return pointer
