from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from interface.references import DAMM, check_digit, is_reference, new_reference, spoken

REFERENCES = st.integers(10**6, 10**7 - 1).map(lambda number: f"{number}{check_digit(str(number))}")


def test_a_new_reference_has_eight_digits_and_checks_out():
    drawn = [new_reference() for _each in range(1000)]

    assert all(is_reference(reference) for reference in drawn)
    assert {reference[0] for reference in drawn} == set("123456789")
    assert len(set(drawn)) > 990


def test_the_table_tells_all_digits_apart_wherever_they_stand():
    """Each row and column is a permutation: every wrong digit leads elsewhere."""
    digits = sorted("0123456789")

    assert [sorted(row) for row in DAMM] == [digits] * 10
    assert [sorted(column) for column in zip(*DAMM, strict=True)] == [digits] * 10
    assert [row[number] for number, row in enumerate(DAMM)] == ["0"] * 10


def test_the_table_tells_every_swap_of_neighbors():
    """(c * a) * b is never (c * b) * a, for all thousand triples."""
    undetected = [
        (carried, first, second)
        for carried, first, second in product(range(10), repeat=3)
        if first != second
        and DAMM[int(DAMM[carried][first])][second] == DAMM[int(DAMM[carried][second])][first]
    ]

    assert undetected == []


@given(REFERENCES)
def test_every_wrong_digit_and_every_swap_is_found(reference):
    mistakes = set()
    for place, digit in product(range(8), "0123456789"):
        mistakes.add(reference[:place] + digit + reference[place + 1 :])
    for place in range(7):
        swapped = reference[place + 1] + reference[place]
        mistakes.add(reference[:place] + swapped + reference[place + 2 :])
    mistakes.discard(reference)

    assert is_reference(reference)
    assert [mistake for mistake in mistakes if is_reference(mistake)] == []


@given(st.text(max_size=12))
def test_what_is_no_number_of_ours_is_no_reference(text):
    if is_reference(text):
        assert len(text) == 8
        assert set(text) <= set("0123456789")


def test_digits_of_other_scripts_are_no_reference():
    assert not is_reference("１２３４５６７８")


def test_a_reference_is_written_in_two_halves():
    assert spoken("12345678") == "1234-5678"
