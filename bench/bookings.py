"""P3 and P4: the POST that books, and the whole journey to it.

python -m bench.bookings
"""

import itertools
import json
import re

from bench import harness
from bench.pages import expect

CSRF = "c" * 32
# The last questions and the confirmation.
TIME, CHECK, DONE = 9, 10, 11
# Everybody has an address of their own: one open booking for each.
EMAIL = "bench@example.org"
STEPS = [
    {"for_whom": "self"},
    {"topic": "work"},
    {"speaking_language": "vi", "reading_language": "vi"},
    {"interpreter_wish": "not_needed"},
    {"is_minor": "False", "date_worry": "no"},
    {"mode": "video"},
    {
        "channel": "email",
        "email": EMAIL,
        "discretion": "private",
        "reminders": "all",
    },
    {"nickname": "Mai", "message": "Bench."},
]
# A journey asks for this many pages and sends this many forms before the last one.
PAGES, FORMS = 11, 10


def main():
    with harness.servers() as servers:
        harness.prepare_portal(servers)
        harness.prepare_floor(servers)
        with (
            harness.web(servers, "cinga.wsgi", "cinga.settings") as portal,
            harness.web(servers, "bench.floor.wsgi", "bench.floor.settings") as floor,
        ):
            harness.heading()
            portal_trees = (portal.process, servers.postgres)
            floor_trees = (floor.process, servers.postgres)
            tokens = iter(held_drafts(servers, 12_000))
            slots = iter(floor_slots(servers, 40_000))
            ratio = harness.compare(
                lambda: book(portal, next(tokens)),
                portal_trees,
                lambda: expect(floor.post("/book", {"slot": next(slots)}), 302),
                floor_trees,
            )
            harness.report("P3", "POST of a booking", ratio.cpu, 2, detail=harness.in_detail(ratio))

            free = iter(free_slots(servers, 2_000))
            draft = floor_draft(servers)
            ratio = harness.compare(
                lambda: journey(portal, next(free)),
                portal_trees,
                lambda: floor_journey(floor, draft, next(slots)),
                floor_trees,
            )
            harness.report("P4", "booking journey", ratio.cpu, 2.5, detail=harness.in_detail(ratio))


DAY = """
from datetime import UTC, datetime, time, timedelta
from django.utils import timezone
from consultations.models import ConsultationDay, Draft, Expert, Slot
from consultations.models.draft import draft_key
now = timezone.now()
day = ConsultationDay.objects.create(
    date=now.date() + timedelta(days=30), opens_at=time(0), closes_at=time(23),
    booking_opens_at=now - timedelta(days=1), booking_closes_at=now + timedelta(days=3000),
    is_published=True)
expert = Expert.objects.create(name=f"Bench {day.pk}", kind="lawyer")
start = now.replace(microsecond=0) + timedelta(days=30)
"""


def held_drafts(servers, count):
    """Cookies of drafts that are answered and hold a slot each."""
    answers = json.dumps(
        {name: value for step in STEPS for name, value in step.items()}
        | {"phone": "", "second_language": "", "gender_wish": "any", "is_minor": False}
    )
    harness.run_in_portal(
        servers,
        DAY
        + f"""
keys = [draft_key(f"bench{{n}}") for n in range({count})]
Draft.objects.bulk_create(
    [Draft(key=key, payload={answers!r}.replace("bench@", f"bench{{n}}@"), created_at=now,
           expires_at=now + timedelta(days=1)) for n, key in enumerate(keys)], batch_size=2000)
Slot.objects.bulk_create(
    [Slot(day=day, expert=expert, starts_at=start + timedelta(minutes=n),
          ends_at=start + timedelta(minutes=n + 1), held_by_draft_id=key,
          held_until=now + timedelta(days=1)) for n, key in enumerate(keys)], batch_size=2000)
""",
    )
    return (f"bench{number}" for number in range(count))


def free_slots(servers, count):
    """Ids of free slots, soonest first: the page offers the first forty."""
    ids = harness.run_in_portal(
        servers,
        DAY
        + f"""
start = now.replace(microsecond=0) + timedelta(days=10)
slots = Slot.objects.bulk_create(
    [Slot(day=day, expert=expert, starts_at=start + timedelta(minutes=n),
          ends_at=start + timedelta(minutes=n + 1)) for n in range({count})])
print(*[slot.pk for slot in slots])
""",
    )
    return ids.split()


def floor_slots(servers, count):
    ids = harness.run_in_floor(
        servers,
        f"""
from datetime import UTC, datetime
from bench.floor.models import Slot
slots = Slot.objects.bulk_create(
    [Slot(starts_at=datetime(2031, 1, 1, tzinfo=UTC), name=str(n)) for n in range({count})],
    batch_size=5000)
print(slots[0].pk, slots[-1].pk)
""",
    )
    first, last = map(int, ids.split())
    return range(first, last + 1)


def floor_draft(servers):
    return harness.run_in_floor(
        servers,
        'from bench.floor.models import Draft; print(Draft.objects.create(payload="").pk)',
    )


def book(portal, token):
    fields = {"consent": "on", "csrfmiddlewaretoken": CSRF}
    answer = portal.post(f"/vi/b/{CHECK}/", fields, cookies=f"csrftoken={CSRF}; b={token}")
    if answer[0] != 302 or answer[1]["Location"] != f"/vi/b/{DONE}/":
        raise AssertionError(f"no booking: {answer[0]} {answer[1]['Location']}")


def journey(portal, slot):
    """From the page before the first question to the confirmation."""
    cookies = f"csrftoken={CSRF}"
    fields = {"csrfmiddlewaretoken": CSRF}
    expect(portal.get("/vi/consultations/book/", cookies))
    _status, headers, _body = expect(portal.post("/vi/consultations/book/", fields, cookies), 302)
    cookies += "; b=" + re.search(r"\bb=([^;]+)", headers["Set-Cookie"])[1]
    steps = itertools.chain(STEPS, [{"slot": slot}, {"consent": "on"}])
    for number, answers in enumerate(steps, 1):
        path = f"/vi/b/{number}/"
        if "email" in answers:
            answers = answers | {"email": EMAIL.replace("@", f".{slot}@")}
        expect(portal.get(path, cookies))
        expect(portal.post(path, fields | answers, cookies), 302)
    expect(portal.get(f"/vi/b/{DONE}/", cookies))


def floor_journey(floor, draft, slot):
    for _page in range(PAGES):
        expect(floor.get("/page"))
    for _form in range(FORMS):
        expect(floor.post("/step", {"draft": draft, "answer": "Bench."}), 302)
    expect(floor.post("/book", {"slot": slot}), 302)
    expect(floor.get("/page"))


if __name__ == "__main__":
    main()
