from django.dispatch import receiver

from cases.services import CaseHasOpenWork
from cases.signals import case_closing
from consultations.cookies import draft_key_of
from consultations.models import Booking
from consultations.services.drafts import wipe_draft
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
