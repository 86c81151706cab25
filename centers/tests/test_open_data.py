"""What machines read: the portal's contract, exactly."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from centers.models import Center
from centers.services.table import load_centers
from centers.services.upkeep import confirm_center

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
JSON, CSV = "/open-data/centers.json", "/open-data/centers.csv"


@pytest.fixture(autouse=True)
def table(db):
    load_centers(now=NOW)


def test_the_json_holds_every_window_in_the_order_of_the_source():
    document = json.loads(Client().get(JSON).content)

    centers = document["centers"]
    assert set(document) == {"as_of", "source", "license", "centers"}
    assert document["as_of"] == "2020-03-31"
    assert len(centers) == 176
    assert len({(each["prefecture"], each["operator"]) for each in centers}) == 139
    assert len({each["prefecture"] for each in centers}) == 46
    assert [each["name"] for each in centers if not each["phones"]] == [
        "高岡市外国人のための相談コーナー"
    ]
    assert len([each for each in centers if len(each["phones"]) > 1]) == 11
    assert centers[0] == {
        "id": str(Center.objects.get(position=1).pk),
        "prefecture_code": "01",
        "prefecture": "北海道",
        "operator": "北海道",
        "name": "北海道外国人相談センター",
        "address": "札幌市中央区北3条西7丁目 道庁別館12階",
        "phones": [{"number": "011-200-9595", "extension": "", "label": "", "languages": []}],
        "hours_text": "9:00~12:00\n13:00~16:00",
        "remarks": "",
        "days_known": False,
        "verified_on": None,
    }


def test_the_csv_is_the_same_for_spreadsheets():
    response = Client().get(CSV)
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))

    document = json.loads(Client().get(JSON).content)
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert [row["id"] for row in rows] == [each["id"] for each in document["centers"]]
    assert {row["name"]: row["phones"] for row in rows}["松戸市外国人相談窓口"] == (
        "日 047-366-1162\n中 047-366-9151"
    )


def test_a_cell_is_never_a_formula():
    Center.objects.filter(position=1).update(remarks="=1+1")

    text = Client().get(CSV).content.decode("utf-8-sig")

    assert next(csv.DictReader(io.StringIO(text, newline="")))["remarks"] == "'=1+1"


@pytest.mark.parametrize("path", [JSON, CSV])
def test_shared_caches_may_keep_it_and_nobody_is_known(path):
    response = Client().get(path)

    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=60"
    assert response["Last-Modified"] == "Fri, 27 Nov 2026 03:00:00 GMT"
    assert response.cookies == {}
    # Neither the language of the visitor nor anything else of theirs makes another copy.
    assert {"Cookie", "Accept-Language"}.isdisjoint(response.get("Vary", "").split(", "))


@pytest.mark.parametrize("path", [JSON, CSV])
def test_who_has_it_already_gets_nothing_new(path):
    etag = Client().get(path)["ETag"]

    known = Client().get(path, headers={"If-None-Match": etag})
    assert (known.status_code, known.content) == (304, b"")

    center = Center.objects.get(position=1)
    confirm_center(center_id=center.pk, on=date(2026, 11, 27), now=NOW)
    changed = Client().get(path, headers={"If-None-Match": etag})
    assert (changed.status_code, changed["ETag"] == etag) == (200, False)


@pytest.mark.parametrize("path", [JSON, CSV])
@pytest.mark.parametrize("listed", [1, 176])
def test_one_statement_however_many(path, listed, django_assert_num_queries):
    Center.objects.filter(position__gt=listed).update(is_listed=False)

    with django_assert_num_queries(1):
        Client().get(path)


def test_an_empty_directory_is_a_directory():
    Center.objects.update(is_listed=False)

    document = json.loads(Client().get(JSON).content)

    assert (document["as_of"], document["centers"]) == (None, [])
    assert Client().post(JSON).status_code == 405
