import factory

from taxonomy.models import Language, Topic


class LanguageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Language

    code = factory.Sequence(lambda number: f"q{number:03}")
    name_ja = factory.LazyAttribute(lambda language: f"{language.code}語")
    name_kana = factory.LazyAttribute(lambda language: f"{language.code}ご")
    name_en = factory.LazyAttribute(lambda language: f"Language {language.code}")


class TopicFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Topic

    code = factory.Sequence(lambda number: f"topic-{number}")
    name_ja = "ためしの分野"
    name_en = "A topic to try"
