"""What every page knows of its language. Needs no database, so that error pages have it."""

from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, get_language_from_path

from languages import negotiation, registry, review
from languages.middleware import readings_are_on

# A longer path comes from nobody's bookmark; the links then lead to the first page.
LONGEST_RETURN_PATH = 500


@dataclass(frozen=True)
class LanguageLink:
    language: registry.Language
    url: str
    is_current: bool


@dataclass(frozen=True)
class ReadingsSwitch:
    url: str
    is_on: bool


def page_language(request):
    language = _active_language()
    query = _return_query(request)
    return {
        "page_language": language,
        # Staff pages come out in another language than their address: links to the pages for
        # everybody keep the one that was chosen.
        "address_language": address_language(request) or language.code,
        "language_links": [
            LanguageLink(
                language=offered,
                url=_switch_path(offered.code) + query,
                is_current=offered == language,
            )
            for offered in _languages_of(request)
        ],
        "review_note": review.is_draft(language.code),
        "readings_switch": _readings_switch(request, query)
        if language.code == "ja-simple"
        else None,
    }


def address_language(request) -> str | None:
    """The language the address names, if it names one."""
    return get_language_from_path(request.path_info)


# Every page holds one per language, and looking an address up takes its time.
@cache
def _switch_path(code):
    return reverse("languages:switch", args=[code])


def _active_language():
    """The language the texts of this page come out in."""
    try:
        return registry.get(get_language())
    except KeyError:
        return registry.get(settings.LANGUAGE_CODE)


def _languages_of(request):
    if negotiation.is_staff_path(request.path_info):
        return negotiation.staff_languages()
    return negotiation.offered_languages()


def _return_query(request):
    path = request.get_full_path()
    return f"?{urlencode({'next': path})}" if len(path) <= LONGEST_RETURN_PATH else ""


def _readings_switch(request, query):
    is_on = readings_are_on(request)
    url = reverse("languages:readings", args=["off" if is_on else "on"])
    return ReadingsSwitch(url=url + query, is_on=is_on)
