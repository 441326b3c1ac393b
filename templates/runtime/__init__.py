"""The part of the client that is the same for every API, to be read in this order. What
errors there are is in ``errors`` of the package.

What is passed on
    types                   an absent value, and sequences that are not strings
    http                    a request, an answer and a transport, as plain data
    lazy                    names that are imported when they are first asked for
    deprecation             what is out of date says so

Values and JSON
    codec                   an overview
    codec_model             the base of every model
    codec_fields            the fields of a model, from its annotations
    codec_values            values that are strings in JSON
    values_times            dates and times
    values_uuid             UUIDs
    values_decimal          decimal numbers
    values_bytes            bytes, in base64
    values_text             numbers that are written as text
    codec_decoder           what decoding is made of
    codec_shapes            plain types, arrays, maps
    codec_unions            unions whose members are of different kinds
    codec_comparing         unions whose values have to be compared
    codec_discriminator     the same where a property says it
    codec_decode            JSON values to models
    codec_encode            models to JSON values

What is sent
    parameters              arguments as text
    styles                  other ways to write them
    bodies                  which body is sent, and JSON
    forms                   forms
    files                   text, bytes and files
    multipart               several of them
    operations              what the document says about an operation
    retries                 whether there is another attempt, and when
    options                 what the caller says
    credentials             secrets, and which of them a call needs
    credentials_api_key     keys
    credentials_basic       user name and password
    targets                 where a call goes, and with which arguments
    prepared                a call made ready to be sent

What comes back
    responses               bytes, text and JSON
    results                 what an answer means: a value, or an error
    headers                 headers as values

A call
    ratelimit               slowing down beforehand
    observability           log lines and spans
    calls                   all attempts of a call, without the waiting
    streams                 bodies piece by piece
    deadlines               the total time, wait by wait
    custom                  streams and transports of the caller's
    internals               what is done inside of httpx2
    transport               HTTP, by httpx2
    base_client             options, copies, connections
    client                  the two clients, and all waiting

Made of calls
    oauth                   tokens for a client id and secret
    redirects               what is found where a redirect leads
    pagination              lists that come in pages
    pagination_cursor       by a cursor
    pagination_counted      by numbers
    pagination_linked       by links
    pagination_lists        where the answer is the list itself

Without a call
    webhooks                events that the API sends
    webhooks_signed         whether they are the API's

How a call goes, from a method of a resource to its result:

1. ``client.call`` makes a ``calls.Call``, for which ``prepared`` puts together what all
   attempts have in common: URL, headers, body.
2. ``client._send`` waits for the limiter, asks credentials what they add, and gives
   ``Call.request()`` to the transport.
3. ``transport`` sends it by httpx2. Whatever goes wrong is a ``TransportError``.
4. ``Call.received`` sees that an answer has begun, and has its body collected.
5. ``Call.pause_after_answer`` or ``pause_after_failure`` decides by ``retries``: wait and
   go on at 2, or it is a success, or an exception of the package.
6. ``Call.result`` reads the body (``results``) as the documented type (``codec``), and
   notes what is not as documented.
"""
