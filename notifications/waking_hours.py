"""When a letter that nobody is waiting for may arrive."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

WAKING_FROM = time(8)
WAKING_UNTIL = time(21)


def next_waking_moment(moment: datetime, zone: str = "Asia/Tokyo") -> datetime:
    """The moment itself between 08:00 and 21:00 in that zone, else the next 08:00 there."""
    there = moment.astimezone(ZoneInfo(zone))
    if WAKING_FROM <= there.time() < WAKING_UNTIL:
        return moment
    day = there.date() + timedelta(days=1 if there.time() >= WAKING_UNTIL else 0)
    return datetime.combine(day, WAKING_FROM, tzinfo=there.tzinfo)
