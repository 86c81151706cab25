"""The way back without the link: number and code."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultations import letters
from consultations.models import WaitingEntry
from consultations.services.finding import MOST_TRIES, TRIES_WITHIN, find_by_code
from consultations.tests.acts import book, every_row
from consultations.tests.factories import SlotFactory
from consultations.tests.flows import Visitor
from interface.references import spoken
from privacy.links import CODE_ATTEMPTS, TooManyCodes
from privacy.models import Attempt

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
    other = book(SlotFactory(), now=timezone.now(), email="minh@example.org")
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


# ONE NETWORK TRIES MANY NUMBERS


def from_network(address="203.0.113.1"):
    visitor = Visitor("en")
    visitor.client.defaults["REMOTE_ADDR"] = address
    return visitor


def numbers(count):
    return [f"{number:08d}" for number in range(20_000_000, 20_000_000 + count)]


def test_a_network_that_was_wrong_twenty_times_sees_our_telephone(booking):
    visitor = from_network()

    answers = [ask(visitor, number, "000000").status_code for number in numbers(MOST_TRIES)]
    stopped = ask(visitor, booking.case.reference, booking.link_code)

    assert answers == [422] * MOST_TRIES
    assert stopped.status_code == 429
    assert "<title>Please call us</title>" in stopped.text
    # Another network, and the same one when the hour is over, come in.
    elsewhere = from_network("198.51.100.7")
    assert ask(elsewhere, booking.case.reference, booking.link_code).status_code == 302
    Attempt.objects.update(happened_at=timezone.now() - TRIES_WITHIN)
    assert ask(visitor, booking.case.reference, booking.link_code).status_code == 302


def test_the_neighbors_on_a_network_share_its_tries_and_nobody_else_does(booking):
    for last, number in enumerate(numbers(MOST_TRIES)):
        ask(from_network(f"203.0.113.{last}"), number, "000000")

    near, far = from_network("203.0.113.200"), from_network("203.0.114.1")
    assert ask(near, booking.case.reference, booking.link_code).status_code == 429
    assert ask(far, booking.case.reference, booking.link_code).status_code == 302


def test_right_ones_are_not_counted(booking):
    visitor = from_network()

    answers = [
        ask(visitor, booking.case.reference, booking.link_code).status_code
        for _each in range(MOST_TRIES + 1)
    ]

    assert set(answers) == {302}
    assert Attempt.objects.count() == 0


def test_an_unknown_number_is_paused_like_a_known_one(booking):
    """Else the pause would tell which numbers exist."""

    def answers(number):
        visitor = Visitor("en")
        return [ask(visitor, number, wrong(booking.link_code)).status_code for _each in range(7)]

    known, unknown = answers(booking.case.reference), answers("10000007")

    assert known == unknown == [422] * CODE_ATTEMPTS + [429] * 2


def test_an_unknown_number_costs_as_many_questions_as_a_wrong_code(booking):
    def statements(number):
        visitor = from_network()
        ask(visitor, number, wrong(booking.link_code))
        with CaptureQueriesContext(connection) as asked:
            assert ask(visitor, number, wrong(booking.link_code)).status_code == 422
        return [query["sql"].split()[0] for query in asked]

    known, unknown = statements(booking.case.reference), statements("10000007")

    assert known.count("INSERT") + known.count("UPDATE") == 2
    assert len(known) == len(unknown)
    assert unknown.count("INSERT") + unknown.count("UPDATE") == 2


def test_number_and_code_of_a_waiting_entry_open_its_page(booking):
    entry = WaitingEntry(case=booking.case, joined_at=timezone.now())
    entry.set_link_digest()
    entry.save()

    assert find(booking, entry.link_code) == entry
    assert find(booking, booking.link_code) == booking


def test_guesses_count_for_everything_the_number_may_open(booking):
    entry = WaitingEntry(case=booking.case, joined_at=timezone.now())
    entry.set_link_digest()
    entry.save()

    for _each in range(CODE_ATTEMPTS):
        assert find(booking, "x") is None

    for code in ("x", booking.link_code, entry.link_code):
        with pytest.raises(TooManyCodes):
            find(booking, code)


def find(booking, code):
    return find_by_code(number=booking.case.reference, code=code, network="n", now=timezone.now())
