"""The hour of the session itself."""

from datetime import datetime, timedelta

from consultations.models import Slot

JOINING_OPENS = timedelta(minutes=15)


def joining_opens_at(slot: Slot) -> datetime:
    """From when on the way into the room is shown."""
    return slot.starts_at - JOINING_OPENS
