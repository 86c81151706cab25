"""Who goes: assigned, replaced, given back, there, and what is said afterwards."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from interpreters import notices
from interpreters.choices import AssignmentStatus, OfferStatus, RequestStatus
from interpreters.models import (
    Assignment,
    Interpreter,
    InterpreterReport,
    InterpreterRequest,
    RequesterReport,
    StepNotAllowed,
)
from interpreters.selectors import leaves_at, who_is_there
from interpreters.services.offers import Occupied, send_next_wave
from interpreters.services.requests import (
    end_offers,
    forget_yes,
    locked_request,
    record,
    release,
)
from interpreters.signals import interpreter_came, request_filled, request_open_again

# Nobody is there much earlier; and from then on nothing can be canceled.
CHECK_IN_BEFORE = timedelta(hours=1)


def assign(*, request_id: int, interpreter_id: int, by: User | None, now: datetime) -> Assignment:
    """This person goes; everybody else who was asked is told so.

    The database refuses two places at once. Raises Occupied with what takes the time, or
    StepNotAllowed unless somebody is sought and this person interprets.
    """
    try:
        with transaction.atomic():
            return _assign(request_id, interpreter_id, by, now)
    except IntegrityError:
        raise _occupied(request_id, interpreter_id) from None


def replace(*, request_id: int, interpreter_id: int, by: User | None, now: datetime) -> Assignment:
    """Somebody else goes instead of whoever was to go; everybody is told.

    Raises Occupied or StepNotAllowed, and then nothing has changed.
    """
    try:
        with transaction.atomic():
            request = locked_request(request_id)
            if request.status != RequestStatus.ASSIGNED:
                raise StepNotAllowed(request.status)
            gone = release(request, now=now)
            request.step(RequestStatus.SEARCHING)
            notices.tell("replaced", request=request, assignment=gone, now=now)
            record(request, "replaced", by=by, now=now)
            return _assign(request_id, interpreter_id, by, now)
    except IntegrityError:
        raise _occupied(request_id, interpreter_id) from None


@transaction.atomic
def give_back(*, assignment_id: int, by: User | None, now: datetime) -> Assignment:
    """The interpreter cannot come after all: somebody else is sought at once."""
    return _lose(assignment_id, AssignmentStatus.RETURNED, "assignment_returned", by, now)


@transaction.atomic
def mark_absent(*, assignment_id: int, by: User, now: datetime) -> Assignment:
    """The interpreter did not come. Raises StepNotAllowed before the time."""
    if not Assignment.objects.filter(pk=assignment_id, starts_at__lte=now).exists():
        raise StepNotAllowed("not begun")
    return _lose(assignment_id, AssignmentStatus.ABSENT, "interpreter_absent", by, now)


@transaction.atomic
def acknowledge(*, assignment_id: int, now: datetime) -> Assignment:
    """They have read that everything stays secret: name and place are shown from now on."""
    assignment, request = _locked(assignment_id)
    assignment.step(AssignmentStatus.ACKNOWLEDGED)
    assignment.save(update_fields=["status", "revision"])
    record(request, "assignment_acknowledged", by=None, now=now)
    return assignment


@transaction.atomic
def check_in(*, assignment_id: int, by: User | None = None, now: datetime) -> Assignment:
    """The interpreter is there. From now on nothing can be canceled (terms of use).

    Raises StepNotAllowed earlier than an hour before the beginning.
    """
    assignment, request = _locked(assignment_id)
    if now < assignment.starts_at - CHECK_IN_BEFORE:
        raise StepNotAllowed("too early")
    assignment.step(AssignmentStatus.CHECKED_IN)
    assignment.checked_in_at = now
    assignment.save(update_fields=["status", "revision", "checked_in_at"])
    request.step(RequestStatus.IN_PROGRESS)
    record(request, "checked_in", by=by, now=now)
    interpreter_came.send(InterpreterRequest, request=request, by=by, now=now)
    return assignment


@transaction.atomic
def check_out(
    *, assignment_id: int, was_used: bool, by: User | None = None, now: datetime
) -> Assignment:
    """It is over, or nobody came; both sides write a report now."""
    assignment, request = _locked(assignment_id)
    assignment.step(
        AssignmentStatus.CHECKED_OUT if was_used else AssignmentStatus.ATTENDED_NOT_USED
    )
    assignment.checked_out_at = now
    assignment.save(update_fields=["status", "revision", "checked_out_at"])
    request.step(RequestStatus.AWAITING_REPORTS)
    notices.tell("checked_out", request=request, assignment=assignment, now=now)
    record(request, "checked_out", by=by, now=now, was_used=was_used)
    return assignment


@transaction.atomic
def report_as_interpreter(*, assignment_id: int, now: datetime, **answers) -> InterpreterReport:
    """Raises StepNotAllowed before the end, or when it is written already."""
    assignment, request = _locked(assignment_id)
    was_used = assignment.status == AssignmentStatus.CHECKED_OUT
    assignment.step(AssignmentStatus.REPORTED)
    assignment.reported_at = now
    assignment.save(update_fields=["status", "revision", "reported_at"])
    report = InterpreterReport.objects.create(
        assignment=assignment, was_used=was_used, created_at=now, **answers
    )
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
        occupied_from=leaves_at(request),
        starts_at=request.starts_at,
        ends_at=request.ends_at,
        created_at=now,
    )
    assignment.set_link_digest()
    assignment.save()
    request.step(RequestStatus.ASSIGNED)
    record(request, "assigned", by=by, now=now)
    for offer in request.offers.unfinished().filter(interpreter_id=interpreter_id):
        # Whoever says yes on the telephone was perhaps never asked by letter.
        if offer.status == OfferStatus.PLANNED:
            offer.step(OfferStatus.WITHDRAWN, now=now)
        elif offer.status == OfferStatus.SENT:
            offer.step(OfferStatus.ACCEPTED, now=now)
    notices.tell(
        "assigned",
        request=request,
        assignment=assignment,
        offers=end_offers(
            request, status=OfferStatus.NOT_SELECTED, besides=interpreter_id, now=now
        ),
        now=now,
    )
    request_filled.send(InterpreterRequest, request=request, by=by, now=now)
    return assignment


def _lose(assignment_id, status, verb, by, now):
    assignment, request = _locked(assignment_id)
    assignment.step(status)
    assignment.save(update_fields=["status", "revision"])
    forget_yes(request, assignment.interpreter_id, now=now)
    request.step(RequestStatus.SEARCHING)
    notices.tell("returned", request=request, assignment=assignment, now=now)
    record(request, verb, by=by, now=now)
    request_open_again.send(InterpreterRequest, request=request, by=by, now=now)
    send_next_wave(request, now=now)
    return assignment


def _occupied(request_id, interpreter_id):
    """What takes the time, asked once more after a transaction that failed."""
    request = InterpreterRequest.objects.get(pk=request_id)
    return Occupied(
        who_is_there(
            interpreter_id=interpreter_id,
            starts_at=leaves_at(request),
            ends_at=request.ends_at,
        )
    )


def _locked(assignment_id):
    request_id = Assignment.objects.values_list("request_id", flat=True).get(pk=assignment_id)
    request = locked_request(request_id)
    rows = Assignment.objects.select_for_update(of=("self",)).select_related("interpreter")
    return rows.get(pk=assignment_id), request


def _close_when_complete(assignment, request):
    is_told = (
        not request.is_dispatch
        or assignment.report_waived_at is not None
        or RequesterReport.objects.filter(assignment=assignment).exists()
    )
    if is_told and assignment.status == AssignmentStatus.REPORTED:
        request.step(RequestStatus.CLOSED)
