"""What somebody on the waiting list has answered, kept until it makes a booking.

Only what stands neither with the person nor with the case.
"""

import json

from accounts.models import User
from consultations.answers import Answers
from consultations.choices import BookingSource, ConsentGiven, ForWhom
from consultations.models import Booking, Draft, WaitingEntry
from consultations.services.limits import contact_digest_of
from consultations.services.making import CONSENT_VERSION, Origin

ANSWERED = (
    "for_whom",
    "mode",
    "interpreter_wish",
    "language_variety",
    "gender_wish",
    "not_from_community",
    "message",
)
AGREED = (
    "consent_language",
    "consent_given",
    "consent_version",
    "organization_id",
    "attends_at_organization",
)


def payload_of_draft(draft: Draft, answers: Answers, *, consent_language: str) -> str:
    given = draft.answers
    origin = {
        "consent_language": consent_language,
        "consent_given": given.get("consent_given") or _consent_of(answers),
        "consent_version": CONSENT_VERSION,
        "organization_id": given.get("organization"),
        "attends_at_organization": bool(given.get("attends_at_organization")),
        "booked_by_id": given.get("supporter"),
    }
    return _payload(answers, origin)


def _consent_of(answers):
    # A helper has told us so, on the page where they sent it.
    return ConsentGiven.ORAL if answers.for_whom == ForWhom.OTHER else ConsentGiven.SELF


def payload_of_booking(booking: Booking) -> str:
    origin = {name: getattr(booking, name) for name in AGREED}
    # A coordinator who once took the call has no part in the next booking.
    origin["booked_by_id"] = booking.booked_by_id if booking.organization_id else None
    return _payload(booking, origin)


def _payload(answers, origin):
    kept = {name: getattr(answers, name) for name in ANSWERED}
    return json.dumps({"answers": kept, "origin": origin})


def answers_of(entry: WaitingEntry) -> Answers:
    resident = entry.case.resident
    return Answers(
        topic=entry.case.primary_topic_id,
        speaking_language=resident.speaking_language_id,
        reading_language=resident.reading_language,
        channel=resident.channel,
        nickname=resident.nickname,
        **entry.answers["answers"],
    )


def origin_of(entry: WaitingEntry) -> Origin:
    kept = entry.answers["origin"]
    digest = contact_digest_of(entry.case.resident)
    return Origin(
        source=BookingSource.WAITING,
        booked_by=User.objects.filter(pk=kept["booked_by_id"]).first(),
        # A time is offered to one entry of an address; another open booking does no harm.
        is_limited=not Booking.objects.open().filter(contact_digest=digest).exists(),
        **{name: kept[name] for name in AGREED},
    )
