"""What may be shown to everybody: nothing from which a small group can be worked out."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext as _

from consultations.figures.figure import Figure, Line
from consultations.figures.statistics import GIVEN_BACK, KEPT, Statistics
from interface.small_groups import hidden_places, is_total_hidden

# Parts of other figures: both together would tell what one of them hides.
NEVER_PUBLISHED = {"organization", "rebooking"}
# They tell how many bookings kept their slot.
TELL_WHAT_WAS_KEPT = {"days_waited", "capacity"}


def published(figures: Iterable[Figure], statistics: Statistics) -> Iterable[Figure]:
    """The figures with small groups hidden; without those that would betray them.

    How many bookings kept their slot, and how many gave it back, follows from several
    figures. So both halves of the outcomes hide on their own; and when one half is itself
    a small group, the figures that would tell it are left out.
    """
    outcomes = statistics.outcomes
    halves = [sum(outcomes[outcome] for outcome in half) for half in (KEPT, GIVEN_BACK)]
    is_kept_secret = bool(hidden_places(halves))
    left_out = NEVER_PUBLISHED | (TELL_WHAT_WAS_KEPT if is_kept_secret else set())
    for figure in figures:
        if figure.code in left_out or is_total_hidden(_counts(figure.lines)):
            continue
        if figure.code == "outcome" and not is_kept_secret:
            lines = _hide(_of(figure, KEPT)) + _hide(_of(figure, GIVEN_BACK))
        elif figure.is_open_list:
            lines = _put_together(figure.lines)
        else:
            lines = _hide(figure.lines)
        yield replace(figure, columns=figure.columns[:1], lines=lines)


def _counts(lines):
    return [line.values[0] for line in lines]


def _of(figure, codes):
    return tuple(line for line in figure.lines if line.code in codes)


def _hide(lines):
    hidden = hidden_places(_counts(lines))
    return tuple(
        replace(line, values=(None if place in hidden else line.values[0],))
        for place, line in enumerate(lines)
    )


def _put_together(lines):
    """Small groups, and what is hidden with them, as one line that names none."""
    hidden = hidden_places(_counts(lines))
    shown = tuple(
        replace(line, values=line.values[:1])
        for place, line in enumerate(lines)
        if place not in hidden
    )
    together = sum(lines[place].values[0] for place in hidden)
    if not together:
        return shown
    return (*shown, Line("together", _("Small groups together"), (together,)))
