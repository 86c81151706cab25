"""The yearly report: what the association did in a fiscal year, every matter counted once.

A matter counts where it was first brought: a question that became a case counts at the desk,
a case with several sessions counts once, in the year and with the expert of the first that
was held. So the parts add up.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from consultations.choices import BookingStatus, ExpertKind
from consultations.figures.figure import Figure, Line
from consultations.models import Booking
from desk import figures as desk
from interface.small_groups import hidden_places, is_total_hidden
from interpreters import figures as interpreting
from schedules.fiscal import bounds_of
from schedules.hours import Calendar

AT_THE_DESK = "desk"
COLUMN = "count"


@dataclass(frozen=True)
class YearlyReport:
    fiscal_year: int
    is_public: bool
    # None is hidden: one of its two parts is a small group.
    matters: int | None
    figures: tuple[Figure, ...]


def yearly_report(fiscal_year: int, *, calendar: Calendar, is_public: bool) -> YearlyReport:
    """In five statements, whatever was done; `calendar` is that of the desk."""
    asked = desk.figures_of(fiscal_year, calendar=calendar)
    interpreted = interpreting.figures_of(fiscal_year)
    cases = _cases_by_kind(fiscal_year)
    total = sum(cases.values()) + asked.questions
    is_hidden = False
    if is_public:
        # The desk tells its own total: so both parts of the whole must be large, or none of it
        # is told; and small kinds hide among the kinds alone.
        is_hidden = any(is_total_hidden([part]) for part in (sum(cases.values()), asked.questions))
        asked, interpreted = desk.published(asked), interpreting.published(interpreted)
        cases = _without_small(cases)
    matters = _matters({**cases, AT_THE_DESK: asked.questions})
    figures = [matters, *_desk_figures(asked), *_interpreting_figures(interpreted)]
    return YearlyReport(
        fiscal_year=fiscal_year,
        is_public=is_public,
        matters=None if is_hidden else total,
        figures=tuple(each for each in figures if not each.is_empty),
    )


def _cases_by_kind(fiscal_year):
    """Cases by the expert of their first session; those that began at the desk are not here."""
    since, until = bounds_of(fiscal_year)
    held = Booking.objects.filter(
        status=BookingStatus.COMPLETED, slot__starts_at__lt=until, case__question__isnull=True
    )
    first = {}
    for case, kind, starts_at in held.order_by("slot__starts_at", "pk").values_list(
        "case", "slot__expert__kind", "slot__starts_at"
    ):
        first.setdefault(case, (kind, starts_at))
    counted = Counter(kind for kind, starts_at in first.values() if starts_at >= since)
    return {kind.value: counted[kind.value] for kind in ExpertKind}


def _without_small(cases):
    counts = list(cases.values())
    hidden = hidden_places(counts)
    return {
        code: None if place in hidden else count
        for place, (code, count) in enumerate(cases.items())
    }


def _matters(matters):
    labels = {**dict(ExpertKind.choices), AT_THE_DESK: _("Support desk for staff")}
    return Figure(
        code="matters",
        title=_("Who answered"),
        group_label=_("Answered by"),
        columns=((COLUMN, _("matters")),),
        lines=tuple(
            Line(code, str(labels[code]), (count,))
            for code, count in matters.items()
            if count is None or count
        ),
        explanation=_(
            "Each matter counts once, where it was first brought: a question that became a"
            " consultation counts at the desk."
        ),
    )


def _desk_figures(asked: desk.Figures) -> Iterable[Figure]:
    for table in asked.tables:
        yield _figure(
            f"desk_{table.code}",
            _("Support desk: %(table)s") % {"table": table.title},
            _("questions"),
            table.groups,
        )


def _interpreting_figures(interpreted: interpreting.Figures) -> Iterable[Figure]:
    for table in interpreted.tables:
        yield _figure(
            f"interpreting_{table.code}",
            _("Interpreters: %(table)s") % {"table": table.title},
            _("inquiries"),
            [(group.label, group.inquiries) for group in table.groups],
        )


def _figure(code, title, measure, groups):
    return Figure(
        code=code,
        title=title,
        group_label=_("Group"),
        columns=((COLUMN, measure),),
        lines=tuple(Line(label, label, (count,)) for label, count in groups),
        explanation="",
    )
