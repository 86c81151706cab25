from datetime import date, datetime, time

import pytest

from schedules.choices import Weekday, WeekOfMonth
from schedules.hours import JAPAN, Calendar, Hours
from schedules.sentences import hours_sentence, status_sentence

OFFICE = Calendar(hours=tuple(Hours(weekday, time(10), time(16)) for weekday in range(5)))
DESK = Calendar(hours=tuple(Hours(weekday, time(10), time(15)) for weekday in (0, 3)))
MONDAY = datetime(2026, 11, 30, 11, tzinfo=JAPAN)
TODAY = date(2026, 11, 30)


def test_hours_of_the_office():
    assert (
        hours_sentence(OFFICE, TODAY, "en")
        == "Monday to Friday, 10:00–16:00. Closed on national holidays."
    )


def test_hours_of_the_desk():
    assert (
        hours_sentence(DESK, TODAY, "en")
        == "Monday and Thursday, 10:00–15:00. Closed on national holidays."
    )


def test_several_times_of_day_and_nth_weekdays():
    calendar = Calendar(
        hours=(
            Hours(Weekday.SATURDAY, time(9), time(12), WeekOfMonth.SECOND),
            Hours(Weekday.SATURDAY, time(9), time(12), WeekOfMonth.FOURTH),
            Hours(Weekday.TUESDAY, time(13), time(17)),
            Hours(Weekday.MONDAY, time(9), time(12)),
            Hours(Weekday.TUESDAY, time(9), time(12)),
            Hours(Weekday.WEDNESDAY, time(9), time(12)),
            Hours(Weekday.FRIDAY, time(9), time(12)),
        ),
        is_closed_on_holidays=False,
    )

    assert hours_sentence(calendar, TODAY, "en") == (
        "Monday to Wednesday and Friday, 09:00–12:00. "
        "Tuesday, 13:00–17:00. "
        "Saturday (only number 2 and 4 in the month), 09:00–12:00."
    )


def test_hours_that_change_are_told_before_and_after():
    calendar = Calendar(
        hours=(
            Hours(Weekday.MONDAY, time(10), time(15), last=date(2026, 12, 31)),
            Hours(Weekday.THURSDAY, time(10), time(15)),
            Hours(Weekday.WEDNESDAY, time(13), time(16), first=date(2027, 1, 1)),
        ),
        is_closed_on_holidays=False,
    )

    assert hours_sentence(calendar, date(2026, 10, 1), "en") == "Monday and Thursday, 10:00–15:00."
    assert hours_sentence(calendar, TODAY, "en") == (
        "Monday and Thursday, 10:00–15:00. From Friday, January 1, 2027: "
        "Wednesday, 13:00–16:00. Thursday, 10:00–15:00."
    )
    assert hours_sentence(calendar, date(2027, 1, 1), "en") == (
        "Wednesday, 13:00–16:00. Thursday, 10:00–15:00."
    )


def test_hours_that_end_are_told_as_well():
    calendar = Calendar(
        hours=(Hours(Weekday.MONDAY, time(10), time(15), last=date(2026, 12, 10)),),
        is_closed_on_holidays=False,
    )
    assert hours_sentence(calendar, TODAY, "en") == (
        "Monday, 10:00–15:00. From Friday, December 11, 2026: closed."
    )


def test_the_last_day_there_is_is_a_last_day_as_well():
    calendar = Calendar(hours=(Hours(Weekday.MONDAY, time(10), time(15), last=date.max),))
    assert hours_sentence(calendar, TODAY, "en").startswith("Monday, 10:00–15:00.")


def test_an_extra_nth_rule_of_the_same_hours_says_nothing_new():
    calendar = Calendar(
        hours=(
            Hours(Weekday.MONDAY, time(9), time(12)),
            Hours(Weekday.MONDAY, time(9), time(12), WeekOfMonth.FIRST),
        ),
        is_closed_on_holidays=False,
    )

    assert hours_sentence(calendar, TODAY, "en") == "Monday, 09:00–12:00."


def test_without_hours_there_is_nothing_to_say():
    assert hours_sentence(Calendar(), TODAY, "en") == ""


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ja", ["月曜日", "木曜日"]),
        ("ja-simple", ["{月曜日|げつようび}", "{木曜日|もくようび}", "{午後|ごご} 3{時|じ}"]),
        ("ne", ["सोमबार", "बिहिबार", "10:00"]),
        ("ur", ["پیر", "جمعرات", "15:00"]),
        ("fr", ["lundi", "jeudi"]),
        ("my", ["\u1010\u1014\u1004\u103a\u1039\u101c\u102c", "10:00"]),
    ],
)
def test_weekdays_are_named_in_the_readers_language(language, words):
    sentence = hours_sentence(DESK, TODAY, language)

    assert [word for word in words if word not in sentence] == []


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (MONDAY, "Open now until 15:00."),
        (
            MONDAY.replace(hour=15),
            "Closed now. It opens on Thursday, December 3, 2026, 10:00 Japan time (JST).",
        ),
    ],
)
def test_status_sentence(now, sentence):
    assert status_sentence(DESK, now, "en") == sentence


def test_status_of_a_service_that_never_opens():
    assert status_sentence(Calendar(), MONDAY, "en") == "Closed now."
