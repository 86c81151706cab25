"""The coordinators' pages in a browser: on a phone, without JavaScript, by keyboard, for axe."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings

from accounts import roles
from accounts.tests.clients import signed_in
from cases.choices import ContactChannel
from cases.tests.factories import ResidentFactory
from consultations import notices
from consultations.choices import BookingStatus, Mode
from consultations.tests.factories import (
    BookingFactory,
    EmergencyLineFactory,
    HeldBookingFactory,
    SlotFactory,
    TopicExpertKindFactory,
)
from notifications.choices import Channel, NoticeState, Reason
from notifications.tests.factories import NoticeFactory

PAST = datetime(2026, 4, 6, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.only_on("sqlite3"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def held():
    return HeldBookingFactory(language_variety="southern")


@pytest.fixture
def tasks(held):
    """One of every kind that the clock on the wall allows."""
    resident = ResidentFactory(channel=ContactChannel.PHONE, phone="+81312345678")
    call = BookingFactory(case__resident=resident, mode=Mode.PHONE)
    about = {"recipient_key": "resident:1", "due_at": PAST, "expires_at": call.slot.starts_at}
    NoticeFactory(kind=notices.CONFIRMED, subject_key=call.key, channel=Channel.CALL, **about)
    NoticeFactory(
        kind=notices.RECEIVED,
        subject_key=held.key,
        state=NoticeState.FAILED,
        reason=Reason.RECIPIENT_REFUSED,
        became_task_at=PAST,
        next_look_at=None,
        **about,
    )
    NoticeFactory(kind=notices.RECEIVED, subject_key=held.key, revision=1, **about)
    BookingFactory(slot__starts_at=PAST)
    EmergencyLineFactory()


@pytest.fixture
def open_desk(new_page, live_server):
    """A page of somebody signed in as a coordinator."""

    def start(**options):
        page = new_page(**options)
        session = signed_in(roles.COORDINATOR).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": session,
                    "url": live_server.url,
                }
            ]
        )
        return page

    return start


def pages_of(held):
    TopicExpertKindFactory(topic=held.case.primary_topic)
    SlotFactory(day=held.slot.day, starts_at=datetime(2030, 4, 8, 15, 0, tzinfo=PAST.tzinfo))
    booking = f"/admin/consultations/booking/{held.pk}/"
    return [
        "/admin/",
        "/admin/consultations/booking/",
        "/admin/consultations/booking/by-phone/",
        f"{booking}change/",
        f"{booking}act/cancel/",
        f"{booking}act/move/",
        f"{booking}booked/",
        f"/admin/consultations/consultationday/{held.slot.day_id}/slots/",
        "/admin/consultations/topicexpertkind/",
        f"/admin/cases/case/{held.case_id}/change/",
    ]


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_pages_fit_a_phone_and_satisfy_axe(open_desk, tasks, held, assert_accessible, locale):
    page = open_desk(viewport=PHONE, locale=locale)

    for address in pages_of(held):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
        assert_accessible(page)


def test_forms_of_a_day_fit_a_phone_and_satisfy_axe(open_desk, held):
    page = open_desk(viewport=PHONE)

    for address in ["add/", f"{held.slot.day_id}/change/"]:
        page.goto(f"/admin/consultations/consultationday/{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
        # The stock sheet imports another; to look into it axe writes styles of its own,
        # which the policy of the page refuses.
        assert Axe().run(page, options={"preload": False}).response["violations"] == []


def test_pages_satisfy_axe_on_a_desk_empty_too(open_desk, assert_accessible):
    page = open_desk(viewport=DESK)

    page.goto("/admin/")

    assert_accessible(page)


def test_errors_are_said_and_reached(open_desk, held, assert_accessible):
    page = open_desk(viewport=PHONE)
    page.goto("/admin/consultations/booking/by-phone/")

    page.get_by_role("button", name="Book", exact=True).click()

    assert page.title().startswith("Error:")
    assert_accessible(page)
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.name") == "topic"


def test_a_coordinator_confirms_without_javascript(open_desk, tasks, held):
    page = open_desk(viewport=PHONE, javascript=False)
    page.goto("/admin/")

    page.get_by_role("button", name=f"Confirm {held}").click()

    held.refresh_from_db()
    assert held.status == BookingStatus.CONFIRMED
    assert (
        page.locator(".messagelist .success").inner_text() == f"{held}: The booking is confirmed."
    )


def test_an_outcome_is_one_tap(open_desk, tasks):
    page = open_desk(viewport=PHONE, javascript=False)
    page.goto("/admin/")

    page.get_by_role("button", name="advice given").click()

    assert page.locator(".board-row", has_text="Note how the session went").count() == 0


def test_a_confirmation_needs_only_the_keyboard(open_desk, held):
    page = open_desk(viewport=DESK)
    page.goto("/admin/")

    for _press in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText").startswith("Confirm"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector(".messagelist")

    held.refresh_from_db()
    assert held.status == BookingStatus.CONFIRMED
