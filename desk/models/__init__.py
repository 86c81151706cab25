from desk.models.answer import Answer, BackQuestion, FollowUp, InternalNote
from desk.models.article import Article
from desk.models.question import Question, QuestionEvent, StepNotAllowed

__all__ = [
    "Answer",
    "Article",
    "BackQuestion",
    "FollowUp",
    "InternalNote",
    "Question",
    "QuestionEvent",
    "StepNotAllowed",
]
