import pytest

from interface.numbers import number_in


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "²", "１２", "9" * 19, " 1"])  # noqa: RUF001
def test_what_is_no_number_is_none(text):
    assert number_in(text) is None
    assert number_in(text, otherwise=-1) == -1


@pytest.mark.parametrize("number", [0, 7, 10**18 - 1])
def test_a_number_is_one(number):
    assert number_in(str(number)) == number
