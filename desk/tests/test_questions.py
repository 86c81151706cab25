"""A question from asking to closing: who does what, in which order, and what is refused."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts import roles
from accounts.models import Membership
from accounts.tests.factories import OrganizationFactory, UserFactory
from desk.choices import AnswerStatus, QuestionStatus
from desk.models import Answer, InternalNote, Question, StepNotAllowed
from desk.selectors import queue
from desk.services import answering
from desk.services.asking import (
    NotAMember,
    WaitsForApproval,
    ask_question,
    close_question,
    close_what_is_quiet,
    follow_up,
    log_call,
)
from desk.services.knowledge import OwnArticle, draft_from_answer, publish, tell_of_change
from desk.tests.factories import (
    CLOSING,
    HOUR,
    NIGHT,
    OPEN,
    TODAY,
    QuestionFactory,
    claimed,
    scrivener,
    social_worker,
    written,
)
from history.sentences import lines_of
from notifications.models import Notice
from notifications.services import send_due_notices
from schedules.selectors import load_calendar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
DAY = timedelta(days=1)


@pytest.fixture
def member():
    user = UserFactory(language="en")
    organization = OrganizationFactory(approved=True)
    Membership.objects.create(user=user, organization=organization)
    user.of = organization
    return user


@pytest.fixture
def author():
    return scrivener()


def ask(member, now=NIGHT, **changes):
    facts = {"topic_id": "immigration", "text": "How?"} | changes
    return ask_question(
        organization=member.of, asker=member, calendar=load_calendar("desk"), now=now, **facts
    )


def send(question, by, now=OPEN):
    claimed(question, by, now)
    written(question, by, now)
    return answering.send_answer(question_id=question.pk, by=by, now=now)


# ASKING


def test_a_question_at_night_is_due_in_opening_hours_and_acknowledged_at_once(member):
    question = ask(member)
    # Wednesday night; ten hours of the desk are Thursday and Monday.
    assert question.due_at == CLOSING + 4 * DAY
    send_due_notices(NIGHT)
    [letter] = mail.outbox
    assert letter.to == [member.email]
    assert "opens next: Thursday, November 26, 2026" in letter.body
    assert "How?" not in letter.body + letter.subject


def test_while_the_desk_is_open_the_letter_says_so(member):
    ask(member, now=OPEN)
    send_due_notices(OPEN)
    assert "The desk is open now." in mail.outbox[0].body


def test_only_members_ask_and_one_question_before_the_approval():
    stranger, organization = UserFactory(), OrganizationFactory()
    stranger.of = organization
    with pytest.raises(NotAMember):
        ask(stranger)
    Membership.objects.create(user=stranger, organization=organization)
    ask(stranger)
    with pytest.raises(WaitsForApproval):
        ask(stranger)
    assert Question.objects.count() == 1


def test_a_call_is_noted_and_nobody_is_written_to(author):
    question = log_call(
        organization=OrganizationFactory(approved=True),
        topic_id="work",
        text="By telephone",
        by=author,
        calendar=load_calendar("desk"),
        now=OPEN,
    )
    assert (question.channel, question.asker) == ("phone", None)
    assert not Notice.objects.exists()


# CLAIMS


def test_a_claim_is_seen_by_others_and_ends_at_closing_time(author):
    question = QuestionFactory()
    claimed(question, author)
    question.refresh_from_db()
    assert question.claimed_until == CLOSING
    with pytest.raises(answering.ClaimedByAnother) as another:
        claimed(question, social_worker())
    assert another.value.who == author
    assert claimed(question, author).claimed_by == author, "one's own stays"

    assert answering.release_claims(now=CLOSING - HOUR / 60) == 0
    written(question, author)
    assert answering.release_claims(now=CLOSING) == 1
    question.refresh_from_db()
    assert (question.status, question.claimed_by) == (QuestionStatus.RECEIVED, None)
    assert question.answers.get().text, "what was written stays"


def test_a_claim_at_night_lasts_until_the_next_closing(author):
    question = QuestionFactory()
    claimed(question, author, now=NIGHT)
    question.refresh_from_db()
    assert question.claimed_until == CLOSING


def test_nobody_writes_into_what_another_one_claimed(author):
    question = QuestionFactory()
    claimed(question, author)
    other = social_worker()
    with pytest.raises(answering.ClaimedByAnother):
        written(question, other)
    with pytest.raises(answering.ClaimedByAnother):
        answering.send_answer(question_id=question.pk, by=other, now=OPEN)
    assert not Answer.objects.exists()


# ANSWERING


def test_an_answer_is_sent_with_its_day_and_the_letter_does_not_carry_it(author, member):
    question = QuestionFactory(asker=member, organization=member.of)
    send(question, author)

    question.refresh_from_db()
    assert question.status == QuestionStatus.ANSWERED
    assert question.first_answered_at == OPEN
    send_due_notices(OPEN)
    letter = mail.outbox[-1]
    assert f"/desk/q/{question.reference}/" in letter.body
    assert "paper beside the card" not in letter.body


@pytest.mark.parametrize("missing", [{"text": ""}, {"correct_as_of": None}])
def test_an_answer_without_text_or_day_is_not_sent(author, missing):
    question = QuestionFactory()
    claimed(question, author)
    written(question, author, **missing)
    with pytest.raises(answering.NotComplete):
        answering.send_answer(question_id=question.pk, by=author, now=OPEN)


def test_law_and_welfare_together_are_signed_by_a_second_one(author):
    question = QuestionFactory()
    claimed(question, author)
    written(question, author, needs_second=True)
    with pytest.raises(answering.NeedsSecond):
        answering.send_answer(question_id=question.pk, by=author, now=OPEN)
    answering.ask_second(question_id=question.pk, by=author, now=OPEN)
    with pytest.raises(answering.OwnAnswer):
        answering.co_sign(question_id=question.pk, by=author, now=OPEN)
    second = social_worker()
    answering.co_sign(question_id=question.pk, by=second, now=OPEN)

    answer = question.answers.get()
    assert (answer.author, answer.co_signer, answer.status) == (author, second, AnswerStatus.SENT)


def test_the_database_refuses_a_second_signature_of_the_author(author):
    answer = send(QuestionFactory(), author)
    answer.co_signer = author
    with pytest.raises(IntegrityError), transaction.atomic():
        answer.save()


def test_a_second_one_sends_it_back_with_a_note(author):
    question = QuestionFactory()
    claimed(question, author)
    written(question, author, needs_second=True)
    answering.ask_second(question_id=question.pk, by=author, now=OPEN)
    answering.send_back(
        question_id=question.pk,
        by=social_worker(),
        note="Look at the other law.",
        calendar=load_calendar("desk"),
        now=OPEN,
    )
    question.refresh_from_db()
    assert (question.status, question.claimed_by) == (QuestionStatus.CLAIMED, author)
    assert InternalNote.objects.get().text == "Look at the other law."


# BACK AND FORTH


def test_the_desk_asks_back_and_the_answer_leads_into_the_queue(author, member):
    question = QuestionFactory(asker=member, organization=member.of)
    claimed(question, author)
    answering.ask_back(question_id=question.pk, by=author, text="Since when?", now=OPEN)
    send_due_notices(OPEN)
    assert "one more thing" in mail.outbox[-1].body
    assert "Since when?" not in mail.outbox[-1].body
    follow_up(question_id=question.pk, asker=member, text="Since May.", now=OPEN + HOUR)
    question.refresh_from_db()
    assert (question.status, question.claimed_by) == (QuestionStatus.RECEIVED, None)


def test_an_answered_question_is_opened_again_within_a_month(author, member):
    question = QuestionFactory(asker=member, organization=member.of)
    send(question, author)
    close_question(question_id=question.pk, by=member, now=OPEN + DAY)
    follow_up(question_id=question.pk, asker=member, text="And then?", now=OPEN + 29 * DAY)
    question.refresh_from_db()
    assert question.status == QuestionStatus.RECEIVED
    send(question, author, now=OPEN + 32 * DAY)
    question.refresh_from_db()
    assert question.first_answered_at == OPEN, "the first answer counts once"
    with pytest.raises(StepNotAllowed):
        follow_up(question_id=question.pk, asker=member, text="Again", now=OPEN + 70 * DAY)


def test_what_the_desk_asked_may_be_answered_at_any_time(author, member):
    question = QuestionFactory(asker=member, organization=member.of)
    send(question, author)
    follow_up(question_id=question.pk, asker=member, text="And?", now=OPEN + 29 * DAY)
    claimed(question, author, OPEN + 30 * DAY)
    answering.ask_back(question_id=question.pk, by=author, text="Since when?", now=OPEN + 30 * DAY)
    close_what_is_quiet(now=OPEN + 45 * DAY)
    follow_up(question_id=question.pk, asker=member, text="Since May.", now=OPEN + 90 * DAY)
    question.refresh_from_db()
    assert question.status == QuestionStatus.RECEIVED


def test_out_of_scope_names_a_better_address_behind_the_link(author, member):
    question = QuestionFactory(asker=member, organization=member.of)
    answering.refuse(
        question_id=question.pk, by=author, reason="The tax office answers this.", now=OPEN
    )
    send_due_notices(OPEN)
    assert "tax office" not in mail.outbox[-1].body
    with pytest.raises(StepNotAllowed):
        claimed(question, author)


def test_the_same_twice_is_merged_within_one_organization_only(author, member):
    first = QuestionFactory(asker=member, organization=member.of)
    again = QuestionFactory(asker=member, organization=member.of)
    foreign = QuestionFactory()
    with pytest.raises(Question.DoesNotExist):
        answering.merge(question_id=again.pk, into_reference=foreign.reference, by=author, now=OPEN)
    answering.merge(question_id=again.pk, into_reference=first.reference, by=author, now=OPEN)
    again.refresh_from_db()
    assert (again.status, again.merged_into) == (QuestionStatus.MERGED, first)


def test_whose_question_was_merged_hears_of_the_answer(author, member):
    colleague = UserFactory(language="en")
    Membership.objects.create(user=colleague, organization=member.of)
    first = QuestionFactory(asker=member, organization=member.of)
    second, third = (QuestionFactory(asker=colleague, organization=member.of) for _each in range(2))
    merge = {"by": author, "now": OPEN}
    answering.merge(question_id=third.pk, into_reference=second.reference, **merge)
    answering.merge(question_id=second.pk, into_reference=first.reference, **merge)
    third.refresh_from_db()
    assert third.merged_into == first, "it goes along"
    with pytest.raises(StepNotAllowed):
        answering.merge(question_id=first.pk, into_reference=second.reference, **merge)
    send(first, author)
    send_due_notices(OPEN)
    told = [letter.to[0] for letter in mail.outbox if letter.subject == "An answer is waiting"]
    assert sorted(told) == sorted([member.email, colleague.email, colleague.email])


def test_who_has_left_is_not_led_to_a_page_that_is_none(author, member):
    question = QuestionFactory(asker=member, organization=member.of)
    Membership.objects.filter(user=member).delete()
    send(question, author)
    send_due_notices(OPEN)
    assert not mail.outbox


def test_what_was_answered_again_at_night_is_one_letter(author, member):
    question = QuestionFactory(asker=member, organization=member.of)
    night = NIGHT + 2 * DAY
    send(question, author, now=night)
    follow_up(question_id=question.pk, asker=member, text="And?", now=night)
    send(question, author, now=night)
    send_due_notices(night + 10 * HOUR)
    assert [letter.subject for letter in mail.outbox] == ["An answer is waiting"]


def test_the_queue_begins_with_reviews_and_days_that_are_near(author, member):
    facts = {"asker": member, "organization": member.of}
    late = QuestionFactory(due_at=OPEN - 5 * DAY, **facts)
    far = QuestionFactory(due_at=OPEN, urgent_date=TODAY + 500 * DAY, **facts)
    near = QuestionFactory(due_at=OPEN + DAY, urgent_date=TODAY + DAY, **facts)
    review = QuestionFactory(due_at=OPEN + DAY, **facts)
    claimed(review, author)
    written(review, author)
    answering.ask_second(question_id=review.pk, by=author, now=OPEN)
    waits = QuestionFactory(due_at=OPEN - 9 * DAY, status="waiting_for_asker", **facts)
    assert list(queue(TODAY)) == [review, near, late, far, waits]


# KNOWLEDGE


def test_an_article_passes_three_pairs_of_eyes_and_its_askers_hear_of_a_change(author, member):
    question = QuestionFactory(asker=member, organization=member.of)
    answer = send(question, author)
    facts = {"title": "What 特定活動 means", "text": "It depends.", "today": TODAY}
    with pytest.raises(OwnArticle):
        draft_from_answer(answer_id=answer.pk, by=author, **facts)
    writer, publisher = social_worker(), UserFactory(role=roles.COORDINATOR)
    article = draft_from_answer(answer_id=answer.pk, by=writer, **facts)
    with pytest.raises(OwnArticle):
        publish(article_id=article.pk, version=0, by=writer, now=OPEN)
    publish(article_id=article.pk, version=0, by=publisher, now=OPEN)

    mail.outbox.clear()
    assert tell_of_change(article_id=article.pk, now=OPEN + DAY) == 1
    send_due_notices(OPEN + DAY)
    told = [letter for letter in mail.outbox if letter.subject == "A rule has changed"]
    assert [letter.to for letter in told] == [[member.email]]
    assert f"/desk/articles/{article.pk}/" in told[0].body


def test_history_is_told_in_words(author):

    question = QuestionFactory()
    send(question, author)
    said = [line.what for line in lines_of(question.events.all())]
    assert said == ["Somebody answers it.", "The answer was sent."]
