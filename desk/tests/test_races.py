"""Two hundred ask while ten answerers claim: nothing is lost, nothing is claimed twice."""

from functools import partial

import pytest

from accounts.models import Membership
from accounts.tests.factories import OrganizationFactory, UserFactory
from desk.choices import QuestionStatus
from desk.models import Question, QuestionEvent
from desk.services import answering
from desk.services.asking import ask_question
from desk.tests.factories import OPEN, scrivener
from interface.tests.together import at_once
from schedules.selectors import load_calendar

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("reference_data"),
]
ASKERS, ANSWERERS, FIRST = 200, 10, 20


def ask(member, organization, calendar):
    return ask_question(
        organization=organization,
        asker=member,
        topic_id="work",
        text="How?",
        calendar=calendar,
        now=OPEN,
    )


def claim_all(answerer, calendar):
    """Whatever is there, in the queue's order, until nothing is left to claim."""
    mine = []
    for pk in Question.objects.order_by("pk").values_list("pk", flat=True):
        try:
            answering.claim(question_id=pk, by=answerer, calendar=calendar, now=OPEN)
        except answering.ClaimedByAnother:
            continue
        mine.append(pk)
    return mine


def test_nothing_is_lost_and_nothing_is_claimed_twice():
    calendar = load_calendar("desk")
    organization = OrganizationFactory(approved=True)
    members = UserFactory.create_batch(ASKERS)
    Membership.objects.bulk_create(
        Membership(user=user, organization=organization) for user in members
    )
    for member in members[:FIRST]:
        ask(member, organization, calendar)
    answerers = [scrivener() for _each in range(ANSWERERS)]

    results = at_once(
        [
            *(partial(ask, member, organization, calendar) for member in members[FIRST:]),
            *(partial(claim_all, answerer, calendar) for answerer in answerers),
        ]
    )

    assert Question.objects.count() == ASKERS
    claims = [pk for mine in results if isinstance(mine, list) for pk in mine]
    assert len(claims) == len(set(claims)) >= FIRST
    assert Question.objects.filter(status=QuestionStatus.CLAIMED).count() == len(claims)
    events = QuestionEvent.objects.filter(verb="desk.claimed")
    assert events.count() == len(claims)


def test_without_the_lock_one_question_is_claimed_twice(monkeypatch):
    """Negative control: the row's lock is what decides."""
    calendar = load_calendar("desk")
    organization = OrganizationFactory(approved=True)
    member = UserFactory()
    Membership.objects.create(user=member, organization=organization)
    question = ask(member, organization, calendar)
    stale = Question.objects.get(pk=question.pk)

    def unlocked(_pk):
        copy = Question.objects.get(pk=stale.pk)
        copy.status, copy.claimed_by_id = stale.status, None
        return copy

    monkeypatch.setattr(answering, "locked_question", unlocked)
    for _each in range(2):
        answering.claim(question_id=question.pk, by=scrivener(), calendar=calendar, now=OPEN)
    assert QuestionEvent.objects.filter(verb="desk.claimed").count() == 2
