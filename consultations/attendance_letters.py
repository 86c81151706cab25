"""What is said to somebody who did not say whether they come."""

from datetime import datetime

from django.utils.translation import gettext as _

from cases.models import Resident
from consultations.attendance import is_called
from consultations.attendance_notices import ATTENDANCE_CALL
from consultations.choices import BookingStatus
from consultations.letters import booking_of, call_script, load_bookings, out_of_date, safe_hours
from consultations.letters import when as time_of
from consultations.models import Booking
from consultations.notice_labels import NOTICE_LABELS
from notifications import registry
from notifications.letters import Call, Obsolete, Suppressed
from notifications.models import Notice


def asking(booking: Booking, language: str) -> list[str]:
    return [
        _("You have an appointment soon."),
        time_of(booking, language),
        _("Will you come? You can also choose another time or cancel."),
    ]


def not_asked_any_more(booking: Booking | None, notice: Notice, now: datetime):
    """Why nobody wants the call any more, or None."""
    if obsolete := out_of_date(booking, notice, {BookingStatus.CONFIRMED}, now):
        return obsolete
    if booking.attendance_confirmed_at:
        return Obsolete("answered")
    return None if is_called(booking) else Suppressed("another_channel_is_safe")


def compose_attendance_call(notice, now):
    booking = booking_of(notice)
    if refusal := not_asked_any_more(booking, notice, now):
        return refusal
    resident: Resident = booking.case.resident
    return Call(
        language=resident.speaking_language_id,
        phone=resident.phone,
        safe_hours=safe_hours(resident),
        script="\n".join(call_script(booking, asking)),
    )


def register_composers():
    registry.register(
        ATTENDANCE_CALL,
        compose_attendance_call,
        label=NOTICE_LABELS[ATTENDANCE_CALL],
        load=load_bookings,
    )
