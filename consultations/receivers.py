from contextlib import suppress

from django.dispatch import receiver

from cases.models import CaseEvent
from cases.services import CaseHasOpenWork
from cases.signals import case_closing
from consultations.cookies import draft_key_of
from consultations.models import Booking, WaitingEntry
from consultations.services.attendance import ask_standbys
from consultations.services.bookings import (
    BookingNotOpen,
    expire_undecided_bookings,
    interpreter_found,
    interpreter_lost,
    interpreter_not_found,
)
from consultations.services.drafts import wipe_draft
from consultations.services.sessions import check_in
from consultations.services.waiting import offer_free_slots
from consultations.sessions import INTERPRETER
from interpreters.signals import (
    interpreter_came,
    request_filled,
    request_open_again,
    request_unfilled,
)
from notifications.signals import sweeping
from privacy.signals import leaving

Role = CaseEvent.ActorRole


@receiver(leaving)
def wipe_answers(sender, request, **kwargs):
    """Whoever leaves takes the draft and its hold along."""
    if key := draft_key_of(request):
        wipe_draft(key=key)


@receiver(case_closing)
def refuse_while_a_booking_is_open(sender, case, now, **kwargs):
    if Booking.objects.open().filter(case=case).exists():
        raise CaseHasOpenWork
    if WaitingEntry.objects.on_the_list().filter(case=case).exists():
        raise CaseHasOpenWork


@receiver(request_filled)
def confirm_with_interpreter(sender, request, by, now, **kwargs):
    if booking_id := _waiting_for(request):
        interpreter_found(booking_id=booking_id, by=by, now=now)


@receiver(request_open_again)
def hold_without_interpreter(sender, request, by, now, **kwargs):
    if booking_id := _waiting_for(request):
        interpreter_lost(booking_id=booking_id, by=by, now=now)


@receiver(request_unfilled)
def tell_what_else_is_possible(sender, request, by, now, **kwargs):
    if booking_id := _waiting_for(request):
        interpreter_not_found(booking_id=booking_id, by=by, now=now)


@receiver(interpreter_came)
def let_interpreter_in(sender, request, by, now, **kwargs):
    if booking_id := _waiting_for(request):
        # Earlier than the room opens it is only known.
        with suppress(BookingNotOpen):
            check_in(
                booking_id=booking_id,
                side=INTERPRETER,
                actor=by,
                actor_role=Role.INTERPRETER,
                now=now,
            )


def _waiting_for(request):
    """The booking of a request; a dispatch has none."""
    if request.is_dispatch:
        return None
    return Booking.objects.filter(interpreter_request=request).values_list("pk", flat=True).first()


@receiver(sweeping)
def keep_promises(sender, now, **kwargs):
    """What beat does as well: every promise holds with Celery switched off."""
    expire_undecided_bookings(now=now)
    offer_free_slots(now=now)
    ask_standbys(now=now)
