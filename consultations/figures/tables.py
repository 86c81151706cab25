"""The statistics in words: what each figure is called, lists and explains."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from babel.dates import format_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import Organization
from consultations.choices import (
    BookingSource,
    ExpertKind,
    ForWhom,
    InterpreterWish,
    Mode,
    WaitingStatus,
)
from consultations.figures.figure import Figure, Line
from consultations.figures.statistics import (
    GIVEN_BACK,
    KEPT,
    Outcome,
    Period,
    quantile,
)
from consultations.figures.words import number_text
from consultations.models import Program
from languages import registry
from taxonomy.models import Language, Topic

# What a column of a month is made of, from bottom to top.
CLASSES = {
    "completed": (gettext_lazy("Held"), (Outcome.COMPLETED,)),
    "open": (gettext_lazy("Still open"), (Outcome.OPEN,)),
    "no_show": (
        gettext_lazy("Did not take place"),
        tuple(outcome for outcome in KEPT if outcome.startswith("no_show")),
    ),
    "given_back": (gettext_lazy("Canceled or expired"), GIVEN_BACK),
}
WEEKS = 8
MOST_MONTHS = 240


def figures_of(statistics, period, language) -> Iterable[Figure]:
    classes = (("bookings", _("Bookings")), *((code, label) for code, (label, _of) in _classes()))
    yield Figure(
        code="month",
        title=_("Bookings by month"),
        group_label=_("Month"),
        columns=classes,
        lines=tuple(_months(statistics.by_month, period, language)),
        explanation=_("By the month of the session in Japan, and by what became of the booking."),
        shape="columns",
    )
    yield Figure(
        code="outcome",
        title=_("What became of the bookings"),
        group_label=_("How it ended"),
        columns=_bookings(),
        lines=_fixed(Outcome, statistics.outcomes),
        explanation=_(
            "Each booking has one end. “Still open” is what lies ahead, and sessions whose "
            "outcome nobody has noted yet."
        ),
    )
    yield Figure(
        code="language",
        title=_("Bookings by language"),
        group_label=_("Language"),
        columns=classes,
        lines=_grouped(statistics.by_language, _language_names(statistics, language)),
        explanation=_("The language the resident speaks best, as given with the booking."),
        is_open_list=True,
    )
    yield Figure(
        code="topic",
        title=_("Bookings by topic"),
        group_label=_("Topic"),
        columns=classes,
        lines=_grouped(statistics.by_topic, _topic_names(statistics)),
        explanation=_(
            "The first topic of the case; closer topics count with the general one above them."
        ),
        is_open_list=True,
    )
    yield Figure(
        code="kind",
        title=_("Bookings by kind of expert"),
        group_label=_("Expert kind"),
        columns=classes,
        lines=_grouped(statistics.by_kind, dict(ExpertKind.choices)),
        explanation=_("The kind of the expert whose slot was booked."),
        is_open_list=True,
    )
    yield Figure(
        code="days_waited",
        title=_("Days from booking to session"),
        group_label=_("Days"),
        columns=_bookings(),
        lines=tuple(_weeks(statistics.days_waited)),
        explanation=_(
            "Nights between the booking and the session, without bookings that were canceled "
            "or expired. For a booking that was moved: until its last session."
        ),
        sentence=_quartiles(statistics.days_waited),
        shape="columns",
    )
    yield from _ways_in(statistics)
    yield from _slots(statistics)
    yield from _around(statistics)


def _ways_in(statistics) -> Iterable[Figure]:
    yield Figure(
        code="source",
        title=_("Bookings by way in"),
        group_label=_("Way in"),
        columns=_bookings(),
        lines=_fixed(BookingSource, statistics.by_source),
        explanation=_("How the booking was made."),
    )
    yield Figure(
        code="whom",
        title=_("Who booked"),
        group_label=_("Who booked"),
        columns=_bookings(),
        lines=_fixed(
            ForWhom,
            statistics.by_whom,
            {
                ForWhom.SELF: _("The resident"),
                ForWhom.OTHER: _("Somebody else for the resident"),
            },
        ),
        explanation=_("Whether residents booked for themselves or somebody did it for them."),
    )
    names = dict(
        Organization.objects.filter(pk__in=statistics.by_organization).values_list("pk", "name")
    )
    yield Figure(
        code="organization",
        title=_("Bookings by organization"),
        group_label=_("Organization"),
        columns=_bookings(),
        lines=_counted(statistics.by_organization, names),
        explanation=_("Only bookings that an organization made for its client."),
        is_open_list=True,
    )
    yield Figure(
        code="mode",
        title=_("Video or telephone"),
        group_label=_("How to talk"),
        columns=_bookings(),
        lines=_fixed(
            Mode, statistics.by_mode, {Mode.VIDEO: _("Video"), Mode.PHONE: _("Telephone")}
        ),
        explanation=_("What was wished with the booking."),
    )
    yield Figure(
        code="interpreter",
        title=_("Interpreters"),
        group_label=_("Interpreter"),
        columns=_bookings(),
        lines=_fixed(
            InterpreterWish,
            statistics.by_interpreter,
            {
                InterpreterWish.NOT_NEEDED: _("No interpreter needed"),
                InterpreterWish.WANTED: _("Interpreter wished"),
            },
        ),
        explanation=_("What was wished with the booking."),
    )
    programs = dict(
        Program.objects.filter(pk__in=_keys(statistics.by_program)).values_list("pk", "name")
    )
    yield Figure(
        code="program",
        title=_("Bookings by program"),
        group_label=_("Program"),
        columns=_bookings(),
        lines=_counted(statistics.by_program, programs | {None: _("No program")}),
        explanation=_("The program of the consultation day."),
        is_open_list=True,
    )


def _slots(statistics) -> Iterable[Figure]:
    capacity = statistics.capacity
    yield Figure(
        code="capacity",
        title=_("Slots offered"),
        group_label=_("What became of it"),
        columns=(("slots", _("Slots")),),
        lines=(
            Line("booked", _("Booked"), (capacity.booked,)),
            Line("unused", _("Not used"), (capacity.unused,)),
            Line("withdrawn", _("Withdrawn: the expert dropped out"), (capacity.withdrawn,)),
            Line("free", _("Still free"), (capacity.free,)),
        ),
        explanation=_(
            "Slots of published days. A slot is not used when it began and nobody had it. "
            "Canceled bookings give their slot back."
        ),
    )
    again = statistics.hours_to_rebooking.copy()
    never = again.pop(None, 0)
    yield Figure(
        code="rebooking",
        title=_("Slots given back"),
        group_label=_("What became of it"),
        columns=(("slots", _("Slots")),),
        lines=(
            Line("again", _("Booked again"), (again.total(),)),
            Line("never", _("Not booked again"), (never,)),
        ),
        explanation=_(
            "Bookings canceled or expired before their session, and whether the slot was "
            "booked anew afterward. Moved bookings are not looked at."
        ),
        sentence=_("Hours until it was booked again, in the middle: %(hours)s")
        % {"hours": number_text(quantile(again, 0.5))}
        if again
        else "",
    )


def _around(statistics) -> Iterable[Figure]:
    waited = statistics.days_on_the_list
    yield Figure(
        code="waiting",
        title=_("Waiting list"),
        group_label=_("What became of it"),
        columns=(("people", _("People")),),
        lines=_fixed(WaitingStatus, statistics.waiting, _waiting_names()),
        explanation=_(
            "People who joined the list in the period. They belong to no program: all are "
            "counted here, whatever program is chosen above."
        ),
        sentence=_("Days until a time was taken, in the middle: %(days)s")
        % {"days": number_text(quantile(waited, 0.5))}
        if waited
        else "",
    )
    yield Figure(
        code="calls",
        title=_("Requests for a call"),
        group_label=_("What became of it"),
        columns=(("requests", _("Requests")),),
        lines=(
            Line("answered", _("Answered"), (statistics.calls_answered,)),
            Line(
                "open", _("Not answered yet"), (statistics.calls_asked - statistics.calls_answered,)
            ),
        ),
        explanation=_(
            "Requests that came in the period. They belong to no program: all are counted "
            "here, whatever program is chosen above."
        ),
    )


def _bookings():
    return (("bookings", _("Bookings")),)


def _classes():
    return CLASSES.items()


def _values(counter: Counter) -> tuple[int, ...]:
    return (
        counter.total(),
        *(sum(counter[outcome] for outcome in outcomes) for _label, outcomes in CLASSES.values()),
    )


def _grouped(groups: dict, names: dict) -> tuple[Line, ...]:
    lines = [
        Line(str(code), str(names[code]), _values(counter)) for code, counter in groups.items()
    ]
    return _largest_first(lines)


def _counted(counter: Counter, names: dict) -> tuple[Line, ...]:
    lines = [
        Line("" if code is None else str(code), str(names[code]), (count,))
        for code, count in counter.items()
    ]
    return _largest_first(lines)


def _largest_first(lines):
    return tuple(sorted(lines, key=lambda line: (-line.values[0], line.label)))


def _fixed(choices, counter: Counter, names: dict | None = None) -> tuple[Line, ...]:
    """Every choice there is, in its own order."""
    return tuple(
        Line(choice.value, str((names or {}).get(choice, choice.label)), (counter[choice.value],))
        for choice in choices
    )


def _keys(counter):
    return [key for key in counter if key is not None]


def _language_names(statistics, language):
    languages = Language.objects.filter(pk__in=statistics.by_language)
    return {row.pk: row.name_for(language) for row in languages}


def _topic_names(statistics):
    return {topic.pk: topic.label for topic in Topic.objects.filter(pk__in=statistics.by_topic)}


def _waiting_names():
    return {
        WaitingStatus.WAITING: pgettext("figures of the waiting list", "Waiting"),
        WaitingStatus.OFFERED: pgettext("figures of the waiting list", "A time is offered"),
        WaitingStatus.TAKEN: pgettext("figures of the waiting list", "Took an offered time"),
        WaitingStatus.EXPIRED: pgettext("figures of the waiting list", "Did not answer an offer"),
        WaitingStatus.LEFT: pgettext("figures of the waiting list", "Left the list"),
    }


def _months(by_month, period: Period, language) -> Iterable[Line]:
    """Every month of the period, empty ones too; without a period from the first to the last."""
    months = _months_between(_ends_of_months(by_month, period))
    for number, month in enumerate(months):
        code = f"{month:%Y-%m}"
        long, short = _month_names(month, language)
        yield Line(
            code,
            long,
            _values(by_month.get(code, Counter())),
            short=short,
            below=str(month.year) if number == 0 or month.month == 1 else "",
        )


def _ends_of_months(by_month, period):
    months = [f"{day:%Y-%m}" for day in (period.since, period.until) if day is not None]
    if len(months) < 2:
        months += by_month
    return (min(months), max(months)) if months else None


def _months_between(ends) -> list[date]:
    if ends is None:
        return []
    first, last = ((int(month[:4]), int(month[5:])) for month in ends)
    numbers = range(first[0] * 12 + first[1] - 1, last[0] * 12 + last[1])
    return [date(number // 12, number % 12 + 1, 1) for number in numbers[-MOST_MONTHS:]]


def _month_names(month, language):
    if language == "ja":
        return f"{month.year}年{month.month}月", f"{month.month}月"
    locale = registry.get(language).locale
    return format_date(month, "MMMM y", locale=locale), format_date(month, "MMM", locale=locale)


def _weeks(days_waited: Counter) -> Iterable[Line]:
    for first in range(0, 7 * WEEKS, 7):
        last = first + 6
        count = sum(days_waited[day] for day in range(first, last + 1))
        # In two lines, so that all fit beside each other on a telephone.
        yield Line(
            f"{first:02}-{last:02}", f"{first}–{last}", (count,), short=f"{first}–", below=str(last)
        )
    beyond = sum(count for day, count in days_waited.items() if day >= 7 * WEEKS)
    label = _("%(days)d or more") % {"days": 7 * WEEKS}
    yield Line(f"{7 * WEEKS}-", label, (beyond,), short=f"{7 * WEEKS}+")


def _quartiles(days_waited):
    if not days_waited:
        return ""
    return _(
        "A quarter waited %(lower)s days or less, half %(median)s or less, three quarters "
        "%(upper)s or less."
    ) % {
        "lower": number_text(quantile(days_waited, 0.25)),
        "median": number_text(quantile(days_waited, 0.5)),
        "upper": number_text(quantile(days_waited, 0.75)),
    }
