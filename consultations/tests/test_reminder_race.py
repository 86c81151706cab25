"""A reminder is due at the very moment in which its appointment is canceled or moved."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

from cases.models import Case, Resident
from consultations.choices import BookingStatus, WaitingStatus
from consultations.models import Booking, Slot
from consultations.reminders import DAY_BEFORE
from consultations.services.bookings import Role, cancel_booking, move_booking
from consultations.tests.factories import (
    NOW,
    BookingFactory,
    ConsultationDayFactory,
    ExpertFactory,
    SlotFactory,
    TopicExpertKindFactory,
)
from interface.references import new_reference
from languages.formatting import format_period
from notifications import delivery
from notifications.choices import NoticeState
from notifications.models import Notice
from notifications.services import PlannedNotice, plan_notices, send_due_notices
from taxonomy.tests.factories import LanguageFactory, TopicFactory

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

TIMES = 1000
# As many become due at once; they are sent and acted upon within a second.
ROUND = 10
# Between two sweeps; in seconds.
BREATH = 0.01


@pytest.fixture
def appointments():
    """Bookings of people who can be told apart by their address, and a free time for each."""
    language, topic = LanguageFactory(code="vi"), TopicFactory(code="work")
    TopicExpertKindFactory(topic=topic)
    day = ConsultationDayFactory(booking_closes_at=NOW + timedelta(days=400))
    expert = ExpertFactory(account=None)
    starts = [NOW + timedelta(days=1, hours=number) for number in range(2 * TIMES)]
    slots = Slot.objects.bulk_create(
        SlotFactory.build(day=day, expert=expert, starts_at=start) for start in starts
    )
    residents, references = [], set()
    for number in range(TIMES):
        resident = Resident(
            nickname="Lan",
            speaking_language=language,
            reading_language="en",
            channel="email",
            discretion="private",
            created_at=NOW,
        )
        resident.set_contact(email=f"{number}@example.org", phone="")
        residents.append(resident)
    while len(references) < TIMES:
        references.add(new_reference())
    Resident.objects.bulk_create(residents)
    cases = Case.objects.bulk_create(
        Case(reference=reference, resident=resident, primary_topic=topic, opened_at=NOW)
        for reference, resident in zip(references, residents, strict=True)
    )
    bookings = [
        BookingFactory.build(case=case, slot=slot)
        for case, slot in zip(cases, slots[:TIMES], strict=True)
    ]
    for booking in bookings:
        booking.set_link_digest()
    Booking.objects.bulk_create(bookings)
    return bookings, slots[TIMES:]


@pytest.fixture
def claims(monkeypatch):
    """When the claim of each notice began, by its key."""
    began = {}
    claim = delivery.Sweep.claim

    def noted(sweep):
        moment = time.monotonic()
        claimed, settled = claim(sweep)
        began.update({notice.pk: moment for notice in claimed})
        return claimed, settled

    monkeypatch.setattr(delivery.Sweep, "claim", noted)
    return began


def remind_of(*bookings):
    plan_notices(
        PlannedNotice(
            kind=DAY_BEFORE,
            subject_key=booking.key,
            revision=0,
            recipient_key=booking.case.resident.key,
            due_at=NOW,
            expires_at=booking.slot.starts_at,
        )
        for booking in bookings
    )


def after_a_moment(act, *args):
    """Do something within the next tenth of a second or so; when that was committed."""
    time.sleep(random.random() * 0.15)  # noqa: S311 - no secret
    try:
        act(*args)
        return time.monotonic()
    finally:
        connection.close()


def change(booking, new_slot):
    if new_slot.pk % 2:
        cancel_booking(booking_id=booking.pk, canceled_by="resident", now=NOW)
    else:
        move_booking(booking_id=booking.pk, slot_id=new_slot.pk, actor_role=Role.RESIDENT, now=NOW)


def send_until(is_over):
    try:
        # SQLite's lock goes to whoever asks at the right moment: without a pause it would be
        # the sender each time, and a change would wait until it gives up.
        while not is_over.wait(BREATH):
            send_due_notices(NOW)
        send_due_notices(NOW)
    finally:
        connection.close()


def run(bookings, new_slots):
    """The moment of each commit, while somebody sends whatever is due."""
    committed = {}
    is_over = threading.Event()
    with ThreadPoolExecutor(2 * ROUND + 1) as pool:
        sender = pool.submit(send_until, is_over)
        try:
            for start in range(0, len(bookings), ROUND):
                now_due = bookings[start : start + ROUND]
                pairs = zip(now_due, new_slots[start : start + ROUND], strict=True)
                reminders = [pool.submit(after_a_moment, remind_of, each) for each in now_due]
                changes = [pool.submit(after_a_moment, change, *pair) for pair in pairs]
                for booking, moment in zip(now_due, changes, strict=True):
                    committed[booking.key] = moment.result()
                for reminder in reminders:
                    reminder.result()
        finally:
            # Else a change that fails would leave the sender at it for ever.
            is_over.set()
        sender.result()
    return committed


def reminders_of_the_old_time(bookings):
    """Who was reminded of the time that was given up."""
    old = {
        booking.case.resident.email: (booking, format_period(*period_of(booking), "en"))
        for booking in bookings
    }
    for letter in mail.outbox:
        booking, period = old.get(letter.to[0], (None, ""))
        if booking and "You have an appointment soon." in letter.body and period in letter.body:
            yield booking


def period_of(booking):
    return booking.slot.starts_at, booking.slot.ends_at


def too_late(bookings, committed, claims):
    """Reminders of an old time that were claimed when the change had been committed."""
    reminders = Notice.objects.filter(kind=DAY_BEFORE, revision=0)
    notices = dict(reminders.values_list("subject_key", "pk"))
    return [
        booking.pk
        for booking in reminders_of_the_old_time(bookings)
        if committed[booking.key] < claims[notices[booking.key]]
    ]


def test_a_thousand_changes_within_a_second_of_the_reminder(appointments, claims):
    bookings, new_slots = appointments

    committed = run(bookings, new_slots)

    assert too_late(bookings, committed, claims) == []
    reminders = Notice.objects.filter(kind=DAY_BEFORE, revision=0)
    assert reminders.count() == TIMES
    fates = set(reminders.values_list("state", flat=True))
    # Both ways happened, so the race was one; nothing is left over.
    assert fates == {NoticeState.SENT, NoticeState.OBSOLETE}
    statuses = set(Booking.objects.values_list("status", flat=True))
    assert statuses == {BookingStatus.CANCELED, BookingStatus.CONFIRMED}
    assert not Slot.objects.filter(offers__status=WaitingStatus.OFFERED).exists()


def test_without_the_second_look_old_times_are_reminded_of(appointments, claims, monkeypatch):
    bookings, new_slots = (each[: 4 * ROUND] for each in appointments)
    monkeypatch.setattr("consultations.letters.out_of_date", lambda *args: None)
    for booking, slot in zip(bookings, new_slots, strict=True):
        change(booking, slot)
    committed = {booking.key: time.monotonic() for booking in bookings}
    remind_of(*bookings)

    send_due_notices(NOW)

    # Moved ones tell the new time even then; the canceled ones would be told the old.
    assert too_late(bookings, committed, claims)
