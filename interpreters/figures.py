"""What the association publishes of a fiscal year: inquiries, dispatches, and what was missing.

An inquiry is a request, whatever became of it. It is a dispatch when an interpreter was on
site, whether or not the client came. A request counts in the year in which it was sent.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Count
from django.utils.translation import gettext as _

from interface.small_groups import hidden_places, is_total_hidden
from interface.spreadsheets import csv_text
from interpreters.choices import AssignmentStatus, Origin, RequestStatus, UnfilledReason
from interpreters.models import Assignment, InterpreterRequest, Refusal
from interpreters.places import Setting
from interpreters.terms import BY_CODE
from schedules.fiscal import bounds_of

ON_SITE = [
    AssignmentStatus.CHECKED_IN,
    AssignmentStatus.CHECKED_OUT,
    AssignmentStatus.REPORTED,
    AssignmentStatus.ATTENDED_NOT_USED,
]


@dataclass(frozen=True)
class Group:
    """One line of a table. A value of None is hidden: the group is too small to publish."""

    label: str
    inquiries: int | None
    dispatches: int | None = None


@dataclass(frozen=True)
class Table:
    code: str
    title: str
    groups: tuple[Group, ...]
    has_dispatches: bool = True


@dataclass(frozen=True)
class Figures:
    fiscal_year: int
    # None is hidden.
    inquiries: int | None
    inquiry_languages: int | None
    dispatches: int | None
    dispatch_languages: int | None
    tables: tuple[Table, ...]


def figures_of(fiscal_year: int) -> Figures:
    """Everything of one year, in three statements."""
    since, until = bounds_of(fiscal_year)
    within = {"submitted_at__gte": since, "submitted_at__lt": until}
    inquiries = list(
        InterpreterRequest.objects.of_dispatch()
        .filter(**within)
        .values_list(
            "pk", "language__name_ja", "setting", "topic__name_ja", "status", "reason", named=True
        )
    )
    dispatched = set(
        Assignment.objects.filter(
            status__in=ON_SITE,
            request__origin=Origin.DISPATCH,
            **{f"request__{name}": value for name, value in within.items()},
        ).values_list("request_id", flat=True)
    )
    refused = Counter(
        Refusal.objects.filter(happened_at__gte=since, happened_at__lt=until).values_list(
            "term", flat=True
        )
    )
    sent = [row for row in inquiries if row.pk in dispatched]
    settings = dict(Setting.choices)
    statuses = dict(RequestStatus.choices)
    unfilled = [row for row in inquiries if row.status == RequestStatus.UNFILLED]
    return Figures(
        fiscal_year=fiscal_year,
        inquiries=len(inquiries),
        inquiry_languages=len({row.language__name_ja for row in inquiries}),
        dispatches=len(sent),
        dispatch_languages=len({row.language__name_ja for row in sent}),
        tables=(
            _table("language", _("By language"), inquiries, sent, lambda r: r.language__name_ja),
            _table("setting", _("By setting"), inquiries, sent, lambda r: str(settings[r.setting])),
            _table("topic", _("By topic"), inquiries, sent, lambda r: r.topic__name_ja),
            _table("outcome", _("By outcome"), inquiries, [], lambda r: str(statuses[r.status])),
            _table(
                "unfilled", _("Not filled, by reason"), unfilled, [], lambda r: _reason(r.reason)
            ),
            Table(
                "refused",
                _("Refused by the terms of use"),
                tuple(
                    Group(str(BY_CODE[code].text) if code in BY_CODE else code, count)
                    for code, count in refused.most_common()
                ),
                has_dispatches=False,
            ),
        ),
    )


@dataclass(frozen=True)
class Gap:
    """Somebody was needed and nobody found: which language, where, why, how often."""

    language: str
    area: str
    setting: str
    reason: str
    origin: str
    count: int


def ledger_of(fiscal_year: int) -> list[Gap]:
    """The ledger of a year, what was missing most often first: whom to look for."""
    since, until = bounds_of(fiscal_year)
    settings, origins = dict(Setting.choices), dict(Origin.choices)
    rows = (
        InterpreterRequest.objects.filter(
            status=RequestStatus.UNFILLED, submitted_at__gte=since, submitted_at__lt=until
        )
        .values_list("language__name_ja", "area", "setting", "reason", "origin")
        .annotate(count=Count("pk"))
        .order_by("-count", "language__name_ja", "area", "setting", "reason")
    )
    return [
        Gap(language, area, str(settings[setting]), _reason(reason), str(origins[origin]), count)
        for language, area, setting, reason, origin, count in rows
    ]


def published(figures: Figures) -> Figures:
    """With groups under five hidden, and so much beside them that nobody can work them out.

    Where groups are hidden the dispatches of that table are left out: they would tell more.
    """
    inquiries_are_few = is_total_hidden([figures.inquiries])
    dispatches_are_few = is_total_hidden([figures.dispatches])
    return replace(
        figures,
        inquiries=None if inquiries_are_few else figures.inquiries,
        inquiry_languages=None if inquiries_are_few else figures.inquiry_languages,
        dispatches=None if dispatches_are_few else figures.dispatches,
        dispatch_languages=None if dispatches_are_few else figures.dispatch_languages,
        tables=tuple(_published(table) for table in figures.tables),
    )


def as_csv(figures: Figures) -> bytes:
    """Every number in one file, UTF-8 with BOM."""
    heading = ["fiscal_year", "table", "group", "inquiries", "dispatches"]
    totals = [
        ("total", "", _number(figures.inquiries), _number(figures.dispatches)),
        (
            "languages",
            "",
            _number(figures.inquiry_languages),
            _number(figures.dispatch_languages),
        ),
    ]
    lines = [
        (table.code, group.label, _number(group.inquiries), _number(group.dispatches))
        for table in figures.tables
        for group in table.groups
    ]
    rows = [(figures.fiscal_year, *line) for line in [*totals, *lines]]
    return csv_text([heading, *rows]).encode()


def _reason(code):
    return str(dict(UnfilledReason.choices).get(code, code))


def _number(value):
    return "" if value is None else value


def _table(code, title, inquiries, sent, label_of) -> Table:
    asked = Counter(label_of(row) for row in inquiries)
    went = Counter(label_of(row) for row in sent)
    return Table(
        code,
        title,
        tuple(
            Group(label, count, went[label] if sent else None)
            for label, count in sorted(asked.items(), key=lambda each: (-each[1], each[0]))
        ),
        has_dispatches=bool(sent),
    )


def _published(table):
    counts = [group.inquiries for group in table.groups]
    if is_total_hidden(counts):
        return replace(table, groups=(), has_dispatches=False)
    hidden = hidden_places(counts)
    if not hidden:
        went = [group.dispatches or 0 for group in table.groups]
        if not hidden_places(went):
            return table
    shown = [group for place, group in enumerate(table.groups) if place not in hidden]
    groups: Iterable[Group] = [Group(group.label, group.inquiries) for group in shown]
    if hidden:
        # Which small groups there are tells something too: they stand together.
        together = sum(table.groups[place].inquiries for place in hidden)
        groups = [*groups, Group(_("others together"), together)]
    return replace(table, groups=tuple(groups), has_dispatches=False)
