"""What is kept beside the questions, and what happens by itself after a while."""

from datetime import date, datetime, timedelta

import pytest
from django.core import mail

from accounts.applications import approve_application, refuse_application
from accounts.models import Application, Membership
from accounts.tests.factories import OrganizationFactory, UserFactory
from desk.choices import QuestionStatus
from desk.digest import digest_of, last_month, rounded, send_digest
from desk.letters import compose_digest
from desk.models import Article, FirstQuestion, NoDigest, Question
from desk.services import answering
from desk.services.asking import close_what_is_quiet, follow_up
from desk.services.firsts import apply_with_question
from desk.services.keeping import choose_digest
from desk.services.knowledge import renew
from desk.tests.factories import (
    NIGHT,
    OPEN,
    TODAY,
    TOKYO,
    ArticleFactory,
    QuestionFactory,
    center,
    claimed,
    scrivener,
    written,
)
from notifications.models import Notice
from notifications.services import send_due_notices
from notifications.signals import sweeping

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
DAY = timedelta(days=1)
DECEMBER = datetime(2026, 12, 1, 9, tzinfo=TOKYO)
NOVEMBER = date(2026, 11, 1)


# WITH AN APPLICATION


def apply(**changes):
    applicant = {
        "organization_name": "Demo City",
        "kind": "municipality",
        "prefecture_code": "13",
        "phone": "03-0000-0000",
        "name": "Demo Clerk",
        "email": "clerk@example.org",
    }
    facts = {"topic_id": "work", "text": "How?", "urgent_date": date(2026, 12, 1)} | changes
    return apply_with_question(applicant=applicant, language="en", now=NIGHT, **facts)


def test_a_first_question_is_asked_when_the_organization_is_approved():
    application = apply(residence_status="designated")
    assert not Question.objects.exists()
    approve_application(application_id=application.pk, by=UserFactory(), now=OPEN)

    question = Question.objects.get()
    assert (question.text, question.residence_status) == ("How?", "designated")
    assert question.asked_at == NIGHT, "the clock runs since it was written"
    assert question.due_at > OPEN
    assert question.asker.email == "clerk@example.org"
    assert not FirstQuestion.objects.exists()
    send_due_notices(OPEN)
    assert "Your question has arrived" in {letter.subject for letter in mail.outbox}


def test_nobody_is_written_at_night_because_a_coordinator_works_late():
    application = apply()
    night = datetime(2026, 11, 26, 23, tzinfo=TOKYO)
    approve_application(application_id=application.pk, by=UserFactory(), now=night)
    send_due_notices(night)
    assert not mail.outbox
    send_due_notices(night + timedelta(hours=9))
    assert len(mail.outbox) == 2


def test_what_came_with_a_refused_application_is_gone():
    application = apply()
    refuse_application(application_id=application.pk, by=UserFactory(), now=OPEN)
    assert not FirstQuestion.objects.exists()
    assert not Question.objects.exists()


def test_an_approval_that_fails_leaves_everything_as_it_was(monkeypatch):
    application = apply()

    def broken(**facts):
        raise RuntimeError

    monkeypatch.setattr("desk.receivers.ask_first_question", broken)
    with pytest.raises(RuntimeError):
        approve_application(application_id=application.pk, by=UserFactory(), now=OPEN)
    assert Application.objects.get().status == Application.Status.WAITING
    assert FirstQuestion.objects.exists()
    assert not Membership.objects.exists()


# AFTER A WHILE


def answered(question, now=OPEN):
    by = scrivener()
    claimed(question, by, now)
    written(question, by, now)
    answering.send_answer(question_id=question.pk, by=by, now=now)


def test_an_answer_nobody_says_anything_about_closes_after_two_weeks():
    question = QuestionFactory()
    answered(question)
    assert close_what_is_quiet(now=OPEN + 14 * DAY) == 0
    assert close_what_is_quiet(now=OPEN + 15 * DAY) == 1
    question.refresh_from_db()
    assert question.status == QuestionStatus.CLOSED


def test_a_question_that_waits_for_its_asker_closes_and_comes_back():
    question = QuestionFactory()
    by = scrivener()
    claimed(question, by)
    answering.ask_back(question_id=question.pk, by=by, text="Since when?", now=OPEN)
    assert close_what_is_quiet(now=OPEN + 15 * DAY) == 1
    follow_up(question_id=question.pk, asker=question.asker, text="Since May", now=OPEN + 90 * DAY)
    question.refresh_from_db()
    assert question.status == QuestionStatus.RECEIVED


def test_what_was_written_since_keeps_it_open():
    question = QuestionFactory()
    answered(question)
    follow_up(question_id=question.pk, asker=question.asker, text="And?", now=OPEN + 10 * DAY)
    answered(question, OPEN + 12 * DAY)
    assert close_what_is_quiet(now=OPEN + 15 * DAY) == 0


# A BETTER ADDRESS, AN ARTICLE THAT IS STILL RIGHT


def test_out_of_scope_names_a_center():
    question, better = QuestionFactory(), center()
    answering.refuse(
        question_id=question.pk, by=scrivener(), reason="", better_center=better, now=OPEN
    )
    question.refresh_from_db()
    assert question.better_center == better


def test_a_stale_article_is_right_for_another_year():
    article = ArticleFactory(review_by=TODAY - DAY)
    assert Article.objects.stale(TODAY).exists()
    renew(article_id=article.pk, version=0, today=TODAY)
    article.refresh_from_db()
    assert not Article.objects.stale(TODAY).exists()
    assert (article.correct_as_of, article.review_by) == (TODAY, TODAY + 365 * DAY)


# THE MONTH


def ask(count, **facts):
    for _each in range(count):
        QuestionFactory(**{"asker": None} | facts)


def member(**facts):
    user = UserFactory(language="en")
    Membership.objects.create(user=user, organization=OrganizationFactory(**facts))
    return user


def test_a_month_is_told_in_fives(django_assert_num_queries):
    ask(7, prefecture_code="27")
    ask(4, topic_id="work", prefecture_code="27")
    ask(13, topic_id="tax", prefecture_code="13")
    ask(9, asked_at=datetime(2026, 10, 31, 23, 59, tzinfo=TOKYO))
    ArticleFactory(title="New")
    ArticleFactory(title="Older", published_at=OPEN - 60 * DAY)
    with django_assert_num_queries(2):
        told = digest_of(NOVEMBER)
    assert told.questions == 20
    assert told.topics == (("税金", 10), ("入管手続・在留資格", 5))
    assert [line[0::2] for line in told.places] == [("東京都", 10), ("大阪府", 5)]
    assert [article.title for article in told.articles] == ["New"]


def test_what_was_asked_twice_is_told_once():
    ask(5)
    first = Question.objects.first()
    ask(5, status=QuestionStatus.MERGED, merged_into=first)
    assert digest_of(NOVEMBER).questions == 5


@pytest.mark.parametrize(("count", "told"), [(0, 0), (4, 0), (5, 5), (9, 5), (10, 10)])
def test_no_count_is_told_exactly(count, told):
    assert rounded(count) == told


@pytest.mark.parametrize(
    ("today", "month"),
    [(date(2027, 1, 5), date(2026, 12, 1)), (date(2026, 3, 31), date(2026, 2, 1))],
)
def test_the_month_before(today, month):
    assert last_month(today) == month


def test_each_member_of_an_approved_organization_gets_one_letter():
    ask(6)
    ArticleFactory(title="Something new")
    reader, waiting, refusing = member(approved=True), member(), member(approved=True)
    choose_digest(user=refusing, is_wanted=False, now=OPEN)
    assert send_digest(now=DECEMBER) == 1
    assert send_digest(now=DECEMBER + DAY) == 0
    send_due_notices(DECEMBER)
    [letter] = [each for each in mail.outbox if each.subject == "A month at the support desk"]
    assert letter.to == [reader.email]
    assert "入管手続・在留資格: 5 or more" in letter.body
    assert "New to read: Something new" in letter.body
    assert "/desk/months/2026-11/" in letter.body
    assert waiting.email not in letter.to


@pytest.mark.parametrize("count", [1, 3])
def test_a_month_is_counted_once_for_all_letters(count, django_assert_num_queries):
    ask(6)
    readers = [member(approved=True) for _each in range(count)]
    send_digest(now=DECEMBER)
    letters = list(Notice.objects.filter(kind="desk.digest"))
    with django_assert_num_queries(2 + count):
        written = [compose_digest(notice, DECEMBER) for notice in letters]
    assert {letter.to for letter in written} == {reader.email for reader in readers}


def test_the_sweep_sends_it_without_celery():
    ask(6)
    member(approved=True)
    sweeping.send(sender=None, now=DECEMBER)
    assert Notice.objects.filter(kind="desk.digest").count() == 1


def test_who_stops_it_after_it_was_planned_gets_none():
    ask(6)
    reader = member(approved=True)
    send_digest(now=DECEMBER)
    choose_digest(user=reader, is_wanted=False, now=DECEMBER)
    send_due_notices(DECEMBER)
    assert not mail.outbox
    choose_digest(user=reader, is_wanted=True, now=DECEMBER)
    assert not NoDigest.objects.exists()


@pytest.mark.parametrize("when", [DECEMBER + 10 * DAY, DECEMBER - 5 * DAY])
def test_later_in_the_month_nobody_needs_it(when):
    ask(6)
    member(approved=True)
    assert send_digest(now=when) == 0


def test_a_month_in_which_hardly_anything_was_asked_has_no_letter():
    ask(4)
    member(approved=True)
    assert send_digest(now=DECEMBER) == 0
