"""Opening hours in words, for a reader of one language. Results may hold {漢字|かんじ} pairs."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from babel.dates import get_day_names
from django.utils import translation
from django.utils.translation import gettext as _

from languages import registry, simple_times
from languages.formatting import format_day, format_hours, format_list, format_moment, format_time
from schedules.choices import WeekOfMonth
from schedules.hours import JAPAN, Calendar, next_opening, open_until
from schedules.opening import Answer, Day, Reason, State

# Sentences follow each other directly; やさしい日本語 keeps its spaces.
WITHOUT_SPACES = {"ja", "zh-hans", "zh-hant"}
# How long before hours change everybody is told.
TOLD_AHEAD = timedelta(days=60)


def hours_sentence(calendar: Calendar, day: date, language: str) -> str:
    """The weekly hours as they are on a day, a sentence for each time of day, what changes
    within two months, and whether holidays count."""
    with translation.override(language):
        sentences = _weekly_sentences(calendar, day, language)
        if changes := _next_change(calendar, day):
            later = _weekly_sentences(calendar, changes, language)
            # Translators: day is a date, for example "From December 1, 2026:"; hours follow.
            words = {"day": format_day(changes, language)}
            if later:
                sentences += [_("From %(day)s:") % words, *later]
            else:
                # Translators: day is a date; from then on nobody is there.
                sentences.append(_("From %(day)s: closed.") % words)
        if sentences and calendar.is_closed_on_holidays:
            sentences.append(_("Closed on national holidays."))
    return ("" if language in WITHOUT_SPACES else " ").join(sentences)


def status_sentence(calendar: Calendar, now: datetime, language: str) -> str:
    """Whether it is open now, and until when, or when it opens."""
    closes_at = open_until(calendar, now)
    opens_at = closes_at or next_opening(calendar, now)
    with translation.override(language):
        if closes_at:
            return _("Open now until %(time)s.") % {"time": format_time(closes_at, language)}
        if opens_at:
            # Translators: moment is the weekday, the date and the time.
            return _("Closed now. It opens on %(moment)s.") % {
                "moment": format_moment(opens_at, language)
            }
        return _("Closed now.")


def answer_sentence(answer: Answer, language: str) -> str:
    """Whether somebody answers there, and what to do when nobody knows."""
    with translation.override(language):
        if answer.state is State.OPEN and answer.until is None:
            return _("Open day and night.")
        if answer.state is State.OPEN:
            return _("Open now until %(time)s.") % {"time": format_time(answer.until, language)}
        if answer.state is State.UNKNOWN:
            return _why_unknown(answer.reason)
        if answer.until is None:
            return _("Closed now.")
        moment = {"moment": format_moment(answer.until, language)}
        if answer.is_sure:
            return _("Closed now. It opens on %(moment)s.") % moment
        return _("Closed now. It may open on %(moment)s. Call first.") % moment


def day_sentence(day: Day, language: str) -> str:
    """The hours of one day; those that are not sure say so."""
    with translation.override(language):
        if day.reason is Reason.HOURS_UNKNOWN:
            return _("not known")
        if not (day.certain or day.possible):
            return _("closed all day")
        certain = [
            format_hours(period.starts_at, period.ends_at, language) for period in day.certain
        ]
        possible = [
            format_hours(period.starts_at, period.ends_at, language) for period in day.possible
        ]
        words = [format_list(certain, language)] if certain else []
        if possible:
            # Translators: hours of a day on which it is not certain that a place is open.
            hours = {"hours": format_list(possible, language)}
            words.append(_("perhaps %(hours)s") % hours)
        return ", ".join(words)


def _why_unknown(reason):
    if reason is Reason.OLD:
        return _("Perhaps open now. What we know is old: call first.")
    if reason is Reason.HOURS_UNKNOWN:
        return _("We do not know its hours: call first.")
    if reason is Reason.NOT_UNDERSTOOD:
        return _("Perhaps open now. Read the hours below and call first.")
    return _("Perhaps open now. We do not know on which days it is open: call first.")


def _weekly_sentences(calendar, day, language):
    return [
        _hours_sentence(weekdays, weeks, opens, closes, language)
        for (opens, closes, weeks), weekdays in _grouped(calendar, day)
    ]


def _next_change(calendar, day):
    """The first day after this one, within two months, on which other weekly hours hold."""
    changes = {hours.first for hours in calendar.hours if hours.first}
    soon = day + TOLD_AHEAD
    # Somebody may write the last day there is; no day comes after it.
    lasts = {hours.last for hours in calendar.hours if hours.last and hours.last < soon}
    changes |= {last + timedelta(days=1) for last in lasts}
    now = _grouped(calendar, day)
    coming = sorted(change for change in changes if day < change <= soon)
    return next((change for change in coming if _grouped(calendar, change) != now), None)


def _grouped(calendar, day):
    """Weekdays that share their hours, and in which weeks of the month they hold."""
    weeks = defaultdict(set)
    for hours in calendar.hours:
        if not hours.hold_on(day):
            continue
        weeks[hours.opens, hours.closes, hours.weekday].add(hours.week_of_month)
    weekdays = defaultdict(list)
    for (opens, closes, weekday), numbers in sorted(weeks.items()):
        every = WeekOfMonth.EVERY in numbers
        weekdays[opens, closes, () if every else tuple(sorted(numbers))].append(weekday)
    return sorted(weekdays.items(), key=lambda group: (group[1], group[0]))


def _hours_sentence(weekdays, weeks, opens, closes, language):
    words = {
        "days": _days(weekdays, language),
        "hours": format_hours(_moment(opens), _moment(closes), language),
    }
    if not weeks:
        # Translators: for example "Monday to Friday, 10:00–16:00."
        return _("%(days)s, %(hours)s.") % words
    words["numbers"] = format_list([str(int(week)) for week in weeks], language)
    # Translators: the second and fourth Saturday of a month: days is Saturday, numbers is 2, 4.
    return _("%(days)s (only number %(numbers)s in the month), %(hours)s.") % words


def _days(weekdays, language):
    """Three or more weekdays in a row as one span."""
    names = _weekday_names(language)
    words = []
    for run in _runs(weekdays):
        if len(run) > 2:
            span = {"first": names[run[0]], "last": names[run[-1]]}
            # Translators: from one weekday to another, for example "Monday to Friday".
            words.append(_("%(first)s to %(last)s") % span)
        else:
            words.extend(names[weekday] for weekday in run)
    return format_list(words, language)


def _runs(weekdays):
    runs = []
    for weekday in sorted(weekdays):
        if runs and weekday == runs[-1][-1] + 1:
            runs[-1].append(weekday)
        else:
            runs.append([weekday])
    return runs


def _weekday_names(language):
    if language == "ja-simple":
        return simple_times.WEEKDAYS
    # Not the stand-alone names: Babel gives Urdu's to other languages once it has read Urdu.
    return get_day_names("wide", locale=registry.get(language).locale)


def _moment(clock):
    # Any day will do: Japan has no summer time.
    return datetime.combine(date(2026, 1, 1), clock, JAPAN)
