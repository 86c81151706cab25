import pytest
from django.urls import reverse

from taxonomy.models import Language, Topic
from taxonomy.tests.factories import LanguageFactory, TopicFactory

pytestmark = pytest.mark.django_db


def found(admin_client, words):
    page = admin_client.get(reverse("admin:taxonomy_language_changelist"), {"q": words})
    return [language.code for language in page.context["cl"].result_list]


@pytest.mark.parametrize(
    "words", ["ミャンマー語", "みゃんまー", "burmese", "မြန်မာ", "ビルマ語", "my", "Myanmar"]
)
def test_a_language_is_found_by_any_of_its_names(admin_client, words):
    LanguageFactory(
        code="my",
        name_ja="ミャンマー語",
        name_kana="みゃんまーご",
        name_en="Burmese",
        autonym="မြန်မာဘာသာ",
        aliases="ビルマ語, Myanmar",
    )
    LanguageFactory(code="vi", name_ja="ベトナム語", name_kana="べとなむご", name_en="Vietnamese")

    assert found(admin_client, words) == ["my"]


def test_most_used_languages_stand_first(admin_client):
    LanguageFactory(code="am", name_kana="あむはらご")
    LanguageFactory(code="vi", position=2)
    LanguageFactory(code="cmn", position=1)

    assert found(admin_client, "") == ["cmn", "vi", "am"]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("factory", [LanguageFactory, TopicFactory])
def test_lists_do_not_query_more_for_more_rows(
    admin_client, django_assert_num_queries, factory, rows
):
    factory.create_batch(rows)
    url = reverse(f"admin:taxonomy_{factory._meta.model._meta.model_name}_changelist")
    admin_client.get(url)  # a first request writes the session

    with django_assert_num_queries(4):
        admin_client.get(url)


def test_what_a_coordinator_changes_is_marked(admin_client):
    topic = TopicFactory(code="tax", name_ja="税金", name_en="Tax")

    admin_client.post(
        reverse("admin:taxonomy_topic_change", args=[topic.pk]),
        {
            "code": "changed",
            "name_ja": "税金",
            "name_en": "Tax",
            "position": 5,
            "isa_code": "T1",
            "parent": "",
        },
    )

    changed = Topic.objects.get()
    assert (changed.code, changed.position, changed.isa_code, changed.is_active) == (
        "tax",
        5,
        "T1",
        False,
    )
    assert changed.is_manual


def test_a_language_of_a_coordinators_own_is_kept(admin_client):
    admin_client.post(
        reverse("admin:taxonomy_language_add"),
        {
            "code": "lis",
            "name_ja": "リス語",
            "name_kana": "りすご",
            "name_en": "Lisu",
            "is_spoken": "on",
            "is_active": "on",
        },
    )

    assert Language.objects.get().is_manual


def test_nothing_is_deleted(admin_client):
    language = LanguageFactory()

    answer = admin_client.post(reverse("admin:taxonomy_language_delete", args=[language.pk]))

    assert answer.status_code == 403
    assert Language.objects.exists()
