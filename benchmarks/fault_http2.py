"""Servers of HTTP/2 that misbehave on purpose.

Each handler serves one connection over TLS. HTTP/2 has ways to fail that HTTP/1.1 does
not: a stream that is reset while its connection lives, and a connection that announces
which requests it has not seen (RFC 9113, sections 6.4 and 6.8).
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from pathlib import Path

from fault_server import GOOD, Gone
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import StreamEnded
from h2.exceptions import ProtocolError

Answer = Callable[[H2Connection, int], None]
"""What happens when a request has arrived on a stream."""

_HEADERS = [(":status", "200"), ("content-type", "application/json")]


def _good(connection: H2Connection, stream: int) -> None:
    connection.send_headers(stream, _HEADERS)
    connection.send_data(stream, GOOD, end_stream=True)


def _good_then_goaway(connection: H2Connection, stream: int) -> None:
    _good(connection, stream)
    connection.close_connection(last_stream_id=stream)


def _goaway(connection: H2Connection, stream: int) -> None:
    connection.close_connection(ErrorCodes.ENHANCE_YOUR_CALM, last_stream_id=0)


def _refused_stream(connection: H2Connection, stream: int) -> None:
    connection.reset_stream(stream, ErrorCodes.REFUSED_STREAM)


def _half(connection: H2Connection, stream: int) -> None:
    connection.send_headers(stream, _HEADERS)
    connection.send_data(stream, GOOD[:5])


def _reset_in_body(connection: H2Connection, stream: int) -> None:
    _half(connection, stream)
    connection.reset_stream(stream, ErrorCodes.INTERNAL_ERROR)


def _goaway_in_body(connection: H2Connection, stream: int) -> None:
    _half(connection, stream)
    connection.close_connection(ErrorCodes.INTERNAL_ERROR, last_stream_id=stream)


def _silence(connection: H2Connection, stream: int) -> None:
    pass


ANSWERS: dict[str, Answer] = {
    "http2_good": _good,
    "http2_good_then_goaway": _good_then_goaway,
    "http2_goaway": _goaway,
    "http2_refused_stream": _refused_stream,
    "http2_reset_in_body": _reset_in_body,
    "http2_goaway_in_body": _goaway_in_body,
    "http2_silence": _silence,
    "http2_silence_in_body": _half,
}


def speaking_http2(
    certificate: Path, answer: Answer
) -> Callable[[socket.socket], None]:
    """Return a handler for connections."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["h2"])

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            state = H2Connection(H2Configuration(client_side=False))
            state.initiate_connection()
            wrapped.sendall(state.data_to_send())
            while data := wrapped.recv(65536):
                try:
                    events = state.receive_data(data)
                except ProtocolError as error:
                    # We said goodbye, and the client was still speaking.
                    raise Gone from error
                for event in events:
                    if isinstance(event, StreamEnded):
                        answer(state, event.stream_id)
                wrapped.sendall(state.data_to_send())

    return serve
