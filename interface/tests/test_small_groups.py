"""Hidden groups stay hidden, also from somebody who knows the rule."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interface.small_groups import FEWEST, hidden_places, is_total_hidden

counts_of_groups = st.lists(st.integers(0, 40), min_size=1, max_size=12)


def as_published(counts):
    """What a reader sees: the total and every count that is not hidden."""
    if is_total_hidden(counts):
        return None
    hidden = hidden_places(counts)
    return sum(counts), tuple(
        None if place in hidden else count for place, count in enumerate(counts)
    )


@pytest.mark.parametrize(("groups", "largest"), [(1, 30), (2, 30), (3, 24), (4, 11)])
def test_nobody_works_out_a_small_group_even_by_trying_all_numbers(groups, largest):
    possible = defaultdict(list)
    for counts in product(range(largest), repeat=groups):
        possible[as_published(counts)].append(counts)

    for seen, behind_it in possible.items():
        # Beyond this the numbers tried here are not all that are possible.
        if seen is not None and seen[0] >= largest:
            continue
        for place in range(groups):
            is_small = any(0 < counts[place] < FEWEST for counts in behind_it)
            assert not is_small or len({counts[place] for counts in behind_it}) > 1, seen


@given(counts_of_groups)
def test_no_small_group_is_shown_and_none_is_hidden_alone(counts):
    hidden = hidden_places(counts)
    shown = [count for place, count in enumerate(counts) if place not in hidden]

    assert not [count for count in shown if 0 < count < FEWEST]
    if hidden and not is_total_hidden(counts) and len(counts) > 1:
        assert len(hidden) >= 2
        assert sum(counts[place] for place in hidden) >= FEWEST


@given(counts_of_groups, st.randoms())
def test_the_order_of_the_groups_tells_nothing(counts, random):
    order = list(range(len(counts)))
    random.shuffle(order)
    mixed = [counts[place] for place in order]

    assert {order[place] for place in hidden_places(mixed)} == hidden_places(counts)


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([20, 10, 0], []),
        ([20, 10, 3], [1, 2]),
        ([20, 10, 3, 3], [2, 3]),
        # Two fours and a five: eight would say that both are four.
        ([20, 5, 4, 4], [1, 2, 3]),
        # Which of two equal groups was hidden would tell something.
        ([20, 9, 9, 3], [1, 2, 3]),
        ([5], []),
        ([2, 2], [0, 1]),
    ],
)
def test_what_is_hidden(counts, hidden):
    assert sorted(hidden_places(counts)) == hidden
