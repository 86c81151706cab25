"""Interpreters, organizations' requests and a workshop to try. All of it is made up and says so."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Organization, User
from interpreters.choices import Level
from interpreters.models import (
    Availability,
    Experience,
    Interpreter,
    InterpreterLanguage,
    InterpreterRequest,
    Workshop,
)
from interpreters.places import Setting
from interpreters.services.requests import Details, submit_requests
from interpreters.terms import Wish

TOKYO = ZoneInfo("Asia/Tokyo")
# Who speaks what, how well, where they go, and on which weekdays they usually can.
PEOPLE = [
    ("interpreter", "Demo Almaz", [("ti", Level.DIFFICULT), ("am", Level.OFFICES)], "", [3]),
    (None, "Demo Berhane", [("ti", Level.OFFICES)], "足立区 荒川区", []),
    (None, "Demo Farid", [("prs", Level.DIFFICULT), ("fa", Level.OFFICES)], "", [1, 3]),
    (None, "Demo Thida", [("my", Level.DIFFICULT)], "新宿区 豊島区", [0, 1, 2, 3, 4]),
    (None, "Demo Sita", [("ne", Level.OFFICES), ("hi", Level.DAILY)], "", [5, 6]),
    (None, "Demo Lan", [("vi", Level.DIFFICULT)], "", [2, 3]),
]


def seed_interpreting(*, users: dict[str, User], organization: Organization, now: datetime) -> None:
    """Make what is missing."""
    today = now.astimezone(TOKYO).date()
    for account, name, languages, areas, weekdays in PEOPLE:
        person, made = Interpreter.objects.get_or_create(
            name=name,
            defaults={
                "account": users.get(account),
                "areas": areas,
                "phone": "03-0000-0000",
                "pledge_until": today + timedelta(days=365),
            },
        )
        if not made:
            continue
        for code, level in languages:
            InterpreterLanguage.objects.create(interpreter=person, language_id=code, level=level)
        Experience.objects.create(interpreter=person, topic_id="work")
        for weekday in weekdays:
            Availability.objects.create(
                interpreter=person, weekday=weekday, starts=time(9), ends=time(17)
            )
    if not Workshop.objects.exists():
        starts_at = datetime.combine(today + timedelta(days=21), time(14), TOKYO)
        Workshop.objects.create(
            title="Demo: medical words",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            place="Online (demo)",
        )
    if not InterpreterRequest.objects.of_dispatch().exists():
        _request(users["clerk"], organization, today + timedelta(days=25), now)


def _request(clerk, organization, day, now):
    while day.weekday() != 3:  # noqa: PLR2004 a Thursday
        day += timedelta(days=1)
    starts_at = datetime.combine(day, time(10), TOKYO)
    submit_requests(
        organization=organization,
        member=clerk,
        wish=Wish(
            prefecture_code="13",
            setting=Setting.HEALTH_CENTER,
            purpose="talk",
            place="on_site",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
        ),
        languages=["ti"],
        details=Details(
            topic_id="work",
            area="足立区",
            address="Demo Street 1",
            contact_name="Demo Contact",
            contact_phone="03-0000-0000",
            outline="Demo request",
        ),
        holidays=(),
        lead_days=0,
        now=now,
    )
