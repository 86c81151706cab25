from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.waking_hours import next_waking_moment

TOKYO = ZoneInfo("Asia/Tokyo")


def tokyo(day, hour, minute=0):
    return datetime(2026, 12, day, hour, minute, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (tokyo(1, 8), tokyo(1, 8)),
        (tokyo(1, 20, 59), tokyo(1, 20, 59)),
        (tokyo(1, 21), tokyo(2, 8)),
        (tokyo(1, 23, 59), tokyo(2, 8)),
        (tokyo(2, 0), tokyo(2, 8)),
        (tokyo(2, 7, 59), tokyo(2, 8)),
        (tokyo(31, 22), datetime(2027, 1, 1, 8, tzinfo=TOKYO)),
    ],
)
def test_letters_arrive_between_eight_and_twenty_one(moment, expected):
    assert next_waking_moment(moment) == expected


def test_the_hours_are_those_of_the_recipient():
    midnight_in_tokyo = tokyo(2, 0)

    assert next_waking_moment(midnight_in_tokyo, "Europe/Paris") == midnight_in_tokyo
    assert next_waking_moment(midnight_in_tokyo, "Asia/Kathmandu") == midnight_in_tokyo
    assert next_waking_moment(midnight_in_tokyo, "America/New_York") == midnight_in_tokyo
    assert next_waking_moment(tokyo(2, 5), "Asia/Kathmandu") == datetime(
        2026, 12, 2, 8, tzinfo=ZoneInfo("Asia/Kathmandu")
    )


@given(
    st.datetimes(
        min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
        max_value=datetime(2030, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
    st.sampled_from(["Asia/Tokyo", "Asia/Kathmandu", "Europe/Paris", "America/Sao_Paulo"]),
)
def test_the_wait_is_never_longer_than_a_night(moment, zone):
    waking = next_waking_moment(moment, zone)

    # Twelve: the night in which the clocks go back.
    assert timedelta(0) <= waking - moment <= timedelta(hours=12)
    assert 8 <= waking.astimezone(ZoneInfo(zone)).hour < 21
    assert next_waking_moment(waking, zone) == waking
