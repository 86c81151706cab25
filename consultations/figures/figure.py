"""A figure: groups with their numbers, shown as a plot, as a table and as a file."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from consultations.figures.plots import Amount, BarPlot, ColumnPlot, bar_plot, column_plot
from consultations.figures.words import count_text


@dataclass(frozen=True)
class Line:
    """One group. A value of None is hidden, because a group may be too small to publish."""

    code: str
    label: str
    values: tuple[int | None, ...]
    # The label where there is little room, and what stands below it now and then.
    short: str = ""
    below: str = ""


@dataclass(frozen=True)
class Figure:
    code: str
    title: str
    group_label: str
    columns: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    explanation: str
    # Said in words above the plot.
    sentence: str = ""
    shape: str = "bars"
    # Which groups there are tells something: small ones are put together, unnamed.
    is_open_list: bool = False

    @property
    def totals(self) -> tuple[int, ...]:
        return tuple(
            sum(line.values[place] or 0 for line in self.lines)
            for place in range(len(self.columns))
        )

    @property
    def total_texts(self) -> list[str]:
        return [count_text(total) for total in self.totals]

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The table, ready to be read."""
        return [
            (
                line.label,
                [_("hidden") if value is None else count_text(value) for value in line.values],
            )
            for line in self.lines
        ]

    @property
    def has_totals(self):
        return len(self.lines) > 1 and not self.has_hidden

    @property
    def has_hidden(self):
        return any(None in line.values for line in self.lines)

    @property
    def is_empty(self):
        return not any(value is None or value for line in self.lines for value in line.values)

    @property
    def description(self):
        """The plot in words, for who cannot see it."""
        return "; ".join(f"{label}: {texts[0]}" for label, texts in self.rows)

    @property
    def plot(self) -> BarPlot | ColumnPlot:
        amounts = [
            Amount(line.short or line.label, line.values[0], self._parts(line), line.below)
            for line in self.lines
        ]
        if self.shape == "columns":
            return column_plot(amounts, hidden="–")
        return bar_plot(amounts, others=_("All others"), hidden=_("hidden"))

    def _parts(self, line):
        if len(self.columns) == 1:
            return ()
        names = zip(self.columns[1:], line.values[1:], strict=True)
        return tuple((code, label, value or 0) for (code, label), value in names)
