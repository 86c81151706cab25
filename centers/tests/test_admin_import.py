"""A table is looked at in the admin before it is taken over."""

import base64
import zlib
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts import roles
from accounts.tests.clients import signed_in
from centers.models import Center
from centers.services.table import load_centers
from centers.services.upkeep import confirm_center
from centers.tests.test_importing import OTHER, ROW, table

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
PAGE = "admin:centers_center_import"


@pytest.fixture
def desk():
    return signed_in(roles.COORDINATOR)


def look(desk, data):
    file = SimpleUploadedFile("table.csv", data)
    return desk.post(reverse(PAGE), {"file": file, "source": "見本", "as_of": "2026-10-01"})


def take(desk, shown):
    form = shown.context["form"]
    return desk.post(
        reverse(PAGE),
        {"source": "見本", "as_of": "2026-10-01"}
        | {name: form.initial[name] for name in ("packed", "looked_at")},
    )


def test_nothing_is_changed_before_somebody_has_looked(desk):
    shown = look(desk, table(ROW, OTHER))

    assert "2 to be added, 0 to be changed" in shown.text
    assert not Center.objects.exists()

    answer = take(desk, shown)

    assert answer.status_code == 302
    assert set(Center.objects.values_list("name", "source")) == {
        ("見本窓口", "見本"),
        ("第二窓口", "見本"),
    }


def test_cells_of_several_lines_come_through_unchanged(desk):
    take(desk, look(desk, table(ROW | {"hours": "9:00~12:00\n13:00~17:00"})))

    assert Center.objects.get().hours_text == "9:00~12:00\n13:00~17:00"


def test_differences_stand_beside_each_other_and_what_a_person_left_is_kept(desk):
    take(desk, look(desk, table(ROW, OTHER)))
    second = Center.objects.get(name="第二窓口")
    confirm_center(center_id=second.pk, on=NOW.date(), now=NOW)

    shown = look(
        desk, table(ROW | {"hours": "10:00~16:00"}, OTHER | {"remarks": "第2土曜日:9:00~12:00"})
    )

    assert "0 to be added, 1 to be changed, 1 kept" in shown.text
    assert shown.text.index("9:00~17:00") < shown.text.index("10:00~16:00")
    take(desk, shown)
    second.refresh_from_db()
    assert second.remarks == ""
    assert Center.objects.get(name="見本窓口").hours_text == "10:00~16:00"


def test_what_changed_since_the_look_is_shown_again(desk):
    take(desk, look(desk, table(ROW)))
    shown = look(desk, table(ROW | {"hours": "10:00~16:00"}))
    center = Center.objects.get()
    confirm_center(center_id=center.pk, on=NOW.date(), now=NOW)

    answer = take(desk, shown)

    assert answer.status_code == 200
    assert "0 to be added, 0 to be changed, 1 kept" in answer.text
    center.refresh_from_db()
    assert center.hours_text == "9:00~17:00"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("prefecture,operator\n東京都,x".encode(), "Line 1: These columns are missing"),
        (table(ROW, ROW), "Line 3: The same center stands on line 2."),
        (table(ROW | {"remarks": "=1+1"}), "Line 2: The column remarks begins like a formula."),
        ("prefecture".encode("utf-16"), "Line 1: The text is not UTF-8."),
    ],
)
def test_a_hostile_file_is_told_line_by_line(desk, data, told):
    answer = look(desk, data)

    assert answer.status_code == 422
    assert told in answer.text
    assert not Center.objects.exists()


@pytest.mark.parametrize("packed", ["", "!!!", "eJw=", "AAAA"])
def test_what_is_lost_on_the_way_is_told(desk, packed):
    answer = desk.post(reverse(PAGE), {"source": "x", "packed": packed, "looked_at": "x"})

    assert answer.status_code in {200, 422}
    assert not Center.objects.exists()


def test_a_bomb_is_not_unpacked(desk):
    bomb = base64.b64encode(zlib.compress(b"x" * 50_000_000)).decode()

    answer = desk.post(reverse(PAGE), {"source": "x", "packed": bomb, "looked_at": "x"})

    assert "The file is larger than 5 MB." in answer.text


def test_only_who_may_change_centers_takes_a_table_over():
    load_centers(now=NOW)

    answer = look(signed_in(roles.EXPERT), table(ROW))

    assert answer.status_code in {302, 403}
    assert Center.objects.count() == 176
