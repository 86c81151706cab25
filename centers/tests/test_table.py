"""The table of the project, as the association published it for the end of March 2020."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.db.models import Count

from centers.models import Center, Operator, Phone
from centers.services.table import load_centers
from centers.services.upkeep import confirm_center

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def table(db):
    load_centers(now=NOW)


def test_the_whole_table_is_there():
    codes = set(Operator.objects.values_list("prefecture_code", flat=True))

    assert Center.objects.listed().count() == 176
    assert Operator.objects.count() == 139
    assert (len(codes), "47" in codes) == (46, False)
    assert Phone.objects.count() == 187


def test_only_one_has_no_telephone_and_one_no_hours():
    counted = Center.objects.annotate(numbers=Count("phones"))

    assert [center.operator.name for center in counted.filter(numbers=0)] == ["高岡市"]
    assert [center.address for center in counted.filter(hours_text="")] == [
        "鹿児島市谷山中央4-4927 谷山支所1階"
    ]
    assert counted.filter(numbers__gt=1).count() == 11


def test_nothing_that_the_source_lacks_is_known():
    assert not Center.objects.filter(days_known=True).exists()
    assert not Center.objects.exclude(verified_on=None).exists()


def test_every_center_is_where_the_source_has_it():
    places = list(Center.objects.in_order().values_list("position", "operator__prefecture_code"))

    assert [position for position, _code in places] == list(range(1, 177))
    assert [code for _position, code in places] == sorted(code for _position, code in places)


def test_windows_without_a_prefecture_belong_to_the_operator_above():
    himeji = Center.objects.filter(operator__name="姫路市").in_order()

    assert Counter(himeji.values_list("name", flat=True)) == {
        "姫路市外国人相談センター": 1,
        "姫路市ベトナム語生活相談": 5,
    }
    assert [phone.number for phone in himeji[5].phones.all()] == ["080-6158-4445"]


@pytest.mark.parametrize(
    ("address", "name", "numbers", "hours", "remarks"),
    [
        (
            "福井市宝永3丁目1-1",
            "ふくい外国人相談センター(福井県国際交流会館情報・相談コーナー)",
            ["0776-88-0062"],
            "9:00~18:00",
            "月曜日の開所は第2月曜日のみ\n火曜日・木曜日:9:00~20:00",
        ),
        (
            "京都市左京区粟田口鳥居町2-1(京都市国際交流会館内)",
            "京都市外国籍市民総合相談窓口",
            ["075-752-3511", "075-752-1166"],
            "①9:00~21:00\n②9:00~17:00",
            "①火~日曜日\n②火・水・木・金曜日\n※月曜日(祝日の場合は翌平日)は閉館",
        ),
        (
            "長野県上田市大手1-11-16上田市役所本庁舎1階",
            "上田市多言語相談ワンストップセンター(外国人住民総合案内)",
            ["0268-75-2245"],
            "8:30~17:15",
            "",
        ),
        (
            "新潟市中央区礎町通3ノ町2086 クロスパルにいがた内",
            "外国語による相談窓口",
            ["025-225-2727"],
            "9:00~17:00",
            "",
        ),
        (
            "米子市末広町294米子コンベンションセンター4階",
            "(公財)鳥取県国際交流財団米子事務所(県西部)",
            ["0859-34-5931"],
            "9:00~17:30",
            "",
        ),
    ],
)
def test_cells_stand_where_they_belong(address, name, numbers, hours, remarks):
    center = Center.objects.get(address=address)

    assert center.name == name
    assert [phone.number for phone in center.phones.order_by("position")] == numbers
    assert (center.hours_text, center.remarks) == (hours, remarks)


def test_what_was_read_by_custom_is_put_before_a_person():
    looked_at = Center.objects.exclude(review="")

    assert {center.operator.name: center.review for center in looked_at} == {
        "岩手県": "施設保守点検日を除く",
        "仙台市": "仙台多文化共生センター休室日を除く",
        "港区": "/2046",
        "富山市": "CiCビル休館日を除く)",
        "岡山県": "日曜日",
    }


def test_loading_again_changes_nothing():
    before = list(Center.objects.in_order().values_list())
    phones = list(Phone.objects.order_by("pk").values_list())

    comparison = load_centers(now=datetime(2027, 1, 1, tzinfo=UTC))

    assert comparison.unchanged == 176
    assert list(Center.objects.in_order().values_list()) == before
    assert list(Phone.objects.order_by("pk").values_list()) == phones


def test_a_center_keeps_its_key_for_good():
    center = Center.objects.get(operator__name="高岡市")

    assert str(center.pk) == "e6ffb5c4-6cb4-58fa-97c4-c2cdaaf9bdfe"


def test_loading_again_keeps_what_a_person_put_right():
    center = Center.objects.get(operator__name="高岡市")
    Center.objects.filter(pk=center.pk).update(hours_text="9:00~17:00", is_manual=True)

    comparison = load_centers(now=NOW)

    [(kept, _row, fields)] = comparison.kept
    assert (kept.pk, fields) == (center.pk, ["hours_text"])
    center.refresh_from_db()
    assert center.hours_text == "9:00~17:00"


def test_confirming_notes_the_day_and_nothing_else():
    center = Center.objects.get(operator__name="高岡市")

    confirm_center(center_id=center.pk, on=date(2026, 11, 27), now=NOW)

    center.refresh_from_db()
    assert (center.verified_on, center.version) == (date(2026, 11, 27), 1)
    assert not center.days_known


def test_every_operator_can_be_read():
    assert not Operator.objects.filter(kana="").exists()
    assert not Operator.objects.filter(latin="").exists()
    assert Operator.objects.get(name="横浜市").latin == "Yokohama"
