"""The one formatter: how a day, a moment and a period are written in each language.

Every moment is shown in Japan time and says so. Digits are ASCII and the clock has 24
hours, except in やさしい日本語 (`simple_times`), whose results hold `{漢字|かんじ}` pairs.
"""

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import lists
from babel.dates import format_date, format_skeleton

from languages import registry, simple_times
from languages.zones import zone_name

JAPAN = ZoneInfo("Asia/Tokyo")

JAPAN_TIME = {
    "ja": "日本時間",
    "en": "Japan time",
    "zh-hans": "日本时间",
    "zh-hant": "日本時間",
    "ko": "일본 시간",
    "vi": "giờ Nhật Bản",
    "fil": "oras sa Japan",
    "ne": "जापान समय",
    "pt-br": "horário do Japão",
    "id": "waktu Jepang",
    "my": "ဂျပန် အချိန်",
    "es": "hora de Japón",
    "th": "เวลาญี่ปุ่น",
    "km": "ម៉ោង\u200bនៅ\u200bជប៉ុន",
    "mn": "Японы цаг",
    "si": "ජපාන වේලාව",
    "bn": "জাপান সময়",
    "ur": "جاپان ٹائم",
    "hi": "जापान समय",
    "ru": "по японскому времени",
    "uk": "за японським часом",
    "fr": "heure du Japon",
}
# CLDR's full dates, but for Japanese, whose day and weekday would run together, and
# Mongolian, whose month would be spelled out.
DAY_PATTERNS = {"ja": "y年M月d日(EEEE)", "mn": "y 'оны' M 'сарын' d, EEEE"}
COMMAS = {"Latn": ", ", "Cyrl": ", ", "Deva": ", ", "Beng": ", ", "Sinh": ", ", "Arab": "، "}
# A dash between two times reads backwards for some in right-to-left text: words there.
SPANS = {"ja": "{}〜{}", "ko": "{}~{}", "ur": "{} سے {} تک"}


def format_day(day, code):
    if isinstance(day, datetime):
        day = _in_japan(day).date()
    return _written_day(day, code)


# A list of times names the same few days again and again.
@lru_cache(maxsize=4096)
def _written_day(day, code):
    if code == "ja-simple":
        return simple_times.day(day)
    return format_date(day, DAY_PATTERNS.get(code, "full"), locale=registry.get(code).locale)


@lru_cache(maxsize=1024)
def format_month(day, code):
    """A month with its year, as the heading of a calendar."""
    if code == "ja-simple":
        return simple_times.month(day)
    return format_skeleton("yMMMM", day, locale=registry.get(code).locale)


@lru_cache(maxsize=1024)
def format_weekday(day, code, *, is_short=False):
    """The weekday of a day alone."""
    if code == "ja-simple":
        return simple_times.weekday(day, is_short=is_short)
    return format_date(day, "E" if is_short else "EEEE", locale=registry.get(code).locale)


def format_time(moment, code):
    """The time of day alone, for lists that stand under their day."""
    moment = _in_japan(moment)
    return simple_times.clock(moment) if code == "ja-simple" else f"{moment:%H:%M}"


def format_hours(starts_at, ends_at, code):
    """From when to when, for lists that stand under their day."""
    return _span(format_time(starts_at, code), format_time(ends_at, code), code)


def format_moment(moment, code):
    return _with_zone(_day_and_time(moment, code), code)


def format_period(starts_at, ends_at, code):
    return _with_zone(_period(starts_at, ends_at, code), code)


def format_period_abroad(starts_at, ends_at, code, zone):
    """The same period by the clocks of another place, which it names.

    Never alone: Japan time, which decides, stands before it. Empty for somebody in Japan.
    """
    if not zone or zone == JAPAN.key:
        return ""
    period = _period(_by_clocks_of(starts_at, zone), _by_clocks_of(ends_at, zone), code)
    return f"{period} ({zone_name(zone, code)})"


def format_list(items, code):
    """Several things in one sentence: "A, B and C" as the language has it."""
    # Readings stand inside the items; the words between them are Japanese.
    locale = "ja" if code == "ja-simple" else registry.get(code).locale
    return lists.format_list([str(item) for item in items], locale=locale)


def _period(starts_at, ends_at, code):
    if _in_japan(starts_at).date() == _in_japan(ends_at).date():
        return _joined(format_day(starts_at, code), format_hours(starts_at, ends_at, code), code)
    return _span(_day_and_time(starts_at, code), _day_and_time(ends_at, code), code, " – ")


def _by_clocks_of(moment, zone):
    """What a clock shows there, as a moment at which one in Japan shows the same.

    There is always one, for the clocks of Japan never jump.
    """
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be shown in another one.")
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=JAPAN, fold=0)


def _in_japan(moment):
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be shown in Japan time.")
    return moment.astimezone(JAPAN)


def _day_and_time(moment, code):
    return _joined(format_day(moment, code), format_time(moment, code), code)


def _joined(day, time, code):
    return f"{day}{COMMAS.get(registry.get(code).script, ' ')}{time}"


def _span(start, end, code, dash="–"):
    if code == "ja-simple":
        return simple_times.span(start, end)
    return SPANS.get(code, "{}" + dash + "{}").format(start, end)


def _with_zone(text, code):
    if code == "ja-simple":
        return f"{text} {simple_times.JAPAN_TIME}"
    return f"{text} {JAPAN_TIME[code]} (JST)"
