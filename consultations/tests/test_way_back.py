"""The way back without the link: number and code."""

import pytest
from django.utils import timezone

from cases.references import spoken
from consultations import letters
from consultations.tests.acts import book, every_row
from consultations.tests.factories import SlotFactory
from consultations.tests.flows import Visitor
from privacy.links import CODE_ATTEMPTS

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture
def booking():
    return book(SlotFactory(), now=timezone.now(), nickname="Canary")


def ask(visitor, number, code):
    return visitor.post("l/", {"number": number, "code": code})


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def in_devanagari(digits):
    return "".join(chr(0x0966 + int(digit)) for digit in digits)


def test_number_and_code_open_the_booking_in_a_new_browser(booking):
    visitor = Visitor("vi")

    response = ask(visitor, spoken(booking.case.reference), booking.link_code)

    assert response.status_code == 302
    page = visitor.get(visitor.link(booking)).content.decode()
    assert letters.when(booking, "vi") in page


def test_digits_of_any_script_are_understood(booking):
    visitor = Visitor("ne")

    response = ask(visitor, in_devanagari(booking.case.reference), in_devanagari(booking.link_code))

    assert response.status_code == 302


def test_an_unknown_number_and_a_wrong_code_answer_alike(booking):
    unknown = ask(Visitor("en"), "1000-0007", booking.link_code)
    mistaken = ask(Visitor("en"), booking.case.reference, wrong(booking.link_code))

    error = "This code is not right. Please look again."
    assert (unknown.status_code, mistaken.status_code) == (422, 422)
    assert unknown.content.decode().count(error) == mistaken.content.decode().count(error) == 2


def test_guessing_is_stopped_for_this_booking_alone(booking):
    other = book(SlotFactory(), now=timezone.now())
    visitor = Visitor("en")

    for _attempt in range(CODE_ATTEMPTS):
        assert ask(visitor, booking.case.reference, wrong(booking.link_code)).status_code == 422

    assert ask(visitor, booking.case.reference, booking.link_code).status_code == 429
    assert ask(visitor, other.case.reference, other.link_code).status_code == 302


@pytest.mark.parametrize("typed", [("", ""), ("abc", "def"), ("9" * 19, "²³"), ("٣" * 8, "1")])
def test_anything_else_is_refused_and_writes_nothing(booking, typed):
    before = every_row()

    response = ask(Visitor("en"), *typed)

    assert response.status_code == 422
    assert every_row() == before


def test_looking_at_the_page_changes_nothing(booking):
    before = every_row()

    response = Visitor("ur").get("l/")

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store, private"
    assert every_row() == before
