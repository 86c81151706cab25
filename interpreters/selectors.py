"""The pool and the requests as coordinators look at them, in few statements."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q

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
from interpreters.places import Place
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
        travel=TRAVEL if request.place == Place.ON_SITE else timedelta(),
        modality=request.modality,
        variety=request.variety,
        needs_script=request.needs_script,
        setting=request.setting,
        place=request.place,
        area=request.area,
        topic=request.topic_id,
        gender_wish=request.gender_wish,
        organization=request.organization_id,
    )


def match_list(request: InterpreterRequest) -> list[Match]:
    """Everybody in the pool with why and why not; eight statements however many they are."""
    need = need_of(request)
    spoken, topics, blocked, hours = (defaultdict(list) for _ in range(4))
    occupied = defaultdict(list)
    for row in InterpreterLanguage.objects.values_list(
        "interpreter_id",
        "language_id",
        "level",
        "modality",
        "variety",
        "reads_script",
        "is_relay",
    ):
        spoken[row[0]].append(Spoken(*row[1:]))
    for pk, topic in Experience.objects.values_list("interpreter_id", "topic_id"):
        topics[pk].append(topic)
    for pk, organization in BlockedPair.objects.values_list("interpreter_id", "organization_id"):
        blocked[pk].append(organization)
    for pk, *facts in Availability.objects.values_list(
        "interpreter_id", "starts", "ends", "weekday", "date", "is_free"
    ):
        hours[pk].append(Hours(*facts))
    taken = Assignment.objects.occupying()
    near = taken.filter(occupied_from__lt=need.ends_at, ends_at__gt=need.occupied_from)
    for pk, starts, ends in near.values_list("interpreter_id", "occupied_from", "ends_at"):
        occupied[pk].append((starts, ends))
    month = need.starts_at.astimezone(JAPAN)
    this_month = Counter(taken.filter(_in_month(month)).values_list("interpreter_id", flat=True))
    offers = dict(request.offers.order_by("pk").values_list("interpreter_id", "status"))
    candidates = [
        Candidate(
            pk=person.pk,
            name=person.name,
            spoken=tuple(spoken[person.pk]),
            gender=person.gender,
            areas=frozenset(person.areas.split()),
            is_remote=person.is_remote,
            pledge_until=person.pledge_until,
            topics=frozenset(topics[person.pk]),
            availabilities=tuple(hours[person.pk]),
            occupied=tuple(occupied[person.pk]),
            this_month=this_month[person.pk],
            most_per_month=person.most_per_month,
            blocked=frozenset(blocked[person.pk]),
            offer_status=offers.get(person.pk, ""),
        )
        for person in Interpreter.objects.active().defer("phone", "note")
    ]
    return matches(need, candidates)


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


def offers_in_words(request: InterpreterRequest) -> dict[str, int]:
    """How many were asked, and what they said."""
    counted = request.offers.aggregate(
        **{status: Count("pk", filter=Q(status=status)) for status in OfferStatus.values}
    )
    return {status: count for status, count in counted.items() if count}


def overdue_offers(now: datetime):
    return Offer.objects.overdue(now).select_related("request", "interpreter")


def _in_month(moment):
    first = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (first + timedelta(days=32)).replace(day=1)
    return Q(starts_at__gte=first, starts_at__lt=following, status__in=OCCUPYING)
