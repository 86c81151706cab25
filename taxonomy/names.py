"""Names of languages for readers of each interface language. No database."""

import re
from functools import cache

from babel import Locale

from languages import registry

# Names such as ネパール語: kana all along and one kanji at the end.
KANA_THEN_GO = re.compile(r"[\u3041-\u30ff・]+語")


@cache
def cldr_names(language):
    """Language names CLDR knows in this interface language, by code in lower case."""
    locale = Locale.parse(registry.get(language).locale)
    return {code.replace("_", "-").lower(): name for code, name in locale.languages.items()}


def with_reading(name_ja, name_kana):
    """The Japanese name with its reading as {漢字|かんじ}, for ja-simple."""
    if KANA_THEN_GO.fullmatch(name_ja):
        return f"{name_ja[:-1]}{{語|ご}}"
    return f"{{{name_ja}|{name_kana}}}"


def language_name(code, language, *, name_ja, name_kana, name_en):
    """The name in an interface language; English where CLDR has none in it."""
    if language == "ja":
        return name_ja
    if language == "ja-simple":
        return with_reading(name_ja, name_kana)
    if language == "en":
        return name_en
    return cldr_names(language).get(code.lower(), name_en)


def label(autonym, name):
    if not autonym or autonym.casefold() == name.casefold():
        return name
    return f"{autonym} / {name}"
