"""What must be mended before Django makes a request of it."""

import re

UNREADABLE_TYPE = "application/x-unreadable"
# A type, and of parameters only what browsers send: the encoding of pages, a boundary.
PLAIN_CONTENT_TYPE = re.compile(
    r"""[\w.+-]+/[\w.+-]+
    (\s*;\s*(
        charset="?(utf-?8|us-ascii|ascii)"?
      | boundary=("[\x20-\x21\x23-\x7e]{1,70}"|[\x21\x23-\x3a\x3c-\x7e]{1,70})
    )?)*\s*""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)


def with_plain_content_type(application):
    """Put a type of no meaning in the place of one that names odd encodings.

    Django decodes the query by the encoding in Content-Type while it builds the request,
    ahead of every middleware: an unknown or binary codec there is an error nobody catches.
    """

    def guarded(environ, start_response):
        content_type = environ.get("CONTENT_TYPE") or ""
        if content_type and not PLAIN_CONTENT_TYPE.fullmatch(content_type):
            environ = {**environ, "CONTENT_TYPE": UNREADABLE_TYPE}
        return application(environ, start_response)

    return guarded
