"""Choosing a language, and readings on or off. Plain links: they work without a script."""

from django.conf import settings
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from languages import negotiation
from languages.middleware import ReadingsMiddleware


@require_safe
@never_cache
def language_page(request):
    """All offered languages, each in its own script."""
    next_path = _path_back(request)
    context = {"languages": negotiation.offered_languages(), "next_path": next_path}
    return render(request, "languages/language_page.html", context)


@require_safe
@never_cache
def language_switch(request, code):
    """Remember the language and show the same page in it."""
    if code not in settings.COMPLETE_LANGUAGES:
        raise Http404
    path = _path_back(request) or f"/{code}/"
    response = HttpResponseRedirect(path_in(path, code))
    _remember(response, settings.LANGUAGE_COOKIE_NAME, code)
    return response


@require_safe
@never_cache
def readings_switch(request, state):
    if state not in {"on", "off"}:
        raise Http404
    response = HttpResponseRedirect(_path_back(request) or "/ja-simple/")
    _remember(response, ReadingsMiddleware.COOKIE, state)
    return response


def path_in(path, code):
    """The same page in another language; a path without a language stays as it is."""
    first, separator, rest = path.removeprefix("/").partition("/")
    if separator and first in settings.COMPLETE_LANGUAGES:
        return f"/{code}/{rest}"
    return path


def _path_back(request):
    """The path of this site to return to, or an empty text when none was given."""
    path = request.GET.get("next", "")
    is_ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if is_ours else ""


def _remember(response, name, value):
    response.set_cookie(
        name,
        value,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
