"""The desk's pages beside question and answer: talks, drafts, joining, months, better addresses."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from accounts import roles
from accounts.models import AccessLog, Application, Membership
from accounts.tests.clients import signed_in
from accounts.tests.factories import OrganizationFactory
from consultations.choices import ExpertKind
from consultations.tests.factories import ExpertFactory
from desk.choices import AppointmentStatus, QuestionStatus, Wish
from desk.models import (
    Appointment,
    Article,
    CannedText,
    FirstQuestion,
    NoDigest,
    Question,
    QuestionDraft,
)
from desk.services.answering import release_claims
from desk.services.appointments import free_times
from desk.tests.factories import TODAY, TOKYO, ArticleFactory, QuestionFactory, center
from schedules.fiscal import fiscal_year_of
from schedules.selectors import load_calendar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
ASK = "/en/desk/ask/"
JOIN = "/en/desk/join/"
MEETING = "https://meet.example.org/canary"


@pytest.fixture
def member():
    client = signed_in("")
    client.organization = OrganizationFactory(approved=True, phone="03-0000-0000")
    Membership.objects.create(user=client.user, organization=client.organization)
    return client


@pytest.fixture
def answerer():
    client = signed_in(roles.EXPERT)
    ExpertFactory(account=client.user, kind=ExpertKind.SOCIAL_WORKER)
    return client


@pytest.fixture
def question(member):
    return QuestionFactory(asker=member.user, organization=member.organization)


def page_of(question):
    return f"/en/desk/queue/{question.reference}/"


def talk_of(question):
    return f"/en/desk/q/{question.reference}/talk/"


def first_time():
    return free_times(load_calendar("desk"), lines=1, now=timezone.now())[0]


def chosen(kind=Wish.CALL, **changes):
    return {"kind": kind, "starts_at": first_time().isoformat(), "phone": "03-0000-0000"} | changes


def typed(member, **changes):
    return {
        "organization": member.organization.pk,
        "topic": "immigration",
        "text": "How?",
        "wish": "written",
    } | changes


# TALKS


def test_who_wants_a_call_chooses_the_time_next(member):
    sent = member.post(ASK, typed(member, wish="call"))
    question = Question.objects.get()
    assert sent.url == talk_of(question)
    page = member.get(sent.url)
    assert 'value="03-0000-0000"' in page.text, "the number of the office stands there already"
    assert member.post(sent.url, chosen()).url == f"/en/desk/q/{question.reference}/"
    page = member.get(f"/en/desk/q/{question.reference}/").text
    assert "The desk calls you" in page
    assert "We call this number:" in page


@pytest.mark.parametrize(
    "changes",
    [
        {"phone": ""},
        {"phone": "ask me"},
        {"kind": "written"},
        {"starts_at": ""},
        {"starts_at": "2026-01-01T10:00:00+09:00"},
        {"starts_at": "x"},
    ],
)
def test_what_cannot_be_planned_is_told(member, question, changes):
    assert member.post(talk_of(question), chosen(**changes)).status_code == 422
    assert not Appointment.objects.exists()


def test_who_was_slower_is_told_and_chooses_again(member, question, monkeypatch):
    form = chosen()
    other = QuestionFactory(asker=member.user, organization=member.organization)
    # The page showed the time while it was free.
    times = [first_time()]
    monkeypatch.setattr("desk.views.appointments.free_times", lambda *args, **named: times)
    member.post(talk_of(other), form)
    answer = member.post(talk_of(question), form)
    assert answer.status_code == 409
    assert "Somebody was faster" in answer.text


def test_a_calendar_file_says_nothing_of_what_it_is_about(member, question):
    member.post(talk_of(question), chosen())
    [entry] = Calendar.from_ical(
        member.get(f"/en/desk/q/{question.reference}/talk.ics").content
    ).walk("VEVENT")
    assert str(entry["SUMMARY"]) == "Appointment"
    assert "03-0000" not in entry.to_ical().decode()


def test_three_tries_on_the_answerers_page(member, answerer, question):
    member.post(talk_of(question), chosen())
    appointment = Appointment.objects.get()
    act = {"act": "attempt", "appointment": appointment.pk, "outcome": "nobody"}
    early = answerer.post(page_of(question), act | {"number": "1"}, follow=True)
    assert "It has changed in the meantime" in early.text
    now = timezone.now()
    Appointment.objects.update(starts_at=now - timedelta(hours=1), ends_at=now)
    for changes in ({"outcome": "x"}, {"number": "²"}, {"number": "9" * 20}, {"number": "2"}):
        answerer.post(page_of(question), act | {"number": "1"} | changes)
    assert not appointment.attempts.exists()
    for number in (1, 2, 3, 4):
        answerer.post(page_of(question), act | {"number": number})
    appointment.refresh_from_db()
    assert appointment.status == AppointmentStatus.NOT_REACHED
    assert appointment.attempts.count() == 3
    page = member.get(f"/en/desk/q/{question.reference}/").text
    assert "did not reach you" in page


def test_the_way_into_a_meeting_appears_shortly_before(member, answerer, question):
    member.post(talk_of(question), chosen(Wish.MEETING, phone=""))
    appointment = Appointment.objects.get()
    act = {"act": "address", "appointment": appointment.pk}
    bad = answerer.post(page_of(question), act | {"join_url": "http://meet.example.org/"})
    assert bad.status_code == 422
    answerer.post(page_of(question), act | {"join_url": MEETING})
    page = f"/en/desk/q/{question.reference}/"
    assert MEETING not in member.get(page).text
    Appointment.objects.update(
        starts_at=timezone.now() + timedelta(minutes=10),
        ends_at=timezone.now() + timedelta(minutes=40),
    )
    assert MEETING in member.get(page).text


def test_what_answerers_read_of_a_call_is_noted(member, answerer, question):
    member.post(talk_of(question), chosen())
    member.get(talk_of(question))
    assert not AccessLog.objects.exists()
    answerer.get(talk_of(question))
    assert AccessLog.objects.get().subject == f"desk.Question:{question.pk}"


def test_a_talk_that_was_the_answer_ends_it_on_the_page(member, answerer, question):
    member.post(talk_of(question), chosen())
    appointment = Appointment.objects.get()
    answerer.post(page_of(question), {"act": "claim"})
    assert "The talk was the answer" not in answerer.get(page_of(question)).text
    act = {"act": "attempt", "appointment": appointment.pk, "outcome": "reached", "number": 1}
    answerer.post(page_of(question), act)
    assert "The talk was the answer" in answerer.get(page_of(question)).text
    answerer.post(page_of(question), {"act": "settle"})
    page = member.get(f"/en/desk/q/{question.reference}/").text
    assert "You talked with the desk" in page
    assert "Thank you, this helps" in page


def test_each_field_of_the_answerers_page_has_its_own_label(answerer, question):
    answerer.post(page_of(question), {"act": "claim"})
    page = answerer.get(page_of(question)).text
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    wrong = answerer.post(page_of(question), {"act": "note", "text": ""})
    assert wrong.status_code == 422
    assert 'href="#note_text"' in wrong.text
    assert "<title>Error:" in wrong.text


def test_what_was_typed_too_late_stays_on_the_page(member, question):
    long_ago = timezone.now() - timedelta(days=60)
    Question.objects.filter(pk=question.pk).update(
        status=QuestionStatus.CLOSED, last_answered_at=long_ago
    )
    answer = member.post(f"/en/desk/q/{question.reference}/", {"text": "One more thing"})
    assert answer.status_code == 422
    assert "One more thing" in answer.text
    assert "This question is over" in answer.text


# NOTHING IS LOST WHERE TWO ACT AT ONCE


SAID = {"text": "A long answer", "correct_as_of": "2026-11-26", "seen": "0"}


def test_whoever_writes_beyond_closing_time_loses_nothing(answerer, question):
    page = page_of(question)
    answerer.post(page, {"act": "claim"})
    release_claims(now=timezone.now() + timedelta(days=8))
    answerer.post(page, SAID | {"act": "send"})
    question.refresh_from_db()
    assert question.status == QuestionStatus.ANSWERED


@pytest.mark.parametrize("act", ["save", "send", "second", "back", "insert"])
def test_what_was_written_stays_on_the_page_when_somebody_else_has_it(answerer, question, act):
    page = page_of(question)
    answerer.post(page, {"act": "claim"})
    question.refresh_from_db()
    release_claims(now=timezone.now() + timedelta(days=8))
    other = signed_in(roles.COORDINATOR)
    other.post(page, {"act": "claim"})
    answer = answerer.post(page, SAID | {"act": act})
    assert answer.status_code == (200 if act == "insert" else 409)
    assert "A long answer" in answer.text
    if act != "insert":
        assert "is answering it" in answer.text


def test_an_addition_nobody_read_is_shown_before_anything_is_sent(member, answerer, question):
    page = page_of(question)
    answerer.post(page, {"act": "claim"})
    member.post(f"/en/desk/q/{question.reference}/", {"text": "The card expires tomorrow"})
    for act in ("send", "second", "back"):
        answer = answerer.post(page, SAID | {"act": act})
        assert answer.status_code == 409
        assert "The asker has added something" in answer.text
        assert "The card expires tomorrow" in answer.text
        assert "A long answer" in answer.text
    seen = question.follow_ups.get().pk
    answerer.post(page, SAID | {"act": "send", "seen": seen})
    question.refresh_from_db()
    assert question.status == QuestionStatus.ANSWERED


def test_an_author_alone_on_duty_goes_on_writing(member, answerer, question):
    page = page_of(question)
    answerer.post(page, {"act": "claim"})
    answerer.post(page, SAID | {"act": "second"})
    own = f"/en/desk/q/{question.reference}/"
    assert member.post(own, {"text": "One more thing"}).status_code == 302
    claimed = answerer.post(page, {"act": "claim"}, follow=True)
    assert "It has changed in the meantime" in claimed.text
    assert "Go on writing" in claimed.text
    answerer.post(page, {"act": "take_back"})
    question.refresh_from_db()
    assert (question.status, question.claimed_by) == (QuestionStatus.CLAIMED, answerer.user)


def test_an_author_cannot_send_back_their_own(answerer, question):
    page = page_of(question)
    answerer.post(page, {"act": "claim"})
    answerer.post(page, SAID | {"act": "second"})
    assert answerer.post(page, {"act": "send_back", "text": "x"}).status_code == 409


def test_one_form_twice_is_one_question(member, answerer):
    key = str(member.get(ASK).context["form"]["form_key"].value())
    for _tap in range(2):
        assert member.post(ASK, typed(member, form_key=key)).status_code == 302
    assert Question.objects.count() == 1
    call = answerer.get("/en/desk/queue/call/").context["form"]["form_key"].value()
    noted = {
        "organization": member.organization.pk,
        "topic": "work",
        "text": "By telephone",
        "caller": "Demo Clerk, ext. 12",
        "urgent_date": f"{timezone.localdate()}",
        "form_key": str(call),
    }
    for _tap in range(2):
        answer = answerer.post("/en/desk/queue/call/", noted, follow=True)
    assert Question.objects.count() == 2
    assert "Demo Clerk, ext. 12" in answer.text
    assert "Nobody can be written to: please call." in answer.text


def test_a_form_that_is_used_again_with_another_text_is_a_second_question(member):
    key = str(member.get(ASK).context["form"]["form_key"].value())
    member.post(ASK, typed(member, form_key=key, text="First"))
    member.post(ASK, typed(member, form_key=key, text="Second"))
    assert {each.text for each in Question.objects.all()} == {"First", "Second"}


def test_the_key_of_somebody_elses_form_leads_nowhere(member):
    other = signed_in("")
    other.organization = OrganizationFactory(approved=True)
    Membership.objects.create(user=other.user, organization=other.organization)
    key = str(member.get(ASK).context["form"]["form_key"].value())
    first = member.post(ASK, typed(member, form_key=key))
    second = other.post(ASK, typed(other, form_key=key))
    assert second.status_code == 302
    assert second.url != first.url
    assert Question.objects.count() == 2


def test_one_application_twice_is_one():
    for _tap in range(2):
        Client().post(JOIN, application(text="How?"))
    assert (Application.objects.count(), FirstQuestion.objects.count()) == (1, 1)
    Client().post(JOIN, application(text="How?", phone="03-0000-0001"))
    assert Application.objects.count() == 2, "a number that was corrected is not lost"


def test_two_additions_of_one_tap_are_one(member, question):
    for _tap in range(2):
        member.post(f"/en/desk/q/{question.reference}/", {"text": "One more thing"})
    assert question.follow_ups.count() == 1


def test_who_waits_for_approval_reads_no_titles(answerer):
    client = signed_in("")
    client.organization = OrganizationFactory()
    Membership.objects.create(user=client.user, organization=client.organization)
    ArticleFactory(title="A title for members")
    assert client.post(ASK, typed(client)).status_code == 302, "nothing is shown before"
    assert "What was answered before" not in client.get("/en/desk/").text


def test_the_queue_says_what_is_wrong_with_a_call(member, answerer, question):
    member.post(talk_of(question), chosen(Wish.MEETING, phone=""))
    now = timezone.now()
    Appointment.objects.update(
        starts_at=now.replace(hour=18) - timedelta(days=1), ends_at=now - timedelta(hours=1)
    )
    page = answerer.get("/en/desk/queue/").text
    for words in ("late", "the desk is closed then", "the address of the meeting is missing"):
        assert words in page


@pytest.mark.parametrize("count", [1, 3])
def test_calls_cost_the_queue_nothing_more(member, answerer, count, django_assert_num_queries):
    times = free_times(load_calendar("desk"), lines=1, now=timezone.now())
    for number in range(count):
        question = QuestionFactory(asker=member.user, organization=member.organization)
        member.post(talk_of(question), chosen(starts_at=times[number].isoformat()))
    answerer.get("/en/desk/queue/")
    with django_assert_num_queries(10):
        answerer.get("/en/desk/queue/")


# DRAFTS


def test_a_question_is_kept_and_gone_on_with(member):
    member.post(ASK, typed(member, text="Half a question", keep="1"))
    assert not Question.objects.exists()
    assert "Go on with your question" in member.get("/en/desk/").text
    assert "Half a question" in member.get(ASK).text
    member.post(ASK, typed(member))
    assert Question.objects.count() == 1
    assert not QuestionDraft.objects.exists()


def test_a_draft_is_ones_own_and_can_be_thrown_away(member):
    member.post(ASK, typed(member, text="Half a question", keep="1"))
    colleague = signed_in("")
    Membership.objects.create(user=colleague.user, organization=member.organization)
    assert "Half a question" not in colleague.get(ASK).text
    member.post(ASK, {"discard": "1"})
    assert "Half a question" not in member.get(ASK).text


def test_what_is_kept_is_kept_even_when_it_is_not_right_yet(member):
    member.post(ASK, typed(member, text="AB12345678CD", urgent_date="x", topic="", keep="1"))
    assert "AB12345678CD" in member.get(ASK).text


# JOINING


def application(**changes):
    return {
        "organization_name": "Demo City",
        "kind": "municipality",
        "prefecture_code": "13",
        "phone": "03-0000-0000",
        "name": "Demo Clerk",
        "email": "clerk@example.org",
        "topic": "work",
        "text": "",
    } | changes


def test_an_organization_applies_with_and_without_a_question():
    assert Client().post(JOIN, application()).status_code == 302
    assert not FirstQuestion.objects.exists()
    Client().post(JOIN, application(name="Other", text="How?", residence_status="student"))
    first = FirstQuestion.objects.get()
    assert (first.text, first.topic_id, first.residence_status) == ("How?", "work", "student")
    assert Application.objects.count() == 2


def test_a_card_number_stops_an_application_once_and_nothing_is_lost():
    stopped = Client().post(JOIN, application(text="AB12345678CD", email=""))
    assert stopped.status_code == 422
    assert "the number of a residence card" in stopped.text
    assert "AB12345678CD" in stopped.text
    assert stopped.text.count("autofocus") == 1, "one summary for both forms"
    assert not Application.objects.exists()
    kept = application(text="AB12345678CD", keeps_personal_data="on")
    assert Client().post(JOIN, kept).status_code == 302
    assert FirstQuestion.objects.get().keeps_personal_data


def test_a_machine_that_applies_is_stopped():
    client = Client(REMOTE_ADDR="192.0.2.1")
    answers = [
        client.post(JOIN, application(text="How?", name=f"Demo {number}")).status_code
        for number in range(11)
    ]
    assert answers == [302] * 10 + [429]
    assert FirstQuestion.objects.count() == 10


# BETTER ADDRESSES, CANNED TEXTS, OLD ARTICLES


def test_not_for_us_names_a_center_of_the_directory(member, answerer, question):
    better = center()
    page = page_of(question)
    assert "見本窓口" in answerer.get(page).text
    assert answerer.post(page, {"act": "refuse"}).status_code == 422
    answerer.post(page, {"act": "refuse", "center": better.pk})
    question.refresh_from_db()
    assert question.status == QuestionStatus.OUT_OF_SCOPE
    assert f"/en/centers/{better.pk}/" in member.get(f"/en/desk/q/{question.reference}/").text


def test_a_canned_text_goes_below_what_is_written_and_is_not_saved_yet(answerer, question):
    canned = CannedText.objects.create(title="Greeting", text="Thank you for asking.")
    page = page_of(question)
    answerer.post(page, {"act": "claim"})
    shown = answerer.post(page, {"act": "insert", "text": "It depends.", "canned": canned.pk})
    assert shown.status_code == 200
    assert "It depends.\n\nThank you for asking." in shown.text
    assert not question.answers.exists()


def test_coordinators_keep_canned_texts():
    desk = signed_in(roles.COORDINATOR)
    desk.post("/admin/desk/cannedtext/add/", {"title": "Greeting", "text": "Thank you."})
    assert CannedText.objects.get().title == "Greeting"


def test_an_old_article_is_right_again_with_one_click(answerer):
    article = ArticleFactory(review_by=TODAY - timedelta(days=400))
    answerer.post(f"/en/desk/queue/articles/{article.pk}/", {"act": "renew", "version": "0"})
    assert not Article.objects.stale(timezone.localdate()).exists()


# MONTHS AND FILES


def test_a_member_reads_a_month_and_stops_the_letters(member):
    page = "/en/desk/months/2026-10/"
    assert "October 2026" in member.get(page).text
    member.post(page, {"act": "stop"})
    assert NoDigest.objects.get().user == member.user
    assert "You get no letter" in member.get(page).text
    member.post(page, {"act": "want"})
    assert not NoDigest.objects.exists()


@pytest.mark.parametrize(
    "month", ["2026-13", "2199-01", "1999-01", "x", "²026-01", f"{timezone.localdate():%Y-%m}"]
)
def test_a_month_that_is_none_is_not_found(member, month):
    assert member.get(f"/en/desk/months/{month}/").status_code == 404


def test_the_figures_are_a_file(answerer):
    last_year = fiscal_year_of(timezone.localdate()) - 1
    asked_at = datetime(last_year, 11, 26, tzinfo=TOKYO)
    QuestionFactory.create_batch(6, asked_at=asked_at)
    page = "/en/desk/queue/figures/?format=csv&public=1&year="
    running = answerer.get(f"{page}{last_year + 1}").content.decode("utf-8-sig")
    assert running.splitlines() == ["table,group,questions", f"fiscal_year,{last_year + 1},"]
    answer = answerer.get(f"{page}{last_year}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "table,group,questions"
    assert "topic,入管手続・在留資格,6" in lines
