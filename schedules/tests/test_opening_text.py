"""Opening hours as offices write them."""

from datetime import date, datetime, time

import jpholiday
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.hours import JAPAN
from schedules.opening import DayRule, On, Reason, ShiftRule, Span, State, Target, answer
from schedules.opening_text import read_opening

HOLIDAYS = frozenset(day for day, _name in jpholiday.year_holidays(2026))
WEEKEND = frozenset({5, 6})


def span(text):
    opens, closes = text.split("-")
    return Span(time.fromisoformat(opens), time.fromisoformat(closes))


def spans(*texts):
    return tuple(span(text) for text in texts)


def on(days, hours=(), **facts):
    return DayRule(hours, weekdays=frozenset("月火水木金土日".index(day) for day in days), **facts)


def weeks(*numbers):
    return {"weeks": frozenset(numbers)}


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("土曜日:9:00~17:00", [on("土", spans("09:00-17:00"))]),
        ("火曜日・金曜日:13:00~17:00", [on("火金", spans("13:00-17:00"))]),
        ("第2・4土曜日:10:00~13:00", [on("土", spans("10:00-13:00"), **weeks(2, 4))]),
        ("第2・第4日曜日:13:00~17:00", [on("日", spans("13:00-17:00"), **weeks(2, 4))]),
        ("第2日曜:8:30~12:00", [on("日", spans("08:30-12:00"), **weeks(2))]),
        ("第２・４火曜日は休業", [on("火", (), **weeks(2, 4))]),
        (
            "第1・3水曜日及び第2・4土曜日は休業",
            [on("水", (), **weeks(1, 3)), on("土", (), **weeks(2, 4))],
        ),
        (
            "土曜日・日曜日・祝日:\n8:30~12:00,13:00~17:15",
            [
                on("土日", spans("08:30-12:00", "13:00-17:15")),
                DayRule(spans("08:30-12:00", "13:00-17:15"), on=On.HOLIDAYS),
            ],
        ),
        ("土曜日:9:30~12:00\n13:00~18:00", [on("土", spans("09:30-12:00", "13:00-18:00"))]),
        (
            "月曜日の開所は第2月曜日のみ\n火曜日・木曜日:9:00~20:00",
            [on("月", None, **weeks(2)), on("月"), on("火木", spans("09:00-20:00"))],
        ),
        (
            "第1~第4水曜日のみ\n他の曜日については適宜対応",
            [on("水", None, **weeks(1, 2, 3, 4)), on("水"), DayRule(None, is_certain=False)],
        ),
        (
            "第三土曜日は営業,翌月曜日は休業",
            [on("土", None, **weeks(3)), on("月", (), after=(5, 3))],
        ),
        ("祝日が土日の場合は開館。", [on("土日", None, on=On.HOLIDAYS)]),
        (
            "平日10:00～13:00\n土・日・祝13:00〜16:00",
            [
                on("月火水木金", spans("10:00-13:00"), on=On.WORKDAYS),
                on("土日", spans("13:00-16:00")),
                DayRule(spans("13:00-16:00"), on=On.HOLIDAYS),
            ],
        ),
        ("月～金 9:00－17:00", [on("月火水木金", spans("09:00-17:00"))]),
        ("金~月:9:00~24:00", [on("金土日月", spans("09:00-00:00"))]),
        ("毎日 9:00~17:00", [DayRule(spans("09:00-17:00"))]),
        ("年末年始:休み", [DayRule((), yearly=((12, 29), (1, 3)))]),
        ("12月28日~1月4日は休館", [DayRule((), yearly=((12, 28), (1, 4)))]),
        ("年末年始(12/29~1/3)休み", [DayRule((), yearly=((12, 29), (1, 3)))]),
        ("2026-12-28:休み", [DayRule((), dates=(date(2026, 12, 28), date(2026, 12, 28)))]),
        (
            "2026年8月10日~2026年8月14日:9:00~12:00",
            [DayRule(spans("09:00-12:00"), dates=(date(2026, 8, 10), date(2026, 8, 14)))],
        ),
        (
            "[vi] 火曜日:13:00~16:00",
            [on("火", spans("13:00-16:00"), languages=frozenset({"vi"}))],
        ),
        ("月,水、金:9:00~17:00", [on("月水金", spans("09:00-17:00"))]),
        ("祝日は休み", [DayRule((), on=On.HOLIDAYS)]),
        ("土曜日は開館\n9:00~12:00", [on("土", spans("09:00-12:00"))]),
    ],
)
def test_days_and_their_hours(text, rules):
    reading = read_opening(text)

    assert (list(reading.opening.rules), reading.not_understood) == (rules, ())
    assert reading.opening.doubt is None


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        (
            "※月曜日(祝日の場合は翌平日)は閉館",
            ShiftRule(0, Target.NEXT_WORKDAY),
        ),
        (
            "休館日:月曜日(祝日の場合は,次の火曜日)",
            ShiftRule(0, Target.NEXT_WEEKDAY, target_weekday=1),
        ),
        (
            "休館日:第2・4月曜日(祝日等の場合は,直近の平日)",
            ShiftRule(0, Target.NEAREST_WORKDAY, frozenset({2, 4})),
        ),
        (
            "休館日:第2・4月曜日(月曜日が祝日の場合は、翌火曜日)",
            ShiftRule(0, Target.NEXT_WEEKDAY, frozenset({2, 4}), 1),
        ),
        ("月曜日休み(祝日の場合は翌日)", ShiftRule(0, Target.NEXT_DAY)),
    ],
)
def test_days_off_that_a_holiday_moves(text, shift):
    reading = read_opening("9:00~17:00", text)

    assert (reading.opening.shifts, reading.not_understood) == ((shift,), ())
    assert reading.opening.usual == spans("09:00-17:00")


def test_hours_alone_say_nothing_of_days():
    opening = read_opening("9:00~12:00\n13:00~17:00").opening

    assert opening.usual == spans("09:00-12:00", "13:00-17:00")
    assert (opening.rules, opening.days_known) == ((), False)


def test_two_doors_have_their_own_days():
    opening = read_opening("①9:00~21:00\n②9:00~17:00", "①火~日曜日\n②火・水・木・金曜日").opening

    assert list(opening.rules) == [
        on("火水木金土日", spans("09:00-21:00")),
        on("火水木金", spans("09:00-17:00")),
    ]


def test_another_end_on_one_day():
    opening = read_opening("8:30~12:00\n13:00~17:15", "水曜日は19:15まで").opening

    assert list(opening.rules) == [on("水", spans("08:30-12:00", "13:00-19:15"))]


def test_the_last_entry():
    assert read_opening("10:00~17:00", "相談受付は16:30まで").opening.last_entry == time(16, 30)


@pytest.mark.parametrize(
    "text",
    [
        "日曜日",
        "施設保守点検日を除く",
        "CiCビル休館日を除く)",
        "水曜日は19:15まで",  # of which hours?
        "翌月曜日は休業",  # after which day?
        "月曜日の開所は第2火曜日のみ",
        "祝日(祝日の場合は翌日)は休み",
        "2026-02-30:休み",
        "2026-03-02~2026-03-01:休み",
        "13月1日~1月3日:休み",
        "月曜日:25:00~26:00",
        "open all day",
        "[vi] 月曜日休み(祝日の場合は翌平日)",  # a day off of the place, or of the language?
        "月曜日は",
        "月曜日(祝日の場合は翌平日)",  # open or closed?
    ],
)
def test_what_is_not_understood_is_told_whole_and_makes_nothing_sure(text):
    reading = read_opening("", text)

    assert reading.not_understood == (text,)
    assert reading.opening.doubt is Reason.NOT_UNDERSTOOD
    assert (reading.opening.rules, reading.opening.shifts) == ((), ())


def test_an_unread_piece_with_hours_makes_every_hour_possible():
    opening = read_opening("9:00~17:00", "夏は8:00から").opening

    moment = datetime(2026, 7, 1, 8, 30, tzinfo=JAPAN)
    assert answer(opening, HOLIDAYS, moment).state is State.UNKNOWN


def test_days_are_known_once_somebody_tells_them():
    told = read_opening("月~金 9:00~17:00\n祝日:休み", tell_days=True).opening
    sunday, holiday = (
        datetime(2026, 11, 29, 10, tzinfo=JAPAN),
        datetime(2026, 11, 23, 10, tzinfo=JAPAN),
    )

    assert told.days_known
    assert answer(told, HOLIDAYS, sunday).state is State.CLOSED
    assert answer(told, HOLIDAYS, holiday).state is State.CLOSED
    assert not read_opening("9:00~17:00\n月曜日は休み", tell_days=True).opening.days_known
    assert not read_opening("祝日:9:00~12:00", tell_days=True).opening.days_known


def test_open_on_holidays_too():
    told = read_opening("月~日 9:00~17:00\n祝日も開館", tell_days=True).opening

    assert answer(told, HOLIDAYS, datetime(2026, 11, 23, 10, tzinfo=JAPAN)).state is State.OPEN


@given(
    st.text(
        st.sampled_from("月火水木金土日曜祝平第123・~,、:は休業館(場合翌)①のみ9:00\n[vi] /年"),
        max_size=60,
    )
)
def test_whatever_is_typed_is_read_or_told(text):
    reading = read_opening(text)

    opening = reading.opening
    heard = opening.rules or opening.shifts or opening.usual or opening.last_entry
    if text.strip("\n ,、※") and not (heard or opening.open_on_holidays):
        assert reading.not_understood
    answer(opening, HOLIDAYS, datetime(2026, 5, 6, 10, tzinfo=JAPAN))
