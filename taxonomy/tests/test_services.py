import pytest

from taxonomy.models import Language, Topic
from taxonomy.services import load_taxonomy

pytestmark = pytest.mark.django_db


def test_load_taxonomy_fills_both_tables_once(django_assert_num_queries):
    assert load_taxonomy() == (194 + 21, 0)

    with django_assert_num_queries(4):  # two reads inside a savepoint
        assert load_taxonomy() == (0, 0)

    assert (Language.objects.count(), Topic.objects.count()) == (194, 21)


def test_load_taxonomy_leaves_what_coordinators_changed():
    load_taxonomy()
    Language.objects.filter(code="my").update(name_ja="ビルマ語", is_manual=True)
    Topic.objects.filter(code="tax").update(position=1, isa_code="T1", is_manual=True)

    assert load_taxonomy() == (0, 0)

    assert Language.objects.get(code="my").name_ja == "ビルマ語"
    assert Topic.objects.get(code="tax").isa_code == "T1"


def test_load_taxonomy_brings_untouched_rows_up_to_date():
    load_taxonomy()
    Language.objects.filter(code="my").update(name_en="Old name")
    Topic.objects.filter(code="tax").delete()

    assert load_taxonomy() == (1, 1)

    assert Language.objects.get(code="my").name_en == "Burmese"


def test_load_taxonomy_keeps_retired_rows_retired():
    load_taxonomy()
    Language.objects.filter(code="ryu").update(is_active=False)

    load_taxonomy()

    assert not Language.objects.get(code="ryu").is_active
