"""What a coordinator says on the telephone, without the number itself."""

from dataclasses import dataclass
from datetime import datetime

from consultations.attendance_letters import asking, not_asked_any_more
from consultations.attendance_notices import ATTENDANCE_CALL
from consultations.drop_out_letters import not_wanted_any_more, saying_sorry
from consultations.drop_out_notices import DROP_OUT_CALL
from consultations.letters import RESIDENT_LETTERS, call_script, out_of_date
from consultations.missed_letters import not_met, not_told_any_more
from consultations.missed_notices import MISSED
from consultations.models import Booking
from consultations.notices import CHANNELS
from consultations.session_letters import cannot_join, nobody_waits
from consultations.session_notices import SESSION_CALL
from notifications.models import Notice


@dataclass(frozen=True)
class CallBrief:
    """When it is safe to call, and what to say, in Japanese."""

    safe_hours: list[str]
    script: list[str]


def call_brief(notice: Notice, booking: Booking | None, *, now: datetime) -> CallBrief | None:
    """The brief of a call about a booking that is at hand; no query, nothing decrypted.

    None when nobody wants the call any more.
    """
    if notice.kind == ATTENDANCE_CALL:
        return None if not_asked_any_more(booking, notice, now) else _brief(booking, asking)
    if notice.kind == MISSED:
        return None if not_told_any_more(booking, notice) else _brief(booking, not_met)
    if notice.kind == DROP_OUT_CALL:
        return None if not_wanted_any_more(booking, notice) else _brief(booking, saying_sorry)
    if notice.kind == SESSION_CALL:
        # They asked for it this minute: any hour is safe.
        script = call_script(booking, cannot_join)
        return None if nobody_waits(booking) else CallBrief(safe_hours=[], script=script)
    if notice.kind not in RESIDENT_LETTERS:
        return None
    write, true_in = RESIDENT_LETTERS[notice.kind]
    if out_of_date(booking, notice, true_in, now):
        return None
    resident = booking.case.resident
    if CHANNELS.get(resident.channel) != notice.channel:
        return None
    return _brief(booking, write)


def _brief(booking, write):
    return CallBrief(
        safe_hours=[str(label) for label in booking.case.resident.safe_hours_labels],
        script=list(call_script(booking, write)),
    )
