"""All figures of a period, with the few numbers that stand above them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from consultations.figures.figure import Figure
from consultations.figures.publication import published
from consultations.figures.statistics import Outcome, Period, Statistics, quantile
from consultations.figures.tables import figures_of
from consultations.figures.words import UNKNOWN, count_text, number_text, share_text
from interface.small_groups import FEWEST


@dataclass(frozen=True)
class Headline:
    code: str
    label: str
    value: str
    explanation: str


@dataclass(frozen=True)
class Report:
    headlines: list[Headline]
    figures: list[Figure]


def report_of(
    statistics: Statistics, *, period: Period, language: str, for_publication: bool
) -> Report:
    """Everything the page and the files say; figures in which nothing is counted are left out.

    Fewer than five bookings are no report at all when it is to be published.
    """
    if for_publication and statistics.bookings < FEWEST:
        return Report([], [])
    figures = figures_of(statistics, period, language)
    if for_publication:
        figures = published(figures, statistics)
    shown = {figure.code: figure for figure in figures if not figure.is_empty}
    if not shown:
        return Report([], [])
    return Report(_headlines(statistics, shown, for_publication), list(shown.values()))


def _headlines(statistics, figures, for_publication):
    """Only what follows from figures that are shown."""
    completed = _value_of(figures, "outcome", Outcome.COMPLETED)
    missed = _value_of(figures, "outcome", Outcome.NO_SHOW_CLIENT)
    too_few_cases = for_publication and statistics.cases < FEWEST
    capacity = figures.get("capacity")
    return [
        Headline(
            "bookings",
            _("Bookings"),
            count_text(statistics.bookings),
            _("Sessions of the period that were booked, whatever became of them."),
        ),
        Headline(
            "completed",
            _("Sessions held"),
            count_text(completed),
            _("Bookings marked as completed."),
        ),
        Headline(
            "cases",
            _("Cases"),
            UNKNOWN if too_few_cases else count_text(statistics.cases),
            _("Each person's matter counts once, however many bookings it has."),
        ),
        Headline(
            "languages",
            _("Languages"),
            count_text(len(statistics.by_language)),
            _("Different languages the residents speak."),
        ),
        Headline(
            "median_days",
            _("Days waited, in the middle"),
            number_text(quantile(statistics.days_waited, 0.5))
            if "days_waited" in figures
            else UNKNOWN,
            _("Half of the people waited so long or shorter for their session."),
        ),
        Headline(
            "no_show_rate",
            _("Residents who did not come"),
            UNKNOWN if None in (completed, missed) else share_text(statistics.no_show_rate),
            _("Of the sessions held and those the resident missed."),
        ),
        Headline(
            "slots_booked",
            _("Slots booked"),
            UNKNOWN
            if capacity is None or capacity.has_hidden
            else share_text(statistics.share_of_slots_booked),
            _("Of all slots that were offered."),
        ),
    ]


def _value_of(figures, code, group):
    lines = figures[code].lines if code in figures else ()
    return next((line.values[0] for line in lines if line.code == group), None)
