"""Print the contacts of several numbers as lines of JSON, all numbers at once."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence

from kirim_chat import AsyncKirimChat, KirimChatError, RateLimiter


async def copy(client: AsyncKirimChat, number: str) -> int:
    """Print all contacts of a number; how many there are."""
    count = 0
    contacts = client.phone_numbers.contacts.list(number, limit=100)
    async for page in contacts.iter_pages():
        for contact in page.data:
            print(json.dumps({"number": number, **contact.to_dict()}))
        count += len(page.data)
        print(f"{number}: {count} contacts", file=sys.stderr)
    return count


async def copy_all(numbers: Sequence[str], base_url: str | None) -> int:
    """If one number fails, the others are cancelled."""
    limiter = RateLimiter()
    async with (
        AsyncKirimChat(base_url=base_url, limiter=limiter) as client,
        asyncio.TaskGroup() as group,
    ):
        tasks = [group.create_task(copy(client, number)) for number in numbers]
    return sum(task.result() for task in tasks)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("numbers", nargs="+", metavar="PHONE_NUMBER_ID")
    parser.add_argument("--base-url")
    options = parser.parse_args(arguments)
    try:
        total = asyncio.run(copy_all(options.numbers, options.base_url))
    except* KirimChatError as group:
        for error in group.exceptions:
            print(f"stopped: {error}", file=sys.stderr)
        sys.exit(1)
    print(f"{total} contacts", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
