"""Booking for a client: the supporter's draft, and the client's consent."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Membership, User
from consultations.choices import ForWhom
from consultations.models import Draft
from consultations.services.drafts import save_answers, start_draft

# What makes a draft a supporter's.
SUPPORTERS_ANSWERS = ("supporter", "organization", "attends_at_organization", "consent_given")


class NotASupporter(Exception):
    """The user is no member of this organization, or it is not approved."""


def memberships_of(user: User):
    """By which somebody may book for clients."""
    return (
        Membership.objects.filter(user=user.pk, organization__approved_at__isnull=False)
        .select_related("organization")
        .order_by("organization__name", "pk")
    )


@transaction.atomic
def start_supported_draft(
    *,
    key: UUID,
    replacing: UUID | None,
    user: User,
    organization_id: int,
    client_language: str,
    desk_language: str,
    attends_at_organization: bool,
    now: datetime,
) -> Draft:
    """A draft for a client, without a network: the limits are for people nobody knows.

    Raises NotASupporter.
    """
    if not memberships_of(user).filter(organization=organization_id).exists():
        raise NotASupporter
    start_draft(key=key, replacing=replacing, now=now)
    return save_answers(
        key=key,
        answers={
            "supporter": user.pk,
            "organization": organization_id,
            "attends_at_organization": attends_at_organization,
            "for_whom": ForWhom.OTHER,
            "reading_language": client_language,
            "client_language": client_language,
            "desk_language": desk_language,
        },
        now=now,
    )


def record_consent(*, key: UUID, consent_given: str, now: datetime) -> Draft:
    """How the client agreed, as it will stand with the booking. Raises DraftGone."""
    return save_answers(key=key, answers={"consent_given": consent_given}, now=now)


def stop_supporting(*, key: UUID, now: datetime) -> Draft:
    """Keep the answers as an ordinary booking for somebody else. Raises DraftGone."""
    return save_answers(key=key, answers=dict.fromkeys(SUPPORTERS_ANSWERS), now=now)
