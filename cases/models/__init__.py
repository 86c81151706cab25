from cases.models.case import Case, CaseEvent, TransitionNotAllowed
from cases.models.resident import Resident

__all__ = ["Case", "CaseEvent", "Resident", "TransitionNotAllowed"]
