"""What runs by itself, and how often."""

from datetime import timedelta

SCHEDULE = {
    "send due notices": {
        "task": "notifications.tasks.send_due_notices",
        "schedule": timedelta(minutes=1),
    },
    "free undecided bookings": {
        "task": "consultations.tasks.expire_undecided_bookings",
        "schedule": timedelta(minutes=5),
    },
    "offer free times to those who wait": {
        "task": "consultations.tasks.offer_free_slots",
        "schedule": timedelta(minutes=1),
    },
    "let others keep ready": {
        "task": "consultations.tasks.ask_standbys",
        "schedule": timedelta(minutes=5),
    },
    "end offers nobody answered": {
        "task": "interpreters.tasks.expire_offers",
        "schedule": timedelta(minutes=5),
    },
    "free questions at closing time": {
        "task": "desk.tasks.release_claims",
        "schedule": timedelta(minutes=5),
    },
    "close questions nobody writes to": {
        "task": "desk.tasks.close_what_is_quiet",
        "schedule": timedelta(hours=1),
    },
    "tell members of the last month": {
        "task": "desk.tasks.send_digest",
        "schedule": timedelta(hours=1),
    },
    "purge what has expired": {
        "task": "cinga.tasks.purge_expired",
        "schedule": timedelta(minutes=15),
    },
}
