"""Whom a call on the board is about, and what is said in it. Nothing here decrypts."""

from collections.abc import Iterable
from datetime import datetime

from cases.models import Case
from consultations.call_letters import call_request_script
from consultations.calls import CallBrief, call_brief
from consultations.models import Booking, CallRequest, WaitingEntry
from consultations.waiting_letters import out_of_date, waiting_script
from notifications.models import Notice

Subject = Booking | CallRequest | WaitingEntry

# What a subject key names: `booking:7`, `call:7`, `waiting:7` or `waiting:7:<more>`.
SUBJECTS = {
    "booking": lambda: Booking.objects.for_desk(),
    "call": lambda: CallRequest.objects.with_story().sealed(),
    "waiting": lambda: waiting_entries(),
}


def waiting_entries():
    """Entries of the waiting list with what a row of the board says, in one query."""
    entries = WaitingEntry.objects.with_story().sealed()
    return entries.select_related("case__owner", "case__resident__speaking_language")


def name_of(notice: Notice) -> tuple[str, int] | None:
    """The kind of thing a notice is about and its number; None for what the board knows not."""
    kind, _colon, rest = notice.subject_key.partition(":")
    number = rest.partition(":")[0]
    return (kind, int(number)) if kind in SUBJECTS and number.isdecimal() else None


def subjects_of(notices: Iterable[Notice]) -> dict[tuple[str, int], Subject]:
    """What notices are about, by name, in one query for each kind of thing."""
    names = {name_of(notice) for notice in notices} - {None}
    return {
        (kind, number): subject
        for kind, objects in SUBJECTS.items()
        if (numbers := [number for its_kind, number in names if its_kind == kind])
        for number, subject in objects().in_bulk(numbers).items()
    }


def case_behind(notice: Notice) -> Case | None:
    subject = subjects_of([notice]).get(name_of(notice))
    return subject.case if subject else None


def brief_of(notice: Notice, subject: Subject | None, *, now: datetime) -> CallBrief | None:
    """What to say and when it is safe; None when nobody wants the call any more."""
    if isinstance(subject, CallRequest):
        return None if subject.answered_at else _brief(subject, call_request_script(subject))
    if isinstance(subject, WaitingEntry):
        if out_of_date(subject, notice, now):
            return None
        return _brief(subject, waiting_script(notice, subject))
    return call_brief(notice, subject, now=now)


def _brief(subject, script):
    hours = [str(label) for label in subject.case.resident.safe_hours_labels]
    return CallBrief(safe_hours=hours, script=script)
