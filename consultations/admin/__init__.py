from consultations.admin import bookings, days, emergency, experts, programs, topics

__all__ = ["bookings", "days", "emergency", "experts", "programs", "topics"]
