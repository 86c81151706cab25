from collections.abc import Iterable
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

from accounts import notices, roles
from accounts.models import AccessLog, User
from notifications.services import PlannedNotice, plan_notices
from notifications.waking_hours import next_waking_moment

INVITATION_LASTS = timedelta(days=3)

# Apps of the everyday work. Nothing is deleted there: it is closed or canceled.
EVERYDAY_APPS = [
    "consultations",
    "cases",
    "interpreters",
    "desk",
    "centers",
    "schedules",
    "notifications",
    "taxonomy",
]
# Tables of rules and closed days, where a wrong row is simply taken out again.
DELETABLE_APPS = ["schedules", "taxonomy"]
# A number or a visit that is wrong must be gone, not kept.
DELETABLE = [
    "delete_phone",
    "delete_visit",
    "delete_interpreterlanguage",
    "delete_availability",
    "delete_experience",
    "delete_training",
    "delete_blockedpair",
    "delete_seat",
]
EVERYDAY_ACCOUNTS = [
    "view_user",
    "add_user",
    "change_user",
    "view_organization",
    "add_organization",
    "change_organization",
    "view_application",
    "change_application",
    "view_membership",
    "add_membership",
    "change_membership",
    "delete_membership",
]
SUPERVISION = [*EVERYDAY_ACCOUNTS, "view_accesslog"]


class RoleNotGrantable(Exception):
    """Nobody gives a role that reaches further than their own."""


def record_access(*, user: User, subject: str, purpose: str, now: datetime) -> None:
    """Note that somebody opened a person's data. `subject` is `cases.Resident:<key>`."""
    AccessLog.objects.create(user=user, subject=subject, purpose=purpose, happened_at=now)


@transaction.atomic
def invite_user(
    *,
    email: str,
    name: str,
    language: str,
    role_names: Iterable[str],
    invited_by: User,
    now: datetime,
) -> User:
    """Make an account without a password, and send the link to choose one.

    Raises RoleNotGrantable, or IntegrityError when the address has an account.
    """
    _check_grantable(role_names, by=invited_by)
    user = User.objects.create_user(email, name=name, language=language)
    give_roles(user=user, role_names=role_names)
    send_invitation(user=user, now=now)
    return user


def send_invitation(*, user: User, now: datetime) -> None:
    due_at = next_waking_moment(now)
    plan_notices(
        [
            PlannedNotice(
                kind=notices.INVITATION,
                subject_key=notices.subject_key(user),
                # Each request is a letter of its own; two within a second are one.
                revision=int(now.timestamp()),
                recipient_key=notices.subject_key(user),
                due_at=due_at,
                expires_at=due_at + INVITATION_LASTS,
            )
        ]
    )


@transaction.atomic
def give_roles(*, user: User, role_names: Iterable[str]) -> None:
    """Make these the user's roles, and open or close the admin accordingly."""
    groups = [Group.objects.get_or_create(name=name)[0] for name in role_names]
    user.groups.set(groups)
    user.forget_roles()
    user.set_staff(user.is_superuser or not roles.ADMIN_ROLES.isdisjoint(role_names))


def change_roles(*, user: User, role_names: Iterable[str], changed_by: User) -> None:
    """Raises RoleNotGrantable unless a supervisor asks."""
    if set(role_names) == user.roles:
        return
    if not roles.is_supervisor(changed_by):
        raise RoleNotGrantable
    _check_grantable(role_names, by=changed_by)
    give_roles(user=user, role_names=role_names)


def _check_grantable(role_names, by):
    if not roles.grantable_by(by).issuperset(role_names):
        raise RoleNotGrantable


@transaction.atomic
def change_email(*, user: User, email: str) -> None:
    """The old address signs nobody in any more, and links sent to it are void."""
    user.set_email(email)
    EmailAddress.objects.filter(user=user).delete()


def remove_second_factors(*, user: User) -> None:
    """For somebody who lost both phone and recovery codes; staff must set up a new one."""
    Authenticator.objects.filter(user=user).delete()


@transaction.atomic
def grant_role_permissions() -> None:
    """Create the groups and give them their permissions in the apps that are installed."""
    everyday = Q(content_type__app_label__in=EVERYDAY_APPS) & (
        ~Q(codename__startswith="delete_")
        | Q(content_type__app_label__in=DELETABLE_APPS)
        | Q(codename__in=DELETABLE)
    )
    granted = {
        roles.COORDINATOR: everyday | _of_accounts(EVERYDAY_ACCOUNTS),
        roles.SUPERVISOR: everyday | _of_accounts(SUPERVISION),
    }
    for name in roles.ROLES:
        group, _created = Group.objects.get_or_create(name=name)
        permissions = Permission.objects.filter(granted[name]) if name in granted else []
        group.permissions.set(permissions)


def _of_accounts(codenames):
    return Q(content_type__app_label="accounts", codename__in=codenames)
