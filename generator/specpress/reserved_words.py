"""Names that are not free, in each place that has names of its own.

All are written out, and not taken from ``keyword``, ``builtins`` or
``sys.stdlib_module_names``: those differ between versions of Python, and what is
generated must be the same bytes on each.
"""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


KEYWORDS = _names(
    "False None True and as assert async await break class continue def del elif else "
    "except finally for from global if import in is lambda nonlocal not or pass raise "
    "return try while with yield"
)

_ANNOTATION_BUILTINS = _names("bool bytes dict float int list str tuple")

FIELD_RESERVED = _ANNOTATION_BUILTINS | {
    "additional_properties",
    "dataclass_field",
    "dt",
    "from_dict",
    "models",
    "to_dict",
}
"""Of a model's fields: a name in a class body hides the type of the same name from
the annotations below and above it."""

PAGE_FIELD_RESERVED = frozenset({"has_next_page", "iter_pages", "next_page"})
"""Attributes of the pages of the runtime: not taken by a field of a paged response,
because a page is the response's model with these added."""

ARGUMENT_RESERVED = frozenset(
    {
        "async_redirect_content",
        "async_redirect_url",
        "content_type",
        "digits",
        "first_page",
        "models",
        "redirect_content",
        "redirect_url",
        "request_options",
        "self",
    }
)
"""Of a method's arguments: what the method's own body refers to."""

MEMBER_RESERVED = (_ANNOTATION_BUILTINS - {"list"}) | {
    "builtins",
    "dt",
    "models",
    "resources",
}
"""Of the methods and children of a resource. ``list`` is free: a result that is a
list is written ``builtins.list`` there."""

CLIENT_RESERVED = _ANNOTATION_BUILTINS | _names(
    "aclose base_url begin call cached_property captured close download fetch request "
    "resources stream streaming with_options with_response"
)
"""Of the resources of the client: its own methods."""

CLIENT_ARGUMENT_RESERVED = _names(
    "base_url clock credentials deadline headers hooks http2 http_client limiter "
    "logger max_response_bytes max_retries max_retry_after options proxy request_id "
    "self strict timeout transport trust_env variables verify"
)
"""Of the credentials and server variables of the client: its other arguments."""

CLIENT_CLASS_RESERVED = _names(
    "API APIClient APIConnectionError APIError ApiResponse APITimeoutError "
    "ArgumentError AsyncAPIClient AsyncBasicSecret AsyncHTTPResponse AsyncPage "
    "AsyncPager AsyncSecret AsyncStreamedResponse AsyncTransport AuthenticationError "
    "BadRequestError BasicSecret ClientClosedError ClientCredentials ClientError "
    "ClientOptions ClientSecret Clock ConflictError Deviation DeviationError File "
    "Headers Hooks HTTPRequest HTTPResponse InternalServerError JSON Literal "
    "NotFoundError Page PaginationError PermissionDeniedError RateClass RateLimit "
    "RateLimiter RateLimitError RateLimitHeaders RedirectError RequestOptions "
    "ResponseDecodeError ResponseHeaders RetryCodes Secret ServerError "
    "StreamedResponse SyncAPIClient Timeout Transport TransportError TYPE_CHECKING "
    "UnknownVariant Unpack UnprocessableEntityError UNSET Unset Webhooks "
    "WebhookSignatureError"
)
"""Of the two clients and the base of all errors: what the package exports besides,
and what ``client.py`` imports."""

STANDARD_LIBRARY = _names(
    "abc aifc annotationlib argparse array ast asynchat asyncio asyncore atexit "
    "audioop base64 bdb binascii bisect builtins bz2 cProfile calendar cgi cgitb "
    "chunk cmath cmd code codecs codeop collections colorsys compileall compression "
    "concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes "
    "curses dataclasses datetime dbm decimal difflib dis distutils doctest email "
    "encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch "
    "fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib "
    "grp gzip hashlib heapq hmac html http httpx2 imaplib imghdr imp importlib "
    "inspect io ipaddress itertools json keyword lib2to3 linecache locale logging "
    "lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt "
    "multiprocessing netrc nis nntplib ntpath nturl2path numbers opcode operator "
    "optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform "
    "plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr "
    "pydoc pyexpat queue quopri random re readline reprlib resource rlcompleter runpy "
    "sched secrets select selectors shelve shlex shutil signal site smtpd smtplib "
    "sndhdr socket socketserver specpress spwd sqlite3 sre_compile sre_constants "
    "sre_parse ssl stat statistics string stringprep struct subprocess sunau symtable "
    "sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap "
    "threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc "
    "tty turtle types typing unicodedata unittest urllib uu uuid venv warnings wave "
    "weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile "
    "zipimport zlib zoneinfo"
)
"""Packages that a client called after its API would hide, with httpx2."""

ERROR_RESERVED = CLIENT_CLASS_RESERVED | _names(
    "ArithmeticError AssertionError AttributeError BlockingIOError BrokenPipeError "
    "BufferError ChildProcessError ConnectionAbortedError ConnectionError "
    "ConnectionRefusedError ConnectionResetError EOFError EnvironmentError "
    "FileExistsError FileNotFoundError FloatingPointError IOError ImportError "
    "IndentationError IndexError InterruptedError IsADirectoryError KeyError "
    "LookupError MemoryError ModuleNotFoundError NameError NotADirectoryError "
    "NotImplementedError OSError OverflowError PermissionError ProcessLookupError "
    "PythonFinalizationError RecursionError ReferenceError RuntimeError SyntaxError "
    "SystemError TabError TimeoutError TypeError UnboundLocalError UnicodeDecodeError "
    "UnicodeEncodeError UnicodeError UnicodeTranslateError ValueError "
    "ZeroDivisionError"
)
"""Of the base of all errors, besides: Python's own, of which some are bases, too."""

CLASS_RESERVED = _names(
    "Annotated Any AsyncPage BinaryIO Decimal Discriminator Literal Mapping Model Page "
    "ForwardRef TYPE_CHECKING TypeAlias UNSET UUID UnknownVariant Unset Wire"
)
"""Of models: what their modules import."""

RESOURCE_CLASS_RESERVED = _names(
    "Annotated Any AsyncAPIClient AsyncPager BINARY BinaryContent BinaryIO Cursor "
    "Decimal Discriminator FileBody FileInput Form JSON Link ListPage AsyncListPage "
    "Literal Mapping Multipart NextURL Offset Operation PageNumber Part RequestOptions "
    "SequenceOf Style SyncAPIClient TEXT TYPE_CHECKING UNSET UUID UnknownVariant "
    "TextBody Unset"
)
"""Of resource classes: what their modules import."""

MODULE_RESERVED = frozenset(
    ["aux", "con", "nul", "prn"]
    + ["dict", "globals", "lazy_attribute", "list", "object", "str"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in range(10)]
)
"""Of modules: what Windows takes for a device, whatever the extension, and what the
``__init__`` beside them refers to."""
