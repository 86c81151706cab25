"""The page of figures and its files: who sees it, what it says, what it costs."""

import csv
import io
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts import roles
from accounts.tests.clients import signed_in
from consultations.choices import BookingStatus, ExpertKind
from consultations.models import Program
from consultations.tests.factories import TOKYO, BookingFactory
from interface.spreadsheets import guarded
from taxonomy.tests.factories import LanguageFactory

PAGE = "/admin/consultations/booking/figures/"
FILE = f"{PAGE}csv/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return signed_in(roles.COORDINATOR)


def sessions(count, *, language=None, day=date(2030, 4, 8), **fields):
    """So many sessions of one day, each of another expert."""
    language = language or LanguageFactory()
    return [
        BookingFactory(
            case__resident__speaking_language=language,
            slot__starts_at=datetime(day.year, day.month, day.day, 10, tzinfo=TOKYO),
            **fields,
        )
        for _each in range(count)
    ]


def rows(response):
    text = response.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def figure(response, code):
    figures = response.context["report"].figures
    return next((figure for figure in figures if figure.code == code), None)


# WHO SEES IT


@pytest.mark.parametrize("role", [roles.COORDINATOR, roles.SUPERVISOR])
@pytest.mark.parametrize("address", [PAGE, FILE])
def test_coordinators_and_supervisors_see_it(role, address):
    assert signed_in(role).get(address).status_code == 200


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_an_editor_sees_nothing_of_it(address):
    assert signed_in(roles.EDITOR).get(address).status_code == 403


@pytest.mark.parametrize("role", [roles.EXPERT, roles.INTERPRETER])
@pytest.mark.parametrize("address", [PAGE, FILE])
def test_who_does_not_work_in_the_admin_is_sent_away(role, address):
    response = signed_in(role).get(address)

    assert response.status_code in {302, 403, 404}
    assert b"plot" not in response.content


def test_a_stranger_is_asked_to_sign_in(client):
    assert client.get(PAGE).status_code == 302


@pytest.mark.parametrize("address", ["/admin/", "/admin/consultations/booking/"])
def test_coordinators_find_the_way_to_it(desk, address):
    assert f'href="{PAGE}"' in desk.get(address).content.decode()


# WHAT IT COSTS


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_one_and_for_three(desk, count, django_assert_num_queries):
    program = Program.objects.create(code="fund", name="A fund")
    for booking in sessions(count):
        booking.slot.day.program = program
        booking.slot.day.save()
    desk.get(PAGE)

    with django_assert_num_queries(21):
        desk.get(PAGE, {"period": "all"})


# WHAT IT SAYS


def completed(count, **options):
    return sessions(count, status=BookingStatus.COMPLETED, outcome="advice_given", **options)


def test_the_page_and_the_file_say_the_same(desk):
    completed(7, language=LanguageFactory(code="vi", name_en="Vietnamese"))
    sessions(2, language=LanguageFactory(code="ne", name_en="Nepali"))

    page = desk.get(PAGE, {"period": "all"})
    table = rows(desk.get(FILE, {"period": "all", "figure": "language"}))

    assert figure(page, "language").rows == [
        ("Vietnamese", ["7", "7", "0", "0", "0"]),
        ("Nepali", ["2", "0", "2", "0", "0"]),
    ]
    assert [(row["code"], row["Language"], row["Bookings [bookings]"]) for row in table] == [
        ("vi", "Vietnamese", "7"),
        ("ne", "Nepali", "2"),
    ]


def test_the_file_of_everything_holds_every_number_of_the_page(desk):
    completed(3)
    sessions(2)

    figures = desk.get(PAGE, {"period": "all"}).context["report"].figures
    everything = rows(desk.get(FILE, {"period": "all"}))

    on_the_page = [
        (one.code, line.code, column, str(value))
        for one in figures
        for line in one.lines
        for (column, _label), value in zip(one.columns, line.values, strict=True)
    ]
    in_the_file = [
        (row["figure"], row["group"], row["measure"], row["value"]) for row in everything
    ]
    assert in_the_file == on_the_page
    assert all(row["figure_label"] and row["measure_label"] for row in everything)


def test_only_the_chosen_program_is_counted(desk):
    fund = Program.objects.create(code="fund", name="A fund")
    (booking,) = completed(1)
    booking.slot.day.program = fund
    booking.slot.day.save()
    completed(4)

    page = desk.get(PAGE, {"period": "all", "program": fund.pk})
    file = rows(desk.get(FILE, {"period": "all", "program": fund.pk}))

    assert figure(page, "outcome").lines[0].values == (1,)
    assert {row["program"] for row in file} == {"fund"}


def test_only_the_chosen_days_are_counted(desk):
    completed(1, day=date(2030, 4, 8))
    completed(2, day=date(2030, 4, 9))

    page = desk.get(PAGE, {"since": "2030-04-09", "until": "2030-04-30"})

    assert figure(page, "outcome").lines[0].values == (2,)
    file = desk.get(FILE, {"since": "2030-04-09", "until": "2030-04-30"})
    assert file["Content-Disposition"] == (
        'attachment; filename="figures-2030-04-09-2030-04-30.csv"'
    )


def test_without_a_choice_it_is_this_fiscal_year(desk):
    today = timezone.now().astimezone(TOKYO).date()
    completed(1, day=today)
    completed(1, day=today + timedelta(days=800))

    page = desk.get(PAGE)

    assert [label for label, _url, is_chosen in page.context["presets"] if is_chosen] == [
        "This fiscal year"
    ]
    assert figure(page, "outcome").lines[0].values == (1,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "2030-04-09", "until": "2030-04-08"},
        {"since": "yesterday"},
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"program": "0"},
        {"period": "ever"},
    ],
)
def test_a_wrong_question_is_answered_kindly(desk, wrong):
    page = desk.get(PAGE, wrong)

    assert page.status_code == 422
    assert "There is a problem" in page.content.decode()
    assert desk.get(FILE, wrong).status_code == 404


def test_an_empty_period_says_what_to_do(desk):
    page = desk.get(PAGE, {"period": "all"}).content.decode()

    assert "Nothing is counted in this period yet." in page
    assert 'class="plot' not in page


def test_a_figure_that_is_not_there_is_not_found(desk):
    completed(1)

    assert desk.get(FILE, {"period": "all", "figure": "names"}).status_code == 404


def test_plots_have_no_styles_of_their_own(desk):
    completed(2)
    page = desk.get(PAGE, {"period": "all"}).content.decode()
    plots = page[page.index('class="figures-grid"') : page.index('id="rules"')]

    assert 'role="img"' in plots
    assert "style=" not in plots
    assert "<style" not in plots
    assert page.count("<desc ") == page.count('role="img"')


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+81", "'+81"),
        ("-2", "'-2"),
        ("@name", "'@name"),
        ("\tx", "'\tx"),
        ("a=b", "a=b"),
        (-2, -2),
    ],
)
def test_no_cell_is_a_formula(cell, written):
    assert guarded(cell) == written


def test_a_name_that_looks_like_a_formula_is_guarded_in_the_file(desk):
    completed(1, language=LanguageFactory(name_en="=HYPERLINK()"))

    (row,) = rows(desk.get(FILE, {"period": "all", "figure": "language"}))

    assert row["Language"] == "'=HYPERLINK()"


# FOR PUBLICATION


PUBLISHED = {"period": "all", "publication": "on"}


def test_small_groups_are_put_together_without_their_names(desk):
    completed(9, language=LanguageFactory(name_en="Vietnamese"))
    completed(3, language=LanguageFactory(name_en="Nepali"))
    completed(3, language=LanguageFactory(name_en="Tigrinya"))

    page = desk.get(PAGE, PUBLISHED)
    file = desk.get(FILE, PUBLISHED).content.decode()

    assert figure(page, "language").rows == [
        ("Vietnamese", ["9"]),
        ("Small groups together", ["6"]),
    ]
    for name in ["Nepali", "Tigrinya"]:
        assert name not in page.content.decode()
        assert name not in file


def test_no_small_number_is_on_the_page_or_in_the_file(desk):
    completed(9)
    completed(2, slot__expert__kind=ExpertKind.PSYCHIATRIST)
    sessions(3, status=BookingStatus.NO_SHOW, no_show_party="client")
    sessions(1, status=BookingStatus.CANCELED, canceled_by="expert")

    report = desk.get(PAGE, PUBLISHED).context["report"]
    values = [value for one in report.figures for line in one.lines for value in line.values]
    in_the_file = [row["value"] for row in rows(desk.get(FILE, PUBLISHED))]

    assert {1, 2, 3, 4}.isdisjoint(values)
    assert {"1", "2", "3", "4"}.isdisjoint(in_the_file)
    assert "hidden" in in_the_file
    # What is hidden follows from no other figure: one canceled, fourteen kept their slot.
    assert {"days_waited", "capacity", "rebooking"}.isdisjoint({one.code for one in report.figures})
    headlines = {headline.code: headline.value for headline in report.headlines}
    assert headlines["no_show_rate"] == "–"
    assert headlines["bookings"] == "15"


def test_fewer_than_five_bookings_are_not_published(desk):
    completed(4)

    page = desk.get(PAGE, PUBLISHED)

    assert page.context["report"].figures == []
    assert "Nothing of this period can be published." in page.content.decode()
    assert rows(desk.get(FILE, PUBLISHED)) == []
