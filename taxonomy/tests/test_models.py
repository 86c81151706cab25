import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from taxonomy.models import Language
from taxonomy.tests.factories import LanguageFactory, TopicFactory
from taxonomy.vocabulary import TOPICS

pytestmark = pytest.mark.django_db


def test_for_conversation_leaves_out_written_forms_and_retired_languages():
    LanguageFactory(code="zh-hans", is_spoken=False)
    LanguageFactory(code="old", is_active=False)
    LanguageFactory(code="jsl", is_spoken=False, is_sign=True)
    LanguageFactory(code="vi")

    offered = Language.objects.for_conversation().order_by("code")

    assert list(offered.values_list("code", flat=True)) == ["jsl", "vi"]


@pytest.mark.parametrize("name", ["name_ja", "name_kana", "name_en"])
def test_a_language_needs_its_names(name):
    with pytest.raises(IntegrityError), transaction.atomic():
        LanguageFactory(**{name: ""})


def test_topic_below_a_closer_topic_is_refused():
    divorce = TopicFactory(parent=TopicFactory())

    with pytest.raises(ValidationError) as refusal:
        TopicFactory.build(parent=divorce).clean()

    assert refusal.value.message_dict == {
        "parent": ["Topics have two levels: choose a general topic."]
    }


def test_general_topic_with_closer_ones_stays_general():
    family = TopicFactory()
    TopicFactory(parent=family)
    family.parent = TopicFactory()

    with pytest.raises(ValidationError) as refusal:
        family.clean()

    assert refusal.value.message_dict == {"parent": ["There are closer topics below this one."]}


def test_topic_is_not_its_own_parent():
    with pytest.raises(IntegrityError), transaction.atomic():
        TopicFactory(code="loop", parent_id="loop")


@pytest.mark.parametrize("code", TOPICS)
def test_coded_topics_have_plain_words_and_a_hint(code):
    topic = TopicFactory.build(code=code, name_en="never shown")

    assert topic.label == TOPICS[code].label
    assert topic.hint == TOPICS[code].hint
    assert topic.label


@pytest.mark.parametrize(
    ("language", "label"), [("ja", "相続"), ("ja-simple", "相続"), ("en", "Inheritance")]
)
def test_topic_added_later_is_called_by_its_names(language, label):
    topic = TopicFactory.build(code="inheritance", name_ja="相続", name_en="Inheritance")

    with translation.override(language):
        assert topic.label == label
    assert topic.hint == ""
