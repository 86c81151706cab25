"""The directory as a worried person looks through it."""

import re
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from centers.models import Center
from centers.prefectures import ALL
from centers.services.table import load_centers
from centers.services.upkeep import confirm_center
from languages import registry

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
EVERYWHERE = pytest.mark.parametrize("language", settings.COMPLETE_LANGUAGES)


@pytest.fixture(autouse=True)
def table(db):
    load_centers(now=NOW)


def get(path="", language="en", **query):
    return Client().get(f"/{language}/centers/{path}", query)


def centers(response):
    return [entry.center for group in response.context["groups"] for entry in group.entries]


def names(response):
    return [center.name for center in centers(response)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("横浜", "en"),
        ("よこはま", "en"),
        ("ヨコハマ", "en"),
        ("Yokohama", "en"),
        ("ＹＯＫＯＨＡＭＡ", "my"),
        ("045-222", "en"),
        ("０４５２２２", "vi"),
    ],
)
def test_yokohama_is_found_however_it_is_typed(text, language):
    assert "横浜市多文化共生総合相談センター" in names(get(language=language, q=text))


@pytest.mark.parametrize(
    ("text", "language"), [("कानागावा", "ne"), ("کاناگاوا", "ur"), ("kanagawa", "ja")]
)
def test_a_prefecture_is_found_in_the_readers_language(text, language):
    found = centers(get(language=language, q=text))

    assert {center.operator.prefecture_code for center in found} == {"14"}


def test_two_words_narrow_each_other():
    assert names(get(q="兵庫 ベトナム")) == ["姫路市ベトナム語生活相談"] * 5


@pytest.mark.parametrize("text", ["zz", "nowhere", "横浜 Sapporo", "%", "'", "99999", "х" * 500])
def test_what_is_nowhere_leads_on(text):
    response = get(q=text)

    assert response.status_code == 200
    assert not centers(response)
    assert "prefecture=01" in response.text


def test_a_prefecture_shows_its_own():
    response = get(prefecture="13")

    assert len(centers(response)) == 6
    assert 'aria-current="true"' in response.text
    assert "Tokyo: 6 centers" in response.text


def test_okinawa_has_none_and_says_where_to_turn():
    response = get(prefecture="47")

    assert not centers(response)
    assert "Ask at the city hall, or call us." in response.text


@pytest.mark.parametrize("code", ["", "48", "x", "1", "０１"])
def test_an_unknown_prefecture_is_no_question(code):
    response = get(prefecture=code)

    assert (response.status_code, response.context["is_asked"]) == (200, False)


@EVERYWHERE
def test_forty_seven_tiles_in_order_with_their_numbers(language):
    page = get(language=language).text

    tiles = re.findall(r'href="\?prefecture=(\d\d)#found">.*?__count">(\d+)<', page)
    assert [code for code, _count in tiles] == [prefecture.code for prefecture in ALL]
    assert sum(int(count) for _code, count in tiles) == 176
    assert dict(tiles)["47"] == "0"


def test_no_two_tiles_share_a_place():
    assert len({(prefecture.column, prefecture.row) for prefecture in ALL}) == 47


@EVERYWHERE
def test_a_center_tells_its_number_and_how_old_that_is(language):
    center = Center.objects.get(operator__name="京都市")

    page = get(f"{center.pk}/", language).text

    assert page.index("2020") < page.index("tel:075-752-3511") < page.index("tel:075-752-1166")
    assert "※月曜日(祝日の場合は翌平日)は閉館" in page
    assert f'lang="{registry.get(language).tag}"' in page


def test_a_confirmed_center_says_since_when():
    center = Center.objects.get(position=1)
    confirm_center(center_id=center.pk, on=date(2026, 11, 26), now=NOW)

    page = get(f"{center.pk}/").text

    assert "Confirmed on Thursday, November 26, 2026" in page
    assert "nobody has confirmed" not in page


def test_what_is_not_known_is_said():
    takaoka = get(f"{Center.objects.get(operator__name='高岡市').pk}/").text
    taniyama = get(f"{Center.objects.get(hours_text='').pk}/").text

    assert "No telephone number is known." in takaoka
    assert "The hours are not known." in taniyama
    assert "It is not certain on which days it is open." in taniyama
    # Nothing is called closed or open because data are missing.
    assert "losed" not in taniyama.partition("<main")[2].partition("</main")[0]


def test_a_center_that_is_gone_is_not_found():
    center = Center.objects.get(position=1)
    Center.objects.filter(pk=center.pk).update(is_listed=False)

    assert get(f"{center.pk}/").status_code == 404
    assert get(f"{uuid4()}/").status_code == 404


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("", {}),
        ("", {"prefecture": "13", "language": "vi", "open": "now"}),
        ("one", {}),
        ("print/13/", {}),
        ("caravan/", {}),
        ("corrected/", {}),
    ],
)
def test_the_pages_are_the_same_for_everybody(path, query):
    path = f"{Center.objects.get(position=1).pk}/" if path == "one" else path
    get()  # the hours of the office are remembered

    response = get(path, **query)

    assert response["Cache-Control"] == "public, max-age=60"
    assert response.cookies == {}
    assert "Cookie" not in response.get("Vary", "")


@pytest.mark.parametrize(("listed", "statements"), [(3, 2), (176, 3)])
def test_a_cold_page_takes_three_statements(listed, statements, django_assert_num_queries):
    Center.objects.filter(position__gt=listed).update(is_listed=False)

    # Centers with their numbers, whether the office answers, and the names of the
    # languages that they are known for.
    with django_assert_num_queries(statements):
        get(prefecture="01")


def test_what_was_typed_is_shown_as_text():
    page = get(q='"><script>alert(1)</script>').text

    assert "<script>alert" not in page
    assert "&quot;&gt;&lt;script&gt;" in page
