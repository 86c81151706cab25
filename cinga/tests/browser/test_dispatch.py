"""The whole way of a request for an interpreter: an office, a coordinator, two interpreters."""

import re
from datetime import timedelta
from time import sleep

import pytest
from django.core import mail
from django.utils import timezone

from accounts import roles
from accounts.models import Application, Membership
from accounts.tests.factories import PASSWORD, OrganizationFactory, UserFactory
from cinga.tests.browser.journey import Journey, put
from cinga.tests.browser.screen import check_fit
from consultations.models import Booking, Slot
from consultations.steps import (
    ABOUT,
    CARE,
    CONTACT,
    INTERPRETER,
    LANGUAGES,
    MODE,
    TOPIC,
    WHOM,
)
from interpreters.choices import AssignmentStatus, OfferStatus, RequestStatus
from interpreters.models import Assignment, InterpreterRequest, Offer, Workshop
from interpreters.services.requests import mark_unfilled
from interpreters.tests.factories import AssignmentFactory, InterpreterFactory, OfferFactory
from notifications.services import send_due_notices

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
SOON = timedelta(hours=14)


@pytest.fixture
def office(new_page, assert_accessible):
    """A clerk of an approved organization, signed in on a phone."""

    def look(page):
        check_fit(page)
        assert_accessible(page)

    user = UserFactory()
    Membership.objects.create(user=user, organization=OrganizationFactory(approved=True))
    here = Journey(new_page(viewport=PHONE), "en", look)
    here.open("interpreters/new/")
    put(here.page, "login", user.email)
    put(here.page, "password", PASSWORD)
    here.press("main form:has([name=password]) button[type=submit]")
    assert here.page.url.endswith("/en/interpreters/new/")
    return here


def letters_to(*users):
    """Addresses in the newest letters. The server may be sending them at this moment."""
    wanted = {user.email for user in users}
    for _try in range(100):
        send_due_notices(timezone.now() + SOON)
        found = {each.to[0]: each for each in mail.outbox}
        if wanted <= found.keys():
            return [re.search(r"http\S+", found[user.email].body) for user in users]
        sleep(0.1)
    raise AssertionError(f"only {sorted(found)} were written to")


def begins_now(assignment):
    """The clock on the wall cannot be moved, so the talk is."""
    now = timezone.now()
    times = {"starts_at": now - SOON / 14, "ends_at": now + SOON / 14}
    Assignment.objects.filter(pk=assignment.pk).update(occupied_from=now - 2 * SOON / 14, **times)
    InterpreterRequest.objects.filter(pk=assignment.request_id).update(**times)


@pytest.mark.only_on("sqlite3")
def test_tigrinya_at_a_health_center(office, desk, new_page, assert_accessible):
    first, second = (
        InterpreterFactory(account=UserFactory(language=language), name=name)
        for language, name in (("en", "Demo Almaz"), ("my", "Demo Berhane"))
    )
    day = timezone.localdate() + timedelta(days=30)
    for name, value in {
        "contact_name": "Demo Contact",
        "contact_phone": "03-0000-0000",
        "area": "足立区",
        "address": "Demo Street 1",
        "date": day.isoformat(),
        "starts": "10:00",
        "ends": "12:00",
    }.items():
        office.page.locator(f"[name={name}]").fill(value)
    office.page.locator("[name=languages]").select_option(["ti"])
    office.page.locator("[name=setting]").select_option("health_center")
    office.page.locator("[name=accepts_terms]").check()
    office.send()
    request = InterpreterRequest.objects.get()

    # Three clicks: look for somebody, tick two, ask.
    desk.open_path(f"/admin/interpreters/interpreterrequest/{request.pk}/change/")
    desk.press("button:has-text('look for an interpreter')")
    for each in (first, second):
        desk.page.locator(f"[name=interpreter][value='{each.pk}']").check()
    desk.press("button:has-text('Ask those who are ticked')")
    assert Offer.objects.waiting().count() == 2

    def look(page):
        check_fit(page)
        assert_accessible(page)

    phone = Journey(new_page(viewport=PHONE), "en", look)
    phone.open_path(letters_to(first.account)[0][0])
    assert "Demo Street" not in phone.page.content()
    phone.page.locator("[name=can_come][value=yes]").check()
    phone.send()
    desk.open_path(f"/admin/interpreters/interpreterrequest/{request.pk}/change/")
    mail.outbox.clear()
    desk.press(f"[name=assign][value='{first.pk}']")

    told = [first.account, second.account, request.requested_by]
    address = letters_to(*told)[0][0]
    assert {each.to[0] for each in mail.outbox} == {user.email for user in told}
    assert Offer.objects.get(interpreter=second).status == OfferStatus.NOT_SELECTED
    mail.outbox.clear()
    send_due_notices(request.starts_at - timedelta(hours=20))
    reminded = {first.account.email, request.requested_by.email}
    assert {each.to[0] for each in mail.outbox} == reminded

    phone.open_path(address)
    assert "Demo Street" not in phone.page.content()
    phone.press("form:has([value=acknowledge]) button[type=submit]")
    assert "Demo Street" in phone.page.content()
    begins_now(request.assignments.get())
    phone.page.reload()
    phone.press("form:has([value=check_in]) button[type=submit]")
    phone.press("form:has([value=check_out]) button[type=submit]")
    phone.page.locator("[name=minutes]").fill("115")
    phone.press("form:has([name=minutes]) button[type=submit]")
    assignment = request.assignments.get()
    assert assignment.status == AssignmentStatus.REPORTED

    office.open(f"interpreters/{request.reference}/")
    office.page.locator("[name=minutes]").fill("120")
    office.press("form:has([name=minutes]) button[type=submit]")
    request.refresh_from_db()
    assert request.status == RequestStatus.CLOSED


@pytest.fixture
def phone(new_page, assert_accessible):
    """A phone in a language, looked at by axe."""

    def look(page):
        check_fit(page)
        assert_accessible(page)

    def start(language):
        return Journey(new_page(viewport=PHONE), language, look)

    return start


def newest_letters(later=SOON):
    """What has been written to whom, by address."""
    send_due_notices(timezone.now() + later)
    return {letter.to[0]: letter for letter in mail.outbox}


def address_in(letter):
    return re.search(r"http\S+", letter.body)[0]


def test_dari_with_a_lawyer(slots, desk, phone):
    first, second = (
        InterpreterFactory(account=UserFactory(language=language), name=name, speaks=["prs"])
        for language, name in (("ur", "Demo Farid"), ("en", "Demo Laila"))
    )
    resident = phone("en").begin()
    resident.answer(WHOM, TOPIC)
    resident.answer(LANGUAGES, speaking_language="prs")
    resident.answer(INTERPRETER, interpreter_wish="wanted")
    resident.answer(CARE, MODE, CONTACT, ABOUT).choose_time().agree()
    booking = Booking.objects.get()
    assert booking.status == "held"
    assert "not confirmed yet" in newest_letters()["lan@example.org"].body

    # From the booking to the request, two people ticked, asked.
    desk.open_path(f"/admin/consultations/booking/{booking.pk}/change/")
    desk.press("main a[href*='/interpreterrequest/'], #content a[href*='/interpreterrequest/']")
    for each in (first, second):
        desk.page.locator(f"[name=interpreter][value='{each.pk}']").check()
    desk.press("button:has-text('Ask those who are ticked')")

    interpreter = phone("ur")
    interpreter.open_path(address_in(newest_letters()[first.account.email]))
    assert "Lan" not in interpreter.page.content()
    interpreter.page.locator("[name=can_come][value=yes]").check()
    interpreter.send()

    # One click secures the interpreter and confirms the appointment.
    desk.page.reload()
    mail.outbox.clear()
    desk.press(f"[name=assign][value='{first.pk}']")
    booking.refresh_from_db()
    assert booking.status == "confirmed"
    told = newest_letters()
    assert "confirmed" in told["lan@example.org"].body
    lawyer = booking.slot.expert.account
    assert {first.account.email, second.account.email, lawyer.email} <= told.keys()
    resident.open_link(booking)
    resident.show()
    assert "Confirmed" in resident.page.locator("main").inner_text()

    mail.outbox.clear()
    send_due_notices(booking.slot.starts_at - timedelta(hours=20))
    assert {"lan@example.org", first.account.email, lawyer.email} <= {
        letter.to[0] for letter in mail.outbox
    }

    # The day itself, and the report that closes it.
    interpreter.open_path(address_in(told[first.account.email]))
    interpreter.press("form:has([value=acknowledge]) button[type=submit]")
    assignment = booking.interpreter_request.assignments.get()
    begins_now(assignment)
    Slot.objects.filter(pk=booking.slot_id).update(
        starts_at=timezone.now() - SOON / 14, ends_at=timezone.now() + SOON / 14
    )
    interpreter.page.reload()
    interpreter.press("form:has([value=check_in]) button[type=submit]")
    booking.refresh_from_db()
    assert booking.interpreter_joined_at is not None
    interpreter.press("form:has([value=check_out]) button[type=submit]")
    interpreter.page.locator("[name=minutes]").fill("45")
    interpreter.press("form:has([name=minutes]) button[type=submit]")
    booking.interpreter_request.refresh_from_db()
    assert booking.interpreter_request.status == RequestStatus.CLOSED


@pytest.mark.only_on("sqlite3")
@pytest.mark.parametrize("language", ["my"])
def test_nobody_is_found_and_the_resident_chooses(slots, phone, language):
    resident = phone(language).begin()
    resident.answer(WHOM, TOPIC)
    resident.fill(LANGUAGES, speaking_language="prs", second_language="fa")
    resident.send()
    resident.answer(INTERPRETER, interpreter_wish="wanted")
    resident.answer(CARE, MODE, CONTACT, ABOUT).choose_time().agree()
    booking = Booking.objects.get()
    mark_unfilled(
        request_id=booking.interpreter_request_id,
        reason="none_free",
        by=UserFactory(role=roles.COORDINATOR),
        now=timezone.now(),
    )

    resident.open_link(booking)
    resident.show()
    resident.press("button[name=way][value=second_language]")

    booking.refresh_from_db()
    assert booking.interpreter_request.language_id == "fa"
    assert not resident.page.locator("button[name=way]").count()


@pytest.mark.only_on("sqlite3")
@pytest.mark.parametrize("language", ["ja-simple", "ur"])
def test_the_page_of_an_interpreter(portal, phone, language):
    user = UserFactory(role=roles.INTERPRETER, language=language)
    person = InterpreterFactory(account=user)
    now = timezone.now()
    AssignmentFactory(
        interpreter=person, starts_at=now + SOON, ends_at=now + 2 * SOON, occupied_from=now
    )
    OfferFactory(interpreter=person, sent_at=now, reply_by=now + SOON)
    Workshop.objects.create(
        title="Demo: words", starts_at=now + SOON, ends_at=now + 2 * SOON, place="Demo"
    )
    mine = phone(language)
    mine.open("interpreters/me/")
    put(mine.page, "login", user.email)
    put(mine.page, "password", PASSWORD)
    mine.press("main form:has([name=password]) button[type=submit]")
    mine.press("form:has([value=take]) button[type=submit]")
    mine.press("form:has([value=feed]) button[type=submit]")
    mine.page.locator("details:has([name=weekday]) summary").click()
    mine.page.locator("[name=is_free][value=yes]").check()
    mine.page.locator("[name=weekday]").select_option("3")
    mine.page.locator("[name=starts]").fill("09:00")
    mine.page.locator("[name=ends]").fill("12:00")
    mine.press("form:has([name=weekday]) button[type=submit]")
    assert person.availabilities.get().weekday == 3


@pytest.mark.only_on("sqlite3")
@pytest.mark.parametrize("language", ["ja"])
def test_an_organization_asks_to_join(portal, phone, language):
    visitor = phone(language)
    visitor.open("interpreters/")
    visitor.press("main a[href*='/organizations/']")
    visitor.send()
    assert visitor.page.locator("main [aria-invalid=true]").count()
    for name, value in {
        "organization_name": "Demo City",
        "kind": "municipality",
        "phone": "03-0000-0000",
        "name": "Demo Clerk",
        "email": "clerk@example.org",
    }.items():
        put(visitor.page, name, value)
    visitor.send()
    assert Application.objects.get().organization_name == "Demo City"
