"""HSDS 3: what the published schema requires, and that everything fits together.

Source of the requirements: the files of openreferral/specification, branch 3.x,
`required` and the types of the properties that we write.
"""

import json
import re
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.test import Client

from centers.models import Center
from centers.services.table import load_centers

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
REQUIRED = {
    "organizations": {"id", "name", "description"},
    "services": {"id", "name", "status"},
    "service_at_locations": {"id"},
    "locations": {"id", "location_type"},
    "phones": {"id", "number"},
    "schedules": {"id"},
    "addresses": {
        "id",
        "address_1",
        "city",
        "state_province",
        "postal_code",
        "country",
        "address_type",
    },
    "languages": {"id"},
}
PROPERTIES = {
    "organizations": {"id", "name", "alternate_name", "description"},
    "services": {
        *("id", "organization_id", "name", "status", "description", "languages"),
        "assured_date",
    },
    "service_at_locations": {"id", "service_id", "location_id", "phones", "schedules"},
    "locations": {"id", "location_type", "organization_id", "name", "addresses"},
    "phones": {
        *("id", "service_at_location_id", "number", "extension", "type", "description"),
        "languages",
    },
    "schedules": {
        *("id", "service_at_location_id", "freq", "byday", "opens_at", "closes_at", "timezone"),
        *("description", "notes"),
    },
    "addresses": REQUIRED["addresses"],
    "languages": {"id", "code"},
}
NUMBERS = {"extension", "timezone"}
TABLES = ["organizations", "services", "service_at_locations", "locations", "phones", "schedules"]


@pytest.fixture(autouse=True)
def table(db):
    load_centers(now=NOW)


def page(name):
    return json.loads(Client().get(f"/open-data/hsds/{name}.json").content)


def check(kind, thing):
    """One object, and those within it."""
    assert REQUIRED[kind] <= thing.keys() <= PROPERTIES[kind], kind
    UUID(thing["id"])
    for name, value in thing.items():
        if isinstance(value, list):
            for each in value:
                check(name, each)
        else:
            assert isinstance(value, int if name in NUMBERS else str), name


@pytest.mark.parametrize("name", TABLES)
def test_every_object_has_what_the_schema_requires(name):
    document = page(name)

    assert document["total_items"] == len(document["contents"]) > 0
    assert (document["first_page"], document["last_page"], document["empty"]) == (True, True, False)
    for thing in document["contents"]:
        check(name, thing)
    keys = [thing["id"] for thing in document["contents"]]
    assert len(set(keys)) == len(keys)


def test_the_tables_fit_together():
    tables = {name: page(name)["contents"] for name in TABLES}
    keys = {name: {thing["id"] for thing in things} for name, things in tables.items()}

    assert [len(tables[name]) for name in TABLES[:4]] == [139, 176, 176, 176]
    assert len(tables["phones"]) == 187
    for each in tables["service_at_locations"]:
        assert each["service_id"] in keys["services"]
        assert each["location_id"] in keys["locations"]
    assert {each["organization_id"] for each in tables["services"]} == keys["organizations"]
    assert keys["service_at_locations"] == {
        str(pk) for pk in Center.objects.values_list("pk", flat=True)
    }


def test_identifiers_are_the_same_in_every_installation():
    first = {name: [each["id"] for each in page(name)["contents"]] for name in TABLES}
    Center.objects.all().delete()
    load_centers(now=NOW)

    assert {name: [each["id"] for each in page(name)["contents"]] for name in TABLES} == first


def test_hours_are_rules_where_they_are_certain_and_words_always():
    yokohama = Center.objects.get(operator__name="横浜市")
    [of_weeks, words] = [
        each
        for each in page("schedules")["contents"]
        if each["service_at_location_id"] == str(yokohama.pk)
    ]

    assert (of_weeks["freq"], of_weeks["byday"]) == ("MONTHLY", "2SA,4SA")
    assert (of_weeks["opens_at"], of_weeks["closes_at"]) == ("10:00+09:00", "13:00+09:00")
    assert words["description"] == "10:00~17:00\n第2・4土曜日:10:00~13:00"
    assert words["notes"] == "open days are not known: call first"


def test_what_is_not_known_is_empty_and_what_is_confirmed_is_dated():
    Center.objects.filter(position=1).update(verified_on=date(2026, 11, 1))
    addresses = [each["addresses"][0] for each in page("locations")["contents"]]

    assert {address["postal_code"] for address in addresses} == {""}
    assert page("services")["contents"][0]["assured_date"] == "2026-11-01"
    assert all(re.search("[市区町村]$|^$", address["city"]) for address in addresses)
    assert sum(not address["city"] for address in addresses) < 5


def test_the_index_names_every_table_and_the_terms():
    answer = Client().get("/open-data/hsds/")
    document = json.loads(answer.content)

    assert list(document["tables"]) == TABLES
    assert "license" in document["license"]
    assert answer["ETag"]
    assert answer["Last-Modified"]
    assert answer.cookies == {}
    again = Client().get("/open-data/hsds/", headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


def test_a_table_there_is_not_is_not_found():
    assert Client().get("/open-data/hsds/people.json").status_code == 404
