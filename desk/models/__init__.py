from desk.models.answer import Answer, BackQuestion, FollowUp, InternalNote
from desk.models.appointment import LASTS, MOST_ATTEMPTS, Appointment, Attempt
from desk.models.article import Article
from desk.models.keeping import CannedText, FirstQuestion, NoDigest, QuestionDraft
from desk.models.question import Question, QuestionEvent, StepNotAllowed

__all__ = [
    "LASTS",
    "MOST_ATTEMPTS",
    "Answer",
    "Appointment",
    "Article",
    "Attempt",
    "BackQuestion",
    "CannedText",
    "FirstQuestion",
    "FollowUp",
    "InternalNote",
    "NoDigest",
    "Question",
    "QuestionDraft",
    "QuestionEvent",
    "StepNotAllowed",
]
