"""Copy all contacts into an SQLite file, page by page.

Each page is stored together with the cursor of the next one, in one transaction: a run
that was interrupted continues with the page it had not stored.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
from contextlib import closing

from kirim_chat import UNSET, ArgumentError, KirimChat, KirimChatError, models

TABLES = """
CREATE TABLE IF NOT EXISTS contacts
    (id TEXT PRIMARY KEY, phone TEXT, name TEXT, email TEXT, updated_at TEXT);
CREATE TABLE IF NOT EXISTS progress (cursor TEXT);
"""


def store(database: sqlite3.Connection, page: models.ContactList) -> None:
    rows = [
        (each.id, each.phone_number, each.name, each.email, each.updated_at.isoformat())
        for each in page.data
    ]
    with database:
        database.executemany("REPLACE INTO contacts VALUES (?, ?, ?, ?, ?)", rows)
        database.execute("DELETE FROM progress")
        if page.has_more:
            database.execute("INSERT INTO progress VALUES (?)", [page.next_cursor])


def synchronise(client: KirimChat, database: sqlite3.Connection) -> int:
    """How many contacts this run has stored."""
    database.executescript(TABLES)
    row = database.execute("SELECT cursor FROM progress").fetchone()
    first = client.contacts.list(limit=100, cursor=row[0] if row else UNSET)
    count = 0
    for page in first.iter_pages():
        store(database, page)
        count += len(page.data)
        print(f"\r{count} contacts", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return count


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", help="file to write to")
    parser.add_argument("--base-url")
    options = parser.parse_args(arguments)
    with (
        closing(sqlite3.connect(options.database)) as database,
        KirimChat(base_url=options.base_url) as client,
    ):
        try:
            print(f"{synchronise(client, database)} contacts stored")
        except ArgumentError as error:
            print(f"nothing was asked for: {error}", file=sys.stderr)
            return 2
        except KirimChatError as error:
            print(f"interrupted: {error}; run it again to continue", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
