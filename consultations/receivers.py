from django.dispatch import receiver

from cases.services import CaseHasOpenWork
from cases.signals import case_closing
from consultations.cookies import draft_key_of
from consultations.models import Booking, WaitingEntry
from consultations.services.attendance import ask_standbys
from consultations.services.bookings import expire_undecided_bookings
from consultations.services.drafts import wipe_draft
from consultations.services.waiting import offer_free_slots
from notifications.signals import sweeping
from privacy.signals import leaving


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


@receiver(sweeping)
def keep_promises(sender, now, **kwargs):
    """What beat does as well: every promise holds with Celery switched off."""
    expire_undecided_bookings(now=now)
    offer_free_slots(now=now)
    ask_standbys(now=now)
