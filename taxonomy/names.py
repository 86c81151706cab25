"""Names of languages for readers of each interface language. No database."""

import re
from functools import cache

from babel import Locale
from django.utils.translation import gettext, override

from languages import registry

# The row for what no list has: the person says in own words which language it is.
UNLISTED = "und"

KANJI_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff々]+")
# CLDR has these names under other codes, in lower case.
CLDR_CODES = {"cmn": "zh", "prs": "fa-af"}
KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}


@cache
def cldr_names(language):
    """Language names CLDR knows in this interface language, by code in lower case."""
    locale = Locale.parse(registry.get(language).locale)
    known = {code.replace("_", "-").lower(): name for code, name in locale.languages.items()}
    # Not every language has a name of its own for it; the others put it together.
    known.setdefault("pt-br", Locale("pt", "BR").get_display_name(locale))
    return known


@cache
def name_with_readings(name_ja, name_kana):
    """The Japanese name with a reading on every kanji, as {漢字|かんじ}, for ja-simple.

    The kana of the name say where in the reading each run of kanji begins and ends. A name
    and a reading that do not fit together stay without.
    """
    pieces = KANJI_RUN.split(name_ja)
    pattern = "(.+?)".join(re.escape(to_hiragana(piece)) for piece in pieces)
    fitting = re.fullmatch(pattern, name_kana)
    if fitting is None:
        return name_ja
    readings = iter(fitting.groups())
    return KANJI_RUN.sub(lambda run: f"{{{run[0]}|{next(readings)}}}", name_ja)


def to_hiragana(text):
    return text.translate(KATAKANA_TO_HIRAGANA)


def language_name(code, language, *, name_ja, name_kana, name_en):
    """The name in an interface language; English where CLDR has none in it."""
    if language == "ja":
        return name_ja
    if language == "ja-simple":
        return name_with_readings(name_ja, name_kana)
    if language == "en":
        return name_en
    if code == UNLISTED:
        with override(language):
            return gettext("Another language")
    return cldr_names(language).get(CLDR_CODES.get(code, code), name_en)


def is_named_in(code, language):
    """Whether `language_name` has a name in this interface language and not only in English."""
    if language in {"ja", "ja-simple", "en"} or code == UNLISTED:
        return True
    return CLDR_CODES.get(code, code) in cldr_names(language)


def label(autonym, name):
    """Own name first, then the reader's; one of them when they are the same."""
    if not autonym or autonym.casefold() == name.casefold():
        return name
    return f"{autonym} / {name}"
