"""P5: 50 slots, 8 people each, at once.

python -m bench.race
"""

import http.client
import json
import threading
from collections import Counter
from urllib.parse import urlencode

from bench import harness
from bench.bookings import CHECK, CSRF, DAY, STEPS, TIME

SLOTS, PEOPLE = 50, 8


def main():
    with harness.servers() as servers:
        harness.prepare_portal(servers)
        slots = contested_slots(servers)
        with harness.web(servers, "cinga.wsgi", "cinga.settings") as portal:
            harness.heading()
            answers = Counter()
            lock = threading.Lock()
            barrier = threading.Barrier(PEOPLE)
            tokens = [[f"race{slot}-{person}" for slot in range(SLOTS)] for person in range(PEOPLE)]
            threads = [
                threading.Thread(target=compete, args=(portal, mine, slots, barrier, answers, lock))
                for mine in tokens
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        booked = harness.run_in_portal(
            servers,
            "from consultations.models import Booking\n"
            "print(Booking.objects.count(), Booking.objects.values('slot').distinct().count())",
        )
        made, distinct = map(int, booked.split())
        detail = ", ".join(f"{status}: {count}" for status, count in sorted(answers.items()))
        harness.report("P5", "bookings over slots", made / SLOTS, 1, detail=detail)
        harness.report("P5", "slots without a winner", SLOTS - distinct, 0)
        errors = sum(count for status, count in answers.items() if status >= 500)
        harness.report("P5", "answers of 5xx", errors, 0)


def contested_slots(servers):
    """Fifty free slots and four hundred drafts with all answers but the time."""
    answers = json.dumps(
        {name: value for step in STEPS for name, value in step.items()}
        | {"phone": "", "second_language": "", "gender_wish": "any", "is_minor": False}
    )
    ids = harness.run_in_portal(
        servers,
        DAY
        + f"""
Draft.objects.bulk_create(
    [Draft(key=draft_key(f"race{{s}}-{{p}}"), created_at=now,
           payload={answers!r}.replace("bench@", f"bench{{s}}.{{p}}@"),
           expires_at=now + timedelta(days=1)) for s in range({SLOTS}) for p in range({PEOPLE})])
start = now.replace(microsecond=0) + timedelta(days=10)
slots = Slot.objects.bulk_create(
    [Slot(day=day, expert=expert, starts_at=start + timedelta(minutes=n),
          ends_at=start + timedelta(minutes=n + 1)) for n in range({SLOTS})])
print(*[slot.pk for slot in slots])
""",
    )
    return ids.split()


def compete(portal, tokens, slots, barrier, answers, lock):
    """One person of each slot's eight: choose the time, then book."""
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=60)
    for token, slot in zip(tokens, slots, strict=True):
        barrier.wait()
        for number, fields in ((TIME, {"slot": slot}), (CHECK, {"consent": "on"})):
            headers = {
                "Host": "127.0.0.1",
                "Cookie": f"csrftoken={CSRF}; b={token}",
                "Content-Type": "application/x-www-form-urlencoded",
            }
            connection.request(
                "POST",
                f"/vi/b/{number}/",
                urlencode(fields | {"csrfmiddlewaretoken": CSRF}),
                headers,
            )
            answer = connection.getresponse()
            answer.read()
            with lock:
                answers[answer.status] += 1
            if answer.status != 302:
                break


if __name__ == "__main__":
    main()
