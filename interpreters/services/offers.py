"""Asking people in waves: who is asked now, who next, and what they say."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from interpreters import notices
from interpreters.choices import OfferStatus, RequestStatus
from interpreters.models import Assignment, Interpreter, InterpreterRequest, Offer, StepNotAllowed
from interpreters.selectors import leaves_at, who_is_there
from interpreters.services.requests import Role, locked_request, record
from notifications.waking_hours import next_waking_moment

# How long somebody has to answer, and how short it becomes when the talk is near.
REPLY_WITHIN = timedelta(hours=24)
REPLY_AT_LEAST = timedelta(minutes=30)


class Occupied(Exception):
    """The interpreter is somewhere else at that time; `assignment` says where."""

    def __init__(self, assignment: Assignment | None):
        super().__init__("occupied")
        self.assignment = assignment


def reply_deadline(starts_at: datetime, now: datetime) -> datetime:
    """When an answer is due: a day, or a quarter of what is left; in waking hours."""
    within = max(min(REPLY_WITHIN, (starts_at - now) / 4), REPLY_AT_LEAST)
    deadline = next_waking_moment(now + within)
    # A morning at 7:50: whoever is called at once cannot wait until eight.
    return deadline if deadline < starts_at else now + REPLY_AT_LEAST


@transaction.atomic
def send_offers(
    *,
    request_id: int,
    interpreter_ids: Collection[int],
    at_a_time: int | None = None,
    by: User | None,
    now: datetime,
) -> list[Offer]:
    """Ask several people, in this order: all at once, or `at_a_time` in each wave.

    A later wave is asked by itself once nobody of the earlier ones can come. Whoever is
    asked already, or has stopped, is not. The offers that are sent now. Raises
    StepNotAllowed unless somebody is sought.
    """
    request = locked_request(request_id)
    if request.status != RequestStatus.SEARCHING:
        raise StepNotAllowed(request.status)
    planned = {each.interpreter_id: each for each in request.offers.planned()}
    asked = set(request.offers.live().values_list("interpreter_id", flat=True))
    active = Interpreter.objects.active().in_bulk(interpreter_ids)
    chosen = [
        active[pk] for pk in dict.fromkeys(interpreter_ids) if pk in active and pk not in asked
    ]
    size = max(1, at_a_time or len(chosen))
    waves = [chosen[start : start + size] for start in range(0, len(chosen), size)]
    wave = 1 + max(request.offers.values_list("wave", flat=True), default=0)
    for number, people in enumerate(waves):
        for person in people:
            offer = planned.get(person.pk) or Offer(request=request, interpreter=person)
            offer.wave, offer.status = wave + number, OfferStatus.PLANNED
            offer.link_digest or offer.set_link_digest()
            offer.save()
    return _send_wave(request, wave, by=by, now=now) if chosen else []


@transaction.atomic
def answer_offer(*, offer_id: int, can_come: bool, may_know_client: bool, now: datetime) -> Offer:
    """What the interpreter says.

    Raises StepNotAllowed when it is too late, Occupied when they go somewhere else then.
    """
    request_id = Offer.objects.values_list("request_id", flat=True).get(pk=offer_id)
    request = locked_request(request_id)
    offer = Offer.objects.select_for_update(of=("self",)).get(pk=offer_id)
    if offer.status == OfferStatus.SENT and offer.reply_by <= now:
        raise StepNotAllowed("too late")
    if can_come and offer.status == OfferStatus.SENT:
        elsewhere = who_is_there(
            interpreter_id=offer.interpreter_id,
            starts_at=leaves_at(request),
            ends_at=request.ends_at,
        )
        if elsewhere:
            raise Occupied(elsewhere)
    offer.may_know_client = may_know_client
    offer.step(OfferStatus.ACCEPTED if can_come else OfferStatus.DECLINED, now=now)
    record(request, "offer_answered", by=None, now=now, can_come=can_come)
    send_next_wave(request, now=now)
    return offer


def expire_offers(*, now: datetime) -> int:
    """Those who have not answered in time; how many. The next wave is asked at once."""
    overdue = list(Offer.objects.overdue(now).values_list("pk", "request_id"))
    return sum(_expire(pk, request_id, now) for pk, request_id in overdue)


def send_next_wave(request: InterpreterRequest, *, now: datetime) -> list[Offer]:
    """Ask those who come next, when nobody who was asked can still come.

    The request is locked by the caller.
    """
    if request.status != RequestStatus.SEARCHING or request.offers.live().exists():
        return []
    wave = request.offers.planned().order_by("wave").values_list("wave", flat=True).first()
    return [] if wave is None else _send_wave(request, wave, by=None, now=now)


def _send_wave(request, wave, *, by, now):
    offers = request.offers.select_for_update(of=("self",)).select_related("interpreter")
    offers = list(offers.planned().filter(wave=wave).order_by("pk"))
    reply_by = reply_deadline(request.starts_at, now)
    for offer in offers:
        offer.send(reply_by=reply_by, now=now)
    notices.tell("offers_sent", request=request, offers=offers, now=now)
    record(
        request,
        "offers_sent",
        by=by,
        role=Role.SYSTEM if by is None else None,
        now=now,
        wave=wave,
        count=len(offers),
    )
    return offers


@transaction.atomic
def _expire(pk, request_id, now):
    request = locked_request(request_id)
    offer = Offer.objects.select_for_update(of=("self",)).get(pk=pk)
    if offer.status != OfferStatus.SENT or offer.reply_by > now:
        return False
    offer.step(OfferStatus.EXPIRED, now=now)
    send_next_wave(request, now=now)
    return True
