"""Another way of reaching a resident, entered by a coordinator."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases.models import CaseEvent, Resident
from cases.services import record_event
from consultations import notices
from consultations.models import Booking
from notifications.choices import Channel, NoticeState
from notifications.models import Notice
from notifications.services import resend_notice

LETTERS_WITH_LINK = (notices.CONFIRMED, notices.RECEIVED)
ENDED = (NoticeState.SENT, NoticeState.FAILED, NoticeState.UNKNOWN)


@transaction.atomic
def change_contact(
    *,
    booking_id: int,
    channel: str,
    email: str,
    phone: str,
    discretion: str,
    safe_hours: list[str],
    changed_by: User,
    now: datetime,
) -> bool:
    """Change how the resident of a booking is reached; whether the old links are void now.

    With another e-mail address every open booking gets a new link, and the letter
    that carries it goes to the new address. E-mail and telephone are normalized.
    """
    resident_id = Booking.objects.values_list("case__resident", flat=True).get(pk=booking_id)
    resident = Resident.objects.select_for_update().get(pk=resident_id)
    is_new_address = resident.email != email
    resident.change_contact(
        channel=channel, email=email, phone=phone, discretion=discretion, safe_hours=safe_hours
    )
    for booking in _bookings_to_tell(resident, now):
        if is_new_address:
            booking.revoke_link()
            _send_letter_again(booking, now=now)
        notices.contact_changed(booking, now=now)
        record_event(
            case_id=booking.case_id,
            verb="consultations.contact_changed",
            actor=changed_by,
            actor_role=CaseEvent.ActorRole.COORDINATOR,
            now=now,
            booking=booking.pk,
            link_revoked=is_new_address,
        )
    return is_new_address


def _bookings_to_tell(resident, now):
    open_bookings = Booking.objects.open().filter(case__resident=resident, slot__starts_at__gt=now)
    return open_bookings.select_for_update(of=("self",)).with_story().order_by("pk")


def _send_letter_again(booking, *, now):
    """The same row for the same letter; its composer takes the new address and link."""
    letters = Notice.objects.filter(
        kind__in=LETTERS_WITH_LINK,
        subject_key=booking.key,
        revision=booking.revision,
        channel=Channel.EMAIL,
        state__in=ENDED,
        expires_at__gt=now,
    )
    for notice in letters:
        resend_notice(notice_id=notice.pk, now=now)
