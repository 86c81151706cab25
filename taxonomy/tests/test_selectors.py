import pytest

from taxonomy.models import Language
from taxonomy.selectors import languages_for_choice, topics_for_choice
from taxonomy.services import load_taxonomy
from taxonomy.tests.factories import LanguageFactory, TopicFactory

pytestmark = pytest.mark.django_db

MOST_USED = [
    "cmn",
    "vi",
    "ko",
    "fil",
    "ne",
    "id",
    "pt-br",
    "my",
    "si",
    "en",
    "th",
    "hi",
    "es",
    "bn",
]


@pytest.mark.parametrize("language", ["ja", "ja-simple", "en", "ne", "ur", "zh-hans"])
def test_languages_for_choice_begin_with_the_most_used(language, django_assert_num_queries):
    load_taxonomy()

    with django_assert_num_queries(1):
        choices = languages_for_choice(language)

    assert [code for code, label in choices[:14]] == MOST_USED
    assert len(choices) == 191


def test_the_others_follow_by_the_name_the_reader_sees():
    LanguageFactory(code="de", name_ja="ドイツ語", name_kana="どいつご", name_en="German")
    LanguageFactory(code="am", name_ja="アムハラ語", name_kana="あむはらご", name_en="Amharic")
    LanguageFactory(code="et", name_ja="エストニア語", name_kana="えすとにあご", name_en="Estonian")

    assert {
        language: [code for code, label in languages_for_choice(language)]
        for language in ("ja", "en", "fr")
    } == {
        "ja": ["am", "et", "de"],
        "en": ["am", "et", "de"],
        "fr": ["de", "am", "et"],  # allemand, amharique, estonien
    }


def test_what_no_list_has_is_in_no_list_and_has_a_name_all_the_same():
    load_taxonomy()

    assert "und" not in dict(languages_for_choice("en"))
    assert Language.objects.get(code="und").label_for("en") == "Another language"
    assert Language.objects.get(code="und").label_for("vi") != "und"


def test_choice_carries_both_names():
    LanguageFactory(code="vi", autonym="Tiếng Việt", name_en="Vietnamese")

    assert languages_for_choice("fr") == [("vi", "Tiếng Việt / vietnamien")]


def test_topics_for_choice_are_the_general_ones_in_order(django_assert_num_queries):
    work = TopicFactory(code="work", position=30)
    visa = TopicFactory(code="immigration", position=10)
    TopicFactory(code="old", is_active=False)
    TopicFactory(code="pay", parent=work)

    with django_assert_num_queries(1):
        topics = topics_for_choice()

    assert topics == [visa, work]
