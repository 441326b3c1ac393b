"""Attach a label to every contact that a search finds, a thousand at a time.

Running it twice does no harm: a contact that has the label already just keeps it.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterable, Iterator

from kirim_chat import KirimChat, KirimChatError, NotFoundError, RateLimiter

BATCH = 1000
"""The most contacts that one call may name."""


def batches(items: Iterable[str], size: int) -> Iterator[list[str]]:
    iterator = iter(items)
    while batch := list(itertools.islice(iterator, size)):
        yield batch


def label_segment(client: KirimChat, label_id: str, search: str) -> tuple[int, int]:
    """How many contacts were given the label, and how many were found."""
    applied = found = 0
    contacts = client.contacts.list(search=search, limit=100)
    for contact_ids in batches((contact.id for contact in contacts), BATCH):
        result = client.contacts.bulk_label(
            contact_ids=contact_ids, label_id=label_id, operation="attach"
        ).data
        applied += result.applied
        found += len(contact_ids)
        print(f"\r{applied} of {found} labelled", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return applied, found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("label", help="id of the label: lbl_…")
    parser.add_argument("--search", required=True, help="part of a name or address")
    parser.add_argument("--base-url")
    options = parser.parse_args(arguments)
    # Slows down before the API has to say that there were too many calls.
    with KirimChat(base_url=options.base_url, limiter=RateLimiter()) as client:
        try:
            label = client.labels.get(options.label).data
            applied, found = label_segment(client, label.id, options.search)
        except NotFoundError:
            print(f"there is no label {options.label}", file=sys.stderr)
            return 1
        except KirimChatError as error:
            print(f"stopped: {error}; it can be run again", file=sys.stderr)
            return 1
    print(f"{label.name}: {applied} of {found} contacts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
