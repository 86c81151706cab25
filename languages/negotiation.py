"""Which language a visitor gets, and which are offered at all."""

from django.conf import settings
from django.utils.translation.trans_real import parse_accept_lang_header

from languages import registry

# What browsers send for a language that goes by another code here.
ALIASES = {
    "tl": "fil",
    "in": "id",
    "pt": "pt-br",
    "zh": "zh-hans",
    "zh-cn": "zh-hans",
    "zh-sg": "zh-hans",
    "zh-my": "zh-hans",
    "zh-tw": "zh-hant",
    "zh-hk": "zh-hant",
    "zh-mo": "zh-hant",
    "ja-easy": "ja-simple",
    "ja-x-easy": "ja-simple",
}
STAFF_PATHS = ("/admin/", "/accounts/")


def is_staff_path(path):
    return path.startswith(STAFF_PATHS)


def offered_languages():
    return [registry.get(code) for code in settings.COMPLETE_LANGUAGES]


def staff_languages():
    return [registry.get(code) for code in settings.STAFF_LANGUAGES]


def preferred_language(request, offered=None):
    """What the visitor chose earlier, else the first offered one the browser asks for.

    None when nothing offered matches.
    """
    offered = {language.code for language in offered or offered_languages()}
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen in offered:
        return chosen
    accepted = request.headers.get("Accept-Language", "")
    for tag, quality in parse_accept_lang_header(accepted):
        code = _closest(tag, offered)
        if code and quality:
            return code
    return None


def staff_language(request):
    """Staff pages are Japanese or English; who reads easy Japanese reads the former."""
    return preferred_language(request, staff_languages()) or settings.STAFF_LANGUAGES[0]


def _closest(tag, offered):
    """The offered code for `zh-tw`, `pt`, `es-419` …: the longest part that is known."""
    parts = tag.lower().replace("_", "-").split("-")
    for length in range(len(parts), 0, -1):
        part = "-".join(parts[:length])
        code = ALIASES.get(part, part)
        if code in offered:
            return code
    return None
