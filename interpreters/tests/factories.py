from datetime import UTC, date, datetime, timedelta

import factory

from accounts.tests.factories import OrganizationFactory, UserFactory
from interpreters.choices import Purpose
from interpreters.models import (
    Assignment,
    Interpreter,
    InterpreterLanguage,
    InterpreterRequest,
    Offer,
)
from interpreters.places import Setting
from interpreters.terms import VERSION

# A Friday; the talk is on the Thursday three weeks later.
NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
TALK = datetime(2026, 12, 17, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


class InterpreterFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Interpreter
        skip_postgeneration_save = True

    name = factory.Sequence(lambda number: f"Demo Interpreter {number}")
    # Pages ask by the real clock.
    pledge_until = date(2199, 3, 31)

    @factory.post_generation
    def speaks(self, create, codes, **facts):
        for code in codes or ["ti"]:
            InterpreterLanguage.objects.create(interpreter=self, language_id=code, **facts)


class InterpreterRequestFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = InterpreterRequest

    reference = factory.Sequence(lambda number: f"{number:08}")
    organization = factory.SubFactory(OrganizationFactory)
    requested_by = factory.SubFactory(UserFactory)
    language_id = "ti"
    topic_id = "work"
    setting = Setting.HEALTH_CENTER
    purpose = Purpose.TALK
    area = "足立区"
    starts_at = TALK
    ends_at = factory.LazyAttribute(lambda request: request.starts_at + 2 * HOUR)
    terms_version = VERSION
    submitted_at = NOW


class LinkedFactory(factory.django.DjangoModelFactory):
    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        thing = model_class(*args, **kwargs)
        thing.set_link_digest()
        thing.save()
        return thing


class OfferFactory(LinkedFactory):
    class Meta:
        model = Offer

    request = factory.SubFactory(InterpreterRequestFactory)
    interpreter = factory.SubFactory(InterpreterFactory)
    sent_at = NOW
    reply_by = NOW + timedelta(days=2)


class AssignmentFactory(LinkedFactory):
    class Meta:
        model = Assignment

    request = factory.SubFactory(InterpreterRequestFactory)
    interpreter = factory.SubFactory(InterpreterFactory)
    occupied_from = factory.LazyAttribute(lambda assignment: assignment.starts_at - HOUR)
    starts_at = factory.SelfAttribute("request.starts_at")
    ends_at = factory.SelfAttribute("request.ends_at")
    created_at = NOW
