"""People and days to try the portal with. All of it is made up and says so."""

import json
import os
import secrets
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import Membership, Organization, User
from accounts.roles import COORDINATOR, EXPERT, INTERPRETER, SUPERVISOR
from accounts.services import give_roles
from cinga.demo_desk import seed_desk
from cinga.demo_interpreting import seed_interpreting
from cinga.demo_past import seed_past
from consultations.choices import ExpertKind
from consultations.models import ConsultationDay, Expert, Program
from consultations.services.days import generate_slots
from taxonomy.models import Language

TOKYO = ZoneInfo("Asia/Tokyo")
WEEKS = 8
# Reserved for documentation (RFC 2606): a letter to it reaches nobody.
DOMAIN = "example.org"

ACCOUNTS = [
    ("supervisor", "Demo Supervisor", [SUPERVISOR]),
    ("coordinator", "Demo Coordinator", [COORDINATOR]),
    ("coordinator2", "Second Demo Coordinator", [COORDINATOR]),
    ("lawyer", "Demo Lawyer", [EXPERT]),
    ("scrivener", "Demo Scrivener", [EXPERT]),
    ("socialworker", "Demo Social Worker", [EXPERT]),
    ("psychologist", "Demo Psychologist", [EXPERT]),
    ("clerk", "Demo Clerk", []),
    ("interpreter", "Demo Interpreter", [INTERPRETER]),
]
EXPERTS = [
    ("lawyer", ExpertKind.LAWYER),
    ("scrivener", ExpertKind.ADMINISTRATIVE_SCRIVENER),
    ("socialworker", ExpertKind.SOCIAL_WORKER),
    ("psychologist", ExpertKind.CLINICAL_PSYCHOLOGIST),
]
# In which weeks from now, on which weekday, who gives how many slots. Lawyers come
# twice a month with four slots a day, the others now and then.
RHYTHM = [
    ("lawyer", range(1, WEEKS + 1, 2), 3, 4),
    ("scrivener", range(1, WEEKS + 1, 4), 1, 3),
    ("socialworker", range(2, WEEKS + 1, 3), 2, 3),
    ("psychologist", range(2, WEEKS + 1, 4), 4, 2),
]


@transaction.atomic
def seed(*, now: datetime, passwords_file: Path) -> dict[str, str]:
    """Make what is missing of the demo; passwords by e-mail address.

    The passwords are random, made once and kept in `passwords_file`.
    """
    passwords = _passwords(passwords_file)
    users = {name: _account(name, *rest, passwords=passwords) for name, *rest in ACCOUNTS}
    organization, made = Organization.objects.get_or_create(
        name="Demo International Association",
        defaults={
            "kind": Organization.Kind.INTERNATIONAL_ASSOCIATION,
            "prefecture_code": "13",
            "phone": "03-0000-0000",
        },
    )
    if made:
        # Its clerk can book for clients.
        organization.approve(users["supervisor"], now)
    Membership.objects.get_or_create(user=users["clerk"], organization=organization)
    experts = {name: _expert(users[name], kind) for name, kind in EXPERTS}
    seed_interpreting(users=users, organization=organization, now=now)
    seed_desk(users=users, organization=organization, now=now)
    program, _made = Program.objects.get_or_create(
        code="demo", defaults={"name": "Demo program", "funder": "Demo fund (made up)"}
    )
    today = now.astimezone(TOKYO).date()
    seed_past(program=program, experts=list(experts.values()), today=today)
    monday = today - timedelta(days=today.weekday())
    for name, weeks, weekday, slots in RHYTHM:
        for week in weeks:
            _day(experts[name], monday + timedelta(weeks=week, days=weekday), slots, program, now)
    return passwords


def _passwords(path):
    wanted = [f"{name}@{DOMAIN}" for name, *_rest in ACCOUNTS]
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if known.keys() >= set(wanted):
        return known
    # An account that is new keeps the passwords of the others.
    passwords = known | {email: secrets.token_urlsafe(12) for email in wanted if email not in known}
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(passwords, file, indent=1)
    return passwords


def _account(name, full_name, role_names, *, passwords):
    email = f"{name}@{DOMAIN}"
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, passwords[email], name=full_name, language="en")
    give_roles(user=user, role_names=role_names)
    return user


def _expert(account, kind):
    expert, made = Expert.objects.get_or_create(
        account=account, defaults={"name": account.name, "kind": kind, "license_note": "demo"}
    )
    if made:
        expert.languages.set(Language.objects.filter(pk__in=["ja", "en"]))
    return expert


def _day(expert, day_date: date, count, program, now):
    opens_at = time(13)
    if ConsultationDay.objects.filter(date=day_date, slots__expert=expert).exists():
        return
    day = ConsultationDay.objects.create(
        date=day_date,
        opens_at=opens_at,
        closes_at=time(17),
        booking_opens_at=now,
        booking_closes_at=datetime.combine(day_date, time(9), TOKYO),
        is_published=True,
        program=program,
    )
    generate_slots(
        day_id=day.pk, expert_id=expert.pk, first_at=opens_at, count=count, minutes=45, pause=15
    )
