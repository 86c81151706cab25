from interpreters.models.interpreter import (
    Availability,
    BlockedPair,
    Experience,
    Interpreter,
    InterpreterLanguage,
    Training,
)
from interpreters.models.offer import Assignment, InterpreterReport, Offer, RequesterReport
from interpreters.models.request import (
    InterpreterRequest,
    Refusal,
    RequestEvent,
    StepNotAllowed,
)

__all__ = [
    "Assignment",
    "Availability",
    "BlockedPair",
    "Experience",
    "Interpreter",
    "InterpreterLanguage",
    "InterpreterReport",
    "InterpreterRequest",
    "Offer",
    "Refusal",
    "RequestEvent",
    "RequesterReport",
    "StepNotAllowed",
    "Training",
]
