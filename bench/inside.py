"""What benchmarks run inside the portal's own process, once Django is set up."""

import json
import statistics
import time
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from consultations.answers import Answers
from consultations.models import ConsultationDay, Expert, Slot
from consultations.services import making
from notifications.models import Notice
from notifications.services import PlannedNotice, plan_notices

TIMES = 30
FILL = """
INSERT INTO notifications_notice
  (kind, subject_key, revision, recipient_key, channel, due_at, next_look_at, expires_at, state,
   reason, attempts, is_repeat, resends, sent_at, handled_by, version, created_at)
SELECT 'bench', 'bench:' || n, 0, 'resident:' || n, 'email', %(moment)s, NULL, %(moment)s, 'sent',
   '', 1, false, 0, %(moment)s, '', 1, %(moment)s
FROM generate_series(%(first)s::int, %(last)s::int) AS n
"""
ANSWERS = Answers(
    topic="work",
    speaking_language="vi",
    reading_language="vi",
    interpreter_wish="not_needed",
    mode="video",
    channel="email",
    email="bench@example.org",
    discretion="private",
    reminders="none",
    nickname="Mai",
)


def due_letters(count):
    """So many confirmed bookings, each with one letter due."""
    now = timezone.now()
    Notice.objects.all().delete()
    slots = Slot.objects.bulk_create(_slots(count, now))
    with transaction.atomic():
        for slot in slots:
            making.create_booking(
                *making.create_resident_and_case(answers=ANSWERS, owner=None, now=now),
                answers=ANSWERS,
                slot=slot,
                origin=making.Origin(source="web", consent_language="vi"),
                now=now,
            )
    Notice.objects.exclude(kind="booking_confirmed").delete()


def _slots(count, now):
    day = ConsultationDay.objects.create(
        date=now.date() + timedelta(days=30),
        opens_at="00:00",
        closes_at="23:00",
        booking_opens_at=now - timedelta(days=1),
        booking_closes_at=now + timedelta(days=3000),
        is_published=True,
    )
    expert = Expert.objects.create(name=f"Bench {day.pk}", kind="lawyer")
    start = now + timedelta(days=30)
    for number in range(count):
        yield Slot(
            day=day,
            expert=expert,
            starts_at=start + timedelta(minutes=number),
            ends_at=start + timedelta(minutes=number + 1),
        )


def look(rows):
    """Fill up to so many sent notices, then measure; prints JSON."""
    now = timezone.now()
    have = Notice.objects.filter(kind="bench").count()
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"moment": now - timedelta(days=9), "first": have + 1, "last": rows})
        cursor.execute("VACUUM ANALYZE notifications_notice")
    client = _coordinator()
    figures = {
        "idle_ms": _median_ms(
            lambda number: Notice.objects.claim_letters(
                now=now, lease=timedelta(minutes=5), limit=25
            )
        ),
        "insert_ms": _median_ms(lambda number: _plan(f"insert:{rows}:{number}", now, days=30)),
        "list_ms": _median_ms(lambda number: _expect_list(client), times=10),
    }
    for number in range(20):
        _plan(f"due:{number}", now, days=0)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE notifications_notice")
    figures["buffers"] = _sweep_buffers(now)
    Notice.objects.filter(subject_key__startswith="due:").delete()
    print(json.dumps(figures))


def _coordinator():
    users = get_user_model().objects
    user = users.filter(is_superuser=True).first() or users.create_superuser(
        "bench@example.org", "a password for benchmarks", name="Bench"
    )
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _expect_list(client):
    status = client.get("/admin/notifications/notice/").status_code
    if status != 200:
        raise AssertionError(f"status {status}")


def _median_ms(act, times=TIMES):
    act(-1)
    spent = []
    for number in range(times):
        begun = time.perf_counter()
        act(number)
        spent.append(1000 * (time.perf_counter() - begun))
    return statistics.median(spent)


def _plan(subject, now, *, days):
    """Five notices, as many as a booking plans."""
    due_at = now + timedelta(days=days)
    plan_notices(
        PlannedNotice("bench_new", subject, 0, f"resident:{person}", due_at, now + timedelta(31))
        for person in range(5)
    )


def _sweep_buffers(now):
    """What the sweep's query touches in the database, by EXPLAIN."""
    due = Notice.objects.letters().to_look_at(now).order_by("next_look_at", "pk")[:25]
    plan = json.loads(due.explain(format="json", analyze=True, buffers=True))[0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
