"""The figures as CSV, for spreadsheets: UTF-8 with BOM, codes beside labels."""

from collections.abc import Iterable

from consultations.figures.figure import Figure
from consultations.figures.statistics import Period
from interface.spreadsheets import csv_text

HIDDEN = "hidden"


def table_csv(figure: Figure) -> str:
    """One figure as its table looks: a line for each group."""
    heading = ["code", figure.group_label, *(f"{label} [{code}]" for code, label in figure.columns)]
    lines = (
        [line.code, line.label, *(HIDDEN if value is None else value for value in line.values)]
        for line in figure.lines
    )
    return csv_text([heading, *lines])


def everything_csv(figures: Iterable[Figure], *, period: Period, program: str) -> str:
    """All figures in one file: a line for each number."""
    heading = [
        "since",
        "until",
        "program",
        "figure",
        "figure_label",
        "group",
        "group_label",
        "measure",
        "measure_label",
        "value",
    ]
    scope = [period.since or "", period.until or "", program]
    lines = (
        [
            *scope,
            figure.code,
            figure.title,
            line.code,
            line.label,
            code,
            label,
            HIDDEN if value is None else value,
        ]
        for figure in figures
        for line in figure.lines
        for (code, label), value in zip(figure.columns, line.values, strict=True)
    )
    return csv_text([heading, *lines])
