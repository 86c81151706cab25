"""What arrives is read once, here, so that no view ever meets what cannot be read."""

import codecs
import contextlib
import re

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _

from interface.views import back_link, error_page, start_link, too_large
from interface.wsgi import UNREADABLE_TYPE

# NUL bytes, which PostgreSQL cannot store, and lone surrogates, which UTF-8 cannot write.
UNREADABLE = re.compile("[\x00\ud800-\udfff]")
REPLACEMENT = "\ufffd"
READABLE_ENCODINGS = {"utf-8", "ascii"}
FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}
# A browser that is still sending does not read the answer: so much is taken and thrown away.
DRAIN_LIMIT = 8 * 1024 * 1024


class Unreadable(Exception):
    """Characters arrived that are no text."""


class CleanInputMiddleware:
    """Refuse unreadable, oversized or broken input with a page that says so."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        drop_unreadable_cookies(request)
        try:
            read_input(request)
        except (RequestDataTooBig, TooManyFilesSent):
            give_up_reading(request)
            return too_large(request, [back_link(request), start_link()])
        except TooManyFieldsSent:
            give_up_reading(request)
            return refusal(request, [_("There are too many answers in the form.")])
        except Unreadable:
            give_up_reading(request)
            return refusal(
                request,
                [
                    _("Some characters could not be read."),
                    _("Please go back, delete unusual characters, and send it once more."),
                ],
            )
        except (MultiPartParserError, BadRequest, UnreadablePostError):
            give_up_reading(request)
            return refusal(request, [_("The connection may have broken off. Please try again.")])
        return self.get_response(request)


def read_input(request):
    if UNREADABLE.search(request.path_info):
        raise Unreadable
    check_encoding(request)
    if query := request.META.get("QUERY_STRING"):
        check_source(query.encode("latin-1"))
        check_values(request.GET, replaced_in_source=query.upper().count("%EF%BF%BD"))
    if request.method == "POST":
        read_form(request)


def read_form(request):
    # No page takes files; a body that says it is too long need not be read to be refused.
    if content_length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise RequestDataTooBig
    if request.content_type == UNREADABLE_TYPE:
        raise Unreadable
    if request.content_type not in FORM_TYPES:
        return
    replaced_in_source = 0
    answers = request.POST
    if request.content_type != "multipart/form-data":
        check_source(request.body)
        replaced_in_source = request.body.upper().count(b"%EF%BF%BD")
        replaced_in_source += request.body.count(REPLACEMENT.encode())
    check_values(answers, replaced_in_source)
    for name, upload in request.FILES.items():
        check_text(name)
        check_text(upload.name or "")


def check_encoding(request):
    """Pages are UTF-8, and so is what browsers send back.

    Codecs such as unicode_escape make lone surrogates out of plain letters.
    """
    if request.encoding and codecs.lookup(request.encoding).name not in READABLE_ENCODINGS:
        raise Unreadable


def check_source(source):
    # Django would take such bytes for Latin-1.
    try:
        source.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable from None


def check_values(values, replaced_in_source):
    replaced = 0
    for name, texts in values.lists():
        for text in (name, *texts):
            check_text(text)
            replaced += text.count(REPLACEMENT)
    # Bytes that are no UTF-8 have become replacement characters; a person may also type one.
    if replaced > replaced_in_source:
        raise Unreadable


def check_text(text):
    if UNREADABLE.search(text):
        raise Unreadable


def content_length(request):
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        raise BadRequest
    return int(length)


def drop_unreadable_cookies(request):
    """A broken cookie must not lock anybody out: go on without it."""
    broken = [name for name, value in request.COOKIES.items() if UNREADABLE.search(name + value)]
    for name in broken:
        del request.COOKIES[name]
    if settings.SESSION_COOKIE_NAME in broken:
        # The session middleware has seen the key already, but nobody has looked it up.
        request.session = type(request.session)()


def give_up_reading(request):
    """Leave nothing behind that would raise again while the answer is made."""
    # The sender may be gone, or the body read to its end and closed.
    with contextlib.suppress(OSError, ValueError):
        drain(request)
    request._mark_post_parse_error()
    request.GET = QueryDict("")


def drain(request):
    left = DRAIN_LIMIT
    while left > 0 and (chunk := request.read(64 * 1024)):
        left -= len(chunk)


def refusal(request, lines):
    return error_page(
        request,
        400,
        _("We cannot read what was sent"),
        [*lines, _("Nothing was saved.")],
        [back_link(request), start_link()],
    )
