"""What the desk keeps of people and offices, and when it is forgotten."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from accounts.tests.factories import UserFactory
from cinga.retention import purge
from desk.choices import Wish
from desk.models import Appointment, FirstQuestion, InternalNote, QuestionDraft
from desk.services.firsts import apply_with_question
from desk.services.keeping import keep_draft
from desk.tests.factories import TOKYO, QuestionFactory
from schedules.services import load_schedules
from taxonomy.services import load_taxonomy

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 29, 9, tzinfo=TOKYO)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def reference_data(db):
    load_taxonomy()
    load_schedules()


def talk(ended_at):
    return Appointment.objects.create(
        question=QuestionFactory(),
        kind=Wish.MEETING,
        starts_at=ended_at - HOUR,
        ends_at=ended_at,
        line=0,
        phone="A canary",
        join_url="A canary",
    )


def apply(now):
    return apply_with_question(
        applicant={
            "organization_name": "Demo",
            "kind": "other",
            "prefecture_code": "13",
            "phone": "0",
            "name": "A canary",
            "email": "canary@example.org",
        },
        language="ja",
        topic_id="work",
        text="A canary",
        now=now,
    )


def test_how_an_office_was_reached_is_forgotten_after_half_a_year():
    old, young = talk(NOW - 180 * DAY), talk(NOW - 180 * DAY + HOUR)
    assert purge(now=NOW)["ways_to_talk"] == 1
    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.phone, old.join_url) == ("", "")
    assert young.phone == "A canary"
    assert purge(now=NOW)["ways_to_talk"] == 0


def test_a_note_that_was_written_after_the_others_were_forgotten_goes_too():
    question = QuestionFactory(asked_at=NOW - 2000 * DAY, status="closed", text="")
    InternalNote.objects.create(
        question=question, author=UserFactory(), text="A canary", written_at=NOW
    )
    assert purge(now=NOW)["words_of_questions"] == 1
    assert InternalNote.objects.get().text == ""
    assert purge(now=NOW)["words_of_questions"] == 0


def test_a_question_that_was_never_sent_goes_after_a_month():
    keep_draft(user=UserFactory(), answers={"text": "A canary"}, now=NOW - 31 * DAY)
    young = keep_draft(user=UserFactory(), answers={"text": "A canary"}, now=NOW - 29 * DAY)
    assert purge(now=NOW)["question_drafts"] == 1
    assert QuestionDraft.objects.get() == young


def test_what_was_asked_with_a_forgotten_application_is_gone():
    apply(NOW - 181 * DAY)
    apply(NOW)
    purge(now=NOW)
    assert FirstQuestion.objects.get().asked_at == NOW


def test_no_table_holds_such_words_in_the_open():
    talk(NOW)
    apply(NOW)
    keep_draft(user=UserFactory(), answers={"text": "A canary"}, now=NOW)
    with connection.cursor() as cursor:
        for model in (Appointment, FirstQuestion, QuestionDraft):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")  # noqa: S608 - a table's name
            rows = cursor.fetchall()
            assert rows
            assert not any("canary" in str(value) for row in rows for value in row)
