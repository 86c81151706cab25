"""Where everything lies in a plot. The templates draw it as SVG.

Across, all is in percent of the width; up and down in pixels. So words keep their size on
a telephone and on paper. Attributes are ready texts: no template may localize a number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

# ROWS OF BARS

ROW_HEIGHT = 40
BAR_HEIGHT = 14
# The longest bar leaves room for its value beside it.
LONGEST_BAR = 76
MOST_BARS = 15

# COLUMNS

PLOT_TOP = 38
PLOT_HEIGHT = 190
WIDEST_COLUMN = 14
MOST_VALUES = 14
MOST_LABELS = 14
# Beyond so many every second label is left out where the page is narrow.
MOST_LABELS_ON_A_PHONE = 9


@dataclass(frozen=True)
class Amount:
    """What is drawn: a label and a number; None stands for a hidden number."""

    label: str
    value: int | None
    # Parts of the value from bottom to top: (css class, label, number).
    parts: tuple[tuple[str, str, int], ...] = ()
    # A second, rarer line below the label, such as the year below the month.
    below: str = ""


@dataclass(frozen=True)
class Bar:
    label: str
    value: str
    label_y: int
    bar_y: int
    width: str
    value_y: int


@dataclass(frozen=True)
class BarPlot:
    height: int
    bars: list[Bar]
    bar_height: int = BAR_HEIGHT

    kind = "bars"


@dataclass(frozen=True)
class Segment:
    name: str
    title: str
    y: str
    height: str


@dataclass(frozen=True)
class Column:
    x: str
    center: str
    segments: list[Segment]
    value: str
    value_y: str
    label: str
    below: str
    is_label_rare: bool


@dataclass(frozen=True)
class Tick:
    y: str
    text: str


@dataclass(frozen=True)
class ColumnPlot:
    height: int
    width_of_column: str
    columns: list[Column]
    ticks: list[Tick]
    base: int
    label_y: int
    below_y: int
    legend: list[tuple[str, str]]

    kind = "columns"


def bar_plot(amounts: Sequence[Amount], *, others: str, hidden: str) -> BarPlot:
    """Horizontal bars. What is beyond the longest fifteen is one bar, called `others`."""
    amounts = list(amounts)
    if len(amounts) > MOST_BARS + 1:
        rest = sum(amount.value or 0 for amount in amounts[MOST_BARS:])
        amounts = [*amounts[:MOST_BARS], Amount(others, rest)]
    largest = max((amount.value or 0 for amount in amounts), default=0)
    bars = [
        Bar(
            label=amount.label,
            value=hidden if amount.value is None else f"{amount.value:,}",
            label_y=row * ROW_HEIGHT + 14,
            bar_y=row * ROW_HEIGHT + 20,
            width=_percent(LONGEST_BAR * (amount.value or 0) / largest if largest else 0),
            value_y=row * ROW_HEIGHT + 32,
        )
        for row, amount in enumerate(amounts)
    ]
    return BarPlot(height=ROW_HEIGHT * len(bars), bars=bars)


def column_plot(amounts: Sequence[Amount], *, hidden: str) -> ColumnPlot:
    """Columns side by side, each of its parts; a scale at the left."""
    top = scale_of(max((amount.value or 0 for amount in amounts), default=0))
    room = 100 / max(1, len(amounts))
    gap = room * 0.2 if len(amounts) <= 2 * MOST_LABELS else 0
    every = ceil(len(amounts) / MOST_LABELS)
    shows_values = len(amounts) <= MOST_VALUES
    has_second_line = any(amount.below for amount in amounts)
    width = min(room - gap, WIDEST_COLUMN)
    columns = [
        Column(
            x=_percent((number + 0.5) * room - width / 2),
            center=_percent((number + 0.5) * room),
            segments=_segments(amount, top[-1]),
            value=_value(amount, hidden) if shows_values else "",
            value_y=f"{_y(amount.value or 0, top[-1]) - 6:.1f}",
            label=amount.label if every == 1 else "",
            below=amount.below,
            is_label_rare=len(amounts) > MOST_LABELS_ON_A_PHONE and number % 2 == 1,
        )
        for number, amount in enumerate(amounts)
    ]
    base = PLOT_TOP + PLOT_HEIGHT
    return ColumnPlot(
        height=base + (46 if has_second_line else 28),
        width_of_column=_percent(width),
        columns=columns,
        ticks=[Tick(f"{_y(step, top[-1]):.1f}", f"{step:,}") for step in top],
        base=base,
        label_y=base + 18,
        below_y=base + 36,
        legend=_legend(amounts),
    )


def scale_of(largest: int) -> list[int]:
    """Round numbers from nought to the largest or a little more, five steps at most."""
    if largest <= 5:
        return list(range(max(1, largest) + 1))
    rough = largest / 5
    magnitude = 10 ** floor(log10(rough))
    step = next(
        int(magnitude * factor)
        for factor in (1, 2, 5, 10)
        if magnitude * factor >= rough and (magnitude * factor) % 1 == 0
    )
    return [step * number for number in range(ceil(largest / step) + 1)]


def _segments(amount, top):
    segments, below = [], 0
    parts = amount.parts or (("plain", "", amount.value or 0),)
    for name, label, number in parts:
        if number:
            y, end = _y(below + number, top), _y(below, top)
            title = f"{amount.label} {label}: {number:,}" if label else ""
            segments.append(Segment(name, title, f"{y:.1f}", f"{max(1, end - y - 1):.1f}"))
        below += number
    return segments


def _value(amount, hidden):
    return hidden if amount.value is None else f"{amount.value:,}"


def _legend(amounts):
    """Every kind of part that is drawn, in the order of the parts."""
    return list(
        dict.fromkeys(
            (name, label)
            for amount in amounts
            for name, label, _number in amount.parts
            if any(part[0] == name and part[2] for other in amounts for part in other.parts)
        )
    )


def _y(number, top):
    return PLOT_TOP + PLOT_HEIGHT * (1 - number / top)


def _percent(share):
    return f"{share:.2f}%"
