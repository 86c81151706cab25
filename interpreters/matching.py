"""Who fits a request, and why not: pure, over plain facts. It suggests; a coordinator decides."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum

from django.utils.translation import gettext_lazy as _

from interpreters.choices import Gender, GenderWish, Level, Modality, OfferStatus
from interpreters.places import DIFFICULT_SETTINGS, Place, Setting
from schedules.hours import JAPAN


class Weight(Enum):
    """How much a finding counts."""

    # Cannot be asked at all.
    NO = "no"
    # Can be asked, and somebody should look at it.
    DOUBT = "doubt"
    YES = "yes"


@dataclass(frozen=True, eq=False)
class Finding:
    """One reason; each stands once below, so that two thousand people share them."""

    code: str
    weight: Weight
    text: str


SPEAKS_NOT = Finding("language", Weight.NO, _("does not interpret this language"))
SPEAKS = Finding("language", Weight.YES, _("interprets this language"))
ANOTHER_VARIETY = Finding("variety", Weight.DOUBT, _("speaks another variety"))
READS_NOT = Finding("script", Weight.NO, _("does not read the script"))
ONLY_RELAY = Finding("relay", Weight.DOUBT, _("only through a third language"))
LEVEL_LOW = Finding("level", Weight.DOUBT, _("may not be experienced enough for this"))
ELSEWHERE = Finding("occupied", Weight.NO, _("is somewhere else at that time"))
TIME_UNKNOWN = Finding("availability", Weight.DOUBT, _("has to be asked whether the time is good"))
TIME_GOOD = Finding("availability", Weight.YES, _("can come at that time"))
TIME_BAD = Finding("availability", Weight.NO, _("cannot come at that time"))
NOT_REMOTE = Finding("remote", Weight.NO, _("does not interpret remotely"))
ANOTHER_AREA = Finding("area", Weight.DOUBT, _("usually does not go there"))
OWN_AREA = Finding("area", Weight.YES, _("goes there"))
NO_PLEDGE = Finding("pledge", Weight.NO, _("has no valid pledge of secrecy"))
BLOCKED = Finding("blocked", Weight.NO, _("must not meet this organization"))
GENDER_UNSAID = Finding("gender", Weight.DOUBT, _("has not said their gender"))
ANOTHER_GENDER = Finding("gender", Weight.NO, _("is not of the gender that is wished for"))
KNOWS_FIELD = Finding("topic", Weight.YES, _("knows this field"))
WORKED_MUCH = Finding("workload", Weight.DOUBT, _("has worked much this month"))
# What became of an earlier question about the same request.
WHAT_WAS_SAID = {
    OfferStatus.ACCEPTED: Finding("asked", Weight.YES, _("has said that they can come")),
    OfferStatus.SENT: Finding("asked", Weight.DOUBT, _("was asked and has not answered yet")),
    OfferStatus.PLANNED: Finding("asked", Weight.YES, _("is asked next")),
    OfferStatus.DECLINED: Finding("asked", Weight.NO, _("has said that they cannot come")),
    OfferStatus.EXPIRED: Finding("asked", Weight.DOUBT, _("did not answer in time")),
    OfferStatus.NOT_SELECTED: Finding("asked", Weight.YES, _("could come when they were asked")),
}


@dataclass(frozen=True)
class Spoken:
    language: str
    level: int
    modality: str = Modality.SPOKEN
    variety: str = ""
    reads_script: bool = True
    is_relay: bool = False


@dataclass(frozen=True)
class Hours:
    """When somebody can or cannot: every week, or on one day."""

    starts: time
    ends: time
    weekday: int | None = None
    day: date | None = None
    is_free: bool = True


@dataclass(frozen=True)
class Candidate:
    """What the pool knows of one interpreter."""

    pk: int
    name: str
    spoken: tuple[Spoken, ...] = ()
    gender: str = Gender.UNSAID
    areas: frozenset[str] = frozenset()
    is_remote: bool = True
    pledge_until: date | None = None
    topics: frozenset[str] = frozenset()
    availabilities: tuple[Hours, ...] = ()
    # Of other assignments: from leaving home to the end.
    occupied: tuple[tuple[datetime, datetime], ...] = ()
    this_month: int = 0
    most_per_month: int = 8
    blocked: frozenset[int] = frozenset()
    # Asked already, and what became of it.
    offer_status: str = ""


@dataclass(frozen=True)
class Need:
    """What a request needs of an interpreter."""

    language: str
    starts_at: datetime
    ends_at: datetime
    travel: timedelta
    modality: str = Modality.SPOKEN
    variety: str = ""
    needs_script: bool = False
    setting: str = Setting.MUNICIPALITY
    place: str = Place.ON_SITE
    area: str = ""
    topic: str = ""
    gender_wish: str = GenderWish.ANY
    accepts_relay: bool = False
    organization: int | None = None

    @property
    def occupied_from(self) -> datetime:
        return self.starts_at - (self.travel if self.place == Place.ON_SITE else timedelta())


@dataclass(frozen=True)
class Match:
    candidate: Candidate
    findings: tuple[Finding, ...] = field(default=())

    @property
    def fits(self) -> bool:
        return not any(finding.weight is Weight.NO for finding in self.findings)

    @property
    def speaks(self) -> bool:
        """Whether they interpret the language at all."""
        return self.findings[0].weight is Weight.YES

    @property
    def is_asked(self) -> bool:
        """Asked already, and nothing has become of it yet."""
        return self.candidate.offer_status in {OfferStatus.SENT, OfferStatus.ACCEPTED}

    @property
    def order(self):
        """The nearest fit first; among equals who has worked least this month."""
        weights = [finding.weight for finding in self.findings]
        return (
            weights.count(Weight.NO),
            weights.count(Weight.DOUBT),
            -weights.count(Weight.YES),
            self.candidate.this_month,
            self.candidate.name,
            self.candidate.pk,
        )


def matches(need: Need, candidates: Collection[Candidate]) -> list[Match]:
    """Every candidate with why and why not, the nearest fit first."""
    found = [Match(each, tuple(_findings(need, each))) for each in candidates]
    return sorted(found, key=lambda match: match.order)


def _findings(need, candidate):
    yield from _language(need, candidate)
    yield from _time(need, candidate)
    yield from _place(need, candidate)
    yield from _person(need, candidate)


def _language(need, candidate):
    spoken = next(
        (
            each
            for each in candidate.spoken
            if each.language == need.language and each.modality == need.modality
        ),
        None,
    )
    if spoken is None:
        yield SPEAKS_NOT
        return
    yield SPEAKS
    if need.variety and spoken.variety and need.variety.casefold() != spoken.variety.casefold():
        yield ANOTHER_VARIETY
    if need.needs_script and not spoken.reads_script:
        yield READS_NOT
    if spoken.is_relay and not need.accepts_relay:
        yield ONLY_RELAY
    needed = Level.DIFFICULT if need.setting in DIFFICULT_SETTINGS else Level.OFFICES
    if spoken.level < needed:
        yield LEVEL_LOW


def _time(need, candidate):
    begins = need.occupied_from
    if any(starts < need.ends_at and ends > begins for starts, ends in candidate.occupied):
        yield ELSEWHERE
        return
    can = _can_come(need, candidate.availabilities)
    if can is None:
        yield TIME_UNKNOWN
    elif can:
        yield TIME_GOOD
    else:
        yield TIME_BAD


def _can_come(need, availabilities):
    """None: nobody knows. What is said of the day counts more than what is said of the week."""
    starts, ends = need.starts_at.astimezone(JAPAN), need.ends_at.astimezone(JAPAN)
    of_day = [each for each in availabilities if each.day == starts.date()]
    weekly = [each for each in availabilities if each.weekday == starts.weekday()]
    for said in (of_day, weekly):
        shared = [
            each for each in said if each.starts < _end(ends, starts) and each.ends > starts.time()
        ]
        if any(not each.is_free for each in shared):
            return False
        if any(each.starts <= starts.time() and _end(ends, starts) <= each.ends for each in shared):
            return True
    # Who has told a week and not these hours cannot; who has told nothing is asked.
    return False if any(each.weekday is not None for each in availabilities) else None


def _end(ends, starts):
    return ends.time() if ends.date() == starts.date() else time.max


def _place(need, candidate):
    if need.place != Place.ON_SITE:
        if not candidate.is_remote:
            yield NOT_REMOTE
    elif candidate.areas and need.area and need.area not in candidate.areas:
        yield ANOTHER_AREA
    elif need.area in candidate.areas:
        yield OWN_AREA


def _person(need, candidate):
    if (
        candidate.pledge_until is None
        or candidate.pledge_until < need.ends_at.astimezone(JAPAN).date()
    ):
        yield NO_PLEDGE
    if need.organization in candidate.blocked:
        yield BLOCKED
    if need.gender_wish != GenderWish.ANY:
        if candidate.gender == Gender.UNSAID:
            yield GENDER_UNSAID
        elif candidate.gender != need.gender_wish:
            yield ANOTHER_GENDER
    if need.topic in candidate.topics:
        yield KNOWS_FIELD
    if candidate.this_month >= candidate.most_per_month:
        yield WORKED_MUCH
    if said := WHAT_WAS_SAID.get(candidate.offer_status):
        yield said
