"""What was written for interpreters, and by who applied, is forgotten; what is counted stays."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from accounts.applications import apply_for_membership
from accounts.models import Application
from accounts.tests.factories import UserFactory
from cinga.retention import count_expired, purge
from desk.models import InternalNote
from desk.tests.factories import QuestionFactory
from interpreters.models import (
    InterpreterReport,
    InterpreterRequest,
    RequestDraft,
    RequesterReport,
)
from interpreters.models.request import WORDS
from interpreters.services.keeping import keep_draft
from interpreters.tests.factories import AssignmentFactory, InterpreterRequestFactory
from taxonomy.services import load_taxonomy

pytestmark = pytest.mark.django_db
NOW = datetime(2031, 4, 1, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def languages(db):
    load_taxonomy()


def request(ended_at):
    return InterpreterRequestFactory(
        starts_at=ended_at - DAY / 24,
        ends_at=ended_at,
        **dict.fromkeys(WORDS, "A canary"),
    )


@pytest.mark.parametrize(("days", "goes"), [(179, False), (180, True)])
def test_words_for_interpreters_go_after_half_a_year(days, goes):
    wanted = request(NOW - days * DAY)
    assert count_expired(now=NOW)["words_of_requests"] == goes
    purge(now=NOW)

    wanted.refresh_from_db()
    left = {name for name in WORDS if getattr(wanted, name)}
    assert left == (set() if goes else set(WORDS) - {"joining"})
    assert wanted.area == "足立区", "what is counted stays"
    assert count_expired(now=NOW)["words_of_requests"] == 0 or not goes


@pytest.mark.parametrize(("days", "goes"), [(6, False), (7, True)])
def test_how_to_join_goes_after_a_week(days, goes):
    wanted = request(NOW - days * DAY)
    purge(now=NOW)
    wanted.refresh_from_db()
    assert bool(wanted.joining) is not goes
    assert wanted.outline == "A canary"


def test_free_words_of_both_reports_go_and_minutes_stay():
    assignment = AssignmentFactory(request=request(NOW - 190 * DAY))
    for model in (InterpreterReport, RequesterReport):
        model.objects.create(
            assignment=assignment, minutes=90, remarks="A canary", created_at=NOW - 181 * DAY
        )
    purge(now=NOW)
    for model in (InterpreterReport, RequesterReport):
        report = model.objects.get()
        assert (report.minutes, report.remarks) == (90, "")


def test_a_request_that_was_begun_goes_after_a_month():
    old, new = UserFactory.create_batch(2)
    keep_draft(user=old, answers={"area": ["A canary"]}, now=NOW - 31 * DAY)
    keep_draft(user=new, answers={"area": ["A canary"]}, now=NOW - 29 * DAY)
    purge(now=NOW)
    assert RequestDraft.objects.get().user == new


def test_who_applied_is_forgotten_and_the_organization_stays():
    apply_for_membership(
        organization_name="Demo City",
        kind="municipality",
        prefecture_code="13",
        phone="03-0000-0000",
        name="A canary",
        email="canary@example.org",
        language="ja",
        now=NOW - 181 * DAY,
    )
    assert purge(now=NOW)["applications"] == 1
    application = Application.objects.get()
    assert (application.name, application.email, application.phone) == ("", "", "")
    assert application.organization_name == "Demo City"
    assert purge(now=NOW)["applications"] == 0


def test_no_table_holds_such_words_in_the_open():
    """A canary in every encrypted field: no row of the database shows it."""
    request(NOW)
    keep_draft(user=UserFactory(), answers={"area": ["A canary"]}, now=NOW)
    apply_for_membership(
        organization_name="Demo",
        kind="municipality",
        prefecture_code="13",
        phone="0",
        name="A canary",
        email="A canary",
        language="ja",
        now=NOW,
    )
    with connection.cursor() as cursor:
        for model in (InterpreterRequest, RequestDraft, Application):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")  # noqa: S608 our own name
            assert "canary" not in str(cursor.fetchall())


@pytest.mark.parametrize(
    ("days", "status", "goes"),
    [(1094, "closed", False), (1095, "closed", True), (2000, "received", False)],
)
def test_threads_of_the_desk_go_after_three_years_unless_open(days, status, goes):
    question = QuestionFactory(asked_at=NOW - days * DAY, status=status, text="A canary")
    note = InternalNote.objects.create(
        question=question, author=UserFactory(), text="A canary", written_at=NOW
    )
    assert purge(now=NOW)["words_of_questions"] == goes
    question.refresh_from_db()
    note.refresh_from_db()
    assert (question.text, note.text) == (("", "") if goes else ("A canary", "A canary"))
