"""The directory as people look through it."""

import re
import unicodedata
from collections import Counter
from datetime import datetime
from typing import NamedTuple

from django.db.models import F
from django.utils.translation import gettext, override

from centers.models import Center, Phone
from centers.prefectures import BY_CODE, Prefecture
from interface.memory import ShortMemory
from schedules.hours import JAPAN
from schedules.opening import Answer, Day, answer, week
from schedules.selectors import remembered_holidays
from taxonomy.models import Language
from taxonomy.names import to_hiragana

# Shared caches may keep a page for a minute, so a few seconds more do no harm.
directory = ShortMemory(lifetime=5)
names_of_languages = ShortMemory(lifetime=30)
NO_DIGIT = re.compile(r"\D")
# Fewer digits would find a part of every number.
FEWEST_DIGITS = 3
OF_A_PHONE = ["id", "position", "number", "extension", "label", "languages"]


class Entry(NamedTuple):
    """A center, and whether somebody answers there at the moment that was asked about."""

    center: Center
    answer: Answer


def listed_centers() -> list[Center]:
    """Every listed center with operator and numbers, in one statement."""
    numbers = {f"phone_{name}": F(f"phones__{name}") for name in OF_A_PHONE}
    rows = (
        Center.objects.listed()
        .in_order()
        .select_related("operator")
        .defer("phones_text", "review", "link_id", "link_generation", "asked_at")
        .annotate(**numbers)
        .order_by("position", "pk", "phones__position", "phones__pk")
    )
    centers: dict = {}
    for row in rows:
        center = centers.setdefault(row.pk, row)
        if center is row:
            center.numbers = []
        if row.phone_id is not None:
            facts = {name: getattr(row, f"phone_{name}") for name in OF_A_PHONE}
            center.numbers.append(Phone(center_id=row.pk, **facts))
    return list(centers.values())


def all_centers() -> list[Center]:
    """Every listed center in the order of the source; one statement, or none."""
    return directory.get("centers", listed_centers)


def center_by_key(pk) -> Center | None:
    return next((each for each in all_centers() if each.pk == pk), None)


def counts() -> Counter:
    """How many centers each prefecture has, by code."""
    return Counter(center.operator.prefecture_code for center in all_centers())


def spoken_anywhere() -> list[str]:
    """The tags of the languages that some center is known for."""
    return sorted({tag for center in all_centers() for tag in center.spoken})


def languages_by_tag() -> dict[str, Language]:
    return names_of_languages.get("by tag", lambda: Language.objects.in_bulk())


def entry_of(center: Center, now: datetime) -> Entry:
    """Whether somebody answers there now."""
    return _entries([center], now)[0]


def _entries(centers, now):
    holidays = remembered_holidays()
    today = now.astimezone(JAPAN).date()
    return [Entry(each, answer(each.opening(today), holidays, now)) for each in centers]


def coming_week(center: Center, now: datetime) -> list[Day]:
    """The hours of the seven days that begin today."""
    today = now.astimezone(JAPAN).date()
    return week(center.opening(today), remembered_holidays(), today)


def find_centers(
    *, text: str, prefecture: Prefecture | None, language: str, spoken: str = "", now: datetime
) -> list[Entry]:
    """Those of a prefecture that match what somebody typed and speak a language.

    Text is a name or an address in Japanese, the name of a prefecture or of the city in
    kana, in Latin letters or in the reader's language, or a piece of a telephone number.
    """
    words = searchable(text).split()
    digits = NO_DIGIT.sub("", searchable(text))
    found = [
        center
        for center in all_centers()
        if (prefecture is None or center.operator.prefecture_code == prefecture.code)
        and (not spoken or spoken in center.spoken)
        and (_has_words(center, words, language) or _has_digits(center, words, digits))
    ]
    return _entries(found, now)


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
    return any(digits in NO_DIGIT.sub("", phone.number) for phone in center.numbers)


def _text_of(center, language):
    operator = center.operator
    prefecture = BY_CODE[operator.prefecture_code]
    with override(language):
        pieces = [gettext(prefecture.latin)]
    pieces += [prefecture.name_ja, prefecture.kana, prefecture.latin]
    pieces += [operator.name, operator.kana, operator.latin, center.name, center.address]
    return searchable("\n".join(pieces))
