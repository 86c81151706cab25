"""Asking for an interpreter, and deciding whether it is for us."""

import uuid
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import Organization, User
from accounts.roles import is_coordinator
from history.models import Event
from interface.references import new_reference
from interpreters import notices
from interpreters.choices import AssignmentStatus, OfferStatus, RequestStatus
from interpreters.models import (
    Assignment,
    InterpreterRequest,
    Offer,
    Refusal,
    RequestEvent,
    StepNotAllowed,
)
from interpreters.selectors import has_overdue_report
from interpreters.signals import request_unfilled
from interpreters.terms import VERSION, Circumstances, Term, Wish, refusing_terms

REFERENCE_TRIES = 5
Role = Event.ActorRole


class Refused(Exception):
    """The terms of use refuse it; `terms` are all that it breaks."""

    def __init__(self, terms: list[Term]):
        super().__init__(", ".join(term.code for term in terms))
        self.terms = terms


class NotApproved(Exception):
    """The organization is not approved, or the person is no member of it."""


@dataclass(frozen=True)
class Details:
    """What a request says besides the wish that the terms look at."""

    topic_id: str
    area: str = ""
    address: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    outline: str = ""
    variety: str = ""
    needs_script: bool = False
    modality: str = "spoken"
    department: str = ""
    joining: str = ""
    safety_note: str = ""
    people_present: int | None = None
    client_gender: str = ""
    client_age_band: str = ""
    gender_wish: str = "any"
    not_from_community: bool = False
    accepts_relay: bool = False
    candidates: tuple = ()


def submit_requests(
    *,
    organization: Organization,
    member: User,
    wish: Wish,
    languages: Collection[str],
    details: Details,
    holidays: Collection[date],
    lead_days: int,
    now: datetime,
) -> list[InterpreterRequest]:
    """One linked request for each language. Whoever submits accepts the terms in force.

    Raises NotApproved, or Refused with every term that is broken; the refusal is counted.
    """
    if not organization.is_approved or not organization.members.filter(pk=member.pk).exists():
        raise NotApproved
    circumstances = Circumstances(
        now=now,
        holidays=holidays,
        lead_days=lead_days,
        has_overdue_report=has_overdue_report(organization, now),
    )
    if broken := refusing_terms(wish, circumstances):
        Refusal.objects.bulk_create(
            Refusal(term=term.code, language_id=language, setting=wish.setting, happened_at=now)
            for term in broken
            for language in languages
        )
        raise Refused(broken)
    group = uuid.uuid4() if len(languages) > 1 else None
    with transaction.atomic():
        return [
            _create(organization, member, wish, language, details, group, now)
            for language in languages
        ]


@transaction.atomic
def screen_in(*, request_id: int, by: User, now: datetime) -> InterpreterRequest:
    """It is for us: somebody is sought. Raises StepNotAllowed."""
    return _step(request_id, RequestStatus.SEARCHING, "screened_in", by=by, now=now)


@transaction.atomic
def screen_out(*, request_id: int, reason: str, by: User, now: datetime) -> InterpreterRequest:
    """It is not for us, for a reason. Raises StepNotAllowed."""
    request = _step(
        request_id, RequestStatus.OUT_OF_SCOPE, "screened_out", by=by, now=now, reason=reason
    )
    notices.tell("out_of_scope", request=request, now=now)
    return request


@transaction.atomic
def mark_unfilled(
    *, request_id: int, reason: str, by: User | None, now: datetime
) -> InterpreterRequest:
    """Nobody was found; it goes into the ledger. Raises StepNotAllowed."""
    request = _step(
        request_id, RequestStatus.UNFILLED, "marked_unfilled", by=by, now=now, reason=reason
    )
    notices.tell("unfilled", request=request, offers=end_offers(request, now=now), now=now)
    request_unfilled.send(InterpreterRequest, request=request, by=by, now=now)
    return request


@transaction.atomic
def cancel_request(*, request_id: int, by: User | None, now: datetime) -> InterpreterRequest:
    """Not needed any more. Raises StepNotAllowed once the interpreter is on site."""
    request = _step(request_id, RequestStatus.CANCELED, "canceled", by=by, now=now)
    is_by_desk = by is not None and is_coordinator(by)
    notices.tell(
        "canceled_by_desk" if is_by_desk else "canceled",
        request=request,
        assignment=release(request, now=now),
        offers=end_offers(request, now=now),
        now=now,
    )
    return request


def release(request: InterpreterRequest, *, now: datetime) -> Assignment | None:
    """Take the time of whoever was to go off them; the request is locked by the caller."""
    assignment = (
        request.assignments.select_for_update(of=("self",))
        .select_related("interpreter")
        .occupying()
        .first()
    )
    if assignment is not None:
        assignment.step(AssignmentStatus.RETURNED)
        assignment.save(update_fields=["status", "revision"])
        forget_yes(request, assignment.interpreter_id, now=now)
    return assignment


def forget_yes(request: InterpreterRequest, interpreter_id: int, *, now: datetime) -> None:
    """What somebody said who does not go after all counts no more."""
    for offer in request.offers.unfinished().filter(interpreter_id=interpreter_id):
        offer.step(OfferStatus.WITHDRAWN, now=now)


def end_offers(
    request: InterpreterRequest,
    *,
    status: str = OfferStatus.WITHDRAWN,
    besides: int | None = None,
    now: datetime,
) -> list[Offer]:
    """Nothing comes of what is still open; those who were asked and are to be told so.

    The offer of the interpreter `besides` stays as it is.
    """
    open_offers = request.offers.select_for_update(of=("self",)).select_related("interpreter")
    told = []
    for offer in open_offers.unfinished().exclude(interpreter_id=besides):
        if offer.status != OfferStatus.PLANNED:
            told.append(offer)
        offer.step(status, now=now)
    return told


def record(request, verb, *, by, now, role=None, **details):
    """A line of history; codes only. Without somebody signed in it is the interpreter's act."""
    if role is None:
        role = Role.INTERPRETER
        if by is not None:
            role = Role.COORDINATOR if is_coordinator(by) else Role.REQUESTER
    RequestEvent.objects.create(
        request=request,
        actor=by,
        actor_role=role,
        verb=f"interpreters.{verb}",
        details=details,
        happened_at=now,
    )


def locked_request(request_id: int) -> InterpreterRequest:
    return InterpreterRequest.objects.select_for_update(of=("self",)).get(pk=request_id)


def _step(request_id, status, verb, *, by, now, reason=""):
    request = locked_request(request_id)
    request.step(status, reason=reason)
    role = Role.SYSTEM if by is None else None
    record(request, verb, by=by, role=role, now=now, **({"reason": reason} if reason else {}))
    return request


def _create(organization, member, wish, language, details, group, now):
    facts = asdict(details)
    facts["candidates"] = [
        [starts.isoformat(), ends.isoformat()] for starts, ends in details.candidates
    ]
    for _try in range(REFERENCE_TRIES):
        try:
            with transaction.atomic():
                request = InterpreterRequest.objects.create(
                    reference=new_reference(),
                    group=group,
                    organization=organization,
                    requested_by=member,
                    language_id=language,
                    setting=wish.setting,
                    purpose=wish.purpose,
                    place=wish.place,
                    starts_at=wish.starts_at,
                    ends_at=wish.ends_at,
                    terms_version=VERSION,
                    terms_accepted_at=now,
                    submitted_at=now,
                    **facts,
                )
        except IntegrityError:
            continue
        record(request, "submitted", by=member, now=now)
        notices.tell("submitted", request=request, now=now)
        return request
    raise StepNotAllowed("no free reference was found")
