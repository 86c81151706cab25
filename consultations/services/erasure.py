"""Forgetting a person. What stays is counted and tells of nobody."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from cases.choices import CaseOutcome, CaseStatus
from cases.models import Case, CaseEvent, Resident
from cases.services import record_event
from consultations.choices import CanceledBy
from consultations.models import Booking, CallRequest, WaitingEntry
from consultations.services.bookings import BookingNotOpen, cancel_booking
from consultations.services.call_requests import close_call_request
from consultations.services.waiting import leave
from notifications.services import withdraw_notices
from privacy.models import Attempt

Role = CaseEvent.ActorRole
ERASED = "data_erased"


@transaction.atomic
def erase_resident(
    *, resident_id: UUID, actor_role: str, actor: User | None = None, now: datetime
) -> Resident:
    """Wipe everything a person wrote and every way to reach them; again changes nothing.

    What is still to come is ended first: a place on the waiting list, a call that was asked
    for, appointments. Experts are told as always, the person is not.
    """
    resident = Resident.objects.select_for_update().get(pk=resident_id)
    if resident.erased_at:
        return resident
    cases = list(Case.objects.select_for_update().filter(resident=resident).order_by("pk"))
    _end_what_is_open(resident, actor_role=actor_role, actor=actor, now=now)
    withdraw_notices(recipient_key=resident.key, reason=ERASED, now=now)
    for model in (Booking, WaitingEntry, CallRequest):
        for subject in model.objects.filter(case__resident=resident).order_by("pk"):
            subject.erase()
    _forget_attempts(resident)
    resident.erase(at=now)
    for case in cases:
        _anonymize(case, now=now)
        record_event(
            case_id=case.pk,
            verb="consultations.data_erased",
            actor=actor,
            actor_role=actor_role,
            now=now,
        )
    return resident


def _end_what_is_open(resident, *, actor_role, actor, now):
    # The list first: a time that becomes free must not be offered to the same person.
    entries = WaitingEntry.objects.on_the_list().filter(case__resident=resident)
    for entry_id in entries.order_by("pk").values_list("pk", flat=True):
        leave(entry_id=entry_id, removed_by=actor, now=now)
    calls = CallRequest.objects.open().filter(case__resident=resident)
    for call_id in calls.order_by("pk").values_list("pk", flat=True):
        close_call_request(call_request_id=call_id, actor_role=actor_role, actor=actor, now=now)
    by_coordinator = actor_role == Role.COORDINATOR
    canceled_by = CanceledBy.COORDINATOR if by_coordinator else CanceledBy.RESIDENT
    bookings = Booking.objects.open().filter(case__resident=resident)
    for booking_id in bookings.order_by("pk").values_list("pk", flat=True):
        # A session that has begun is left to those who say how it went.
        with suppress(BookingNotOpen):
            cancel_booking(booking_id=booking_id, canceled_by=canceled_by, actor=actor, now=now)


def _forget_attempts(resident):
    """Limits count by address and number too."""
    digests = {resident.email_digest, resident.phone_digest} - {""}
    Attempt.objects.filter(sender__in=digests).delete()


def _anonymize(case, *, now):
    if case.status == CaseStatus.ANONYMIZED:
        return
    if case.status != CaseStatus.CLOSED:
        case.close(outcome=CaseOutcome.WITHDRAWN, at=now)
    case.anonymize()
