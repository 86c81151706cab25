"""What a resident answers and does, for the tests of services, letters and races."""

import uuid

from django.contrib.sessions.models import Session

from cases.models import Case, CaseEvent, Resident
from consultations.answers import Answers
from consultations.models import Booking, Draft, Slot
from consultations.services.drafts import hold_slot, save_answers, start_draft
from consultations.services.making import book_from_draft
from consultations.tests.factories import NOW
from notifications.models import Notice

ANSWERS = {
    "for_whom": "self",
    "topic": "work",
    "speaking_language": "vi",
    "second_language": "",
    "reading_language": "vi",
    "interpreter_wish": "not_needed",
    "language_variety": "",
    "gender_wish": "any",
    "not_from_community": False,
    "is_minor": False,
    "date_worry": "no",
    "critical_date": "",
    "mode": "video",
    "channel": "email",
    "email": "lan@example.org",
    "phone": "",
    "discretion": "private",
    "safe_hours": [],
    "reminders": "all",
    "time_zone": "",
    "nickname": "Lan",
    "message": "My boss keeps my passport.",
}
WITH_INTERPRETER = {"interpreter_wish": "wanted"}
BY_PHONE = {
    "channel": "phone",
    "mode": "phone",
    "email": "",
    "phone": "+819012345678",
    "safe_hours": ["morning", "evening"],
}


def complete_answers(**changes):
    return Answers.from_draft(ANSWERS | changes)


def begin_draft(*, now=NOW, **changes) -> Draft:
    """All questions answered but the time."""
    key = uuid.uuid4()
    start_draft(key=key, replacing=None, now=now)
    return save_answers(key=key, answers=ANSWERS | changes, now=now)


def draft_holding(slot, *, now=NOW, **changes) -> Draft:
    return hold_slot(key=begin_draft(now=now, **changes).key, slot_id=slot.pk, now=now)


def send_draft(draft, *, now=NOW):
    return book_from_draft(key=draft.key, consent_language="vi", now=now)


def book(slot, *, now=NOW, **changes):
    return send_draft(draft_holding(slot, now=now, **changes), now=now)


def planned_notices():
    """Every notice there is: (kind, revision, recipient, channel), with due and useless-from."""
    return {
        (notice.kind, notice.revision, notice.recipient_key, notice.channel): (
            notice.due_at,
            notice.expires_at,
        )
        for notice in Notice.objects.all()
    }


def planned_kinds(revision=0):
    return sorted(Notice.objects.filter(revision=revision).values_list("kind", flat=True))


def every_row() -> dict:
    """All that residents' acts can write, whole rows, to see that nothing was changed."""
    return {
        model: list(model._base_manager.order_by("pk").values())
        for model in (Booking, Case, CaseEvent, Draft, Notice, Resident, Session, Slot)
    }
