from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from languages import formatting, registry
from languages.readings import to_plain

JAPAN = ZoneInfo("Asia/Tokyo")
MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=JAPAN)
PERIODS = {
    "ja": "2026年11月24日(火曜日) 10:00〜10:45 日本時間 (JST)",
    "ja-simple": (
        "2026{年|ねん} 11{月|がつ} {24日|にじゅうよっか} ({火曜日|かようび}) "
        "{午前|ごぜん} 10{時|じ}から {午前|ごぜん} 10{時|じ} 45{分|ふん}まで "
        "{日本|にほん}の {時間|じかん} (JST)"
    ),
    "en": "Tuesday, November 24, 2026, 10:00–10:45 Japan time (JST)",
    "zh-hans": "2026年11月24日星期二 10:00–10:45 日本时间 (JST)",
    "zh-hant": "2026年11月24日 星期二 10:00–10:45 日本時間 (JST)",
    "ko": "2026년 11월 24일 화요일 10:00~10:45 일본 시간 (JST)",
    "vi": "Thứ Ba, 24 tháng 11, 2026, 10:00–10:45 giờ Nhật Bản (JST)",
    "fil": "Martes, Nobyembre 24, 2026, 10:00–10:45 oras sa Japan (JST)",
    "ne": "2026 नोभेम्बर 24, मङ्गलबार, 10:00–10:45 जापान समय (JST)",
    "pt-br": "terça-feira, 24 de novembro de 2026, 10:00–10:45 horário do Japão (JST)",
    "id": "Selasa, 24 November 2026, 10:00–10:45 waktu Jepang (JST)",
    "my": "2026 နိုဝင်ဘာ 24 အင်္ဂါ 10:00–10:45 ဂျပန် အချိန် (JST)",
    "es": "martes, 24 de noviembre de 2026, 10:00–10:45 hora de Japón (JST)",
    "th": "วันอังคารที่ 24 พฤศจิกายน ค.ศ. 2026 10:00–10:45 เวลาญี่ปุ่น (JST)",
    "km": "អង្គារ 24 វិច្ឆិកា 2026 10:00–10:45 ម៉ោង\u200bនៅ\u200bជប៉ុន (JST)",
    "mn": "2026 оны 11 сарын 24, мягмар, 10:00–10:45 Японы цаг (JST)",
    "si": "2026 නොවැම්බර් 24, අඟහරුවාදා, 10:00–10:45 ජපාන වේලාව (JST)",
    "bn": "মঙ্গলবার, 24 নভেম্বর, 2026, 10:00–10:45 জাপান সময় (JST)",
    "ur": "منگل، 24 نومبر، 2026، 10:00 سے 10:45 تک جاپان ٹائم (JST)",
    "hi": "मंगलवार, 24 नवंबर 2026, 10:00–10:45 जापान समय (JST)",
    "ru": "вторник, 24 ноября 2026\u202fг., 10:00–10:45 по японскому времени (JST)",
    "uk": "вівторок, 24 листопада 2026\u202fр., 10:00–10:45 за японським часом (JST)",
    "fr": "mardi 24 novembre 2026, 10:00–10:45 heure du Japon (JST)",
}
# CLDR names the country alone where other languages name its time.
REVIEWED_ZONES = {"ru"}
CODES = [language.code for language in registry.LANGUAGES]


@pytest.mark.parametrize("code", CODES)
def test_a_period_has_its_weekday_date_hours_and_zone(code):
    ends_at = MORNING + timedelta(minutes=45)

    assert formatting.format_period(MORNING, ends_at, code) == PERIODS[code]


@pytest.mark.parametrize("code", sorted({*CODES} - {"ja-simple"} - REVIEWED_ZONES))
def test_japan_time_is_called_as_cldr_calls_it(code):
    names = Locale.parse(registry.get(code).locale).meta_zones["Japan"]["long"]

    assert formatting.JAPAN_TIME[code].casefold() == names["generic"].casefold()


@pytest.mark.parametrize("code", CODES)
def test_a_moment_of_another_zone_is_shown_on_its_japanese_day(code):
    last_minute = datetime(2026, 11, 23, 14, 59, tzinfo=UTC)
    midnight = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)

    assert formatting.format_moment(last_minute, code).startswith(
        formatting.format_day(date(2026, 11, 23), code)
    )
    assert formatting.format_moment(midnight, code).startswith(
        formatting.format_day(date(2026, 11, 24), code)
    )
    assert formatting.format_day(midnight, code) == formatting.format_day(date(2026, 11, 24), code)


def test_midnight_in_japan():
    midnight = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)

    assert formatting.format_moment(midnight, "en") == (
        "Tuesday, November 24, 2026, 00:00 Japan time (JST)"
    )
    assert to_plain(formatting.format_time(midnight, "ja-simple")) == "午前(ごぜん) 0時(じ)"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "en",
            "Tuesday, November 24, 2026, 23:30 – Wednesday, November 25, 2026, 00:30 "
            "Japan time (JST)",
        ),
        ("ja", "2026年11月24日(火曜日) 23:30〜2026年11月25日(水曜日) 00:30 日本時間 (JST)"),
        (
            "ur",
            "منگل، 24 نومبر، 2026، 23:30 سے بدھ، 25 نومبر، 2026، 00:30 تک جاپان ٹائم (JST)",
        ),
    ],
)
def test_a_period_over_midnight_names_both_days(code, expected):
    starts_at = datetime(2026, 11, 24, 23, 30, tzinfo=JAPAN)

    assert formatting.format_period(starts_at, starts_at + timedelta(hours=1), code) == expected


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [
        (9, 0, "{午前|ごぜん} 9{時|じ}"),
        (11, 59, "{午前|ごぜん} 11{時|じ} 59{分|ふん}"),
        (12, 0, "{午後|ごご} 0{時|じ}"),
        (15, 10, "{午後|ごご} 3{時|じ} 10{分|ぷん}"),
        (23, 14, "{午後|ごご} 11{時|じ} 14{分|ぷん}"),
    ],
)
def test_easy_japanese_has_twelve_hours(hour, minute, expected):
    moment = datetime(2026, 11, 24, hour, minute, tzinfo=JAPAN)

    assert formatting.format_time(moment, "ja-simple") == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (1, "{1日|ついたち}"),
        (8, "{8日|ようか}"),
        (11, "11{日|にち}"),
        (20, "{20日|はつか}"),
        (30, "30{日|にち}"),
    ],
)
def test_easy_japanese_reads_the_days_of_the_month_as_people_do(day, expected):
    assert expected in formatting.format_day(date(2026, 11, day), "ja-simple")


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        formatting.format_moment(datetime(2026, 11, 24, 10, 0), "en")  # noqa: DTZ001 - the case


@given(
    moment=st.datetimes(
        min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        timezones=st.timezones(),
    ),
    code=st.sampled_from([code for code in CODES if code != "ja-simple"]),
)
def test_any_moment_shows_its_time_in_japan_in_ascii_digits(moment, code):
    text = formatting.format_moment(moment, code)

    assert f"{moment.astimezone(JAPAN):%H:%M}" in text
    assert text.endswith("(JST)")
    assert all(character.isascii() for character in text if character.isdigit())


def test_template_filters_use_the_language_of_the_page():
    slot = SimpleNamespace(starts_at=MORNING, ends_at=MORNING + timedelta(minutes=45))
    template = Template(
        "{% load moments %}{{ slot.starts_at|day }}/{{ slot.starts_at|clock }}/"
        "{{ slot|hours }}/{{ slot|period }}/{{ slot.starts_at|moment }}/{{ nothing|moment }}"
    )

    with translation.override("vi"):
        text = template.render(Context({"slot": slot, "nothing": None}))

    assert text == (
        "Thứ Ba, 24 tháng 11, 2026/10:00/10:00–10:45/"
        "Thứ Ba, 24 tháng 11, 2026, 10:00–10:45 giờ Nhật Bản (JST)/"
        "Thứ Ba, 24 tháng 11, 2026, 10:00 giờ Nhật Bản (JST)/"
    )
