"""The clocks of people abroad: names of places, and the second time beside Japan's."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from languages import registry
from languages.formatting import format_day, format_period, format_period_abroad
from languages.readings import to_plain
from languages.zones import JAPAN, zone_name, zones_for_choice

CODES = [language.code for language in registry.LANGUAGES]
ZONES = [zone for zone, _name in zones_for_choice("en")]
MINUTE = timedelta(minutes=1)
MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + minutes * MINUTE
)


@pytest.mark.parametrize("code", CODES)
def test_every_language_names_every_place_once(code):
    choices = zones_for_choice(code)

    zones, names = zip(*choices, strict=True)
    assert len(set(names)) == len(names) == len(ZONES)
    assert all(names)
    assert set(zones) == set(ZONES) <= available_timezones()
    assert JAPAN not in zones


def test_a_country_with_one_clock_has_one_name_and_others_name_a_city():
    names = dict(zones_for_choice("en"))

    assert names["Asia/Kathmandu"] == "Nepal"
    assert names["America/New_York"] == "United States · New York"
    assert names["Australia/Sydney"] == "Australia · Sydney"
    assert zone_name("Asia/Ho_Chi_Minh", "ja") == "ベトナム"


def test_a_zone_that_is_not_offered_has_a_name_all_the_same():
    assert zone_name("America/Detroit", "en") == "Detroit"


def test_who_is_in_japan_reads_one_time():
    start = datetime(2026, 12, 9, 1, tzinfo=UTC)

    assert format_period_abroad(start, start + 45 * MINUTE, "en", "") == ""
    assert format_period_abroad(start, start + 45 * MINUTE, "en", JAPAN) == ""


def test_the_second_time_names_its_own_day_and_place():
    start = datetime(2026, 12, 9, 1, tzinfo=UTC)
    period = start, start + 45 * MINUTE, "en"

    assert format_period(*period).startswith("Wednesday, December 9, 2026")
    assert (
        format_period_abroad(*period, "America/New_York")
        == "Tuesday, December 8, 2026, 20:00–20:45 (United States · New York)"
    )


@pytest.mark.parametrize(
    ("month", "clock"), [(1, "01:00–01:45"), (7, "02:00–02:45")], ids=["winter", "summer"]
)
def test_summer_time_is_told_truly(month, clock):
    start = datetime(2027, month, 13, 1, tzinfo=UTC)

    assert clock in format_period_abroad(start, start + 45 * MINUTE, "en", "Europe/London")


def test_a_moment_without_a_zone_is_refused():
    naive = datetime(2026, 12, 9, 10)  # noqa: DTZ001

    with pytest.raises(ValueError, match="time zone"):
        format_period_abroad(naive, naive, "en", "Asia/Kathmandu")


@given(
    start=MOMENTS,
    minutes=st.integers(15, 180),
    zone=st.sampled_from(ZONES),
    code=st.sampled_from([code for code in CODES if code != "ja-simple"]),
)
def test_the_second_time_is_what_the_clocks_there_show(start, minutes, zone, code):
    there = ZoneInfo(zone)
    ends = start + minutes * MINUTE

    shown = to_plain(format_period_abroad(start, ends, code, zone))

    assert f"{start.astimezone(there):%H:%M}" in shown
    assert f"{ends.astimezone(there):%H:%M}" in shown
    assert to_plain(format_day(start.astimezone(there).date(), code)) in shown
    assert zone_name(zone, code) in shown
    assert "JST" not in shown
