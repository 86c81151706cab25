"""Whether somebody answers now, on the pages: open, closed, or call first."""

import json
import re
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from centers.models import Center
from centers.selectors import entry_of, listed_centers
from centers.services.table import load_centers
from centers.services.upkeep import confirm_center
from schedules.hours import JAPAN
from schedules.opening import State
from schedules.services import load_holidays
from taxonomy.services import load_taxonomy

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
EVERYWHERE = pytest.mark.parametrize("language", settings.COMPLETE_LANGUAGES)


@pytest.fixture(autouse=True)
def table(db):
    load_taxonomy()
    load_holidays(2026, 2027)
    load_centers(now=NOW)


@pytest.fixture
def at(monkeypatch):
    """Pages are asked for at this moment in Japan."""

    def set_clock(text):
        moment = datetime.fromisoformat(text).replace(tzinfo=JAPAN)
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    return set_clock


def get(path="", language="en", **query):
    return Client().get(f"/{language}/centers/{path}", query)


def center_of(operator, confirmed="2026-11-01", **changes):
    """A center whose hours somebody has confirmed."""
    center = Center.objects.get(operator__name=operator)
    for name, value in changes.items():
        setattr(center, name, value)
    center.note_days()
    center.save()
    if confirmed:
        confirm_center(center_id=center.pk, on=date.fromisoformat(confirmed), now=NOW)
    return Center.objects.get(pk=center.pk)


def states(response):
    return [
        (group.heading, [entry.center.operator.name for entry in group.entries])
        for group in response.context["groups"]
    ]


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2026-11-28 12:59", "open"),  # the fourth Saturday
        ("2026-11-28 13:00", "closed"),
        ("2026-11-28 09:59", "closed"),
        ("2026-11-27 10:00", "unknown"),  # a Friday: nobody says
        ("2026-11-27 17:00", "closed"),  # the hour alone proves it
        ("2026-11-27 00:00", "closed"),
        ("2026-12-12 11:00", "open"),
        ("2026-12-26 11:00", "open"),
        ("2027-01-09 11:00", "open"),  # the second Saturday
        ("2027-01-02 11:00", "unknown"),  # year end
    ],
)
def test_what_the_remarks_say_is_used_and_the_rest_is_not_guessed(moment, state):
    yokohama = center_of("横浜市")
    moment = datetime.fromisoformat(moment).replace(tzinfo=JAPAN)

    assert entry_of(yokohama, moment).answer.state.value == state


def test_what_is_from_2020_is_never_called_open():
    """176 centers in every hour of two weeks with a holiday in them."""
    found = set()
    for center in listed_centers():
        for day in range(20, 30):
            for hour in range(0, 24, 3):
                moment = datetime(2026, 11, day, hour, 30, tzinfo=JAPAN)
                found.add(entry_of(center, moment).answer.state)

    assert found == {State.UNKNOWN, State.CLOSED}


def test_a_center_without_hours_is_never_closed():
    taniyama = Center.objects.get(hours_text="")

    for hour in range(24):
        moment = datetime(2026, 11, 27, hour, tzinfo=JAPAN)
        assert entry_of(taniyama, moment).answer.state is State.UNKNOWN


@EVERYWHERE
def test_the_page_tells_what_is_so_and_when_it_was_so(language, at):
    at("2026-11-28 11:00")
    yokohama = center_of("横浜市")

    page = get(f"{yokohama.pk}/", language)

    assert page.context["entry"].answer.state is State.OPEN
    assert "center__now--open" in page.text
    assert (
        "13:00" in re.search(r"center__now--open.*?</strong>", page.text)[0]
        or language == "ja-simple"
    )


def test_the_filter_parts_what_is_open_from_what_may_be(at):
    at("2026-11-28 11:00")
    center_of("横浜市")
    center_of("川崎市", opening_text="月~金:9:00~17:00")

    found = get(prefecture="14", open="now")

    groups = dict(states(found))
    assert groups["Open now"] == ["横浜市"]
    assert "川崎市" not in groups["Perhaps open now: call first"]
    assert found.context["hidden"] == 8 - sum(map(len, groups.values())) > 0
    assert 'href="?prefecture=14#found"' in found.text
    assert len(states(get(prefecture="14"))[0][1]) == 8


def test_when_none_is_open_the_others_can_be_shown(at):
    at("2026-11-28 03:00")
    found = get(prefecture="13", open="now")

    assert states(found) == []
    assert "6 more are closed now." in found.text
    assert "Show them too" in found.text


def test_a_language_is_found_and_others_are_not_hidden_for_ever():
    found = Client().get("/my/centers/", {"language": "vi"})

    names = [entry.center.name for group in found.context["groups"] for entry in group.entries]
    assert names == ["姫路市ベトナム語生活相談"] * 5
    assert {tag for tag, _name in found.context["languages"]} >= {"en", "zh", "ko", "pt", "vi"}
    assert 'href="?q=#found"' in found.text


@pytest.mark.parametrize("language", ["xx", "VI", "' OR 1", "日本語"])
def test_a_language_nobody_is_known_for_is_no_question(language):
    found = Client().get("/en/centers/", {"language": language})

    assert (found.status_code, found.context["is_asked"]) == (200, False)


def test_the_week_is_readable_where_it_says_something(at):
    at("2026-09-18 12:00")
    kyoto = Center.objects.get(operator__name="京都市")

    page = get(f"{kyoto.pk}/").text

    week = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td>', page)
    assert len(week) == 7
    assert week[0] == ("Friday, September 18, 2026", "perhaps 09:00–21:00")
    # The Monday is a holiday, so is Tuesday, so is Wednesday: the day off is Thursday.
    assert week[6] == ("Thursday, September 24, 2026", "closed all day")


def test_a_week_in_which_nothing_differs_is_not_shown():
    center = Center.objects.get(position=1)

    assert "<table" not in get(f"{center.pk}/").text


def test_search_engines_get_hours_only_when_they_are_known():
    told = center_of("川崎市", opening_text="月~金:9:00~17:00\n祝日:10:00~12:00")
    silent = Center.objects.get(operator__name="京都市")

    documents = [
        json.loads(re.search(r'ld\+json">(.*?)</script>', get(f"{each.pk}/").text)[1])
        for each in (told, silent)
    ]

    assert documents[0]["@type"] == "GovernmentOffice"
    assert documents[0]["openingHoursSpecification"] == [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"],
            "opens": "09:00",
            "closes": "17:00",
        },
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": ["PublicHolidays"],
            "opens": "10:00",
            "closes": "12:00",
        },
    ]
    assert "openingHoursSpecification" not in documents[1]
    assert documents[1]["contactPoint"][0]["telephone"] == "+81-75-752-3511"


def test_a_name_cannot_end_the_data_block():
    Center.objects.filter(position=1).update(name="</script><script>alert(1)</script>")

    page = get(f"{Center.objects.get(position=1).pk}/").text

    assert "<script>alert" not in page
    assert json.loads(re.search(r'ld\+json">(.*?)</script>', page)[1])["name"].startswith(
        "</script>"
    )


@EVERYWHERE
def test_a_prefecture_on_paper_holds_every_number(language):
    page = get("print/27/", language).text

    for center in listed_centers():
        if center.operator.prefecture_code == "27":
            assert center.name in page
            assert all(phone.number in page for phone in center.numbers)
    assert f"/{language}/centers/?prefecture=27" in page
    assert "<svg" in page


@pytest.mark.parametrize("code", ["48", "0", "xx"])
def test_there_is_no_paper_of_no_prefecture(code):
    assert get(f"print/{code}/").status_code == 404


def test_okinawa_on_paper_says_where_to_turn():
    assert "Ask at the city hall, or call us." in get("print/47/").text


def test_a_page_can_be_given_to_somebody(settings):
    settings.LINK_ORIGIN = "https://portal.example.org"
    center = Center.objects.get(position=1)

    # The host somebody asks with is not what others are given.
    page = Client(headers={"host": "testserver"}).get(f"/vi/centers/{center.pk}/").text

    assert f"https://portal.example.org/vi/centers/{center.pk}/" in page
    assert "<svg" in page
    assert "https://www.google.com/maps/search/?api=1&amp;query=" in page
