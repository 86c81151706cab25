"""Where things lie in a plot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.figures.plots import LONGEST_BAR, Amount, bar_plot, column_plot, scale_of


def bars(*values):
    amounts = [Amount(f"group {number}", value) for number, value in enumerate(values)]
    return bar_plot(amounts, others="all others", hidden="hidden").bars


def share(percent):
    return float(percent.removesuffix("%"))


@given(st.integers(0, 10**6))
def test_a_scale_is_short_even_and_reaches_the_largest(largest):
    steps = scale_of(largest)

    assert steps[0] == 0
    assert steps[-1] >= max(1, largest)
    assert 2 <= len(steps) <= 7
    assert len({later - earlier for earlier, later in zip(steps, steps[1:], strict=False)}) == 1


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=16))
def test_bars_are_as_long_as_their_numbers_say(values):
    widths = [share(bar.width) for bar in bars(*values)]

    largest = max(values)
    expected = [LONGEST_BAR * value / largest if largest else 0 for value in values]
    assert widths == pytest.approx(expected, abs=0.01)


def test_what_is_beyond_fifteen_bars_is_one_bar():
    many = bars(*range(20, 0, -1))

    assert len(many) == 16
    assert (many[-1].label, many[-1].value) == ("all others", "15")


def test_a_hidden_number_has_no_length_and_says_so():
    hidden = bars(10, None)[1]

    assert (hidden.width, hidden.value) == ("0.00%", "hidden")


def test_parts_of_a_column_stand_on_each_other():
    parts = (("held", "Held", 3), ("open", "Open", 0), ("no_show", "Missed", 1))
    plot = column_plot([Amount("April", 4, parts)], hidden="–")
    held, missed = plot.columns[0].segments

    assert [held.name, missed.name] == ["held", "no_show"]
    assert held.title == "April Held: 3"
    assert float(held.y) + float(held.height) == pytest.approx(plot.base, abs=1.1)
    assert float(missed.y) + float(missed.height) == pytest.approx(float(held.y), abs=1.1)
    assert plot.legend == [("held", "Held"), ("no_show", "Missed")]


@pytest.mark.parametrize("count", [1, 9, 12, 40, 200])
def test_columns_stay_inside_and_apart(count):
    plot = column_plot([Amount(str(number), number) for number in range(count)], hidden="–")
    starts = [share(column.x) for column in plot.columns]
    width = share(plot.width_of_column)

    assert min(starts) >= -0.01
    assert max(starts) + width <= 100.05
    assert all(
        later - earlier >= width - 0.02 for earlier, later in zip(starts, starts[1:], strict=False)
    )
