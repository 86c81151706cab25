from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import factory

from notifications.choices import Channel
from notifications.models import Notice
from notifications.services import PlannedNotice

TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=TOKYO)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


class NoticeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Notice

    kind = "tests.reminder"
    subject_key = factory.Sequence(lambda number: f"booking:{number}")
    recipient_key = "resident:3f0c"
    due_at = NOON
    expires_at = NOON + DAY
    next_look_at = factory.SelfAttribute("due_at")


class CallFactory(NoticeFactory):
    kind = "tests.call"
    channel = Channel.CALL


def planned(subject_key="booking:1", **changes):
    values = {
        "kind": "tests.reminder",
        "subject_key": subject_key,
        "revision": 0,
        "recipient_key": "resident:3f0c",
        "due_at": NOON,
        "expires_at": NOON + DAY,
    }
    return PlannedNotice(**{**values, **changes})
