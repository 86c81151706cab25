"""The fiscal year of Japan, from April to March, by which the association tells its figures."""

from datetime import date, datetime, time

from schedules.hours import JAPAN

FIRST_MONTH = 4


def fiscal_year_of(day: date) -> int:
    return day.year - (day.month < FIRST_MONTH)


def first_day_of(fiscal_year: int) -> date:
    return date(fiscal_year, FIRST_MONTH, 1)


def bounds_of(fiscal_year: int) -> tuple[datetime, datetime]:
    """When it begins and when the next one does, by the clocks of Japan."""
    since, until = (
        datetime.combine(first_day_of(year), time.min, JAPAN)
        for year in (fiscal_year, fiscal_year + 1)
    )
    return since, until
