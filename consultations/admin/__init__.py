from consultations.admin import (
    bookings,
    call_requests,
    days,
    emergency,
    experts,
    programs,
    topics,
    waiting,
)

__all__ = [
    "bookings",
    "call_requests",
    "days",
    "emergency",
    "experts",
    "programs",
    "topics",
    "waiting",
]
