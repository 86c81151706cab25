from consultations.models.booking import Booking, TransitionNotAllowed
from consultations.models.call_request import CallRequest
from consultations.models.day import ConsultationDay, Slot
from consultations.models.draft import Draft
from consultations.models.emergency import EmergencyLine
from consultations.models.expert import Expert, TopicExpertKind
from consultations.models.program import Program
from consultations.models.waiting import WaitingEntry

__all__ = [
    "Booking",
    "CallRequest",
    "ConsultationDay",
    "Draft",
    "EmergencyLine",
    "Expert",
    "Program",
    "Slot",
    "TopicExpertKind",
    "TransitionNotAllowed",
    "WaitingEntry",
]
