"""The directory as people look through it."""

import re
import unicodedata
from collections import Counter
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import gettext, override

from centers.choices import Age
from centers.models import Center, Operator
from centers.prefectures import BY_CODE, Prefecture
from interface.memory import ShortMemory
from schedules.hours import JAPAN
from schedules.opening import Answer, Day, answer, week
from schedules.selectors import remembered_holidays
from taxonomy.names import to_hiragana

# Shared caches may keep a page for a minute, so a few seconds more do no harm.
directory = ShortMemory(lifetime=5)
NO_DIGIT = re.compile(r"\D")
# Fewer digits would find a part of every number.
FEWEST_DIGITS = 3
# What the pages and the files show of each table, by attribute.
OF_A_CENTER = [
    *("id", "position", "operator_id", "name", "address", "hours_text", "remarks"),
    *("opening_text", "days_known", "languages", "source", "as_of_date", "verified_on"),
    *("is_listed", "changed_at"),
]
OF_AN_OPERATOR = ["id", "prefecture_code", "name", "kana", "latin"]
OF_A_PHONE = ["id", "number", "extension", "label", "languages"]


class Number(NamedTuple):
    """A telephone number as pages show it."""

    number: str
    extension: str
    label: str
    languages: str


class Entry(NamedTuple):
    """A center, and whether somebody answers there at the moment that was asked about."""

    center: Center
    answer: Answer


def listed_centers() -> list[Center]:
    """Every listed center with operator and numbers, in one statement."""
    columns = [
        *OF_A_CENTER,
        *(f"operator__{name}" for name in OF_AN_OPERATOR),
        *(f"phones__{name}" for name in OF_A_PHONE),
    ]
    rows = Center.objects.listed().order_by("position", "pk", "phones__position", "phones__pk")
    centers, operators = {}, {}
    until_operator = len(OF_A_CENTER)
    until_phone = until_operator + len(OF_AN_OPERATOR)
    # Rows and not objects: there are as many as numbers, and an object costs as ten rows.
    for row in rows.values_list(*columns):
        of_operator, of_phone = row[until_operator:until_phone], row[until_phone:]
        if row[0] not in centers:
            center = centers[row[0]] = Center.from_db(rows.db, OF_A_CENTER, row[:until_operator])
            center.numbers = []
            if of_operator[0] not in operators:
                operators[of_operator[0]] = Operator.from_db(rows.db, OF_AN_OPERATOR, of_operator)
            center.operator = operators[of_operator[0]]
        if of_phone[0] is not None:
            centers[row[0]].numbers.append(Number(*of_phone[1:]))
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


def entry_of(center: Center, now: datetime) -> Entry:
    """Whether somebody answers there now."""
    return _entries([center], now)[0]


def _entries(centers, now):
    holidays = remembered_holidays()
    today = now.astimezone(JAPAN).date()
    # Most centers share their hours with others.
    answers = {}
    entries = []
    for center in centers:
        texts = (center.opening_text, center.hours_text, center.remarks)
        key = (texts, center.age(today) == Age.OLD)
        if key not in answers:
            answers[key] = answer(center.opening(today), holidays, now)
        entries.append(Entry(center, answers[key]))
    return entries


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
    pieces = (operator.name, operator.kana, operator.latin, center.name, center.address)
    return _prefecture_text(operator.prefecture_code, language) + _joined_text(pieces)


@lru_cache(maxsize=2048)
def _prefecture_text(code, language):
    prefecture = BY_CODE[code]
    with override(language):
        name = gettext(prefecture.latin)
    return searchable("\n".join([name, prefecture.name_ja, prefecture.kana, prefecture.latin, ""]))


@lru_cache(maxsize=4096)
def _joined_text(pieces):
    return searchable("\n".join(pieces))
