"""Places whose clocks differ from Japan's, by the names a reader knows."""

from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from importlib import resources
from unicodedata import normalize
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_timezone_location

from languages import registry

JAPAN = "Asia/Tokyo"
# Of cities with one clock, these are known by more people than the first of the table.
WELL_KNOWN = {"America/Sao_Paulo", "America/Manaus", "Australia/Adelaide", "Australia/Sydney"}
# Clocks that agreed on all these days are one place to a reader.
SAMPLES = [datetime(2026, 1, 15, tzinfo=UTC) + timedelta(days=30 * n) for n in range(24)]


@lru_cache(maxsize=1)
def _places() -> list[tuple[str, str, bool]]:
    """Zone, country, and whether the country has more than one; the largest cities first."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    countries: dict[str, dict[tuple, str]] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _where, zone = line.split("\t")[:3]
            clock = tuple(moment.astimezone(ZoneInfo(zone)).utcoffset() for moment in SAMPLES)
            zones = countries.setdefault(country, {})
            if clock not in zones or zone in WELL_KNOWN:
                zones[clock] = zone
    for uninteresting in ("JP", "AQ"):
        del countries[uninteresting]
    return [
        (zone, country, len(zones) > 1)
        for country, zones in countries.items()
        for zone in zones.values()
    ]


@cache
def zones_for_choice(code: str) -> list[tuple[str, str]]:
    """The zones abroad with their names in a language, in the order of the names."""
    named = [(zone, zone_name(zone, code)) for zone, _country, _has_more in _places()]
    return sorted(named, key=lambda pair: (_without_accents(pair[1]), pair[0]))


@lru_cache(maxsize=4096)
def zone_name(zone: str, code: str) -> str:
    """The country; where its clocks differ, with a city."""
    locale = Locale.parse(registry.get(code).locale)
    known = {zone: (country, has_more) for zone, country, has_more in _places()}
    country, has_more = known.get(zone, ("", True))
    if not country:
        return _city(zone, locale)
    name = locale.territories.get(country, country)
    return f"{name} · {_city(zone, locale)}" if has_more else name


def _city(zone, locale):
    return get_timezone_location(zone, locale=locale, return_city=True)


def _without_accents(name):
    return normalize("NFKD", name.casefold())
