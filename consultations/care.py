"""What cannot wait for an appointment."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
NEAR = timedelta(days=14)


def is_near(critical_date: date | str | None, now: datetime) -> bool:
    """Whether a date somebody worries about is so close, before or behind us, that every
    day counts. As a date, or as the answers keep it.
    """
    if not critical_date:
        return False
    if isinstance(critical_date, str):
        critical_date = date.fromisoformat(critical_date)
    return abs(critical_date - now.astimezone(TOKYO).date()) <= NEAR
