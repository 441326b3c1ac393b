"""Every document of a folder → a client → everything a user would check about it.

    python -m benchmarks.corpus FOLDER [--only TEXT] [--skip STEP] [--json FILE]

A document is a JSON or YAML file that begins an OpenAPI or Swagger document, at any
depth. Each one is generated twice, in processes of their own with different hash seeds;
its client is imported, its annotations evaluated, every operation called against the
judge of ``tests/judge``; ruff, black, mypy and pyright read it. There is a row for each
document and a total. What was found before is not computed again as long as neither
document nor generator, or only the generator but not its output, has changed.

Modules: ``documents`` (which files), ``processes`` (running and measuring), ``steps``
(what is done with one document), ``types`` (mypy and pyright, many clients at once),
``exercise`` (the process that imports a client), ``report`` (the table).
"""
