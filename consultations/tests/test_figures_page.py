"""The page of figures and its files: who sees it, what it says, what it costs."""

import csv
import io
from datetime import date, datetime

import pytest

from accounts import roles
from accounts.tests.clients import signed_in
from consultations.models import Program
from consultations.tests.factories import TOKYO, BookingFactory
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
