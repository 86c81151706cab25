"""A question at the desk: asked at night at a city window, answered on the next Thursday, and
the case that comes of it."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts import roles
from accounts.models import Membership
from accounts.tests.factories import PASSWORD, OrganizationFactory, UserFactory
from cinga.tests.browser.journey import Journey, put
from cinga.tests.browser.screen import check_fit
from consultations.choices import ExpertKind
from consultations.models import Booking
from consultations.tests.factories import TOKYO, ExpertFactory
from desk.choices import QuestionStatus
from desk.models import Question
from desk.tests.factories import ArticleFactory
from interpreters.models import InterpreterRequest
from languages.formatting import format_moment
from notifications.services import send_due_notices

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def signed_in(new_page, assert_accessible):
    """Somebody at a page of the desk, which axe looks at."""

    def look(page):
        check_fit(page)
        assert_accessible(page)

    def start(user, path, **options):
        here = Journey(new_page(**options), "en", look)
        here.open(path)
        put(here.page, "login", user.email)
        put(here.page, "password", PASSWORD)
        here.press("main form:has([name=password]) button[type=submit]")
        assert here.page.url.endswith(f"/en/{path}")
        return here

    return start


def answerer(kind):
    return ExpertFactory(kind=kind, account=UserFactory(role=roles.EXPERT)).account


@pytest.fixture
def clock(monkeypatch):
    """Set the portal's clock; from there it goes on as clocks do."""

    def set_to(moment):
        started = time.monotonic()
        monkeypatch.setattr(
            timezone,
            "now",
            lambda: moment.astimezone(UTC) + timedelta(seconds=time.monotonic() - started),
        )

    return set_to


def next_wednesday_night():
    """The desk is open on Mondays and Thursdays."""
    today = datetime.now(TOKYO).replace(hour=23, minute=0, second=0, microsecond=0)
    return today + timedelta(days=(2 - today.weekday()) % 7 or 7)


def newest_letter_to(user):
    send_due_notices(timezone.now())
    return [letter for letter in mail.outbox if letter.to == [user.email]][-1]


def test_from_a_city_window_to_a_case(slots, signed_in, clock):
    night = next_wednesday_night()
    clock(night)
    clerk = UserFactory(language="en")
    Membership.objects.create(user=clerk, organization=OrganizationFactory(approved=True))
    ArticleFactory(title="特定活動とは", topic_id="work")
    window = signed_in(clerk, "desk/ask/", viewport=PHONE)

    # Stopped once by the number of a card; what was typed stays.
    window.page.locator("[name=text]").fill("AB12345678CD 特定活動の人です。何ができますか。")
    window.page.locator("[name=topic]").select_option("work")
    window.send()
    assert "residence card" in window.page.locator("main").inner_text()
    window.page.locator("[name=text]").fill("特定活動の人です。何ができますか。")
    window.send()
    # What was answered before is shown, and it can be sent all the same.
    assert "特定活動とは" in window.page.locator("main").inner_text()
    window.send()
    question = Question.objects.get()
    assert window.page.url.endswith(f"/desk/q/{question.reference}/")
    letter = newest_letter_to(clerk).body
    assert "received your question" in letter
    thursday = night + timedelta(hours=11)
    assert f"The desk opens next: {format_moment(thursday, 'en')}" in letter
    assert question.due_at > thursday

    clock(thursday)

    page = f"desk/queue/{question.reference}/"
    author = signed_in(answerer(ExpertKind.ADMINISTRATIVE_SCRIVENER), page)
    author.press("button[name=act][value=claim], form:has([value=claim]) button")
    question.refresh_from_db()
    assert question.claimed_until == thursday + timedelta(hours=5), "until closing time"
    author.page.locator("form:has([name=sources]) [name=text]").fill("It depends on the paper.")
    author.page.locator("[name=correct_as_of]").fill("2026-11-26")
    author.page.locator("[name=needs_second]").check()
    author.press("button[value=second]")
    second = signed_in(answerer(ExpertKind.SOCIAL_WORKER), page, viewport=PHONE)
    second.press("button[value=sign]")

    letter = newest_letter_to(clerk)
    assert "It depends" not in letter.body
    window.open(f"desk/q/{question.reference}/")
    assert "It depends on the paper." in window.page.locator("main").inner_text()
    window.page.locator("[name=text]").fill("They want to talk to a lawyer in Dari.")
    window.press("form:has([name=text]) button[type=submit]")
    question.refresh_from_db()
    assert question.status == QuestionStatus.RECEIVED

    # One act: a case, a booking and the search for an interpreter.
    author.open(f"{page}convert/")
    for name, value in {
        "for_whom": "other",
        "slot": str(slots[0].pk),
        "speaking_language": "prs",
        "reading_language": "en",
        "interpreter_wish": "wanted",
        "gender_wish": "any",
        "is_minor": "False",
        "date_worry": "no",
        "mode": "video",
        "channel": "email",
        "email": "client@example.org",
        "discretion": "private",
        "reminders": "all",
        "nickname": "Demo",
        "consent": "on",
    }.items():
        put(author.page, name, value)
    author.send()
    question.refresh_from_db()
    booking = Booking.objects.get()
    assert (question.status, question.case) == (QuestionStatus.CONVERTED, booking.case)
    assert InterpreterRequest.objects.get().language_id == "prs"
