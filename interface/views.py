"""Pages that say what went wrong, in the reader's language."""

import logging
from types import SimpleNamespace
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

LAST_RESORT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Error</title></head>
<body><h1>Something went wrong</h1><p>Please try again in a few minutes.</p></body>
</html>
"""


def error_page(request, status, heading, lines, links=()):
    """A page with a heading, plain lines and links, each a pair of label and address."""
    context = {"heading": heading, "lines": lines, "links": links}
    try:
        html = render_to_string("interface/error.html", context, request)
    except Exception:
        # What fails may be the very thing the page is about: a session, a database.
        logger.exception("An error page was made without its context.")
        html = render_to_string("interface/error.html", context | bare_context(request))
    return error_response(html, status)


def bad_request(request, exception=None):
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return error_page(
        request,
        400,
        _("We cannot read what was sent"),
        [_("Something in the address or in the form is not in order. Nothing was saved.")],
        [start_link()],
    )


def too_large(request, links=()):
    return error_page(
        request,
        413,
        _("This is too much text"),
        [_("What was sent is too large. Nothing was saved. Please go back and write less.")],
        links or [start_link()],
    )


def forbidden(request, exception=None):
    return error_page(
        request,
        403,
        _("You cannot open this page"),
        [_("This page is for other people. If you should see it, sign in with another account.")],
        [start_link()],
    )


def not_found(request, exception=None):
    return error_page(
        request,
        404,
        _("This page is not here"),
        [
            _("The address may be wrong, or the page may be gone."),
            _("If you typed the address, please check it. If you used a link, it may be too old."),
        ],
        [start_link()],
    )


def csrf_failure(request, reason=""):
    return error_page(
        request,
        403,
        _("Please send it once more"),
        [
            _("For your safety we did not accept what was sent. Nothing was saved."),
            _("This happens when a page was open for a long time or cookies are switched off."),
            _("Go back, load the page again, and send it once more."),
        ],
        [back_link(request), start_link()],
    )


def server_error(request):
    """Needs no database, no session and no context processor."""
    try:
        with translation.override(language_of(request)):
            context = {
                "heading": _("Something went wrong here"),
                "lines": [
                    _("This is our mistake, not yours. Please try again in a few minutes."),
                ],
                "links": [start_link()],
            }
            html = render_to_string("interface/error.html", context | bare_context(request))
    except Exception:
        logger.exception("The page for server errors could not be made.")
        html = LAST_RESORT
    return error_response(html, 500)


def start_link():
    return _("Go to the start page"), "/"


def back_link(request):
    """The page whose form was sent: the forms of this site post to their own address."""
    path = request.path
    readable = path.startswith("/") and not path.startswith("//") and path.isprintable()
    return _("Back to the page before"), path if readable else "/"


def error_response(html, status):
    response = HttpResponse(html, status=status)
    add_never_cache_headers(response)
    return response


def language_of(request):
    # Set by the locale middleware; an error before it leaves only the request itself.
    return getattr(request, "LANGUAGE_CODE", None) or translation.get_language_from_request(
        request, check_path=True
    )


def bare_context(request):
    """What the base template needs and context processors otherwise give."""
    current = translation.get_language() or settings.LANGUAGE_CODE
    languages = [describe_language(code, autonym) for code, autonym in settings.LANGUAGES]
    # Only a page can be asked for again; what was posted to may answer nothing else.
    address = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    here = urlencode({"next": address})
    return {
        "page_language": describe_language(current, dict(settings.LANGUAGES).get(current, current)),
        "language_links": [
            SimpleNamespace(
                language=language,
                url=f"/language/{language.code}/?{here}",
                is_current=language.code == current,
            )
            for language in languages
        ],
    }


def describe_language(code, autonym):
    is_rtl = code in settings.LANGUAGES_BIDI
    return SimpleNamespace(
        code=code, tag=code, autonym=autonym, direction="rtl" if is_rtl else "ltr"
    )
