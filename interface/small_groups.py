"""Keeping small groups out of what is published.

A group under five may be recognized. It is hidden, and so much beside it that it can be
worked out neither from the total nor by somebody who knows this rule.
"""

from collections.abc import Sequence

FEWEST = 5


def hidden_places(counts: Sequence[int], fewest: int = FEWEST) -> frozenset[int]:
    """Which of the counts must be hidden when all others and their total are shown.

    What is hidden is at least two groups that are at least five together. Of equal counts
    all are hidden or none, so that the order of the groups tells nothing. An empty group
    is hidden with the small ones, so that hidden does not mean that there was somebody.
    """
    small = {place for place, count in enumerate(counts) if count < fewest}
    if sum(counts[place] for place in small) == 0:
        return frozenset()
    hidden = set(small)
    while _can_be_worked_out([counts[place] for place in hidden], fewest):
        rest = [count for place, count in enumerate(counts) if place not in hidden]
        if not rest:
            break
        hidden |= {place for place, count in enumerate(counts) if count == min(rest)}
    return frozenset(hidden)


def _can_be_worked_out(hidden: list[int], fewest: int) -> bool:
    # All as large as a small group can be: no other numbers would have been hidden.
    is_the_largest = set(hidden) == {fewest - 1}
    return len(hidden) < 2 or sum(hidden) < fewest or is_the_largest


def is_total_hidden(counts: Sequence[int], fewest: int = FEWEST) -> bool:
    """Whether all of them together are a small group."""
    return 0 < sum(counts) < fewest
