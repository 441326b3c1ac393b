"""Receive events with Starlette; signed with ``KIRIM_CHAT_WEBHOOK_SECRET``."""

from __future__ import annotations

import argparse
import logging

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kirim_chat import WebhookSignatureError, models, webhooks

LARGEST_BODY = 1_000_000

logger = logging.getLogger("receiver")
seen: set[str] = set()
"""Ids of events; a service with several processes keeps them in its database."""


def handle(event: webhooks.Event) -> None:
    """Answers are due within ten seconds: what takes longer belongs into a queue."""
    match event:
        case models.ContactCreatedEvent():
            logger.info("new contact %s", event.data.contact.id)
        case models.ConversationClosedEvent():
            logger.info("closed conversation %s", event.data.conversation.id)
        case models.MetaEvent():
            logger.info("%d entries of %s", len(event.entry), event.object)
        case _:
            logger.info("not handled: %s", type(event).__name__)


async def receive(request: Request) -> Response:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return Response(status_code=413)
    try:
        event = webhooks.unwrap(bytes(body), request.headers)
    except WebhookSignatureError as error:
        logger.warning("refused: %s", error)
        return Response(status_code=401)
    # The same event comes again whenever an answer was lost.
    event_id = request.headers.get("X-Kirim-Event-Id", "")
    if event_id not in seen:
        handle(event)
        seen.add(event_id)
    return Response(status_code=204)


app = Starlette(routes=[Route("/webhooks", receive, methods=["POST"])])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    uvicorn.run(app, host=options.host, port=options.port)


if __name__ == "__main__":
    main()
