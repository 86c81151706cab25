from consultations.admin import bookings, days, emergency, experts, topics

__all__ = ["bookings", "days", "emergency", "experts", "topics"]
