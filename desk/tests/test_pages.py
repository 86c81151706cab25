"""The desk's pages: what they do with what is typed, and who sees what."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from accounts import roles
from accounts.models import AccessLog, Membership
from accounts.tests.clients import signed_in
from accounts.tests.factories import OrganizationFactory
from consultations.choices import ExpertKind
from consultations.models import Booking, Expert, Slot
from consultations.tests.factories import ExpertFactory, SlotFactory, TopicExpertKindFactory
from desk.choices import QuestionStatus
from desk.models import Article, InternalNote, Question
from desk.residence import choices_on
from desk.services import answering
from desk.services.appointments import free_times, plan_appointment
from desk.services.firsts import apply_with_question
from desk.tests.factories import (
    TODAY,
    ArticleFactory,
    QuestionFactory,
    claimed,
    scrivener,
    social_worker,
    written,
)
from interpreters.models import InterpreterRequest
from notifications.services import send_due_notices
from schedules.selectors import load_calendar
from taxonomy.models import Topic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
ASK = "/en/desk/ask/"


@pytest.fixture
def member():
    client = signed_in("")
    client.organization = OrganizationFactory(approved=True)
    Membership.objects.create(user=client.user, organization=client.organization)
    return client


@pytest.fixture
def answerer():
    return answering_as(ExpertKind.ADMINISTRATIVE_SCRIVENER)


def answering_as(kind):
    client = signed_in(roles.EXPERT)
    ExpertFactory(account=client.user, kind=kind)
    return client


def typed(member, **changes):
    return {
        "organization": member.organization.pk,
        "topic": "immigration",
        "residence_status": "designated",
        "prefecture_code": "13",
        "text": "カードに特定活動とあります。何ができますか。",
        "wish": "written",
    } | changes


def page_of(question):
    return f"/en/desk/queue/{question.reference}/"


# THE SIGN


def test_anybody_sees_whether_somebody_is_there_and_how_to_join():
    page = Client().get("/en/desk/").text
    assert "The desk is" in page
    assert "/en/desk/join/" in page
    assert "Mon" in page or "Monday" in page


def test_the_hours_are_a_calendar_without_holidays():
    answer = Client().get("/en/desk/hours.ics")
    entries = Calendar.from_ical(answer.content).walk("VEVENT")
    assert len(entries) >= 10
    assert {
        entry["DTSTART"].dt.astimezone(timezone.get_current_timezone()).weekday()
        for entry in entries
    } == {0, 3}


# ASKING


def test_a_member_asks_and_is_shown_what_was_answered_before(member):
    article = ArticleFactory(title="特定活動とは")
    first = member.post(ASK, typed(member))
    assert first.status_code == 200
    assert article.title in first.text
    assert not Question.objects.exists()

    sent = member.post(ASK, typed(member, send="1"))
    question = Question.objects.get()
    assert sent.url == f"/en/desk/q/{question.reference}/"
    assert (question.asker, question.residence_status) == (member.user, "designated")
    assert question.due_at is not None
    assert "特定活動とあります" in member.get(sent.url).text


def test_without_anything_similar_it_is_sent_at_once(member):
    assert member.post(ASK, typed(member)).status_code == 302
    assert Question.objects.count() == 1


def test_a_card_number_stops_once_and_can_be_kept(member):
    text = "AB12345678CD の人です"
    stopped = member.post(ASK, typed(member, text=text))
    assert stopped.status_code == 422
    assert "the number of a residence card" in stopped.text
    assert "AB12345678CD" in stopped.text, "nothing is lost"
    assert not Question.objects.exists()

    member.post(ASK, typed(member, text=text, keeps_personal_data="on"))
    assert Question.objects.get().keeps_personal_data


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""},
        {"topic": "nothing"},
        {"residence_status": "skill_development"},
        {"urgent_date": "2001-01-01"},
        {"urgent_date": "x"},
        {"organization": "999999"},
        {"text": "x" * 5000},
    ],
)
def test_what_cannot_be_is_told(member, changes):
    assert member.post(ASK, typed(member, **changes)).status_code == 422
    assert not Question.objects.exists()


def test_a_status_exists_from_its_day_on():
    before, after = (dict(choices_on(date(2027, month, 1))) for month in (3, 4))
    assert "skill_development" not in before
    assert after["skill_development"] == "育成就労"


def test_while_the_organization_waits_one_question_may_be_asked():
    client = signed_in("")
    client.organization = OrganizationFactory()
    Membership.objects.create(user=client.user, organization=client.organization)
    assert client.post(ASK, typed(client)).status_code == 302
    again = client.post(ASK, typed(client))
    assert again.status_code == 422
    assert "approves your organization first" in again.text


# ANSWERING


def test_claimed_written_and_sent(answerer, member):
    question = QuestionFactory(asker=member.user, organization=member.organization)
    page = page_of(question)
    answerer.post(page, {"act": "claim"})
    incomplete = answerer.post(page, {"act": "send", "text": "It depends."})
    assert incomplete.status_code == 422
    answerer.post(
        page,
        {"act": "send", "text": "It depends.", "sources": "Demo", "correct_as_of": "2026-11-26"},
    )
    question.refresh_from_db()
    assert question.status == QuestionStatus.ANSWERED
    page = member.get(f"/en/desk/q/{question.reference}/").text
    assert "It depends." in page
    assert "Demo" in page
    member.post(f"/en/desk/q/{question.reference}/", {"act": "close"})
    question.refresh_from_db()
    assert question.status == QuestionStatus.CLOSED


def test_somebody_elses_claim_is_named(answerer):
    other = answering_as(ExpertKind.SOCIAL_WORKER)
    question = QuestionFactory()
    other.post(page_of(question), {"act": "claim"})
    answer = answerer.post(page_of(question), {"act": "claim"}, follow=True)
    assert f"{other.user.name} is answering it" in answer.text


def test_a_second_one_signs_on_the_page(answerer):
    other = answering_as(ExpertKind.SOCIAL_WORKER)
    question = QuestionFactory()
    page = page_of(question)
    answerer.post(page, {"act": "claim"})
    said = {"text": "Both.", "correct_as_of": "2026-11-26", "needs_second": "on"}
    assert answerer.post(page, {"act": "send", **said}).status_code == 422
    answerer.post(page, {"act": "second", **said})
    assert "sign and send" not in answerer.get(page).text
    assert "sign and send" in other.get(page).text
    for saved_at in ("", "x", "2026-02-31T10:00:00+00:00", "2026-01-01T10:00:00"):
        other.post(page, {"act": "sign", "saved_at": saved_at})
    question.refresh_from_db()
    assert question.status == QuestionStatus.IN_REVIEW, "which text did they read?"
    saved_at = question.answers.get().saved_at.isoformat()
    other.post(page, {"act": "sign", "saved_at": saved_at})
    question.refresh_from_db()
    assert question.status == QuestionStatus.ANSWERED


def test_a_call_is_noted_and_claimed_in_one_act(answerer, member):
    answer = answerer.post(
        "/en/desk/queue/call/",
        {"organization": member.organization.pk, "topic": "work", "text": "By telephone"},
    )
    question = Question.objects.get()
    assert answer.url == page_of(question)
    assert (question.claimed_by, question.channel) == (answerer.user, "phone")


@pytest.mark.parametrize("act", ["", "x", "release", "sign", "send_back", "merge", "refuse"])
def test_an_act_out_of_turn_changes_nothing(answerer, act):
    question = QuestionFactory()
    answer = answerer.post(page_of(question), {"act": act, "into": "²"}, follow=True)
    assert answer.status_code in {200, 422}
    question.refresh_from_db()
    assert question.status == QuestionStatus.RECEIVED
    assert not question.events.exists()


def test_looking_at_a_question_is_noted(answerer):
    question = QuestionFactory()
    answerer.get(page_of(question))
    assert AccessLog.objects.get().subject == f"desk.Question:{question.pk}"


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_for_one_and_for_three(answerer, count, django_assert_num_queries):
    QuestionFactory.create_batch(count)
    answerer.get("/en/desk/queue/")
    with django_assert_num_queries(10):
        answerer.get("/en/desk/queue/")


# A CASE OF IT


def test_a_question_becomes_case_booking_and_request_in_one_act(answerer):
    TopicExpertKindFactory(topic=Topic.objects.get(pk="immigration"))
    starts_at = (timezone.now() + timedelta(days=20)).replace(hour=3, minute=0)
    slot = SlotFactory(starts_at=starts_at)
    question = QuestionFactory()
    page = f"{page_of(question)}convert/"
    form = answerer.get(page).context["form"]
    sent = {
        "key": form["key"].value(),
        "for_whom": "other",
        "topic": "immigration",
        "slot": slot.pk,
        "speaking_language": "prs",
        "reading_language": "en",
        "interpreter_wish": "wanted",
        "gender_wish": "any",
        "is_minor": "False",
        "date_worry": "no",
        "mode": "video",
        "channel": "email",
        "email": "client@example.org",
        "discretion": "private",
        "reminders": "all",
        "nickname": "Demo",
        "consent": "on",
    }
    assert answerer.post(page, sent | {"consent": ""}).status_code == 422
    for _each in range(2):
        assert answerer.post(page, sent).status_code == 302

    question.refresh_from_db()
    booking = Booking.objects.get()
    assert (question.status, question.case) == (QuestionStatus.CONVERTED, booking.case)
    assert booking.interpreter_request == InterpreterRequest.objects.get()
    assert booking.status == "held"
    assert Slot.objects.get(pk=slot.pk).bookings.count() == 1


# WHO SEES WHAT

CANARY = "A canary between ourselves"
PHONE = "03-0000-0042"


@pytest.fixture
def world(member):
    question = QuestionFactory(
        asker=member.user, organization=member.organization, text="Canary question"
    )
    author = scrivener()
    claimed(question, author)
    answering.add_note(question_id=question.pk, by=author, text=CANARY, now=timezone.now())
    written(question, author, text="Canary draft")
    QuestionFactory(topic_id="work", text="Nobody's canary")
    plan_appointment(
        question_id=question.pk,
        kind="call",
        starts_at=free_times(load_calendar("desk"), lines=1, now=timezone.now())[0],
        phone=PHONE,
        by=author,
        calendar=load_calendar("desk"),
        lines=1,
        now=timezone.now(),
    )
    apply_with_question(
        applicant={
            "organization_name": "Canary office",
            "kind": "other",
            "prefecture_code": "13",
            "phone": "03-0000-0009",
            "name": "Canary applicant",
            "email": "canary@example.org",
        },
        language="en",
        topic_id="work",
        text="Canary first question",
        now=timezone.now(),
    )
    colleague, stranger, other = (signed_in("") for _each in range(3))
    Membership.objects.create(user=colleague.user, organization=member.organization)
    Membership.objects.create(user=other.user, organization=OrganizationFactory(approved=True))
    lawyer = signed_in(roles.EXPERT)
    ExpertFactory(account=lawyer.user, kind=ExpertKind.LAWYER)
    article = ArticleFactory(title="Not published", published_at=None, published_by=None)
    article.questions.add(question)
    retired = answering_as(ExpertKind.SOCIAL_WORKER)
    Expert.objects.filter(account=retired.user).update(is_active=False)
    return {
        "question": question,
        "article": article,
        "retired": retired,
        "anonymous": Client(),
        "stranger": stranger,
        "other_member": other,
        "lawyer": lawyer,
        "interpreter": signed_in(roles.INTERPRETER),
        "editor": signed_in(roles.EDITOR),
        "asker": member,
        "colleague": colleague,
        "answerer": answering_as(ExpertKind.SOCIAL_WORKER),
        "coordinator": signed_in(roles.COORDINATOR),
    }


OUTSIDE = ["anonymous", "stranger", "other_member", "lawyer", "interpreter", "editor", "retired"]
INSIDE = ["asker", "colleague"]
DESK = ["answerer", "coordinator"]
PATHS = [
    "",
    "ask/",
    "join/",
    "months/2026-10/",
    "q/{0}/",
    "q/{0}/talk/",
    "q/{0}/talk.ics",
    "articles/",
    "articles/{1}/",
    "queue/",
    "queue/call/",
    "queue/drafts/",
    "queue/figures/",
    "queue/articles/{1}/",
    "queue/{0}/",
    "queue/{0}/convert/",
    "queue/{0}/article/",
]
# Which of the canaries each may meet, by page; everywhere else none.
QUESTION_PAGE, TALK_PAGE, ANSWER_PAGE = "q/{0}/", "q/{0}/talk/", "queue/{0}/"
EXPECTED = {
    **{(who, QUESTION_PAGE): {"question", "phone"} for who in INSIDE},
    **{(who, TALK_PAGE): {"phone"} for who in [*INSIDE, *DESK]},
    **{(who, ANSWER_PAGE): {"question", "note", "phone"} for who in DESK},
    # Nothing is sent yet of which an article could be written.
    **{(who, "queue/{0}/article/"): {"question", "note", "phone"} for who in DESK},
    # Whoever answers is led to the page on which they answer.
    **{(who, QUESTION_PAGE): {"question", "note", "phone"} for who in DESK},
    # Which office asks with its application, but not yet what.
    **{(who, "queue/"): {"office"} for who in DESK},
}
WORDS = {
    "question": "Canary question",
    "note": CANARY,
    "draft": "Canary draft",
    "phone": PHONE,
    "office": "Canary office",
    "applicant": "Canary applicant",
    "first": "Canary first question",
    "other": "Nobody's canary",
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("who", [*OUTSIDE, *INSIDE, *DESK])
def test_nobody_meets_more_than_is_declared(world, who, path):
    rest = path.format(world["question"].reference, world["article"].pk)
    answer = world[who].get(f"/en/desk/{rest}", follow=True)
    seen = {name for name, words in WORDS.items() if words in answer.text}
    assert seen == EXPECTED.get((who, path), set())
    is_desk_page = path.startswith("queue")
    if is_desk_page and who in [*OUTSIDE, *INSIDE] and who != "anonymous":
        assert answer.status_code == 404


@pytest.mark.parametrize("who", INSIDE)
def test_who_has_left_the_organization_sees_nothing(world, who):
    Membership.objects.filter(user=world[who].user).delete()
    page = f"/en/desk/q/{world['question'].reference}/"
    assert world[who].get(page).status_code == 404


@pytest.mark.parametrize("who", [*OUTSIDE, *INSIDE])
def test_nobody_outside_the_desk_acts(world, who):
    question = world["question"]
    for act in ("claim", "send", "note", "refuse", "merge", "sign"):
        world[who].post(page_of(question), {"act": act, "text": "x", "reason": "x"})
    for path in ("talk/", "talk.ics"):
        world[who].post(f"/en/desk/q/{question.reference}/{path}", {"act": "cancel"})
    question.refresh_from_db()
    assert question.revision == 1, "claimed once, and nothing since"
    # Whoever may read the question may give its appointment back.
    assert question.appointments.planned().exists() == (who in OUTSIDE)
    assert InternalNote.objects.count() == 1
    assert not question.answers.sent().exists()


def test_no_letter_carries_a_note_a_question_or_an_answer(world):
    question = world["question"]
    author = question.__class__.objects.get(pk=question.pk).claimed_by
    answering.send_answer(question_id=question.pk, by=author, now=timezone.now())
    send_due_notices(timezone.now() + timedelta(hours=14))
    assert mail.outbox
    for letter in mail.outbox:
        assert not any(words in letter.body + letter.subject for words in WORDS.values())


def test_an_article_is_for_members_and_says_when_it_is_old(member):
    article = ArticleFactory(title="Old", review_by=TODAY.replace(year=2020))
    page = f"/en/desk/articles/{article.pk}/"
    assert "Nobody has looked at this again" in member.get(page).text
    assert "Old" not in signed_in("").get(page, follow=True).text
    assert "may be out of date" in member.get("/en/desk/articles/", {"q": "old"}).text


def test_articles_are_published_on_the_page_by_another_one(answerer):
    article = ArticleFactory(author=answerer.user, published_at=None, published_by=None)
    page = f"/en/desk/queue/articles/{article.pk}/"
    act = {"act": "publish", "version": article.version}
    answerer.post(page, act)
    assert not Article.objects.published().exists()
    signed_in(roles.COORDINATOR).post(page, act)
    assert Article.objects.published().get() == article
    assert social_worker() is not None
