"""What somebody says on the telephone about coming, noted with one press."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import roles
from accounts.tests.clients import signed_in
from consultations.attendance_notices import ATTENDANCE_CALL
from consultations.models import Booking
from consultations.notices import CONFIRMED
from consultations.services.bookings import cancel_booking
from consultations.tests.factories import BookingFactory, SlotFactory
from notifications.choices import Channel
from notifications.tests.factories import NoticeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return signed_in(roles.COORDINATOR)


@pytest.fixture
def booking():
    now = timezone.now()
    booking = BookingFactory(
        slot=SlotFactory(starts_at=now + timedelta(hours=15)), booked_at=now - timedelta(days=5)
    )
    booking.case.resident.set_contact(email="lan@example.org", phone="+819012345678")
    booking.case.resident.save()
    return booking


def call_about(booking, kind=ATTENDANCE_CALL):
    return NoticeFactory(
        kind=kind,
        subject_key=booking.key,
        recipient_key=booking.case.resident.key,
        channel=Channel.CALL,
        due_at=timezone.now() - timedelta(hours=1),
        expires_at=booking.slot.starts_at,
    )


def report(desk, call, fate="coming"):
    return desk.post(f"/admin/board/calls/{call.pk}/{fate}/", follow=True)


def test_it_is_noted_with_the_call(desk, booking):
    call = call_about(booking)
    assert f"/board/calls/{call.pk}/coming/" in desk.get("/admin/").content.decode()

    report(desk, call)

    call.refresh_from_db()
    assert Booking.objects.get().attendance_confirmed_at is not None
    assert not call.is_open


def test_being_reached_alone_is_no_answer(desk, booking):
    call = call_about(booking)

    report(desk, call, "reached")

    assert Booking.objects.get().attendance_confirmed_at is None


def test_other_calls_do_not_ask(desk, booking):
    call = call_about(booking, CONFIRMED)

    assert f"/board/calls/{call.pk}/coming/" not in desk.get("/admin/").content.decode()


def test_nobody_comes_to_what_was_canceled(desk, booking):
    call = call_about(booking)
    cancel_booking(booking_id=booking.pk, canceled_by="resident", now=timezone.now())

    response = report(desk, call)

    call.refresh_from_db()
    assert "Nothing is noted" in response.content.decode()
    assert call.is_open
    assert Booking.objects.get().attendance_confirmed_at is None
