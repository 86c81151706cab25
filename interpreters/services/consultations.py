"""Interpreters for consultations: asked for by a booking, without the terms of a dispatch."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from interface.references import new_reference
from interpreters import notices
from interpreters.choices import OfferStatus, Origin, Purpose, RequestStatus
from interpreters.models import InterpreterRequest, StepNotAllowed
from interpreters.places import Place, Setting
from interpreters.services.requests import Role, end_offers, locked_request, record


def ask_for_consultation(
    *,
    language_id: str,
    topic_id: str,
    starts_at: datetime,
    ends_at: datetime,
    place: str = Place.REMOTE,
    variety: str = "",
    gender_wish: str = "any",
    not_from_community: bool = False,
    accepts_relay: bool = False,
    by: User | None,
    now: datetime,
) -> InterpreterRequest:
    """A request that is sought at once: nobody has to look whether it is for us.

    It carries all that an interpreter may see, and nothing of the resident. Inside the
    transaction of the booking; IntegrityError when the reference exists already.
    """
    request = InterpreterRequest.objects.create(
        origin=Origin.CONSULTATION,
        reference=new_reference(),
        status=RequestStatus.SEARCHING,
        language_id=language_id,
        variety=variety,
        topic_id=topic_id,
        setting=Setting.CONSULTATION,
        purpose=Purpose.TALK,
        place=place,
        gender_wish=gender_wish,
        not_from_community=not_from_community,
        accepts_relay=accepts_relay,
        starts_at=starts_at,
        ends_at=ends_at,
        submitted_at=now,
    )
    record(request, "submitted", by=by, role=Role.SYSTEM if by is None else None, now=now)
    return request


@transaction.atomic
def found_elsewhere(*, request_id: int, by: User, now: datetime) -> InterpreterRequest:
    """A coordinator has found somebody whom the pool does not know.

    Raises StepNotAllowed, also when somebody of the pool goes already.
    """
    request = locked_request(request_id)
    if request.status == RequestStatus.ASSIGNED:
        raise StepNotAllowed(request.status)
    request.step(RequestStatus.CANCELED, reason="elsewhere")
    notices.tell(
        "assigned",
        request=request,
        offers=end_offers(request, status=OfferStatus.NOT_SELECTED, now=now),
        now=now,
    )
    record(request, "found_elsewhere", by=by, now=now)
    return request


def put_joining(*, request_id: int, text: str) -> None:
    """How to join: for whoever goes."""
    InterpreterRequest.objects.get(pk=request_id).put_joining(text)
