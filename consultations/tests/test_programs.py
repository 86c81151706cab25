"""Programs: what consultation days are paid from."""

from datetime import date

import pytest

from accounts import roles
from accounts.tests.clients import signed_in
from consultations.models import ConsultationDay, Program
from consultations.tests.factories import ConsultationDayFactory, ExpertFactory

PROGRAMS = "/admin/consultations/program/"
NEW_DAY = "/admin/consultations/consultationday/add/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return signed_in(roles.COORDINATOR)


def program(code, **fields):
    return Program.objects.create(code=code, name=code.title(), **fields)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(desk, rows, django_assert_num_queries):
    for number in range(rows):
        program(f"fund-{number}")
    desk.get(PROGRAMS)

    with django_assert_num_queries(6):
        response = desk.get(PROGRAMS)

    assert len(response.context["cl"].result_list) == rows


def test_a_program_is_added_and_never_deleted(desk):
    desk.post(f"{PROGRAMS}add/", {"code": "fund", "name": "A fund", "is_active": "on"})

    added = Program.objects.get()
    assert (added.code, added.name, added.is_active) == ("fund", "A fund", True)
    assert desk.get(f"{PROGRAMS}{added.pk}/delete/").status_code == 403


def test_an_editor_sees_no_programs():
    assert signed_in(roles.EDITOR).get(PROGRAMS).status_code == 403


def test_a_new_day_has_the_program_of_the_newest_day(desk):
    older, newer = program("older"), program("newer")
    ConsultationDayFactory(date=date(2030, 4, 8), program=newer)
    ConsultationDayFactory(date=date(2030, 4, 1), program=older)

    form = desk.get(NEW_DAY).context["adminform"].form

    assert form["program"].initial == newer


def test_a_program_that_is_over_is_proposed_no_more(desk):
    closed, active = program("closed", is_active=False), program("active")
    ConsultationDayFactory(date=date(2030, 4, 1), program=active)
    ConsultationDayFactory(date=date(2030, 4, 8), program=closed)

    form = desk.get(NEW_DAY).context["adminform"].form

    assert form["program"].initial == active
    assert list(form.fields["program"].queryset) == [active]


def test_an_old_day_keeps_its_program_that_is_over(desk):
    closed = program("closed", is_active=False)
    day = ConsultationDayFactory(program=closed)

    page = desk.get(f"/admin/consultations/consultationday/{day.pk}/change/")

    assert list(page.context["adminform"].form.fields["program"].queryset) == [closed]


def test_a_day_is_saved_with_its_program(desk):
    fund = program("fund")
    desk.post(
        NEW_DAY,
        {
            "date": "2030-05-06",
            "expert": ExpertFactory().pk,
            "first_at": "13:00",
            "count": 1,
            "minutes": 45,
            "pause": 15,
            "platform": "zoom",
            "program": fund.pk,
        },
    )

    assert ConsultationDay.objects.get().program == fund
