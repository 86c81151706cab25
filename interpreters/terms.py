"""The terms of use as data: what each says, and which of them a request breaks.

Source: the association's own terms (seed, 「利用規約」 of 少数言語通訳者派遣コーディネート), told
again in our words. Those with a rule are checked; the others are accepted with their version.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from interpreters.choices import Purpose
from interpreters.places import PUBLIC_SETTINGS, Place
from schedules.hours import JAPAN
from schedules.opening import is_workday

VERSION = "2026-11"
TOKYO = "13"


@dataclass(frozen=True)
class Wish:
    """What is asked for, as far as a term looks at it."""

    prefecture_code: str
    setting: str
    purpose: str
    place: str
    starts_at: datetime
    ends_at: datetime


class Circumstances(NamedTuple):
    """What is known besides the wish itself."""

    now: datetime
    holidays: Collection[date]
    # Business days that must lie between asking and the talk.
    lead_days: int
    has_overdue_report: bool


@dataclass(frozen=True)
class Term:
    code: str
    text: str
    # Whether a wish keeps it; None: nothing to check, it is accepted.
    is_kept: Callable[[Wish, Circumstances], bool] | None = None
    # What to do instead.
    alternative: str = ""
    # A coordinator looks at it; the request is not refused at once.
    is_judged: bool = False


def business_days_until(day: date, *, today: date, holidays: Collection[date]) -> int:
    """Workdays after today and before the day."""
    between = (day - today).days
    return sum(is_workday(today + timedelta(number), holidays) for number in range(1, between))


def _is_in_time(wish, circumstances):
    return (
        business_days_until(
            wish.starts_at.astimezone(JAPAN).date(),
            today=circumstances.now.astimezone(JAPAN).date(),
            holidays=circumstances.holidays,
        )
        >= circumstances.lead_days
    )


ASK_US = _("Call us: we look for a way together.")

TERMS = [
    Term(
        "content",
        _("Some kinds of interpreting cannot be accepted."),
        lambda wish, _c: wish.setting in PUBLIC_SETTINGS,
        _("A coordinator looks at it and calls you."),
        is_judged=True,
    ),
    Term(
        "tokyo",
        _("Interpreters go to places in Tokyo."),
        lambda wish, _c: wish.place != Place.ON_SITE or wish.prefecture_code == TOKYO,
        _("Ask for remote interpreting, or ask the center of your prefecture."),
    ),
    Term(
        "no_translation",
        _("Written translations are not accepted."),
        lambda wish, _c: wish.purpose != Purpose.TRANSLATION,
        _("Ask a translation office, or the international association near you."),
    ),
    Term(
        "no_event",
        _("There is no interpreting at events or parties."),
        lambda wish, _c: wish.purpose != Purpose.EVENT,
        _("Ask an interpreting agency."),
    ),
    Term(
        "no_private_talk",
        _("There is no interpreting of private talk in a family or among friends."),
        lambda wish, _c: wish.purpose != Purpose.PRIVATE,
        _("When an office or a counsellor leads the talk, they can ask for an interpreter."),
    ),
    Term(
        "no_profit",
        _("There is no interpreting for profit."),
        lambda wish, _c: wish.purpose != Purpose.BUSINESS,
        _("Ask an interpreting agency."),
    ),
    Term(
        "report",
        _("After each use you write a short report."),
        lambda _wish, c: not c.has_overdue_report,
        _("A report of an earlier use is overdue. Write it, then send this request."),
    ),
    Term(
        "lead_time",
        _("A request needs some business days."),
        _is_in_time,
        ASK_US,
    ),
    Term("no_naming", _("You cannot choose who interprets.")),
    Term("consecutive", _("Interpreting follows each utterance, sentence by sentence.")),
    Term("secrecy", _("Interpreters keep everything secret.")),
    Term(
        "no_cancellation_on_site",
        _("Once the interpreter is there, you cannot cancel, even if the client does not come."),
    ),
    Term("citizens_activity", _("It is a citizens' activity, not a profession.")),
    Term(
        "no_liability",
        _("Neither the interpreter nor CINGA is liable for trouble that comes of interpreting."),
    ),
]
BY_CODE = {term.code: term for term in TERMS}


def broken_terms(wish: Wish, circumstances: Circumstances) -> list[Term]:
    """Every term that the wish breaks, in their order."""
    return [
        term for term in TERMS if term.is_kept is not None and not term.is_kept(wish, circumstances)
    ]


def refusing_terms(wish: Wish, circumstances: Circumstances) -> list[Term]:
    """Those for which it is refused at once; the others a coordinator judges."""
    return [term for term in broken_terms(wish, circumstances) if not term.is_judged]
