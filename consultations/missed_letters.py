"""What is said to a resident who did not come."""

from django.utils.translation import gettext as _

from consultations.choices import BookingStatus, NoShowParty
from consultations.letters import (
    booking_of,
    call_script,
    letter_for,
    load_bookings,
    safe_hours,
    when,
)
from consultations.missed_notices import MISSED
from consultations.models import Booking
from consultations.notice_labels import NOTICE_LABELS
from consultations.notices import CHANNELS
from notifications import registry
from notifications.choices import Channel
from notifications.letters import Call, Obsolete, Suppressed
from notifications.models import Notice


def not_met(booking: Booking, language: str) -> list[str]:
    return [
        _("We are sorry that we could not meet."),
        when(booking, language),
        _("You can book another time. It is free."),
    ]


def not_told_any_more(booking: Booking | None, notice: Notice):
    """Why nobody wants to be told any more, or None."""
    if booking is None or booking.status != BookingStatus.NO_SHOW:
        return Obsolete("status_changed")
    if booking.no_show_party != NoShowParty.CLIENT:
        return Obsolete("somebody_else_failed")
    if CHANNELS.get(booking.case.resident.channel) != notice.channel:
        return Suppressed("another_channel_is_safe")
    return None


def compose(notice, now):
    booking = booking_of(notice)
    if refusal := not_told_any_more(booking, notice):
        return refusal
    if notice.channel == Channel.EMAIL:
        return letter_for(booking, not_met)
    resident = booking.case.resident
    return Call(
        language=resident.speaking_language_id,
        phone=resident.phone,
        safe_hours=safe_hours(resident),
        script="\n".join(call_script(booking, not_met)),
    )


def register_composers():
    registry.register(MISSED, compose, label=NOTICE_LABELS[MISSED], load=load_bookings)
