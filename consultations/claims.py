"""Until when a time is kept for somebody from the waiting list."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from notifications.waking_hours import WAKING_UNTIL, next_waking_moment

# Later than this before the start nobody is asked any more.
LAST_CALL = timedelta(hours=2)
# Who has less time to answer than this is not asked at all.
SHORTEST_CLAIM = timedelta(minutes=30)


def claim_until(
    starts_at: datetime, *, zone: str, is_first: bool, now: datetime
) -> datetime | None:
    """The end of the time to answer; None when too little of it is left before the start.

    It is counted in the hours in which the person is awake, and so is the letter sent.
    Who comes first, because the other side has failed them, has a whole day.
    """
    opens_at = next_waking_moment(now, zone)
    if is_first:
        closes_at = opens_at + settings.CLAIM_WINDOW_FIRST
    else:
        closes_at = waking_time_after(opens_at, settings.CLAIM_WINDOW, zone)
    until = min(closes_at, starts_at - LAST_CALL)
    return until if until >= opens_at + SHORTEST_CLAIM else None


def waking_time_after(moment: datetime, length: timedelta, zone: str) -> datetime:
    """When so much of the person's waking time has passed."""
    there = next_waking_moment(moment, zone).astimezone(ZoneInfo(zone))
    while True:
        evening = datetime.combine(there.date(), WAKING_UNTIL, there.tzinfo)
        if there + length <= evening:
            return there + length
        length -= evening - there
        midnight = datetime.combine(there.date() + timedelta(days=1), time(0), there.tzinfo)
        there = next_waking_moment(midnight, zone)
