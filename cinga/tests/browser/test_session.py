"""An evening on which the connection fails: a resident, a lawyer and a coordinator, each at
a browser of their own; the resident's and the lawyer's without JavaScript."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import roles
from accounts.tests.factories import PASSWORD, UserFactory
from cases.tests.factories import CaseFactory, ResidentFactory
from cinga.tests.browser.journey import Journey, put
from cinga.tests.browser.screen import check_fit
from consultations.models import Booking
from consultations.tests.factories import BookingFactory, ExpertFactory, SlotFactory
from notifications.models import Notice
from taxonomy.models import Language, Topic

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
NUMBER = "+819012345678"


@pytest.fixture
def booking(live_server):
    """By video, in ten minutes. The room is a page of the server under test."""
    case = CaseFactory(
        primary_topic=Topic.objects.get(pk="work"),
        resident=ResidentFactory(
            speaking_language=Language.objects.get(pk="ne"), nickname="Sita", phone=NUMBER
        ),
    )
    slot = SlotFactory(
        starts_at=timezone.now() + timedelta(minutes=10),
        expert=ExpertFactory(account=UserFactory(role=roles.EXPERT)),
    )
    return BookingFactory(
        case=case,
        slot=slot,
        message="My boss keeps my passport.",
        room_url=f"{live_server.url}/en/danger/",
    )


@pytest.fixture
def open_browser(new_page, assert_accessible):
    def look(page):
        check_fit(page)
        assert_accessible(page)

    def start(javascript=False):
        # Axe writes styles of its own into pages of the admin, which their policy blocks.
        options = {"bypass_csp": True} if javascript else {"javascript": False}
        page = new_page(viewport=PHONE, **options)
        return Journey(page, "en", look if javascript else check_fit)

    return start


def sign_in(here, user, start):
    here.open_path(start)
    put(here.page, "login", user.email)
    put(here.page, "password", PASSWORD)
    here.press("main form:has([name=password]) button[type=submit]")
    assert here.page.url.endswith(start)
    return here


def words(here):
    return here.page.locator("main").inner_text()


def begins(booking, minutes_ago):
    """The clock on the wall cannot be moved, so the session is."""
    slot = booking.slot
    slot.starts_at = timezone.now() - timedelta(minutes=minutes_ago)
    slot.ends_at = slot.starts_at + timedelta(minutes=45)
    slot.save()


def test_a_session_in_which_the_connection_fails(booking, open_browser):
    resident = open_browser()
    resident.open_link(booking)
    resident.show(booking.link_code)

    # The resident is early and waits.
    resident.press("form[action$='/join/'] button")
    assert "The other person has not arrived yet." in words(resident)

    # The lawyer reads the brief and says that they are there.
    lawyer = sign_in(open_browser(), booking.slot.expert.account, "/en/agenda/")
    lawyer.press(f"main a[href='/en/agenda/{booking.pk}/']")
    assert "My boss keeps my passport." in words(lawyer)
    assert "The resident is there." in words(lawyer)
    assert NUMBER not in lawyer.page.content()
    lawyer.press("form[action$='/here/'] button")
    assert lawyer.page.get_by_role("link", name="Open the video room").is_visible()

    # The resident looks again, and is led into the room.
    resident.press("main a:has-text('Look again')")
    arrival = resident.press("form[action$='/join/'] button")
    assert arrival.url == booking.room_url

    # It does not work: somebody is asked to call.
    resident.open_link(booking)
    resident.press("form[action$='/call-me/'] button")
    assert "We call you now on the number that ends in …78." in words(resident)

    # The coordinator sees it first of all, calls and reaches them.
    begins(booking, 6)
    coordinator = UserFactory(role=roles.COORDINATOR)
    desk = sign_in(open_browser(javascript=True), coordinator, "/admin/")
    first = desk.page.locator(".board-list > li").first
    assert "Cannot connect, call now" in first.inner_text()
    assert re.search("board-row--late", first.get_attribute("class"))
    assert "The resident cannot connect and waits for our call." in desk.page.content()
    assert NUMBER not in desk.page.content()
    desk.press(".board-list > li form[action*='/calls/'] button")
    assert desk.page.locator(f"a[href='tel:{NUMBER}']").is_visible()
    desk.press("form[action$='/reached/'] button")
    assert Notice.objects.get(kind="session_call").state == "sent"
    assert "waits for our call" not in desk.page.content()

    # Afterwards the lawyer says how it went, in plain words for the resident.
    begins(booking, 50)
    lawyer.open("agenda/")
    lawyer.press("section[aria-labelledby='over'] a")
    put(lawyer.page, "outcome", "advice_given")
    put(lawyer.page, "line_1", "Your boss must give the passport back.")
    put(lawyer.page, "line_2", "Write to him before Friday.")
    put(lawyer.page, "line_3", "Then go to the labor office.")
    lawyer.press("form[action$='/held/'] button")
    assert "advice given" in words(lawyer)

    # And the resident reads it.
    assert Booking.objects.get(pk=booking.pk).status == "completed"
    resident.open_link(booking)
    for line in (
        "Your boss must give the passport back.",
        "Write to him before Friday.",
        "Then go to the labor office.",
    ):
        assert line in words(resident)


@pytest.mark.only_on("sqlite3")
def test_the_lawyers_pages_are_accessible(booking, open_browser):
    lawyer = sign_in(open_browser(javascript=True), booking.slot.expert.account, "/en/agenda/")
    lawyer.press(f"main a[href='/en/agenda/{booking.pk}/']")
    lawyer.press("form[action$='/here/'] button")
    begins(booking, 20)
    lawyer.open(f"agenda/{booking.pk}/")
    lawyer.press("form[action$='/held/'] button")

    assert lawyer.page.title().startswith("Error:")


@pytest.mark.only_on("sqlite3")
def test_the_page_of_who_waits_is_accessible_and_looks_again_by_itself(
    booking, new_page, assert_accessible
):
    resident = Journey(new_page(viewport=PHONE), "en")
    resident.open_link(booking)
    resident.show(booking.link_code)
    resident.press("form[action$='/join/'] button")
    assert_accessible(resident.page)

    resident.page.clock.install()
    resident.page.reload()
    booking.check_in("expert", at=timezone.now())
    with resident.page.expect_navigation():
        resident.page.clock.run_for(31_000)

    assert resident.page.get_by_role("button", name="Join the video call").is_visible()


@pytest.mark.only_on("sqlite3")
def test_a_number_is_asked_for_where_none_is_known(booking, new_page, assert_accessible):
    booking.case.resident.set_contact(email="sita@example.org", phone="")
    booking.case.resident.save()
    resident = Journey(new_page(viewport=PHONE), "ur")
    resident.open_link(booking)
    resident.show(booking.link_code)

    resident.press("form[action$='/call-me/'] button")
    assert_accessible(resident.page)
    check_fit(resident.page)
    put(resident.page, "phone", "090-8765-4321")
    resident.send()

    assert "…21" in words(resident)
