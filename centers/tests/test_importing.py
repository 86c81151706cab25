"""Files from elsewhere: taken over whole, or refused line by line with nothing changed."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command

from centers.importing import COLUMNS
from centers.models import Center, Operator, Phone
from centers.services.table import TableNotTaken, import_centers
from centers.services.upkeep import confirm_center

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
ROW = {
    "prefecture": "東京都",
    "operator": "見本市",
    "name": "見本窓口",
    "address": "見本市1-1",
    "phones": "03-0000-0000",
    "hours": "9:00~17:00",
    "remarks": "",
}
OTHER = ROW | {"name": "第二窓口"}


def table(*rows, columns=COLUMNS):
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode()


def take(data, **options):
    return import_centers(data=data, source="見本", as_of=date(2026, 1, 1), now=NOW, **options)


def everything():
    return [list(model.objects.order_by("pk").values_list()) for model in (Operator, Center, Phone)]


def problems_of(data):
    before = everything()
    with pytest.raises(TableNotTaken) as refusal:
        take(data)
    assert everything() == before
    return [(problem.line, problem.text) for problem in refusal.value.problems]


def test_a_table_is_added_changed_and_taken_off():
    take(table(ROW, OTHER))

    comparison = take(table(ROW | {"phones": "03-0000-0001", "hours": ""}))

    assert [fields for _center, _row, fields in comparison.changed] == [
        ["phones_text", "hours_text"]
    ]
    assert [center.name for center in comparison.removed] == ["第二窓口"]
    [center] = Center.objects.listed()
    assert (center.hours_text, center.version) == ("", 1)
    assert [phone.number for phone in center.phones.all()] == ["03-0000-0001"]
    assert Center.objects.count() == 2


def test_a_center_that_comes_back_is_listed_again():
    take(table(ROW, OTHER))
    take(table(ROW))

    take(table(ROW, OTHER))

    assert Center.objects.listed().count() == 2


def test_a_dry_run_tells_and_changes_nothing():
    take(table(ROW))
    before = everything()

    comparison = take(table(OTHER), dry_run=True)

    assert [row.name for row in comparison.added] == ["第二窓口"]
    assert [center.name for center in comparison.removed] == ["見本窓口"]
    assert everything() == before


def test_what_a_person_confirmed_is_neither_overwritten_nor_taken_off():
    take(table(ROW, OTHER))
    for center in Center.objects.all():
        confirm_center(center_id=center.pk, on=date(2026, 11, 1), now=NOW)
    before = everything()

    comparison = take(table(ROW | {"hours": "10:00~12:00"}))

    assert [fields for _center, _row, fields in comparison.kept] == [["hours_text"]]
    assert everything() == before


def test_a_center_that_somebody_typed_in_is_the_same_center():
    operator = Operator.objects.create(prefecture_code="13", name="見本市")
    Center.objects.create(
        operator=operator, name="見本窓口", address="見本市1-1", is_manual=True, changed_at=NOW
    )

    comparison = take(table(ROW))

    assert (comparison.added, len(comparison.kept)) == ([], 1)
    assert Center.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (table(ROW).decode().encode("shift_jis"), 2, "UTF-8"),
        (b"", 1, "columns are missing"),
        (table(ROW, columns=["name", "address"]), 1, "prefecture, operator, phones"),
        (table(), 0, "no rows"),
        (table(ROW | {"prefecture": "東京"}), 2, "東京"),
        (table(ROW | {"name": " "}), 2, "name"),
        (table(ROW, ROW), 3, "line 2"),
        (table(ROW | {"remarks": "=HYPERLINK(1)"}), 2, "formula"),
        (table(ROW | {"remarks": "@SUM"}), 2, "formula"),
        (table(ROW | {"address": "x" * 201}), 2, "too long"),
        (table(ROW | {"phones": "y" * 61 + ":03-0000-0000"}), 2, "too long"),
        (table(ROW | {"remarks": "a\0b"}), 2, "no text"),
        (table(ROW) + b"a,b\r\n", 3, "number of cells"),
        (table(ROW) + b"a,b,c,d,e,f,g,h,i\r\n", 3, "number of cells"),
        (table(*[ROW | {"name": str(number)} for number in range(5_001)]), 0, "5,000"),
        (b"x" * 5_000_001, 0, "5 MB"),
    ],
)
def test_a_hostile_file_is_refused_by_line(data, line, words):
    take(table(OTHER))

    [(where, text)] = problems_of(data)

    assert where == line
    assert words in text


def test_a_hundred_thousand_rows_are_refused_at_once():
    [(_line, text)] = problems_of(table(*[ROW | {"name": str(each)} for each in range(100_000)]))

    assert "5 MB" in text or "5,000" in text


def test_every_wrong_line_is_told():
    data = table(ROW | {"prefecture": "?"}, ROW, OTHER | {"address": ""})

    assert [line for line, _text in problems_of(data)] == [2, 4]


def test_the_command_tells_what_it_would_do(tmp_path, capsys):
    file = tmp_path / "centers.csv"
    file.write_bytes(table(ROW))

    call_command("import_centers", file, "--dry-run")

    assert "+ 見本窓口 (見本市1-1)" in capsys.readouterr().out
    assert Center.objects.count() == 0


def test_the_command_refuses_with_every_line(tmp_path, capsys):
    file = tmp_path / "centers.csv"
    file.write_bytes(table(ROW | {"operator": ""}))

    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("import_centers", file)

    assert "line 2: " in capsys.readouterr().err
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_centers", tmp_path / "nowhere.csv")
