"""What interpreters see of their own: questions, appointments, reports due, a month, hours."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from interface.calendars import Entry, calendar_file
from interpreters.choices import AssignmentStatus
from interpreters.models import (
    Assignment,
    Availability,
    Interpreter,
    InterpreterReport,
    Offer,
    Workshop,
)
from interpreters.models.request import WORDS
from languages.readings import to_plain
from privacy.digests import lookup_digest
from schedules.fiscal import bounds_of, fiscal_year_of
from schedules.hours import JAPAN

TO_COME = [
    AssignmentStatus.CONFIRMED,
    AssignmentStatus.ACKNOWLEDGED,
    AssignmentStatus.CHECKED_IN,
]
REPORT_DUE = [AssignmentStatus.CHECKED_OUT, AssignmentStatus.ATTENDED_NOT_USED]
# So much of the past stays in a calendar program.
FEED_LOOKS_BACK = timedelta(days=31)


@dataclass(frozen=True)
class Day:
    date: date
    is_in_month: bool
    is_today: bool
    appointments: list[Assignment]


@dataclass(frozen=True)
class Learning:
    """Workshops to come, in which somebody has a seat, and how often they took part."""

    workshops: list[Workshop]
    seats: set[int]
    trained: int


@dataclass(frozen=True)
class Own:
    interpreter: Interpreter
    offers: list[Offer]
    appointments: list[Assignment]
    reports_due: list[Assignment]
    month: date
    weeks: list[list[Day]]
    availabilities: list[Availability]
    learning: Learning
    # Since April: how often, how many minutes, what the ways cost in yen.
    times: int
    minutes: int
    travel_cost: int

    @property
    def earlier(self) -> str:
        return f"{self.month - timedelta(days=1):%Y-%m}"

    @property
    def later(self) -> str:
        return f"{(self.month + timedelta(days=32)).replace(day=1):%Y-%m}"


def own_page(interpreter: Interpreter, *, month: date, now: datetime) -> Own:
    """Everything on the page, in nine statements."""
    today = timezone.localdate(now, JAPAN)
    weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
    first, last = weeks[0][0], weeks[-1][-1]
    # Times only; what the pages behind the links say stays sealed here.
    own = Assignment.objects.filter(interpreter=interpreter)
    shown = own.occupying().order_by("starts_at")
    in_month = [
        each
        for each in shown.filter(
            starts_at__gte=_midnight(first), starts_at__lt=_midnight(last + timedelta(days=1))
        )
    ]
    by_day = {}
    for each in in_month:
        by_day.setdefault(each.starts_at.astimezone(JAPAN).date(), []).append(each)
    since, _until = bounds_of(fiscal_year_of(today))
    done = InterpreterReport.objects.filter(
        assignment__interpreter=interpreter, assignment__starts_at__gte=since
    ).aggregate(times=Count("pk"), minutes=Sum("minutes"), travel_cost=Sum("travel_cost"))
    open_ones = list(own.filter(status__in=[*TO_COME, *REPORT_DUE]).order_by("starts_at"))
    return Own(
        interpreter=interpreter,
        offers=list(
            Offer.objects.waiting()
            .filter(interpreter=interpreter, reply_by__gt=now)
            .select_related("request")
            .defer(*(f"request__{name}" for name in WORDS))
            .order_by("reply_by")
        ),
        appointments=[each for each in open_ones if each.status in TO_COME],
        reports_due=[each for each in open_ones if each.status in REPORT_DUE],
        month=month,
        weeks=[
            [Day(day, day.month == month.month, day == today, by_day.get(day, [])) for day in week]
            for week in weeks
        ],
        availabilities=list(
            interpreter.availabilities.filter(date=None).order_by("weekday", "starts")
        )
        + list(interpreter.availabilities.filter(date__gte=today).order_by("date", "starts")),
        learning=learning_of(interpreter.account, is_interpreter=True, now=now),
        times=done["times"],
        minutes=done["minutes"] or 0,
        travel_cost=done["travel_cost"] or 0,
    )


def learning_of(user: User, *, is_interpreter: bool, now: datetime) -> Learning:
    """What is meant for this person; two statements."""
    workshops = Workshop.objects.to_come(now).for_people(is_interpreter=is_interpreter)
    seats = dict(user.workshop_seats.values_list("workshop_id", "has_attended"))
    return Learning(
        workshops=list(workshops.with_seats().order_by("starts_at", "pk")),
        seats=set(seats),
        trained=sum(seats.values()),
    )


def month_from(text: str, *, today: date) -> date:
    """The first of the month "2026-12"; this month for anything else, or far away."""
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return month if abs(month.year - today.year) <= 1 else today.replace(day=1)


def feed_file(interpreter: Interpreter, *, now: datetime) -> bytes:
    """The appointments of one person for their calendar program, with a neutral title."""
    host = urlsplit(settings.NEUTRAL_LINK_ORIGIN).hostname
    own = Assignment.objects.filter(
        interpreter=interpreter, starts_at__gte=now - FEED_LOOKS_BACK
    ).occupying()
    entries = [
        Entry(
            uid=f"{lookup_digest(str(each.link_id), 'calendar')[:32]}@{host}",
            sequence=each.revision,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
        )
        for each in own.order_by("starts_at")
    ]
    return calendar_file(entries, summary=to_plain(_("Appointment")), now=now)


def _midnight(day):
    return datetime(day.year, day.month, day.day, tzinfo=JAPAN)
