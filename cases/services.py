from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases.models import Case, CaseEvent
from cases.signals import case_closing


class CaseHasOpenWork(Exception):
    """Something of the case is still going on, so it cannot be closed."""


def record_event(
    *,
    case_id: int,
    verb: str,
    actor_role: str,
    now: datetime,
    actor: User | None = None,
    **details: str | int | bool | None,
) -> None:
    """Write one line of a case's history. Details are codes and ids only."""
    CaseEvent.objects.create(
        case_id=case_id,
        verb=verb,
        actor=actor,
        actor_role=actor_role,
        details=details,
        happened_at=now,
    )


@transaction.atomic
def take_case(*, case_id: int, owner: User, now: datetime) -> Case:
    """Make a coordinator responsible for a case; a closed one cannot be taken."""
    case = Case.objects.select_for_update().get(pk=case_id)
    case.take(owner)
    record_event(
        case_id=case.pk,
        verb="cases.case_taken",
        actor=owner,
        actor_role=CaseEvent.ActorRole.COORDINATOR,
        now=now,
    )
    return case


@transaction.atomic
def close_case(*, case_id: int, outcome: str, closed_by: User, now: datetime) -> Case:
    """Close a case with its outcome.

    Raises TransitionNotAllowed, or CaseHasOpenWork while a booking is open.
    """
    case = Case.objects.select_for_update().get(pk=case_id)
    case_closing.send(sender=Case, case=case, now=now)
    case.close(outcome=outcome, at=now)
    record_event(
        case_id=case.pk,
        verb="cases.case_closed",
        actor=closed_by,
        actor_role=CaseEvent.ActorRole.COORDINATOR,
        now=now,
        outcome=outcome,
    )
    return case


@transaction.atomic
def reopen_case(*, case_id: int, reopened_by: User, now: datetime) -> Case:
    case = Case.objects.select_for_update().get(pk=case_id)
    case.reopen()
    record_event(
        case_id=case.pk,
        verb="cases.case_reopened",
        actor=reopened_by,
        actor_role=CaseEvent.ActorRole.COORDINATOR,
        now=now,
    )
    return case
