"""What came of a call to a resident."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases.models import CaseEvent
from cases.services import record_event
from consultations.models import Booking, CallRequest, WaitingEntry
from consultations.services.attendance import say_coming
from consultations.session_notices import CALL_AGAIN_AFTER, SESSION_CALL
from notifications.models import Notice
from notifications.services import complete_call, log_call_attempt


@transaction.atomic
def report_call(
    *,
    notice_id: int,
    was_reached: bool,
    called_by: User,
    will_come: bool = False,
    now: datetime,
) -> Notice:
    """Note that somebody was reached, or that nobody answered: then it is due again later.

    `will_come` is what was said of a booking. Raises Notice.DoesNotExist, notifications'
    TransitionNotAllowed, or BookingNotOpen.
    """
    if was_reached:
        notice = complete_call(notice_id=notice_id, now=now)
    else:
        is_running = Notice.objects.filter(pk=notice_id, kind=SESSION_CALL).exists()
        again = now + CALL_AGAIN_AFTER if is_running else None
        notice = log_call_attempt(notice_id=notice_id, now=now, next_try_at=again)
    subject, _colon, key = notice.subject_key.partition(":")
    if subject == "booking":
        booking = Booking.objects.only("case").get(pk=key)
        _record(booking.case_id, called_by, now, booking=booking.pk, was_reached=was_reached)
        if was_reached and will_come:
            say_coming(booking_id=booking.pk, noted_by=called_by, now=now)
    if subject == "waiting":
        entry = WaitingEntry.objects.only("case").get(pk=key.partition(":")[0])
        _record(entry.case_id, called_by, now, entry=entry.pk, was_reached=was_reached)
    if subject == "call":
        call_request = CallRequest.objects.select_for_update().get(pk=key)
        if was_reached and call_request.is_open:
            call_request.answer(at=now)
        _record(
            call_request.case_id,
            called_by,
            now,
            call_request=call_request.pk,
            was_reached=was_reached,
        )
    return notice


def _record(case_id, called_by, now, **details):
    record_event(
        case_id=case_id,
        verb="consultations.resident_called",
        actor=called_by,
        actor_role=CaseEvent.ActorRole.COORDINATOR,
        now=now,
        **details,
    )
