"""What the desk did in a fiscal year: who asked what, and how soon somebody answered.

One question counts once, however long its thread, and not again when the same organization
asked it twice; one that became a case is counted here as a question, and there as a case.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median

from django.utils.translation import gettext as _

from accounts.models import Organization
from centers.prefectures import BY_CODE
from desk.choices import QuestionStatus
from desk.models import Question
from desk.residence import name_of
from interface.small_groups import hidden_places, is_total_hidden
from interface.spreadsheets import csv_text
from schedules.clock import open_time_between
from schedules.fiscal import bounds_of
from schedules.hours import JAPAN, Calendar

NOT_KNOWN = "–"


@dataclass(frozen=True)
class Table:
    code: str
    title: str
    # Label and count; None is hidden.
    groups: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class Figures:
    fiscal_year: int
    questions: int | None
    # Of those that were answered, in opening hours of the desk.
    median_to_first_answer: timedelta | None
    tables: tuple[Table, ...]


def figures_of(fiscal_year: int, *, calendar: Calendar) -> Figures:
    """Everything of one year, in one statement and without a text."""
    since, until = bounds_of(fiscal_year)
    rows = list(
        Question.objects.counted()
        .filter(asked_at__gte=since, asked_at__lt=until)
        .values_list(
            "organization__kind",
            "prefecture_code",
            "topic__name_ja",
            "residence_status",
            "asked_at",
            "status",
            "first_answered_at",
            named=True,
        )
    )
    kinds, statuses = dict(Organization.Kind.choices), dict(QuestionStatus.choices)
    waited = [
        open_time_between(calendar, row.asked_at, row.first_answered_at)
        for row in rows
        if row.first_answered_at
    ]

    def table(code, title, label_of: Callable) -> Table:
        counted = Counter(label_of(row) for row in rows)
        order = sorted(counted.items(), key=lambda group: (-group[1], group[0]))
        return Table(code, title, tuple(order))

    return Figures(
        fiscal_year=fiscal_year,
        questions=len(rows),
        median_to_first_answer=median(waited) if waited else None,
        tables=(
            table(
                "kind",
                _("By kind of organization"),
                lambda r: str(kinds.get(r.organization__kind, NOT_KNOWN)),
            ),
            table("prefecture", _("By prefecture"), lambda r: _prefecture(r.prefecture_code)),
            table("topic", _("By topic"), lambda r: r.topic__name_ja),
            table("status", _("By residence status"), lambda r: name_of(r.residence_status)),
            table("month", _("By month"), lambda r: f"{r.asked_at.astimezone(JAPAN):%Y-%m}"),
            table("outcome", _("By outcome"), lambda r: str(statuses[r.status])),
        ),
    )


def as_csv(figures: Figures) -> str:
    """One line for each group; what is hidden is an empty cell."""
    lines = [
        ("fiscal_year", figures.fiscal_year, figures.questions),
        *((table.code, label, count) for table in figures.tables for label, count in table.groups),
    ]
    return csv_text([("table", "group", "questions"), *lines])


def published(figures: Figures) -> Figures:
    """With groups under five hidden, and so much beside them that nobody can work them out."""
    if is_total_hidden([figures.questions]):
        return replace(figures, questions=None, median_to_first_answer=None, tables=())
    return replace(figures, tables=tuple(map(_published, figures.tables)))


def _published(table):
    counts = [count for _label, count in table.groups]
    hidden = hidden_places(counts)
    if not hidden:
        return table
    shown = [group for place, group in enumerate(table.groups) if place not in hidden]
    together = sum(counts[place] for place in hidden)
    return replace(table, groups=(*shown, (_("others together"), together)))


def _prefecture(code):
    return BY_CODE[code].name_ja if code in BY_CODE else NOT_KNOWN
