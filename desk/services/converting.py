"""A question that is more than a question: a case, a booking and its interpreter in one act."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from consultations.answers import Answers
from consultations.models import Booking
from consultations.services.making import book_by_phone
from desk.choices import QuestionStatus
from desk.models import Question
from desk.services.answering import note_converted


@transaction.atomic
def convert(
    *, question_id: int, answers: Answers, slot_id: int, key: UUID, by: User, now: datetime
) -> Booking:
    """Everything or nothing. The same form sent again answers with its booking.

    Raises SlotTaken, or StepNotAllowed when the question ended meanwhile.
    """
    booking = book_by_phone(answers=answers, slot_id=slot_id, booked_by=by, key=key, now=now)
    if Question.objects.filter(
        pk=question_id, status=QuestionStatus.CONVERTED, case=booking.case_id
    ).exists():
        return booking
    note_converted(question_id=question_id, case=booking.case, by=by, now=now)
    return booking
