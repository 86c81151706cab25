from datetime import date
from importlib import import_module

import pytest
from babel.dates import format_date
from django.utils import translation
from django.utils.dateformat import format as written
from django.utils.formats import date_format, get_format

DAY = date(2026, 11, 24)
CODES = ["ne", "my", "ur", "fil", "si"]


def formats(code):
    return import_module(f"languages.formats.{code}.formats")


@pytest.mark.parametrize("code", CODES)
def test_short_dates_are_those_of_cldr(code):
    expected = format_date(DAY, "short", locale=code)

    assert written(DAY, formats(code).SHORT_DATE_FORMAT) == expected


@pytest.mark.parametrize("code", CODES)
def test_day_and_year_stand_where_cldr_has_them(code):
    """The month's name comes from the catalogs, so only the numbers are compared."""
    expected = format_date(DAY, "long", locale=code)

    assert numbers(written(DAY, formats(code).DATE_FORMAT)) == numbers(expected)


def numbers(text):
    return [word for word in text.split() if word[0].isdigit()]


def test_django_finds_the_formats():
    with translation.override("ne"):
        assert date_format(DAY, "SHORT_DATE_FORMAT") == "26/11/24"


def test_easy_japanese_dates_have_readings():
    with translation.override("ja-simple"):
        assert date_format(DAY) == "2026{年|ねん} 11{月|がつ} 24{日|にち}"


@pytest.mark.parametrize("code", [*CODES, "ja_Simple"])
def test_an_iso_date_can_be_typed(code):
    assert formats(code).DATE_INPUT_FORMATS[0] == "%Y-%m-%d"
    assert "%Y-%m-%d" in get_format("DATE_INPUT_FORMATS", lang=code)
