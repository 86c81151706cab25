from datetime import datetime

from django.db import transaction

from accounts.models import User
from cases.models import Case, CaseEvent
from cases.signals import case_closing


class CaseHasOpenWork(Exception):
    """Something of the case is still going on, so it cannot be closed."""


class CriticalDateUnseen(Exception):
    """The person worries about a date, and nobody has seen to it yet."""


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

    Raises TransitionNotAllowed, CaseHasOpenWork while a booking is open, or
    CriticalDateUnseen.
    """
    case = Case.objects.select_for_update().get(pk=case_id)
    if case.has_date_worry and case.critical_date_seen_at is None:
        raise CriticalDateUnseen
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


@transaction.atomic
def see_to_minor(*, case_id: int, seen_by: User, now: datetime) -> Case:
    """A coordinator has seen to it that somebody is under 18. Once is enough."""
    case = Case.objects.select_for_update().get(pk=case_id)
    if case.minor_seen_at is None:
        case.see_to_minor(at=now)
        _record_seen(case, "minor_seen", seen_by=seen_by, now=now)
    return case


@transaction.atomic
def see_to_critical_date(*, case_id: int, seen_by: User, now: datetime) -> Case:
    """A coordinator has seen to the date the person worries about. Once is enough."""
    case = Case.objects.select_for_update().get(pk=case_id)
    if case.critical_date_seen_at is None:
        case.see_to_critical_date(at=now)
        _record_seen(case, "critical_date_seen", seen_by=seen_by, now=now)
    return case


def _record_seen(case, verb, *, seen_by, now):
    record_event(
        case_id=case.pk,
        verb=f"cases.{verb}",
        actor=seen_by,
        actor_role=CaseEvent.ActorRole.COORDINATOR,
        now=now,
    )
