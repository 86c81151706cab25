from datetime import datetime
from zoneinfo import ZoneInfo

import factory

from cases.choices import ContactChannel
from cases.models import Case, Resident
from interface.references import new_reference
from taxonomy.tests.factories import LanguageFactory, TopicFactory

TOKYO = ZoneInfo("Asia/Tokyo")


class ResidentFactory(factory.django.DjangoModelFactory):
    """Reached by e-mail; `phone=` and `channel=` make another plan."""

    class Meta:
        model = Resident

    nickname = "Lan"
    speaking_language = factory.SubFactory(LanguageFactory)
    reading_language = "vi"
    channel = ContactChannel.EMAIL
    email = "lan@example.org"
    phone = ""
    created_at = datetime(2030, 4, 1, 10, 0, tzinfo=TOKYO)

    @classmethod
    def _create(cls, model_class, *args, email, phone, **kwargs):
        resident = model_class(*args, **kwargs)
        resident.set_contact(email=email, phone=phone)
        resident.save(force_insert=True)
        return resident


class CaseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Case

    reference = factory.LazyFunction(new_reference)
    resident = factory.SubFactory(ResidentFactory)
    primary_topic = factory.SubFactory(TopicFactory)
    opened_at = datetime(2030, 4, 1, 10, 0, tzinfo=TOKYO)
