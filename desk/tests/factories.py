from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import factory

from accounts.models import Membership
from accounts.tests.factories import OrganizationFactory, UserFactory
from centers.models import Center, Operator
from consultations.choices import ExpertKind
from consultations.tests.factories import ExpertFactory
from desk.models import Article, Question
from desk.services import answering
from schedules.selectors import load_calendar

TOKYO = ZoneInfo("Asia/Tokyo")
# A Thursday, while the desk is open; the day before it is closed.
OPEN = datetime(2026, 11, 26, 11, tzinfo=TOKYO)
CLOSING = datetime(2026, 11, 26, 15, tzinfo=TOKYO)
NIGHT = datetime(2026, 11, 25, 23, tzinfo=TOKYO)
HOUR = timedelta(hours=1)
TODAY = date(2026, 11, 26)


class QuestionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Question
        skip_postgeneration_save = True

    reference = factory.Sequence(lambda number: f"{number:08}")
    organization = factory.SubFactory(OrganizationFactory, approved=True)
    asker = factory.SubFactory(UserFactory)
    topic_id = "immigration"
    text = "What may somebody do whose card says 特定活動?"
    asked_at = NIGHT

    @factory.post_generation
    def member(self, create, extracted, **kwargs):
        if self.asker:
            Membership.objects.get_or_create(user=self.asker, organization=self.organization)


class ArticleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Article

    title = "Demo article"
    text = "Demo text"
    topic_id = "immigration"
    correct_as_of = TODAY
    review_by = date(2199, 1, 1)
    author = factory.SubFactory(UserFactory)
    published_by = factory.SubFactory(UserFactory)
    published_at = OPEN


def center():
    operator = Operator.objects.create(prefecture_code="13", name="見本市")
    return Center.objects.create(
        operator=operator, name="見本窓口", address="見本市1-1", changed_at=OPEN
    )


def scrivener():
    return ExpertFactory(kind=ExpertKind.ADMINISTRATIVE_SCRIVENER).account


def social_worker():
    return ExpertFactory(kind=ExpertKind.SOCIAL_WORKER).account


def claimed(question, by, now=OPEN):
    return answering.claim(question_id=question.pk, by=by, calendar=load_calendar("desk"), now=now)


def written(question, by, now=OPEN, **changes):
    facts = {
        "text": "It depends on the paper beside the card.",
        "sources": "Demo source",
        "correct_as_of": TODAY,
        "review_by": None,
        "needs_second": False,
    } | changes
    return answering.write_answer(question_id=question.pk, by=by, now=now, **facts)
