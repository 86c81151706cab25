"""What is said to somebody whose session falls out within two hours."""

from django.utils.translation import gettext as _

from cases.choices import ContactChannel
from consultations.choices import BookingStatus
from consultations.drop_out_notices import DROP_OUT_CALL
from consultations.letters import booking_of, call_script, load_bookings, safe_hours, when
from consultations.models import Booking
from consultations.notice_labels import NOTICE_LABELS
from notifications import registry
from notifications.letters import Call, Obsolete, Suppressed
from notifications.models import Notice


def saying_sorry(booking: Booking, language: str) -> list[str]:
    return [
        _("We are sorry. Your appointment cannot take place. It is canceled."),
        when(booking, language),
        _("A letter says which new time is kept for you. You are first in line."),
    ]


def not_wanted_any_more(booking: Booking | None, notice: Notice):
    """Why nobody wants the call any more, or None."""
    if booking is None or booking.status != BookingStatus.CANCELED:
        return Obsolete("status_changed")
    if booking.case.resident.channel != ContactChannel.EMAIL:
        return Suppressed("another_channel_is_safe")
    return None


def compose_drop_out_call(notice, now):
    booking = booking_of(notice)
    if refusal := not_wanted_any_more(booking, notice):
        return refusal
    resident = booking.case.resident
    return Call(
        language=resident.speaking_language_id,
        phone=resident.phone,
        safe_hours=safe_hours(resident),
        script="\n".join(call_script(booking, saying_sorry)),
    )


def register_composers():
    registry.register(
        DROP_OUT_CALL,
        compose_drop_out_call,
        label=NOTICE_LABELS[DROP_OUT_CALL],
        load=load_bookings,
    )
