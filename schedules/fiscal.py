"""The fiscal year of Japan, from April to March, by which the association tells its figures."""

from datetime import date, datetime, time

from schedules.hours import JAPAN

FIRST_MONTH = 4
# Of what somebody may ask for; the association is younger.
FIRST_YEAR, LAST_YEAR = 2000, 2199


def fiscal_year_of(day: date) -> int:
    return day.year - (day.month < FIRST_MONTH)


def year_of(text: str, *, otherwise: int) -> int:
    """The year that somebody typed into an address, or another one when it is none."""
    is_number = len(text) == len("2026") and text.isascii() and text.isdigit()
    is_a_year = is_number and FIRST_YEAR <= int(text) <= LAST_YEAR
    return int(text) if is_a_year else otherwise


def first_day_of(fiscal_year: int) -> date:
    return date(fiscal_year, FIRST_MONTH, 1)


def bounds_of(fiscal_year: int) -> tuple[datetime, datetime]:
    """When it begins and when the next one does, by the clocks of Japan."""
    since, until = (
        datetime.combine(first_day_of(year), time.min, JAPAN)
        for year in (fiscal_year, fiscal_year + 1)
    )
    return since, until
