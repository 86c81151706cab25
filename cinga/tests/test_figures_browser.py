"""The page of figures in a browser: on a phone, on a desk, on paper, for axe."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from accounts import roles
from accounts.tests.clients import signed_in
from consultations.choices import BookingStatus
from consultations.tests.factories import BookingFactory
from taxonomy.tests.factories import LanguageFactory

PAGE = "/admin/consultations/booking/figures/"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
START = datetime(2030, 4, 8, 10, tzinfo=ZoneInfo("Asia/Tokyo"))

pytestmark = [
    pytest.mark.browser,
    pytest.mark.only_on("sqlite3"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def bookings():
    vietnamese = LanguageFactory(code="vi", name_en="Vietnamese", name_ja="ベトナム語")
    ends = [
        {"status": BookingStatus.COMPLETED, "outcome": "advice_given"},
        {"status": BookingStatus.CONFIRMED},
        {"status": BookingStatus.NO_SHOW, "no_show_party": "client"},
        {"status": BookingStatus.CANCELED, "canceled_by": "resident"},
    ]
    for number in range(8):
        BookingFactory(
            case__resident__speaking_language=vietnamese,
            slot__starts_at=START + timedelta(days=20 * number),
            **ends[number % 4],
        )


@pytest.fixture
def open_desk(new_page, live_server):
    """A page of somebody signed in as a coordinator."""

    def start(**options):
        page = new_page(**options)
        session = signed_in(roles.COORDINATOR).cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
        page.context.add_cookies([cookie])
        return page

    return start


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("locale", ["ja", "en"])
def test_it_fits_and_satisfies_axe(open_desk, bookings, assert_accessible, locale, viewport):
    page = open_desk(viewport=viewport, locale=locale)

    for asked in ["period=all", "period=all&tables=open", "period=all&publication=on", ""]:
        page.goto(f"{PAGE}?{asked}")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport["width"], asked
        assert_accessible(page)


def test_an_error_is_said_and_reached(open_desk, assert_accessible):
    page = open_desk(viewport=PHONE, javascript=True)
    page.goto(f"{PAGE}?since=2030-04-09&until=2030-04-08")

    assert page.title().startswith("Error:")
    page.locator(".error-summary a").click()
    assert page.evaluate("document.activeElement.name") == "until"
    assert_accessible(page)


def test_words_in_a_plot_are_as_large_on_a_phone_as_on_a_desk(open_desk, bookings):
    def heights(viewport):
        page = open_desk(viewport=viewport)
        page.goto(f"{PAGE}?period=all")
        texts = page.locator("#figure-language ~ .plot .plot-label")
        return [round(text.bounding_box()["height"]) for text in texts.all()]

    assert heights(PHONE) == heights(DESK) != []


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_words_of_a_plot_stay_inside_and_apart_on_a_phone(open_desk, bookings, locale):
    page = open_desk(viewport=PHONE, locale=locale)
    page.goto(f"{PAGE}?since=2030-04-01&until=2031-03-31")

    outside = page.evaluate(
        """() => [...document.querySelectorAll(".figure .plot text")].filter(text => {
            const card = text.closest(".figure").getBoundingClientRect();
            const box = text.getBoundingClientRect();
            // A label that is left out here has no box.
            return box.width && (box.left < card.left || box.right > card.right);
        }).map(text => text.textContent)"""
    )

    assert outside == []
    overlapping = page.evaluate(
        """() => [...document.querySelectorAll(".figure .plot")].flatMap(plot => {
            const texts = [...plot.querySelectorAll("text")]
                .map(text => [text.textContent, text.getBoundingClientRect()])
                .filter(([, box]) => box.width);
            return texts.flatMap(([one, a], place) => texts.slice(place + 1)
                .filter(([other, b]) => a.left < b.right - 1 && b.left < a.right - 1
                    && a.top < b.bottom - 4 && b.top < a.bottom - 4)
                .map(([other]) => `${one} on ${other}`));
        })"""
    )
    assert overlapping == []


def test_paper_has_every_table_and_no_forms(open_desk, bookings):
    page = open_desk(viewport=DESK)
    page.goto(f"{PAGE}?period=all")
    assert not page.locator(".figure-data table").first.is_visible()

    page.emulate_media(media="print")

    tables = page.locator(".figure-data table").all()
    assert tables
    assert all(table.is_visible() for table in tables)
    assert not page.locator(".figures-form").is_visible()
    assert not page.locator(".figures-presets").is_visible()


def test_a_period_is_chosen_without_javascript(open_desk, bookings):
    page = open_desk(viewport=PHONE, javascript=False)
    page.goto(PAGE)

    page.get_by_label("From").fill("2030-04-01")
    page.get_by_label("Until").fill("2030-05-31")
    page.get_by_role("button", name="Show", exact=True).click()

    assert page.locator(".figures-number").first.inner_text() == "3"
    page.locator(".figure-data summary").first.click()
    assert page.locator(".figure-data tbody tr").first.inner_text().startswith("April 2030")


def test_the_chosen_preset_stays_when_the_switch_is_turned(open_desk, bookings):
    page = open_desk(viewport=DESK, javascript=False)
    page.goto(f"{PAGE}?period=all")

    page.get_by_label("For publication").check()
    page.get_by_role("button", name="Show", exact=True).click()

    assert page.locator(".figures-presets [aria-current]").inner_text() == "All"
    assert page.get_by_text("Groups under five are hidden").is_visible()
