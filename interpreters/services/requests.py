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
from interpreters.choices import OfferStatus, RequestStatus
from interpreters.models import InterpreterRequest, Refusal, RequestEvent, StepNotAllowed
from interpreters.selectors import has_overdue_report
from interpreters.terms import VERSION, Circumstances, Term, Wish, refusing_terms

REFERENCE_TRIES = 5


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
    client_gender: str = ""
    client_age_band: str = ""
    gender_wish: str = "any"
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
    return _step(
        request_id, RequestStatus.OUT_OF_SCOPE, "screened_out", by=by, now=now, reason=reason
    )


@transaction.atomic
def mark_unfilled(*, request_id: int, reason: str, by: User, now: datetime) -> InterpreterRequest:
    """Nobody was found; it goes into the ledger. Raises StepNotAllowed."""
    request = _step(
        request_id, RequestStatus.UNFILLED, "marked_unfilled", by=by, now=now, reason=reason
    )
    _end_offers(request, now)
    return request


@transaction.atomic
def cancel_request(*, request_id: int, by: User, now: datetime) -> InterpreterRequest:
    """Not needed any more. Raises StepNotAllowed once the interpreter is on site."""
    request = _step(request_id, RequestStatus.CANCELED, "canceled", by=by, now=now)
    _end_offers(request, now)
    for assignment in request.assignments.select_for_update().occupying():
        assignment.step("returned")
        assignment.save(update_fields=["status", "revision"])
        notices.called_off(assignment, now=now)
    return request


def record(request, verb, *, by, now, **details):
    """A line of history; codes only. Without somebody signed in it is the interpreter's act."""
    role = Event.ActorRole.INTERPRETER
    if by is not None:
        is_desk = is_coordinator(by)
        role = Event.ActorRole.COORDINATOR if is_desk else Event.ActorRole.REQUESTER
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
    record(request, verb, by=by, now=now, **({"reason": reason} if reason else {}))
    return request


def _end_offers(request, now):
    """Whoever was asked, or has said yes, is told that nothing comes of it."""
    chosen = set(request.assignments.occupying().values_list("interpreter_id", flat=True))
    ended = list(request.offers.select_for_update(of=("self",)).live())
    for offer in ended:
        offer.step(OfferStatus.WITHDRAWN, now=now)
    # Who was to go gets a letter of their own.
    notices.withdrawn([each for each in ended if each.interpreter_id not in chosen], now=now)


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
        return request
    raise StepNotAllowed("no free reference was found")
