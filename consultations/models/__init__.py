from consultations.models.booking import Booking, TransitionNotAllowed
from consultations.models.day import ConsultationDay, Slot
from consultations.models.draft import Draft
from consultations.models.emergency import EmergencyLine
from consultations.models.expert import Expert, TopicExpertKind

__all__ = [
    "Booking",
    "ConsultationDay",
    "Draft",
    "EmergencyLine",
    "Expert",
    "Slot",
    "TopicExpertKind",
    "TransitionNotAllowed",
]
