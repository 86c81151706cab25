"""Everything that is kept about a person, to be handed to them."""

from datetime import datetime

from django.db import models, transaction

from accounts.models import User
from accounts.services import record_access
from cases.models import Case, CaseEvent, Resident
from cases.services import record_event
from consultations.models import Booking, CallRequest, WaitingEntry
from notifications.models import Notice

# What finds a row or opens it, and says nothing about anybody.
LEFT_OUT = {
    "link_id",
    "link_generation",
    "link_digest",
    "link_wrong_codes",
    "link_wrong_code_at",
    "draft_key",
    "key",
    "contact_digest",
    "network",
    "network_seat",
    "email_digest",
    "phone_digest",
    "version",
}
PARTS = {"bookings": Booking, "waiting_list": WaitingEntry, "calls_asked_for": CallRequest}
OF_LETTERS = ("kind", "channel", "state", "due_at", "sent_at")
OF_HISTORY = ("verb", "actor_role", "happened_at", "details")


@transaction.atomic
def export_resident(*, case_id: int, exported_by: User, now: datetime) -> dict:
    """All of it, as it was typed. The access log and the history say that it was read."""
    resident = Resident.objects.get(cases=case_id)
    record_access(
        user=exported_by,
        subject=f"cases.Resident:{resident.pk}",
        purpose="data_exported",
        now=now,
    )
    record_event(
        case_id=case_id,
        verb="consultations.data_exported",
        actor=exported_by,
        actor_role=CaseEvent.ActorRole.COORDINATOR,
        now=now,
    )
    letters = Notice.objects.filter(recipient_key=resident.key).order_by("pk")
    return {
        "exported_at": now,
        "person": _columns(resident),
        "cases": [_case(case) for case in Case.objects.filter(resident=resident).order_by("pk")],
        "letters_and_calls": list(letters.values(*OF_LETTERS)),
    }


def _case(case):
    rows = {
        name: [_columns(row) for row in model.objects.filter(case=case).order_by("pk")]
        for name, model in PARTS.items()
    }
    history = case.events.order_by("happened_at", "pk").values(*OF_HISTORY)
    topics = list(case.other_topics.order_by("pk").values_list("pk", flat=True))
    return {**_columns(case), "other_topics": topics, **rows, "history": list(history)}


def _columns(row: models.Model) -> dict:
    columns = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in LEFT_OUT
    }
    if isinstance(row, Booking):
        slot = row.slot
        columns["time"] = [slot.starts_at, slot.ends_at]
        columns["expert_kind"] = slot.expert.kind
    return columns
