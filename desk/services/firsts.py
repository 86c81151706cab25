"""The first question of an organization, asked with its application."""

from datetime import date, datetime

from django.db import transaction

from accounts.applications import apply_for_membership
from accounts.models import Application, User
from desk.models import FirstQuestion, Question
from desk.services.asking import ask_question
from schedules.hours import Calendar


@transaction.atomic
def apply_with_question(
    *,
    applicant: dict,
    language: str,
    topic_id: str,
    text: str,
    now: datetime,
    residence_status: str = "",
    urgent_date: date | None = None,
    keeps_personal_data: bool = False,
) -> Application:
    """Apply, and leave a question for when somebody has looked at the application.

    `applicant` is what apply_for_membership asks for.
    """
    application = apply_for_membership(**applicant, language=language, now=now)
    FirstQuestion.objects.update_or_create(
        application=application,
        defaults={
            "topic_id": topic_id,
            "text": text,
            "residence_status": residence_status,
            "urgent_date": urgent_date,
            "keeps_personal_data": keeps_personal_data,
            "asked_at": now,
        },
    )
    return application


def ask_first_question(
    *, application: Application, asker: User, calendar: Calendar, now: datetime
) -> Question | None:
    """Put what the application asked into the queue, as of when it was asked; None: nothing.

    In the transaction of the approval.
    """
    first = FirstQuestion.objects.filter(application=application).first()
    if first is None:
        return None
    question = ask_question(
        organization=application.organization,
        asker=asker,
        topic_id=first.topic_id,
        text=first.text,
        residence_status=first.residence_status,
        urgent_date=first.urgent_date,
        keeps_personal_data=first.keeps_personal_data,
        calendar=calendar,
        asked_at=first.asked_at,
        now=now,
    )
    first.delete()
    return question


def drop_first_question(*, application: Application) -> None:
    """Nothing comes of the application: its question is nobody's."""
    FirstQuestion.objects.filter(application=application).delete()
