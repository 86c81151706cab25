"""A clerk with the client in front: two languages, two screens, one booking."""

import re

import pytest
from django.utils import timezone

from accounts.tests.factories import (
    PASSWORD,
    MembershipFactory,
    OrganizationFactory,
    UserFactory,
)
from cinga.tests.browser.journey import Journey, check_language, chosen, put
from cinga.tests.browser.screen import check_fit
from consultations import handover
from consultations.models import Booking, Draft
from consultations.steps import (
    ABOUT,
    CARE,
    CHECK,
    CONTACT,
    DONE,
    INTERPRETER,
    LANGUAGES,
    MODE,
    TIME,
    TOPIC,
)
from interface.qr import qr_svg

# How a clerk's booking is kept is held on both databases without a browser.
pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite3")]

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def membership():
    approver = UserFactory()
    organization = OrganizationFactory(approved_at=timezone.now(), approved_by=approver)
    return MembershipFactory(organization=organization)


@pytest.fixture
def pictures(monkeypatch):
    """What the QR codes hold: no camera looks at this screen."""
    held = []

    def seal(*args, **kwargs):
        held.append(real(*args, **kwargs))
        return held[-1]

    real = handover.seal
    monkeypatch.setattr(handover, "seal", seal)
    return held


@pytest.fixture
def screen(new_page, assert_accessible):
    """A browser of its own; axe writes styles into the page that its policy would block."""

    def look(page):
        check_fit(page)
        assert_accessible(page)

    def start(language):
        return Journey(new_page(viewport=PHONE, bypass_csp=True), language, look)

    return start


def sign_in(clerk, user):
    put(clerk.page, "login", user.email)
    put(clerk.page, "password", PASSWORD)
    clerk.press("main form:has([name=password]) button[type=submit]")


def toggle(clerk, language):
    clerk.press(".support-bar a[hreflang]")
    clerk.language = language
    check_language(clerk.page, language)


def test_a_clerk_books_with_the_client_in_front(slots, membership, pictures, screen):
    clerk = screen("ja")
    clerk.open("consultations/book/")
    clerk.press("main a[href='/ja/consultations/for-a-client/']")
    sign_in(clerk, membership.user)
    put(clerk.page, "client_language", "ne")
    put(clerk.page, "attends_at_organization", "on")
    clerk.send()
    # Told to the client in Nepali, and back, with the answer kept.
    assert clerk.at() == TOPIC
    toggle(clerk, "ne")
    clerk.answer(TOPIC)
    toggle(clerk, "ja")
    clerk.step(TOPIC)
    assert chosen(clerk.page, "topic") == "work"
    clerk.step(LANGUAGES)
    clerk.language = "ne"
    clerk.answer(LANGUAGES, speaking_language="ne")
    clerk.language = "ja"
    # The client answers one question alone, on the own phone.
    clerk.press(".support-bar a[href$='/b/phone/']")
    address = f"{clerk.page.url.rsplit('/ja/', 1)[0]}/ne/b/phone/{pictures[-1]}/"
    assert shape(clerk.page) == drawn(qr_svg(address))
    client = screen("ne")
    client.open_path(address)
    assert client.at() is None
    client.send()
    assert client.at() == INTERPRETER
    check_language(client.page, "ne")
    client.answer(INTERPRETER)
    # The clerk goes on where the client has stopped.
    clerk.press(".actions a")
    clerk.step(CARE)
    clerk.answer(CARE, MODE, CONTACT, ABOUT)
    assert clerk.at() == TIME
    clerk.choose_time()
    put(clerk.page, "consent_given", "oral")
    clerk.page.locator("[name=consent]").check()
    clerk.send()

    assert clerk.at() == DONE
    booking = Booking.objects.with_story().get()
    assert (booking.organization, booking.booked_by) == (membership.organization, membership.user)
    assert (booking.source, booking.for_whom, booking.consent_given) == ("org", "other", "oral")
    assert booking.attends_at_organization
    assert booking.interpreter_wish == "not_needed"
    assert clerk.page.locator("svg.qr").is_visible()
    # The client's phone shows the same booking; the paper has both languages.
    client.step(CHECK)
    assert client.at() == DONE
    clerk.press("main a[href='/ne/b/slip/']")
    paper = clerk.page.locator("main").inner_text()
    assert paper.count(booking.link_code) == 2
    assert not Draft.objects.exists()


def shape(page):
    return page.locator("svg.qr path").last.get_attribute("d")


def drawn(svg):
    return re.findall(r' d="([^"]+)"', svg)[-1]
