"""What is deleted when its time is over: one rule for each kind of data.

A rule is the set of rows that have had their time, and what is done with them; `purge`
does it in batches until none is left, and the dry run counts the very same rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from accounts.models import Application
from cases.choices import CaseStatus
from cases.models import Case, CaseEvent, Resident
from centers.models import Correction
from consultations.models import Booking, CallRequest, Draft, WaitingEntry
from consultations.services.drafts import purge_drafts
from consultations.services.erasure import erase_resident
from desk.choices import OPEN as OPEN_QUESTIONS
from desk.models import (
    Answer,
    Appointment,
    BackQuestion,
    FirstQuestion,
    FollowUp,
    InternalNote,
    Question,
    QuestionDraft,
)
from interpreters.models import (
    InterpreterReport,
    InterpreterRequest,
    RequestDraft,
    RequesterReport,
)
from interpreters.models.request import WORDS
from privacy.models import Attempt

BATCH = 200
# A decision on a correction can be taken back for as long.
CORRECTION_WORDS_KEPT = timedelta(days=90)


def count_expired(*, now: datetime) -> dict[str, int]:
    """What `purge` would delete, by kind."""
    return {rule.name: rule.expired(now).count() for rule in RULES}


def purge(*, now: datetime) -> dict[str, int]:
    """Delete what has expired; how much of each kind."""
    return {rule.name: rule.purge(now) for rule in RULES}


@dataclass(frozen=True)
class Rule:
    name: str
    expired: Callable[[datetime], QuerySet]
    # After it the rows with these keys are not expired any more.
    wipe: Callable[[QuerySet, list, datetime], None]

    def purge(self, now: datetime) -> int:
        purged = 0
        while keys := self._batch(now):
            self.wipe(self.expired(now).model.objects.filter(pk__in=keys), keys, now)
            purged += len(keys)
        return purged

    def _batch(self, now):
        return list(self.expired(now).order_by("pk").values_list("pk", flat=True)[:BATCH])


def delete(rows, keys, now):
    rows.delete()


# DRAFTS, SIGN-INS, TRIES


def drafts(now):
    """Answers of a booking that nobody sent within the hour."""
    return Draft.objects.expired(now)


class DraftRule(Rule):
    """With the times they hold."""

    def purge(self, now):
        return purge_drafts(now=now)


def sessions(now):
    """Sign-ins that are over."""
    return Session.objects.filter(expire_date__lt=now)


def attempts(now):
    """Tries that no limit counts any more."""
    return Attempt.objects.forgotten(now)


# WHERE SOMETHING WAS SENT FROM


def networks(model, made_at, now):
    """The digest of a network, whose key was that of a day. The rows themselves stay."""
    made_before = {f"{made_at}__lte": now - settings.NETWORK_KEPT}
    return model.objects.filter(**made_before).exclude(network="")


def forget_network(rows, keys, now):
    rows.update(network="")


def forget_booking_network(rows, keys, now):
    rows.update(network="", network_seat=None)


# ROOMS AND PEOPLE


def room_links(now):
    """The address of a video room, some days after the session."""
    over = Booking.objects.filter(slot__ends_at__lte=now - settings.ROOM_LINK_KEPT)
    # Encrypted: what can be asked is whether there is one.
    return over.alias(room_length=Length("room_url")).filter(room_length__gt=0)


def forget_room(rows, keys, now):
    rows.update(room_url="")


def residents(now):
    """Who had an appointment; all that they asked of us ended long ago."""
    return _idle(now - settings.RESIDENT_DATA_KEPT, now).filter(_has_booking())


def requests(now):
    """Who waited for a time or asked for a call, and never had an appointment."""
    return _idle(now - settings.REQUEST_DATA_KEPT, now).exclude(_has_booking())


def _has_booking():
    return Exists(Booking.objects.filter(case__resident=OuterRef("pk")))


def _idle(since, now):
    """Nothing is open, nobody works on a case, and nothing has ended after that moment."""
    of_case = {"case": OuterRef("pk")}
    is_busy = (
        Q(status=CaseStatus.OPEN)
        | Q(opened_at__gt=since)
        | Q(closed_at__gt=since)
        | Q(critical_date__gte=now.date())
        | Exists(_open_or_ended_after(Booking, "ended_at", since).filter(**of_case))
        | Exists(_open_or_ended_after(WaitingEntry, "ended_at", since).filter(**of_case))
        | Exists(_open_or_ended_after(CallRequest, "answered_at", since).filter(**of_case))
    )
    busy = Case.objects.filter(is_busy, resident=OuterRef("pk"))
    known = Resident.objects.filter(erased_at__isnull=True, created_at__lte=since)
    return known.exclude(Exists(busy))


def _open_or_ended_after(model, ended_at, moment):
    """What is open has no end yet."""
    return model.objects.filter(
        Q(**{f"{ended_at}__isnull": True}) | Q(**{f"{ended_at}__gt": moment})
    )


def erase(rows, keys, now):
    for key in keys:
        erase_resident(resident_id=key, actor_role=CaseEvent.ActorRole.SYSTEM, now=now)


# THE DIRECTORY


def words_of_corrections(now):
    """What somebody wrote freely about a center, when it is long decided."""
    return Correction.objects.with_old_words(now - CORRECTION_WORDS_KEPT)


def forget_words(rows, keys, now):
    rows.update(message="")


# INTERPRETING AND ORGANIZATIONS


def words_of_requests(now):
    """What was written for an interpreter: place, contact, outline, some months after."""
    over = InterpreterRequest.objects.filter(ends_at__lte=now - settings.INTERPRETER_WORDS_KEPT)
    return over.with_words()


def forget_request_words(rows, keys, now):
    rows.update(**dict.fromkeys(WORDS, ""))


def joining_of_requests(now):
    """How to join, as long as the room link of a booking is kept."""
    over = InterpreterRequest.objects.filter(ends_at__lte=now - settings.ROOM_LINK_KEPT)
    return over.with_words(["joining"])


def forget_joining(rows, keys, now):
    rows.update(joining="")


def words_of_reports(model, now):
    """What both sides wrote freely afterwards."""
    old = model.objects.filter(created_at__lte=now - settings.INTERPRETER_WORDS_KEPT)
    return old.alias(length=Length("remarks")).filter(length__gt=0)


def forget_remarks(rows, keys, now):
    rows.update(remarks="")


def request_drafts(now):
    """Requests that somebody began and left."""
    return RequestDraft.objects.kept_before(now - settings.REQUEST_DATA_KEPT)


def applications(now):
    """Who asked for an organization to join; what became of it stays."""
    return Application.objects.with_old_words(now - settings.INTERPRETER_WORDS_KEPT)


def forget_applicant(rows, keys, now):
    rows.update(name="", email="", phone="")
    # Nobody ever decided: what was asked with it is nobody's.
    FirstQuestion.objects.filter(application__in=keys).delete()


# THE DESK


def words_of_questions(now):
    """Threads and notes of the desk, three years after they were begun; articles stay."""
    old = Question.objects.filter(asked_at__lte=now - settings.DESK_WORDS_KEPT).exclude(
        status__in=OPEN_QUESTIONS
    )
    words = Q(length__gt=0)
    for model in (Answer, BackQuestion, FollowUp, InternalNote):
        # A note can be written long after the others were forgotten.
        written = model.objects.filter(question=OuterRef("pk")).alias(length=Length("text"))
        words |= Q(Exists(written.filter(length__gt=0)))
    return old.alias(length=Length("text")).filter(words)


def forget_questions(rows, keys, now):
    rows.update(text="", reason="", caller="")
    for model in (Answer, BackQuestion, FollowUp, InternalNote):
        model.objects.filter(question__in=keys).update(text="")


def ways_to_talk(now):
    """Numbers and meetings of appointments that are long over."""
    old = Appointment.objects.filter(ends_at__lte=now - settings.INTERPRETER_WORDS_KEPT)
    lengths = {"called": Length("phone"), "met": Length("join_url")}
    return old.alias(**lengths).filter(Q(called__gt=0) | Q(met__gt=0))


def forget_ways(rows, keys, now):
    rows.update(phone="", join_url="")


def question_drafts(now):
    """Questions that somebody began and never sent."""
    return QuestionDraft.objects.kept_before(now - settings.REQUEST_DATA_KEPT)


RULES = [
    DraftRule("drafts", drafts, delete),
    Rule("sessions", sessions, delete),
    Rule("attempts", attempts, delete),
    Rule("networks_of_drafts", partial(networks, Draft, "created_at"), forget_network),
    Rule("networks_of_bookings", partial(networks, Booking, "booked_at"), forget_booking_network),
    Rule("networks_of_waiting", partial(networks, WaitingEntry, "joined_at"), forget_network),
    Rule("networks_of_calls", partial(networks, CallRequest, "asked_at"), forget_network),
    Rule("words_of_corrections", words_of_corrections, forget_words),
    Rule("room_links", room_links, forget_room),
    Rule("joining_of_requests", joining_of_requests, forget_joining),
    Rule("words_of_requests", words_of_requests, forget_request_words),
    Rule("words_of_interpreters", partial(words_of_reports, InterpreterReport), forget_remarks),
    Rule("words_of_requesters", partial(words_of_reports, RequesterReport), forget_remarks),
    Rule("words_of_questions", words_of_questions, forget_questions),
    Rule("ways_to_talk", ways_to_talk, forget_ways),
    Rule("question_drafts", question_drafts, delete),
    Rule("request_drafts", request_drafts, delete),
    Rule("applications", applications, forget_applicant),
    # Last: what the rules above count is wiped with the person as well.
    Rule("residents", residents, erase),
    Rule("requests", requests, erase),
]
