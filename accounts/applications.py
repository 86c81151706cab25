"""How an organization comes to the portal: it applies, and a coordinator decides."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts import notices
from accounts.models import Application, Membership, Organization, User
from accounts.signals import application_approved, application_refused
from notifications.services import PlannedNotice, plan_notices
from notifications.waking_hours import next_waking_moment

TAPPED_TWICE = timedelta(minutes=2)


class AlreadyDecided(Exception):
    """Somebody was faster."""


def apply_for_membership(
    *,
    organization_name: str,
    kind: str,
    prefecture_code: str,
    phone: str,
    name: str,
    email: str,
    language: str,
    now: datetime,
) -> Application:
    """Kept until a coordinator decides. What is answered never says whom we know.

    The same once more within minutes is one application.
    """
    # Whoever went back to correct something applies anew: a coordinator sees both.
    just_now = Application.objects.waiting().filter(
        organization_name=organization_name,
        kind=kind,
        prefecture_code=prefecture_code,
        phone=phone,
        asked_at__gt=now - TAPPED_TWICE,
    )
    for application in just_now:
        if (application.email, application.name) == (email, name):
            return application
    return Application.objects.create(
        organization_name=organization_name,
        kind=kind,
        prefecture_code=prefecture_code,
        phone=phone,
        name=name,
        email=email,
        language=language,
        asked_at=now,
    )


@transaction.atomic
def approve_application(*, application_id: int, by: User, now: datetime) -> Organization:
    """Make organization, account and membership as far as they are missing; they are told.

    Raises AlreadyDecided.
    """
    application = _undecided(application_id)
    organization, _made = Organization.objects.get_or_create(
        name=application.organization_name,
        prefecture_code=application.prefecture_code,
        defaults={"kind": application.kind, "phone": application.phone},
    )
    if not organization.is_approved:
        organization.approve(by=by, at=now)
    user = User.objects.filter(email__iexact=application.email).first()
    if user is None:
        user = User.objects.create_user(
            application.email, name=application.name, language=application.language
        )
    Membership.objects.get_or_create(user=user, organization=organization)
    application.decide(status=Application.Status.APPROVED, by=by, at=now, organization=organization)
    application_approved.send(Application, application=application, applicant=user, now=now)
    due_at = next_waking_moment(now)
    plan_notices(
        [
            PlannedNotice(
                kind=notices.WELCOME,
                subject_key=notices.subject_key(user),
                revision=application.pk,
                recipient_key=notices.subject_key(user),
                due_at=due_at,
                expires_at=due_at + notices.WELCOME_LASTS,
            )
        ]
    )
    return organization


@transaction.atomic
def refuse_application(*, application_id: int, by: User, now: datetime) -> Application:
    """Nothing comes of it; whoever refuses calls. Raises AlreadyDecided."""
    application = _undecided(application_id)
    application.decide(status=Application.Status.REFUSED, by=by, at=now)
    application_refused.send(Application, application=application, now=now)
    return application


def _undecided(application_id):
    application = Application.objects.select_for_update(of=("self",)).get(pk=application_id)
    # Who asked so long ago that their address is forgotten cannot be let in any more.
    if application.status != Application.Status.WAITING or not application.email:
        raise AlreadyDecided
    return application
