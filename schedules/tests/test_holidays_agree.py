"""The holidays the portal loads are those that two independent libraries know."""

from datetime import date

import holidays
import jpholiday
import pytest


@pytest.mark.parametrize("year", range(2020, 2036))
def test_both_libraries_know_the_same_days(year):
    ours = {day for day, _name in jpholiday.year_holidays(year)}
    theirs = set(holidays.Japan(years=year))

    assert ours == theirs
    assert len(ours) >= 16


def test_the_days_on_which_others_were_wrong():
    """A citizens' holiday and a substitute that other tables lack."""
    days = {day for year in (2026, 2027) for day, _name in jpholiday.year_holidays(year)}

    assert {date(2026, 9, 22), date(2027, 3, 22)} <= days
