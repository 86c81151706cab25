""" "Somebody please call me": asking for it, and what became of it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from cases.choices import ContactChannel, Discretion, Reminders
from cases.models import Case, CaseEvent, Resident
from cases.services import record_event
from consultations import call_notices
from consultations.models import CallRequest
from consultations.services.making import CONSENT_VERSION, REFERENCE_TRIES
from interface.references import new_reference
from notifications.models import Notice, NoticeChanged, TransitionNotAllowed
from notifications.services import abort_notice
from privacy.digests import lookup_digest
from privacy.networks import count_attempt

TOPIC = "other"
MOST_REQUESTS, WITHIN = 5, timedelta(hours=1)
Role = CaseEvent.ActorRole


@dataclass(frozen=True, kw_only=True)
class CallWish:
    """Whom to call, when, and in which language."""

    speaking_language: str
    reading_language: str
    phone: str
    language_note: str = ""
    discretion: str = Discretion.UNSURE
    safe_hours: tuple[str, ...] = ()
    nickname: str = ""
    message: str = ""


def ask_for_call_back(*, key: UUID, wish: CallWish, network: str, now: datetime) -> CallRequest:
    """Keep a request for a call, with a new case; its call is due in waking hours.

    The same page sent again, and a number with an open request, answer with the request
    there is, as it was. Raises TooManyAttempts.
    """
    if sent_before := _known().filter(key=key).first():
        return sent_before
    count_attempt(sender=network, what="call_request", most=MOST_REQUESTS, within=WITHIN, now=now)
    digest = lookup_digest(wish.phone, "phone")
    for tries_left in reversed(range(REFERENCE_TRIES)):
        if known := _known().open().filter(contact_digest=digest).first():
            return known
        try:
            with transaction.atomic():
                return _open(key=key, wish=wish, network=network, now=now)
        except IntegrityError:
            # The same page twice at once, the same number twice at once, or a reference
            # that exists.
            if sent_before := _known().filter(key=key).first():
                return sent_before
            if not tries_left:
                raise


def _known():
    return CallRequest.objects.select_related("case")


def _open(*, key, wish, network, now):
    resident = Resident(
        nickname=wish.nickname,
        speaking_language_id=wish.speaking_language,
        reading_language=wish.reading_language,
        language_note=wish.language_note,
        channel=ContactChannel.PHONE,
        discretion=wish.discretion,
        safe_hours=list(wish.safe_hours),
        reminders=Reminders.DAY_BEFORE,
        created_at=now,
    )
    resident.set_contact(email="", phone=wish.phone)
    resident.save(force_insert=True)
    case = Case.objects.create(
        reference=new_reference(), resident=resident, primary_topic_id=TOPIC, opened_at=now
    )
    call_request = CallRequest.objects.create(
        case=case,
        key=key,
        message=wish.message,
        asked_at=now,
        contact_digest=resident.phone_digest,
        network=network,
    )
    record_event(
        case_id=case.pk,
        verb="consultations.call_requested",
        actor_role=Role.RESIDENT,
        now=now,
        call_request=call_request.pk,
        consent=CONSENT_VERSION,
        consent_language=wish.reading_language,
    )
    call_notices.call_requested(call_request, now=now)
    return call_request


@transaction.atomic
def close_call_request(
    *, call_request_id: int, actor_role: str, actor: User | None = None, now: datetime
) -> CallRequest:
    """Nobody need call any more; the planned call is taken back. Again changes nothing."""
    call_request = CallRequest.objects.select_for_update().get(pk=call_request_id)
    if call_request.answered_at:
        return call_request
    call_request.answer(at=now)
    record_event(
        case_id=call_request.case_id,
        verb="consultations.call_request_closed",
        actor=actor,
        actor_role=actor_role,
        now=now,
        call_request=call_request.pk,
    )
    calls = Notice.objects.open().filter(subject_key=call_request.key_for_notices)
    for notice_id in calls.values_list("pk", flat=True):
        # Whoever is about to call looks again first.
        with suppress(TransitionNotAllowed, NoticeChanged):
            abort_notice(notice_id=notice_id)
    return call_request
