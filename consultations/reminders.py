"""When a resident is reminded."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications.waking_hours import next_waking_moment

THREE_DAYS = "reminder_three_days"
DAY_BEFORE = "reminder_day_before"
HOUR_BEFORE = "reminder_hour_before"


def waking_moment_before(starts_at: datetime, moment: datetime, zone: str) -> datetime:
    """When the person wakes, but never after the start: then better at once."""
    waking = next_waking_moment(moment, zone)
    return waking if waking < starts_at else moment


def reminder_times(
    starts_at: datetime, *, booked_at: datetime, zone: str = "Asia/Tokyo"
) -> dict[str, datetime]:
    """When which reminder is due, in the person's waking hours and before the start.

    Three days before only when booked four or more days ahead; nothing is due
    earlier than an hour after the booking that it would repeat.
    """
    ahead = starts_at - booked_at
    times = {}
    if ahead >= timedelta(days=4):
        times[THREE_DAYS] = next_waking_moment(starts_at - timedelta(days=3), zone)
    if ahead >= timedelta(days=1, hours=1):
        times[DAY_BEFORE] = next_waking_moment(starts_at - timedelta(days=1), zone)
    if ahead >= timedelta(hours=2):
        hour_before = starts_at - timedelta(hours=1)
        if next_waking_moment(hour_before, zone) != hour_before:
            # Nobody is rung out of bed: the evening before.
            there = ZoneInfo(zone)
            evening = datetime.combine(
                (hour_before.astimezone(there) - timedelta(hours=21)).date(), time(20), there
            )
            hour_before = evening if evening >= booked_at + timedelta(hours=1) else None
        if hour_before:
            times[HOUR_BEFORE] = hour_before
    return times
