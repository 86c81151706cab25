"""The directory as people look through it."""

import re
import unicodedata
from collections import Counter

from django.utils.translation import gettext, override

from centers.models import Center
from centers.open_data import listed_centers
from centers.prefectures import BY_CODE, Prefecture
from interface.memory import ShortMemory
from taxonomy.names import to_hiragana

# Shared caches may keep a page for a minute, so a few seconds more do no harm.
directory = ShortMemory(lifetime=5)
NO_DIGIT = re.compile(r"\D")
# Fewer digits would find a part of every number.
FEWEST_DIGITS = 3


def all_centers() -> list[Center]:
    """Every listed center in the order of the source; two statements, or none."""
    return directory.get("centers", listed_centers)


def counts() -> Counter:
    """How many centers each prefecture has, by code."""
    return Counter(center.operator.prefecture_code for center in all_centers())


def find_centers(*, text: str, prefecture: Prefecture | None, language: str) -> list[Center]:
    """Those of a prefecture that match what somebody typed.

    Text is a name or an address in Japanese, the name of a prefecture or of the city in
    kana, in Latin letters or in the reader's language, or a piece of a telephone number.
    """
    words = searchable(text).split()
    digits = NO_DIGIT.sub("", searchable(text))
    return [
        center
        for center in all_centers()
        if (prefecture is None or center.operator.prefecture_code == prefecture.code)
        and (_has_words(center, words, language) or _has_digits(center, words, digits))
    ]


def searchable(text: str) -> str:
    """Text in which width, case and the two kana make no difference."""
    return to_hiragana(unicodedata.normalize("NFKC", text).casefold())


def _has_words(center, words, language):
    text = _text_of(center, language) if words else ""
    return all(word in text for word in words)


def _has_digits(center, words, digits):
    """Whether somebody typed a piece of its number, and nothing else."""
    if len(digits) < FEWEST_DIGITS or any(any(map(str.isalpha, word)) for word in words):
        return False
    return any(digits in NO_DIGIT.sub("", phone.number) for phone in center.phones.all())


def _text_of(center, language):
    operator = center.operator
    prefecture = BY_CODE[operator.prefecture_code]
    with override(language):
        pieces = [gettext(prefecture.latin)]
    pieces += [prefecture.name_ja, prefecture.kana, prefecture.latin]
    pieces += [operator.name, operator.kana, operator.latin, center.name, center.address]
    return searchable("\n".join(pieces))
