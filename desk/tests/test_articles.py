"""Articles after they are written: cited, kept right, withdrawn, and who hears of a change."""

from datetime import date, timedelta

import pytest
from django.core import mail

from accounts import roles
from accounts.models import Membership
from accounts.tests.clients import signed_in
from accounts.tests.factories import OrganizationFactory
from consultations.choices import ExpertKind
from consultations.tests.factories import ExpertFactory
from desk.models import Answer, Article, StepNotAllowed
from desk.services import answering
from desk.services.knowledge import OwnArticle, publish, renew, retire, revise, tell_of_change
from desk.tests.factories import (
    OPEN,
    TODAY,
    ArticleFactory,
    QuestionFactory,
    claimed,
    scrivener,
    social_worker,
    written,
)
from notifications.services import send_due_notices

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


DAY = timedelta(days=1)


@pytest.fixture
def answerer():
    client = signed_in(roles.EXPERT)
    ExpertFactory(account=client.user, kind=ExpertKind.SOCIAL_WORKER)
    return client


def page_of(article):
    return f"/en/desk/queue/articles/{article.pk}/"


def anew(article, by, **changes):
    facts = {
        "title": "Anew",
        "text": "The rule is another one.",
        "sources": "Demo source",
        "correct_as_of": TODAY,
        "review_by": date(2027, 11, 26),
        "version": article.version,
    } | changes
    return revise(article_id=article.pk, by=by, **facts)


def test_an_article_that_answers_a_question_is_read_below_it_and_its_asker_hears(answerer):
    member = signed_in("")
    organization = OrganizationFactory(approved=True)
    Membership.objects.create(user=member.user, organization=organization)
    cited, other = ArticleFactory(title="特定活動とは"), ArticleFactory(title="Other")
    question = QuestionFactory(asker=member.user, organization=organization)
    page = f"/en/desk/queue/{question.reference}/"
    answerer.post(page, {"act": "claim"})
    assert "特定活動とは" in answerer.get(page).text
    said = {"act": "send", "text": "See below.", "correct_as_of": "2026-11-26"}
    answerer.post(page, said | {"articles": [cited.pk]})

    assert list(question.articles.all()) == [cited]
    shown = member.get(f"/en/desk/q/{question.reference}/").text
    assert "特定活動とは" in shown
    assert other.title not in shown
    assert tell_of_change(article_id=cited.pk, now=OPEN) == 1


def test_an_article_nobody_offered_cannot_be_cited(answerer):
    hidden = ArticleFactory(published_at=None, published_by=None)
    question = QuestionFactory()
    ArticleFactory()
    page = f"/en/desk/queue/{question.reference}/"
    answerer.post(page, {"act": "claim"})
    said = {"act": "send", "text": "x", "correct_as_of": "2026-11-26", "articles": [hidden.pk]}
    assert answerer.post(page, said).status_code == 422
    assert not Answer.objects.exists()


def test_what_is_being_written_of_a_question_stays_with_it():
    question, by = QuestionFactory(), scrivener()
    draft = ArticleFactory(published_at=None, published_by=None)
    draft.questions.add(question)
    chosen = ArticleFactory()
    claimed(question, by)
    written(question, by, articles=[chosen])
    assert set(question.articles.all()) == {draft, chosen}
    written(question, by, articles=[])
    assert set(question.articles.all()) == {draft}
    written(question, by)
    assert set(question.articles.all()) == {draft}, "nothing was said of articles"


def test_one_written_anew_is_not_read_before_another_person_has_published_it():
    article, author = ArticleFactory(title="離婚"), scrivener()
    anew(article, author, title="相続")
    assert not Article.objects.published().exists()
    with pytest.raises(StepNotAllowed):
        tell_of_change(article_id=article.pk, now=OPEN)
    with pytest.raises(OwnArticle):
        publish(article_id=article.pk, version=1, by=author, now=OPEN)
    for stale in (0, 2):
        with pytest.raises(StepNotAllowed):
            publish(article_id=article.pk, version=stale, by=social_worker(), now=OPEN)
    publish(article_id=article.pk, version=1, by=social_worker(), now=OPEN)
    assert Article.objects.published().get().title == "相続"


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_an_old_page_publishes_nothing_again(state):
    article = ArticleFactory(published_at=OPEN - 9 * DAY)
    if state == "withdrawn":
        retire(article_id=article.pk, now=OPEN)
    with pytest.raises(StepNotAllowed):
        publish(article_id=article.pk, version=0, by=social_worker(), now=OPEN)
    article.refresh_from_db()
    assert article.published_at == OPEN - 9 * DAY
    assert (article.retired_at is not None) == (state == "withdrawn")


def test_an_asker_whose_question_was_merged_reads_and_hears_as_well():
    question = QuestionFactory()
    again = QuestionFactory(organization=question.organization)
    by, article = scrivener(), ArticleFactory(title="特定活動とは")
    answering.merge(question_id=again.pk, into_reference=question.reference, by=by, now=OPEN)
    claimed(question, by)
    written(question, by, articles=[article])
    answering.send_answer(question_id=question.pk, by=by, now=OPEN)
    assert tell_of_change(article_id=article.pk, now=OPEN) == 2


def test_who_was_answered_with_a_withdrawn_article_is_still_told_of_the_new_one():
    question, by, article = QuestionFactory(), scrivener(), ArticleFactory()
    article.questions.add(question)
    retire(article_id=article.pk, now=OPEN)
    claimed(question, by)
    written(question, by, articles=[])
    assert list(question.articles.all()) == [article]


def test_coordinators_read_articles_in_the_admin_and_change_no_text():
    article = ArticleFactory(title="Before")
    desk = signed_in(roles.COORDINATOR)
    page = f"/admin/desk/article/{article.pk}/change/"
    assert "Before" in desk.get(page).text
    desk.post(page, {"title": "After", "topic": "work", "version_seen": article.version})
    article.refresh_from_db()
    assert article.title == "Before"


def test_an_old_page_makes_nothing_right_for_another_year():
    article = ArticleFactory(review_by=TODAY)
    anew(article, scrivener(), review_by=TODAY)
    for version in (0, 1):
        with pytest.raises(StepNotAllowed):
            renew(article_id=article.pk, version=version, today=TODAY)


def test_who_may_read_articles_no_more_hears_of_no_change():
    question, article = QuestionFactory(first_answered_at=OPEN), ArticleFactory()
    article.questions.add(question)
    tell_of_change(article_id=article.pk, now=OPEN)
    Membership.objects.all().delete()
    send_due_notices(OPEN)
    assert not mail.outbox


@pytest.mark.parametrize("chosen", ["9" * 20, "x", "-1", "²"])
def test_a_choice_nobody_offered_is_told(answerer, chosen):
    ArticleFactory()
    question = QuestionFactory()
    page = f"/en/desk/queue/{question.reference}/"
    answerer.post(page, {"act": "claim"})
    said = {"act": "send", "text": "x", "correct_as_of": "2026-11-26", "articles": [chosen]}
    assert answerer.post(page, said).status_code == 422


def test_of_two_who_write_it_anew_the_second_is_told(answerer):
    article = ArticleFactory()
    form = answerer.get(page_of(article)).context["form"]
    sent = {name: form[name].value() for name in form.fields} | {"act": "revise"}
    anew(article, scrivener())
    answer = answerer.post(page_of(article), sent, follow=True)
    assert "It has changed in the meantime" in answer.text
    article.refresh_from_db()
    assert article.title == "Anew"


@pytest.mark.parametrize(
    "changes",
    [
        {"title": ""},
        {"text": ""},
        {"correct_as_of": ""},
        {"review_by": "2020-01-01"},
        {"version": "x"},
    ],
)
def test_what_cannot_be_written_is_told_and_nothing_changes(answerer, changes):
    article = ArticleFactory()
    form = answerer.get(page_of(article)).context["form"]
    sent = {name: form[name].value() for name in form.fields} | {"act": "revise"} | changes
    assert answerer.post(page_of(article), sent).status_code == 422
    article.refresh_from_db()
    assert article.is_stale(TODAY) is False
    assert article.published_at is not None


def test_a_withdrawn_article_is_gone_and_whom_it_answered_is_still_known(answerer):
    article = ArticleFactory()
    question = QuestionFactory()
    article.questions.add(question)
    answerer.post(page_of(article), {"act": "retire"})
    assert not Article.objects.published().exists()
    assert str(question) in answerer.get(page_of(article)).text
    answer = answerer.post(page_of(article), {"act": "tell"}, follow=True)
    assert "Nothing was done" in answer.text
    assert retire(article_id=article.pk, now=OPEN).retired_at == OPEN


def test_everybody_it_answered_is_listed_before_they_are_told(answerer):
    article = ArticleFactory()
    asked = QuestionFactory.create_batch(3, first_answered_at=OPEN)
    called = QuestionFactory(asker=None, first_answered_at=OPEN)
    # What waits for its answer was told nothing yet that could change.
    article.questions.add(QuestionFactory())
    article.questions.add(*asked, called)
    page = answerer.get(page_of(article)).text
    for question in (*asked, called):
        assert f"/en/desk/queue/{question.reference}/" in page
    answer = answerer.post(page_of(article), {"act": "tell"}, follow=True)
    assert "3 askers are told." in answer.text


@pytest.mark.parametrize("mailbox", ["", "desk@example.org"])
def test_a_reply_reaches_the_mailbox_and_the_letter_says_so(mailbox, settings):
    settings.DESK_MAILBOX = mailbox
    question, by = QuestionFactory(asker__language="en"), scrivener()
    claimed(question, by)
    written(question, by)
    answering.send_answer(question_id=question.pk, by=by, now=OPEN)
    send_due_notices(OPEN)
    [letter] = mail.outbox
    assert letter.reply_to == ([mailbox] if mailbox else [])
    said = "reaches desk@example.org" if mailbox else "Please do not answer this letter."
    assert said in letter.body
