"""The yearly figures, as the association publishes them."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from accounts import roles
from accounts.tests.clients import signed_in
from interpreters.choices import AssignmentStatus, RequestStatus
from interpreters.figures import as_csv, figures_of, published
from interpreters.models import Refusal
from interpreters.tests.factories import AssignmentFactory, InterpreterRequestFactory
from schedules.fiscal import fiscal_year_of
from taxonomy.models import Language

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("languages")]
IN_2021 = datetime(2021, 10, 1, 3, tzinfo=UTC)


@pytest.fixture
def fiscal_2021():
    """56 inquiries in 18 languages, 29 of them in 10 languages dispatched."""
    codes = list(Language.objects.for_conversation().values_list("pk", flat=True)[:18])
    dispatched = 0
    for number in range(56):
        code = codes[number % 18]
        goes = number % 18 < 10 and dispatched < 29
        dispatched += goes
        request = InterpreterRequestFactory(
            language_id=code,
            submitted_at=IN_2021,
            status=RequestStatus.CLOSED if goes else RequestStatus.UNFILLED,
            reason="" if goes else "nobody",
        )
        if goes:
            used = number % 7 != 0
            AssignmentFactory(
                request=request,
                status=AssignmentStatus.REPORTED if used else AssignmentStatus.ATTENDED_NOT_USED,
            )
    assert dispatched == 29


def test_the_year_2021_is_told_as_the_association_tells_it(fiscal_2021):
    # 「2021年度実績は年間18言語、56件の相談問合せがあり、うち10言語29件に通訳者を派遣」
    figures = figures_of(2021)

    assert (figures.inquiry_languages, figures.inquiries) == (18, 56)
    assert (figures.dispatch_languages, figures.dispatches) == (10, 29)


def test_a_year_begins_in_april_by_the_clocks_of_japan():
    InterpreterRequestFactory(submitted_at=datetime(2021, 3, 31, 14, 59, tzinfo=UTC))
    InterpreterRequestFactory(submitted_at=datetime(2021, 3, 31, 15, 0, tzinfo=UTC))

    assert [figures_of(year).inquiries for year in (2020, 2021)] == [1, 1]
    assert [fiscal_year_of(IN_2021.date()), fiscal_year_of(date(2021, 3, 31))] == [
        2021,
        2020,
    ]


def test_somebody_who_was_only_asked_is_no_dispatch():
    request = InterpreterRequestFactory(submitted_at=IN_2021)
    AssignmentFactory(request=request, status=AssignmentStatus.RETURNED)

    assert (figures_of(2021).inquiries, figures_of(2021).dispatches) == (1, 0)


def test_what_was_missing_and_what_was_refused_is_counted(fiscal_2021):
    Refusal.objects.create(term="no_event", language_id="ti", setting="other", happened_at=IN_2021)
    tables = {table.code: table.groups for table in figures_of(2021).tables}

    assert [(group.label, group.inquiries) for group in tables["unfilled"]] == [("nobody", 27)]
    assert [group.inquiries for group in tables["refused"]] == [1]
    assert sum(group.inquiries for group in tables["language"]) == 56


def test_small_groups_are_not_published(fiscal_2021):
    tables = {table.code: table for table in published(figures_of(2021)).tables}

    # Every language has three or four: none is named.
    assert [group.inquiries for group in tables["language"].groups] == [56]
    assert tables["setting"].groups[0].inquiries == 56
    for table in tables.values():
        assert all(group.inquiries >= 5 for group in table.groups)


def test_a_small_year_is_not_published_at_all():
    InterpreterRequestFactory.create_batch(3, submitted_at=IN_2021)
    Refusal.objects.create(term="tokyo", language_id="ti", setting="other", happened_at=IN_2021)

    figures = published(figures_of(2021))

    assert (figures.inquiries, figures.inquiry_languages, figures.dispatches) == (None, None, 0)
    assert not any(table.groups for table in figures.tables)
    assert as_csv(figures).decode("utf-8-sig").splitlines()[1] == "2021,total,,,0"


def test_the_file_holds_every_number(fiscal_2021):
    rows = list(csv.DictReader(io.StringIO(as_csv(figures_of(2021)).decode("utf-8-sig"))))

    assert (rows[0]["inquiries"], rows[0]["dispatches"]) == ("56", "29")
    assert (rows[1]["inquiries"], rows[1]["dispatches"]) == ("18", "10")
    assert len([row for row in rows if row["table"] == "language"]) == 18


def test_a_coordinator_reads_and_takes_them(fiscal_2021, django_assert_num_queries):
    desk = signed_in(roles.COORDINATOR)
    page = reverse("admin:interpreters_interpreterrequest_figures")
    assert "18 languages, 56 inquiries" in desk.get(page, {"year": "2021"}).text
    assert "10 languages, 29 dispatches" in desk.get(page, {"year": "2021", "public": "1"}).text
    answer = desk.get(page, {"year": "2021", "csv": "1"})

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    for year in ("", "x", "20211", "٢٠٢١", "0000"):
        assert desk.get(page, {"year": year}).status_code == 200
    with django_assert_num_queries(3):
        figures_of(2021)


@pytest.mark.parametrize("role", [roles.EXPERT, roles.INTERPRETER])
def test_nobody_else_reads_them(role):
    answer = signed_in(role).get(reverse("admin:interpreters_interpreterrequest_figures"))

    assert answer.status_code in {302, 403}
