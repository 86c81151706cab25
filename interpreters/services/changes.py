"""What changes after somebody was asked: those who said yes to something else are asked again."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from interpreters import notices
from interpreters.choices import CHANGEABLE, STILL_COMING, RequestStatus
from interpreters.models import Interpreter, InterpreterRequest, StepNotAllowed
from interpreters.services.offers import send_offers
from interpreters.services.requests import end_offers, locked_request, record, release
from interpreters.signals import request_open_again

# Whoever agreed to come agreed to these.
MATERIAL = frozenset({"language", "modality", "place", "area", "starts_at", "ends_at"})
# Whoever goes reads these once more and confirms again.
READ_AGAIN = frozenset({"address", "variety", "outline", "safety_note"})
# Whoever interprets one language does not for that reason interpret another.
ANOTHER_PERSON = frozenset({"language", "modality"})


@transaction.atomic
def change_request(
    *, request_id: int, by: User | None, now: datetime, **changes
) -> InterpreterRequest:
    """Save what is different, and ask those again who had agreed to what was before.

    Raises StepNotAllowed once somebody is on site, or it is over.
    """
    request = locked_request(request_id)
    different = {
        name for name, value in changes.items() if getattr(request, _column(name)) != value
    }
    if not different:
        return request
    if request.status not in CHANGEABLE:
        raise StepNotAllowed(request.status)
    for name in different:
        setattr(request, _column(name), changes[name])
    request.version += 1
    request.save(update_fields=[*different, "version"])
    ask_again(request, different, by=by, now=now)
    return request


@transaction.atomic
def choose_time(*, request_id: int, number: int, by: User, now: datetime) -> InterpreterRequest:
    """Take one of the other times the organization gave; the present one stays to choose.

    Raises StepNotAllowed, also when there is no such time any more.
    """
    request = locked_request(request_id)
    if not 0 <= number < len(request.candidates):
        raise StepNotAllowed("no such time")
    chosen = [datetime.fromisoformat(each) for each in request.candidates[number]]
    request.candidates[number] = [request.starts_at.isoformat(), request.ends_at.isoformat()]
    request.save(update_fields=["candidates"])
    starts_at, ends_at = chosen
    return change_request(
        request_id=request_id, by=by, now=now, starts_at=starts_at, ends_at=ends_at
    )


def ask_again(
    request: InterpreterRequest, different: Iterable[str], *, by: User | None, now: datetime
) -> None:
    """End what was agreed when something material has changed, and ask the same people anew.

    The request is locked and saved by the caller, inside a transaction.
    """
    material = MATERIAL.intersection(different)
    if not material:
        if READ_AGAIN.intersection(different):
            _let_read_again(request, by=by, now=now)
        return
    request.revision += 1
    request.save(update_fields=["revision"])
    was_assigned = request.status == RequestStatus.ASSIGNED
    gone = release(request, now=now)
    if was_assigned:
        request.step(RequestStatus.SEARCHING)
    ended = end_offers(request, now=now)
    people = {each.interpreter_id for each in ended} | ({gone.interpreter_id} if gone else set())
    if not ANOTHER_PERSON.isdisjoint(material):
        people = set()
    notices.tell(
        "changed",
        request=request,
        # Who is asked anew learns from that letter what has changed.
        assignment=None if gone and gone.interpreter_id in people else gone,
        offers=[each for each in ended if each.interpreter_id not in people],
        now=now,
    )
    record(request, "changed", by=by, now=now, what=sorted(material))
    if was_assigned:
        request_open_again.send(InterpreterRequest, request=request, by=by, now=now)
    if people and request.status == RequestStatus.SEARCHING:
        known = Interpreter.objects.active().filter(pk__in=people).order_by("pk")
        send_offers(
            request_id=request.pk,
            interpreter_ids=list(known.values_list("pk", flat=True)),
            by=by,
            now=now,
        )


def _let_read_again(request, *, by, now):
    assignment = (
        request.assignments.select_for_update(of=("self",))
        .select_related("interpreter")
        .filter(status__in=STILL_COMING)
        .first()
    )
    if assignment is None:
        return
    assignment.read_again()
    notices.tell("details_changed", request=request, assignment=assignment, now=now)
    record(request, "details_changed", by=by, now=now)


def _column(name):
    return f"{name}_id" if name in {"language", "topic"} else name
