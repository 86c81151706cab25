from interpreters.models.interpreter import (
    Availability,
    BlockedPair,
    Experience,
    Interpreter,
    InterpreterLanguage,
    Training,
)
from interpreters.models.keeping import CalendarFeed, RequestDraft
from interpreters.models.offer import Assignment, InterpreterReport, Offer, RequesterReport
from interpreters.models.request import (
    InterpreterRequest,
    Refusal,
    RequestEvent,
    StepNotAllowed,
)
from interpreters.models.workshop import Seat, Workshop

__all__ = [
    "Assignment",
    "Availability",
    "BlockedPair",
    "CalendarFeed",
    "Experience",
    "Interpreter",
    "InterpreterLanguage",
    "InterpreterReport",
    "InterpreterRequest",
    "Offer",
    "Refusal",
    "RequestDraft",
    "RequestEvent",
    "RequesterReport",
    "Seat",
    "StepNotAllowed",
    "Training",
    "Workshop",
]
