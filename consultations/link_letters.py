"""What the letter says that brings the link once more."""

from cases.choices import ContactChannel
from consultations.choices import BookingStatus
from consultations.letters import RESIDENT_LETTERS, booking_of, letter_for, load_bookings
from consultations.link_notices import LINK
from consultations.notice_labels import NOTICE_LABELS
from consultations.notices import CONFIRMED, RECEIVED
from notifications import registry
from notifications.letters import Obsolete, Suppressed

SAME_AS = {BookingStatus.CONFIRMED: CONFIRMED, BookingStatus.HELD: RECEIVED}


def compose_link(notice, now):
    """The second look: is it still this link, and does somebody need it?"""
    booking = booking_of(notice)
    if booking is None:
        return Obsolete("booking_gone")
    if booking.link_generation != notice.revision:
        return Obsolete("link_revoked")
    if not booking.is_open:
        return Obsolete("status_changed")
    if booking.slot.starts_at <= now:
        return Obsolete("already_started")
    if booking.case.resident.channel != ContactChannel.EMAIL:
        return Suppressed("another_channel_is_safe")
    write, _true_in = RESIDENT_LETTERS[SAME_AS[booking.status]]
    return letter_for(booking, write)


def register_composers():
    registry.register(LINK, compose_link, label=NOTICE_LABELS[LINK], load=load_bookings)
