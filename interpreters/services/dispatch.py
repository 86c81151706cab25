"""From the first question to the person who goes, and what comes after."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from interpreters import notices
from interpreters.choices import AssignmentStatus, OfferStatus, RequestStatus
from interpreters.models import (
    Assignment,
    Interpreter,
    InterpreterReport,
    Offer,
    RequesterReport,
    StepNotAllowed,
)
from interpreters.places import Place
from interpreters.selectors import TRAVEL, who_is_there
from interpreters.services.requests import locked_request, record


class Occupied(Exception):
    """The interpreter is somewhere else at that time; `assignment` says where."""

    def __init__(self, assignment: Assignment | None):
        super().__init__("occupied")
        self.assignment = assignment


@transaction.atomic
def send_offers(
    *,
    request_id: int,
    interpreter_ids: Collection[int],
    reply_by: datetime,
    by: User | None,
    now: datetime,
) -> list[Offer]:
    """Ask several people at once: one wave. Whoever is asked already, or has stopped, is not.

    Raises StepNotAllowed unless somebody is sought.
    """
    request = locked_request(request_id)
    if request.status != RequestStatus.SEARCHING:
        raise StepNotAllowed(request.status)
    asked = set(request.offers.live().values_list("interpreter_id", flat=True))
    active = Interpreter.objects.active().filter(pk__in=interpreter_ids)
    known = set(active.values_list("pk", flat=True))
    wave = 1 + max(request.offers.values_list("wave", flat=True), default=0)
    offers = [
        Offer(request=request, interpreter_id=pk, wave=wave, sent_at=now, reply_by=reply_by)
        for pk in dict.fromkeys(interpreter_ids)
        if pk in known - asked
    ]
    for offer in offers:
        offer.set_link_digest()
    Offer.objects.bulk_create(offers)
    notices.offers_sent(offers, now=now)
    record(request, "offers_sent", by=by, now=now, wave=wave, count=len(offers))
    return offers


@transaction.atomic
def answer_offer(*, offer_id: int, can_come: bool, may_know_client: bool, now: datetime) -> Offer:
    """What the interpreter says. Raises StepNotAllowed when it is too late."""
    request_id = Offer.objects.values_list("request_id", flat=True).get(pk=offer_id)
    request = locked_request(request_id)
    offer = Offer.objects.select_for_update(of=("self",)).get(pk=offer_id)
    if offer.status == OfferStatus.SENT and offer.reply_by <= now:
        raise StepNotAllowed("too late")
    offer.may_know_client = may_know_client
    offer.step(OfferStatus.ACCEPTED if can_come else OfferStatus.DECLINED, now=now)
    record(request, "offer_answered", by=None, now=now, can_come=can_come)
    return offer


@transaction.atomic
def expire_offers(*, now: datetime) -> int:
    """Those who have not answered in time; how many."""
    count = 0
    for pk, request_id in list(Offer.objects.overdue(now).values_list("pk", "request_id")):
        locked_request(request_id)
        offer = Offer.objects.select_for_update(of=("self",)).get(pk=pk)
        if offer.status == OfferStatus.SENT and offer.reply_by <= now:
            offer.step(OfferStatus.EXPIRED, now=now)
            count += 1
    return count


def assign(
    *, request_id: int, interpreter_id: int, by: User | None, now: datetime
) -> tuple[Assignment, list[Offer]]:
    """This person goes; everybody else who was asked is told so.

    The database refuses two places at once. Raises Occupied with what takes the time, or
    StepNotAllowed unless somebody is sought and this person interprets.
    """
    try:
        with transaction.atomic():
            return _assign(request_id, interpreter_id, by, now)
    except IntegrityError:
        request = locked_request_outside(request_id)
        raise Occupied(
            who_is_there(
                interpreter_id=interpreter_id,
                starts_at=_leaves_at(request),
                ends_at=request.ends_at,
            )
        ) from None


@transaction.atomic
def give_back(*, assignment_id: int, by: User | None, now: datetime) -> Assignment:
    """The interpreter cannot come after all: somebody else is sought at once."""
    assignment, request = _locked(assignment_id)
    assignment.step(AssignmentStatus.RETURNED)
    assignment.save(update_fields=["status", "revision"])
    request.step(RequestStatus.SEARCHING)
    notices.sought_again(assignment, now=now)
    record(request, "assignment_returned", by=by, now=now)
    return assignment


@transaction.atomic
def acknowledge(*, assignment_id: int, now: datetime) -> Assignment:
    """They have read that everything stays secret: name and place are shown from now on."""
    assignment, request = _locked(assignment_id)
    assignment.step(AssignmentStatus.ACKNOWLEDGED)
    assignment.save(update_fields=["status", "revision"])
    record(request, "assignment_acknowledged", by=None, now=now)
    return assignment


@transaction.atomic
def check_in(*, assignment_id: int, now: datetime) -> Assignment:
    """The interpreter is there. From now on nothing can be canceled (terms of use)."""
    assignment, request = _locked(assignment_id)
    assignment.step(AssignmentStatus.CHECKED_IN)
    assignment.checked_in_at = now
    assignment.save(update_fields=["status", "revision", "checked_in_at"])
    request.step(RequestStatus.IN_PROGRESS)
    record(request, "checked_in", by=None, now=now)
    return assignment


@transaction.atomic
def check_out(*, assignment_id: int, was_used: bool, now: datetime) -> Assignment:
    """It is over, or nobody came; both sides write a report now."""
    assignment, request = _locked(assignment_id)
    assignment.step(
        AssignmentStatus.CHECKED_OUT if was_used else AssignmentStatus.ATTENDED_NOT_USED
    )
    assignment.checked_out_at = now
    assignment.save(update_fields=["status", "revision", "checked_out_at"])
    request.step(RequestStatus.AWAITING_REPORTS)
    notices.reports_due(assignment, now=now)
    record(request, "checked_out", by=None, now=now, was_used=was_used)
    return assignment


@transaction.atomic
def report_as_interpreter(*, assignment_id: int, now: datetime, **answers) -> InterpreterReport:
    """Raises StepNotAllowed before the end, or when it is written already."""
    assignment, request = _locked(assignment_id)
    assignment.step(AssignmentStatus.REPORTED)
    assignment.reported_at = now
    assignment.save(update_fields=["status", "revision", "reported_at"])
    report = InterpreterReport.objects.create(assignment=assignment, created_at=now, **answers)
    record(request, "interpreter_reported", by=None, now=now)
    _close_when_complete(assignment, request)
    return report


@transaction.atomic
def report_as_requester(
    *, assignment_id: int, by: User, now: datetime, **answers
) -> RequesterReport:
    """Raises StepNotAllowed before the end, or when it is written already."""
    assignment, request = _locked(assignment_id)
    if request.status != RequestStatus.AWAITING_REPORTS:
        raise StepNotAllowed(request.status)
    if RequesterReport.objects.filter(assignment=assignment).exists():
        raise StepNotAllowed("reported")
    report = RequesterReport.objects.create(assignment=assignment, created_at=now, **answers)
    record(request, "requester_reported", by=by, now=now)
    _close_when_complete(assignment, request)
    return report


@transaction.atomic
def waive_report(*, assignment_id: int, reason: str, by: User, now: datetime) -> Assignment:
    """The requester's report is not needed any more, for a reason."""
    assignment, request = _locked(assignment_id)
    if request.status != RequestStatus.AWAITING_REPORTS:
        raise StepNotAllowed(request.status)
    assignment.report_waived_at = now
    assignment.save(update_fields=["report_waived_at"])
    record(request, "report_waived", by=by, now=now, reason=reason)
    _close_when_complete(assignment, request)
    return assignment


def locked_request_outside(request_id):
    """The request once more, after a transaction that failed."""
    with transaction.atomic():
        return locked_request(request_id)


def _assign(request_id, interpreter_id, by, now):
    request = locked_request(request_id)
    if request.status != RequestStatus.SEARCHING:
        raise StepNotAllowed(request.status)
    # Two requests that want one person at once wait here, one after the other.
    people = Interpreter.objects.select_for_update(of=("self",))
    if not people.filter(pk=interpreter_id, is_active=True).first():
        raise StepNotAllowed("no such interpreter")
    assignment = Assignment(
        request=request,
        interpreter_id=interpreter_id,
        occupied_from=_leaves_at(request),
        starts_at=request.starts_at,
        ends_at=request.ends_at,
        created_at=now,
    )
    assignment.set_link_digest()
    assignment.save()
    request.step(RequestStatus.ASSIGNED)
    record(request, "assigned", by=by, now=now)
    not_selected = []
    for offer in request.offers.select_for_update(of=("self",)).live():
        if offer.interpreter_id == interpreter_id:
            if offer.status == OfferStatus.SENT:
                offer.step(OfferStatus.ACCEPTED, now=now)
            continue
        offer.step(OfferStatus.NOT_SELECTED, now=now)
        not_selected.append(offer)
    notices.assigned(assignment, now=now)
    notices.not_selected(not_selected, now=now)
    return assignment, not_selected


def _leaves_at(request):
    travel = TRAVEL if request.place == Place.ON_SITE else timedelta()
    return request.starts_at - travel


def _locked(assignment_id):
    request_id = Assignment.objects.values_list("request_id", flat=True).get(pk=assignment_id)
    request = locked_request(request_id)
    assignment = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment_id)
    return assignment, request


def _close_when_complete(assignment, request):
    is_told = (
        assignment.report_waived_at is not None
        or RequesterReport.objects.filter(assignment=assignment).exists()
    )
    if is_told and assignment.status == AssignmentStatus.REPORTED:
        request.step(RequestStatus.CLOSED)
