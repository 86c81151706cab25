"""Pages that only staff read: Japanese or English, whatever language the address names."""

from functools import wraps

from django.utils import translation

from languages import registry
from languages.negotiation import preferred_language, staff_languages

ENGLISH, JAPANESE = "en", "ja"


def staff_page(view):
    """Answer wholly in a staff language, with its script and direction.

    An English sentence on an Urdu page would be read from the wrong side. The address stays
    as it is, and so does what the visitor has chosen for all other pages.
    """

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        language = _language(request)
        if language == translation.get_language():
            return view(request, *args, **kwargs)
        with translation.override(language):
            response = view(request, *args, **kwargs)
            response.headers.setdefault("Content-Language", registry.get(language).tag)
            return response

    return wrapped


def _language(request):
    code = translation.get_language() or ENGLISH
    if code.startswith(JAPANESE):
        return JAPANESE
    if code == ENGLISH:
        return ENGLISH
    return preferred_language(request, staff_languages()) or ENGLISH
