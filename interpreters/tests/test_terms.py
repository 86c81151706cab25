"""Each term of use that the seed names, and what becomes of a request that breaks it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jpholiday
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreters.choices import Purpose
from interpreters.models import InterpreterRequest
from interpreters.places import Place, Setting
from interpreters.terms import (
    BY_CODE,
    TERMS,
    Circumstances,
    Wish,
    broken_terms,
    business_days_until,
    refusing_terms,
)

HOLIDAYS = frozenset(day for year in (2026, 2027) for day, _name in jpholiday.year_holidays(year))
NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
CIRCUMSTANCES = Circumstances(NOW, HOLIDAYS, lead_days=5, has_overdue_report=False)
WISH = Wish(
    prefecture_code="13",
    setting=Setting.HEALTH_CENTER,
    purpose=Purpose.TALK,
    place=Place.ON_SITE,
    starts_at=datetime(2026, 12, 17, 1, tzinfo=UTC),
    ends_at=datetime(2026, 12, 17, 3, tzinfo=UTC),
)


def codes(wish, circumstances=CIRCUMSTANCES):
    return [term.code for term in broken_terms(wish, circumstances)]


def test_a_talk_at_a_health_center_in_tokyo_keeps_them_all():
    assert codes(WISH) == []


@pytest.mark.parametrize(
    ("term", "changes"),
    [
        # 「東京都内において」
        ("tokyo", {"prefecture_code": "14"}),
        # 「翻訳は受け付けていません」
        ("no_translation", {"purpose": Purpose.TRANSLATION}),
        # 「イベント、パーティーなどでの通訳」
        ("no_event", {"purpose": Purpose.EVENT}),
        # 「家庭内、友人間のプライベートなコミュニケーションの通訳」
        ("no_private_talk", {"purpose": Purpose.PRIVATE}),
        # 「営利目的の通訳」
        ("no_profit", {"purpose": Purpose.BUSINESS}),
        # 「通訳内容によっては受け付けられない場合もあります」, 「公的な現場を中心に」
        ("content", {"setting": Setting.OTHER}),
        ("lead_time", {"starts_at": NOW + timedelta(days=5)}),
    ],
)
def test_each_broken_term_is_named_with_what_to_do_instead(term, changes):
    wish = replace(WISH, **changes)

    assert codes(wish) == [term]
    assert BY_CODE[term].text
    assert BY_CODE[term].alternative


def test_every_broken_term_is_told_not_only_the_first():
    wish = replace(WISH, prefecture_code="27", purpose=Purpose.EVENT, setting=Setting.OTHER)

    assert codes(wish) == ["content", "tokyo", "no_event"]


def test_what_a_coordinator_judges_is_not_refused_at_once():
    wish = replace(WISH, setting=Setting.OTHER)

    assert codes(wish) == ["content"]
    assert refusing_terms(wish, CIRCUMSTANCES) == []


def test_remote_interpreting_reaches_beyond_tokyo():
    assert codes(replace(WISH, prefecture_code="01", place=Place.REMOTE)) == []


def test_an_overdue_report_stops_the_next_request():
    # 「通訳を利用した後には、事業振り返りのための報告書のご記入をお願いします」
    assert codes(WISH, CIRCUMSTANCES._replace(has_overdue_report=True)) == ["report"]


def test_no_field_names_an_interpreter():
    # 「通訳者を指名することはできません」
    names = {field.name for field in InterpreterRequest._meta.get_fields()}

    assert not {name for name in names if name.startswith("interpreter")}
    assert BY_CODE["no_naming"].is_kept is None


@pytest.mark.parametrize(
    "code",
    [
        "consecutive",  # 「逐次通訳」
        "secrecy",  # 「通訳者には守秘義務があります」
        "no_cancellation_on_site",  # 「赴いてからのキャンセルはできません」
        "citizens_activity",  # 「市民活動であり、職業として行っている通訳ではありません」
        "no_liability",  # 「責任を負うことはできません」
    ],
)
def test_what_cannot_be_checked_is_accepted(code):
    assert BY_CODE[code] in TERMS
    assert BY_CODE[code].is_kept is None


@pytest.mark.parametrize(
    ("day", "days"),
    [
        ("2026-11-28", 0),
        ("2026-11-30", 0),
        ("2026-12-01", 1),
        ("2026-12-04", 4),
        ("2026-12-07", 5),
        ("2026-12-08", 6),
    ],
)
def test_business_days_skip_weekends(day, days):
    day = datetime.fromisoformat(day).date()

    assert business_days_until(day, today=NOW.date(), holidays=HOLIDAYS) == days


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_later_day_never_has_less_time(first, more):
    def until(days):
        return business_days_until(
            NOW.date() + timedelta(days), today=NOW.date(), holidays=HOLIDAYS
        )

    assert until(first) <= until(first + more)
