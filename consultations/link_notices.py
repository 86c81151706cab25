"""The letter that brings the link: after a change of address, or because it did not come."""

from datetime import datetime

from cases.choices import ContactChannel
from consultations.models import Booking
from consultations.notices import CONFIRMED, RECEIVED
from notifications.choices import Channel, NoticeState
from notifications.models import Notice
from notifications.services import PlannedNotice, plan_notices_anew, resend_notice

LINK = "booking_link"
ENDED = (NoticeState.SENT, NoticeState.FAILED, NoticeState.UNKNOWN)


def link_wanted(booking: Booking, *, now: datetime) -> None:
    """Plan the letter at once, unless one that carries the link is about to leave.

    Every link has a row of its own, which the same link uses again.
    """
    if booking.case.resident.channel != ContactChannel.EMAIL:
        return
    letters = Notice.objects.letters().filter(subject_key=booking.key)
    is_leaving = letters.filter(
        kind__in=(CONFIRMED, RECEIVED),
        revision=booking.revision,
        state=NoticeState.PLANNED,
        due_at__lte=now,
    )
    if is_leaving.exists():
        return
    sent = letters.filter(kind=LINK, revision=booking.link_generation, state__in=ENDED)
    if notice := sent.filter(expires_at__gt=now).first():
        resend_notice(notice_id=notice.pk, now=now)
        return
    plan_notices_anew(
        [
            PlannedNotice(
                kind=LINK,
                subject_key=booking.key,
                revision=booking.link_generation,
                recipient_key=booking.case.resident.key,
                due_at=now,
                expires_at=booking.slot.starts_at,
                channel=Channel.EMAIL,
            )
        ]
    )
