"""What the pages of the directory show, in the reader's language. No database but by selectors."""

import json
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from centers.models import Center
from centers.prefectures import ALL, BY_CODE
from centers.selectors import Entry, counts, spoken_anywhere
from languages.formatting import format_day
from schedules.opening import Day, On, Rank, Reason, State
from schedules.sentences import day_sentence
from taxonomy.selectors import labels_of

# What a source calls a language, where the list of languages has it under another tag.
TAGS = {"zh": "cmn"}
SCHEMA = "https://schema.org"
# A data block in HTML must not end before its end.
NOT_IN_SCRIPT = {ord(char): f"\\u{ord(char):04x}" for char in "<>&"}
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


class Group(NamedTuple):
    """Centers of one answer; without a heading when they are not parted."""

    heading: str
    entries: list[Entry]


class Tile(NamedTuple):
    code: str
    name: str
    count: int


class WeekRow(NamedTuple):
    day: str
    hours: str
    is_today: bool


def grouped(found: list[Entry], *, only_open: bool) -> tuple[list[Group], int]:
    """Those that are open first, then those that may be; and how many closed are left out."""
    if not only_open:
        return [Group("", found)], 0
    of_state = {state: [each for each in found if each.answer.state is state] for state in State}
    groups = [
        Group(_("Open now"), of_state[State.OPEN]),
        Group(_("Perhaps open now: call first"), of_state[State.UNKNOWN]),
    ]
    return [group for group in groups if group.entries], len(of_state[State.CLOSED])


def tiles(language: str) -> list[Tile]:
    """The prefectures from north to south, named in the reader's language."""
    number_of = counts()
    return [Tile(code, name, number_of[code]) for code, name in _names(language)]


@lru_cache(maxsize=64)
def _names(language):
    # Written out once: a lazy name costs as much as ten plain ones, twice on each page.
    with override(language):
        return [(prefecture.code, str(prefecture.name)) for prefecture in ALL]


def query(parameters: QueryDict, *, without: str) -> str:
    """The same question with one thing less asked."""
    rest = parameters.copy()
    rest.pop(without, None)
    return f"?{rest.urlencode()}"


def languages_to_choose(language: str) -> list[tuple[str, str]]:
    """Tag and name of every language that some center is known for."""
    return names_of(spoken_anywhere(), language)


def names_of(tags, language: str) -> list[tuple[str, str]]:
    """Tag and name, in the order of the list of languages."""
    tags = {TAGS.get(tag, tag): tag for tag in tags}
    return [(tags[code], label) for code, label in labels_of(tags, language)] if tags else []


def week_to_read(days: list[Day], language: str) -> list[WeekRow]:
    """A row a day; none when nothing tells one day from another."""
    reasons = {day.reason for day in days}
    hours = [day_sentence(day, language) for day in days]
    is_silent = not any(day.certain for day in days) and reasons <= {
        Reason.DAY_UNKNOWN,
        Reason.HOURS_UNKNOWN,
    }
    if is_silent and len(set(hours)) == 1:
        return []
    return [
        WeekRow(format_day(day.day, language), words, number == 0)
        for number, (day, words) in enumerate(zip(days, hours, strict=True))
    ]


def map_url(center: Center) -> str:
    """A search for the address on the map that most telephones have."""
    return f"https://www.google.com/maps/search/?api=1&query={quote(full_address(center))}"


def full_address(center: Center) -> str:
    """With the prefecture before it, which many entries leave out."""
    prefecture = BY_CODE[center.operator.prefecture_code].name_ja
    return center.address if center.address.startswith(prefecture) else prefecture + center.address


def structured_data(center: Center, page: str, today: date) -> SafeString:
    """The center for search engines; hours only where they are known and not old."""
    document = {
        "@context": SCHEMA,
        "@type": "GovernmentOffice",
        "@id": page,
        "url": page,
        "name": center.name,
        "address": {
            "@type": "PostalAddress",
            "addressCountry": "JP",
            "addressRegion": BY_CODE[center.operator.prefecture_code].name_ja,
            "streetAddress": center.address,
        },
        "parentOrganization": {"@type": "GovernmentOrganization", "name": center.operator.name},
        "contactPoint": [_contact_point(phone) for phone in center.numbers],
    }
    if hours := list(_opening_hours(center.opening(today))):
        document["openingHoursSpecification"] = hours
    text = json.dumps(document, ensure_ascii=False).translate(NOT_IN_SCRIPT)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')


def _contact_point(phone):
    point = {
        "@type": "ContactPoint",
        "contactType": "customer service",
        "telephone": f"+81-{phone.number.removeprefix('0')}",
    }
    languages = phone.languages.split()
    return point | {"availableLanguage": languages} if languages else point


def _opening_hours(opening):
    """Only what the vocabulary can say: hours by weekday and on public holidays."""
    plain = {Rank.USUAL, Rank.WEEKDAY, Rank.HOLIDAY}
    sayable = all(rule.rank in plain and rule.spans is not None for rule in opening.rules)
    if opening.doubt or opening.shifts or not (opening.days_known and sayable):
        return
    for rule in opening.of_the_place().rules:
        days = [DAYS[number] for number in sorted(rule.weekdays)]
        if rule.on is On.HOLIDAYS:
            days = ["PublicHolidays"]
        for opens, closes in rule.spans:
            yield {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": days,
                "opens": f"{opens:%H:%M}",
                "closes": f"{closes:%H:%M}",
            }
