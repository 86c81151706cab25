from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts import roles
from accounts.models import AccessLog
from accounts.tests.clients import signed_in
from cases.models import CaseEvent
from consultations import notices
from consultations.models import Booking
from consultations.services.contacts import change_contact
from consultations.steps import CHECK, DONE
from consultations.tests.acts import book, every_row
from consultations.tests.factories import NOW, BookingFactory, SlotFactory
from consultations.tests.flows import CONSENT, Visitor
from notifications.choices import Channel, NoticeState
from notifications.models import Notice
from notifications.services import send_due_notices

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=1)
PLAN = {
    "channel": "email",
    "email": "lan@example.org",
    "phone": "",
    "discretion": "private",
    "safe_hours": [],
}
PHONE_PLAN = {**PLAN, "channel": "phone", "email": "", "phone": "+819012345678"}


@pytest.fixture
def booking(reference_data, mailoutbox):
    booking = book(SlotFactory())
    send_due_notices(now=SOON)
    mailoutbox.clear()
    return booking


@pytest.fixture
def coordinator():
    return signed_in(roles.COORDINATOR).user


def change(booking, by, **changes):
    return change_contact(
        booking_id=booking.pk, changed_by=by, now=SOON + timedelta(hours=1), **PLAN | changes
    )


def test_another_address_makes_the_old_link_void_and_gets_the_new_one(
    booking, coordinator, mailoutbox
):
    old_token = booking.link_token

    assert change(booking, coordinator, email="minh@example.org")
    send_due_notices(now=SOON + timedelta(hours=2))

    booking = Booking.objects.get()
    [letter] = [mail for mail in mailoutbox if mail.to == ["minh@example.org"]]
    assert not Booking.objects.for_token(old_token).exists()
    assert booking.link_token in letter.body
    assert [mail.to for mail in mailoutbox if "lan@example.org" in mail.to] == []


def test_another_address_takes_the_code_from_the_browser_that_booked(reference_data, coordinator):
    visitor = Visitor("vi")
    booking = visitor.book(SlotFactory())
    assert visitor.see(DONE).status_code == 200

    change_contact(
        booking_id=booking.pk,
        changed_by=coordinator,
        now=timezone.now(),
        **PLAN | {"email": "minh@example.org"},
    )

    assert visitor.see(DONE).status_code == 410
    assert visitor.send(CHECK, CONSENT).status_code == 410
    assert "k" + Booking.objects.get().link_digest[:8] not in visitor.client.cookies


def test_the_code_is_not_shown_for_longer_than_a_draft_lives(reference_data):
    visitor = Visitor("vi")
    visitor.book(SlotFactory())

    Booking.objects.update(booked_at=timezone.now() - settings.DRAFT_LIFETIME)

    assert visitor.see(DONE).status_code == 410


def test_the_same_address_keeps_the_link_and_sends_nothing(booking, coordinator, mailoutbox):
    token = booking.link_token

    assert not change(booking, coordinator, discretion="shared")
    send_due_notices(now=SOON + timedelta(hours=2))

    booking = Booking.objects.get()
    assert (booking.link_token, booking.case.resident.is_discreet) == (token, True)
    assert [mail.to for mail in mailoutbox if "lan@example.org" in mail.to] == []


def test_from_letters_to_calls_plans_the_call_of_the_day_before(booking, coordinator):
    change_contact(booking_id=booking.pk, changed_by=coordinator, now=SOON, **PHONE_PLAN)

    calls = Notice.objects.filter(channel=Channel.CALL)
    assert [call.kind for call in calls] == [notices.DAY_BEFORE]


def test_reminders_by_letter_are_held_back_after_the_change(booking, coordinator, mailoutbox):
    change_contact(booking_id=booking.pk, changed_by=coordinator, now=SOON, **PHONE_PLAN)
    send_due_notices(now=booking.slot.starts_at - timedelta(hours=20))

    reminder = Notice.objects.get(
        kind=notices.DAY_BEFORE, channel=Channel.EMAIL, recipient_key__startswith="resident"
    )
    assert reminder.state == NoticeState.SUPPRESSED


def test_the_history_says_it_without_an_address(booking, coordinator):
    change(booking, coordinator, email="minh@example.org")

    event = CaseEvent.objects.get(verb="consultations.contact_changed")
    assert (event.actor, event.details) == (
        coordinator,
        {"booking": booking.pk, "link_revoked": True},
    )


def test_the_page_shows_the_plan_and_notes_it(reference_data):
    desk = signed_in(roles.COORDINATOR)
    booking = BookingFactory()
    address = f"/admin/consultations/booking/{booking.pk}/act/contact/"

    shown = desk.get(address)
    saved = desk.post(address, PLAN | {"email": "minh@Example.org", "seen": ""})

    booking.refresh_from_db()
    assert 'value="lan@example.org"' in shown.text
    assert AccessLog.objects.get().purpose == "contact_shown"
    assert saved.status_code == 302
    assert booking.case.resident.email == "minh@example.org"


@pytest.mark.parametrize("changes", [{"email": ""}, {"email": "lan@"}, {"channel": "phone"}])
def test_a_plan_that_reaches_nobody_is_refused(changes):
    desk = signed_in(roles.COORDINATOR)
    booking = BookingFactory()
    address = f"/admin/consultations/booking/{booking.pk}/act/contact/"
    desk.get(address)
    before = every_row()

    response = desk.post(address, PLAN | changes | {"seen": ""})

    assert response.status_code == 422
    assert every_row() == before
