"""What a coordinator says to a resident who cannot get into the session."""

from django.utils.translation import gettext as _

from consultations.choices import BookingStatus, Mode
from consultations.letters import call_script, load_bookings, when
from consultations.models import Booking
from consultations.notice_labels import NOTICE_LABELS
from consultations.session_notices import SESSION_CALL
from notifications import registry
from notifications.letters import Call, Obsolete, Suppressed


def cannot_join(booking, language):
    if booking.mode == Mode.PHONE:
        problem = _("The person waits for our call. Nobody has called them.")
    else:
        problem = _("The person cannot get into the video call and asks us to call now.")
    return [
        problem,
        when(booking, language),
        _("Help them to join, or connect them with the expert by telephone."),
    ]


def nobody_waits(booking: Booking) -> bool:
    """A booking that moved has forgotten what was asked in its old hour."""
    return booking.status != BookingStatus.CONFIRMED or booking.help_asked_at is None


def compose_session_call(notice, now):
    """The second look: is it still this session, and does the person still wait?"""
    booking = notice.subject or (
        Booking.objects.with_story().filter(pk=notice.subject_key.partition(":")[2]).first()
    )
    if booking is None:
        return Obsolete("booking_gone")
    if nobody_waits(booking):
        return Obsolete("status_changed")
    resident = booking.case.resident
    if not resident.phone:
        return Suppressed("no_number")
    return Call(
        language=resident.speaking_language_id,
        phone=resident.phone,
        # They asked for it this minute.
        safe_hours="",
        script="\n".join(call_script(booking, cannot_join)),
    )


def register_composers():
    registry.register(
        SESSION_CALL, compose_session_call, label=NOTICE_LABELS[SESSION_CALL], load=load_bookings
    )
