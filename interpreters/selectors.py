"""The pool and the requests as coordinators look at them, in few statements."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    OuterRef,
    Q,
    Subquery,
    When,
)

from accounts.models import Organization
from interpreters.choices import OCCUPYING, OfferStatus, RequestStatus
from interpreters.matching import Candidate, Hours, Match, Need, Spoken, matches
from interpreters.models import (
    Assignment,
    Availability,
    BlockedPair,
    Experience,
    Interpreter,
    InterpreterLanguage,
    InterpreterRequest,
    Offer,
)
from schedules.hours import JAPAN

# The way to a place within Tokyo, and back to the station.
TRAVEL = timedelta(minutes=60)
# From then on a missing report stops the next request.
REPORT_OVERDUE_AFTER = timedelta(days=7)


def has_overdue_report(organization: Organization, now: datetime) -> bool:
    """Whether somebody there still has to write about a use that is a week ago."""
    return Assignment.objects.filter(
        request__organization=organization,
        status__in=["checked_out", "attended_not_used", "reported"],
        ends_at__lte=now - REPORT_OVERDUE_AFTER,
        requester_report__isnull=True,
        report_waived_at__isnull=True,
    ).exists()


def need_of(request: InterpreterRequest) -> Need:
    return Need(
        language=request.language_id,
        starts_at=request.starts_at,
        ends_at=request.ends_at,
        travel=request.starts_at - leaves_at(request),
        modality=request.modality,
        variety=request.variety,
        needs_script=request.needs_script,
        setting=request.setting,
        place=request.place,
        area=request.area,
        topic=request.topic_id,
        gender_wish=request.gender_wish,
        accepts_relay=request.accepts_relay,
        organization=request.organization_id,
    )


def leaves_at(request: InterpreterRequest) -> datetime:
    """From when on somebody who goes is on the way."""
    return request.starts_at - (TRAVEL if request.is_on_site else timedelta())


@dataclass(frozen=True)
class OtherTime:
    """A time that would do as well, and how many could come then."""

    number: int
    starts_at: datetime
    ends_at: datetime
    fitting: int


def match_list(
    request: InterpreterRequest, *, everybody: bool = True
) -> tuple[list[Match], list[OtherTime]]:
    """The pool with why and why not, and how many fit at each of the other times.

    Eight statements however many they are; without `everybody` only those are read who
    interpret the language at all.
    """
    need = need_of(request)
    others = [
        replace(
            need, starts_at=datetime.fromisoformat(starts), ends_at=datetime.fromisoformat(ends)
        )
        for starts, ends in request.candidates
    ]
    candidates = _candidates(request, [need, *others], everybody=everybody)
    times = [
        OtherTime(
            number,
            other.starts_at,
            other.ends_at,
            sum(match.fits for match in matches(other, candidates)),
        )
        for number, other in enumerate(others)
    ]
    return matches(need, candidates), times


def phones_of(people: Collection[int]) -> dict[int, str]:
    """Numbers to call; whoever shows them writes the access log."""
    return dict(Interpreter.objects.filter(pk__in=people).values_list("pk", "phone"))


def _candidates(request, needs, *, everybody=True):
    """What the pool knows, with what takes people's time near any of the needs."""
    spoken, topics, blocked, hours = (defaultdict(list) for _ in range(4))
    occupied = defaultdict(list)
    people = Interpreter.objects.active()
    theirs = Q()
    if not everybody:
        people = people.filter(
            languages__language=request.language_id, languages__modality=request.modality
        )
        theirs = Q(interpreter__in=people.values("pk"))
    for row in InterpreterLanguage.objects.filter(theirs).values_list(
        "interpreter_id",
        "language_id",
        "level",
        "modality",
        "variety",
        "reads_script",
        "is_relay",
    ):
        spoken[row[0]].append(Spoken(*row[1:]))
    for pk, topic in Experience.objects.filter(theirs).values_list("interpreter_id", "topic_id"):
        topics[pk].append(topic)
    for pk, organization in BlockedPair.objects.filter(theirs).values_list(
        "interpreter_id", "organization_id"
    ):
        blocked[pk].append(organization)
    for pk, *facts in Availability.objects.filter(theirs).values_list(
        "interpreter_id", "starts", "ends", "weekday", "date", "is_free"
    ):
        hours[pk].append(Hours(*facts))
    # Whoever is to be replaced has no other place than this one.
    taken = Assignment.objects.occupying().filter(theirs).exclude(request=request)
    near = Q()
    for need in needs:
        near |= Q(occupied_from__lt=need.ends_at, ends_at__gt=need.occupied_from)
    for pk, starts, ends in taken.filter(near).values_list(
        "interpreter_id", "occupied_from", "ends_at"
    ):
        occupied[pk].append((starts, ends))
    month = needs[0].starts_at.astimezone(JAPAN)
    this_month = Counter(taken.filter(_in_month(month)).values_list("interpreter_id", flat=True))
    offers = dict(request.offers.order_by("pk").values_list("interpreter_id", "status"))
    columns = ("areas", "gender", "is_remote", "most_per_month", "name", "pk", "pledge_until")
    return [
        Candidate(
            pk=pk,
            name=name,
            spoken=tuple(spoken[pk]),
            gender=gender,
            areas=frozenset(areas.split()),
            is_remote=is_remote,
            pledge_until=pledge_until,
            topics=frozenset(topics[pk]),
            availabilities=tuple(hours[pk]),
            occupied=tuple(occupied[pk]),
            this_month=this_month[pk],
            most_per_month=most_per_month,
            blocked=frozenset(blocked[pk]),
            offer_status=offers.get(pk, ""),
        )
        for areas, gender, is_remote, most_per_month, name, pk, pledge_until in (
            people.values_list(*columns)
        )
    ]


def in_line():
    """Requests with what must happen next and by when, the most pressing first."""
    offers = Offer.objects.filter(request=OuterRef("pk"))
    accepted = offers.filter(status=OfferStatus.ACCEPTED)
    asked = offers.waiting()
    confirmed = Assignment.objects.filter(request=OuterRef("pk")).occupying()
    return InterpreterRequest.objects.annotate(
        has_yes=Exists(accepted),
        is_asked=Exists(asked),
        assignment_status=Subquery(confirmed.values("status")[:1]),
        next_at=Case(
            When(
                status__in=[RequestStatus.SUBMITTED, RequestStatus.SCREENING], then="submitted_at"
            ),
            When(
                Q(Exists(accepted), status=RequestStatus.SEARCHING),
                then=Subquery(accepted.order_by("answered_at").values("answered_at")[:1]),
            ),
            When(
                Q(Exists(asked), status=RequestStatus.SEARCHING),
                then=Subquery(asked.order_by("reply_by").values("reply_by")[:1]),
            ),
            When(status=RequestStatus.SEARCHING, then="submitted_at"),
            When(status=RequestStatus.ASSIGNED, then="starts_at"),
            When(
                status__in=[RequestStatus.IN_PROGRESS, RequestStatus.AWAITING_REPORTS],
                then="ends_at",
            ),
            default=None,
            output_field=DateTimeField(),
        ),
    )


def waiting_for_desk():
    """Requests that go on only when a coordinator acts: nobody has looked, or nobody is asked."""
    asked = Offer.objects.waiting().filter(request=OuterRef("pk"))
    return InterpreterRequest.objects.filter(
        Q(status__in=[RequestStatus.SUBMITTED, RequestStatus.SCREENING])
        | Q(~Exists(asked), status=RequestStatus.SEARCHING)
    )


def who_is_there(*, interpreter_id: int, starts_at: datetime, ends_at: datetime):
    """What takes an interpreter's time already; None when nothing does."""
    return (
        Assignment.objects.occupying()
        .filter(interpreter_id=interpreter_id, occupied_from__lt=ends_at, ends_at__gt=starts_at)
        .select_related("request", "interpreter")
        .first()
    )


def _in_month(moment):
    first = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (first + timedelta(days=32)).replace(day=1)
    return Q(starts_at__gte=first, starts_at__lt=following, status__in=OCCUPYING)
