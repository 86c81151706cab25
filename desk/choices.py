from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class QuestionStatus(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("question status", "received")
    CLAIMED = "claimed", pgettext_lazy("question status", "being answered")
    WAITING = "waiting_for_asker", pgettext_lazy("question status", "waits for the asker")
    IN_REVIEW = "in_review", pgettext_lazy("question status", "a second one looks at it")
    ANSWERED = "answered", pgettext_lazy("question status", "answered")
    CLOSED = "closed", pgettext_lazy("question status", "closed")
    MERGED = "merged", pgettext_lazy("question status", "answered with another one")
    OUT_OF_SCOPE = "out_of_scope", pgettext_lazy("question status", "out of scope")
    CONVERTED = "converted", pgettext_lazy("question status", "became a consultation")


OPEN = (
    QuestionStatus.RECEIVED,
    QuestionStatus.CLAIMED,
    QuestionStatus.WAITING,
    QuestionStatus.IN_REVIEW,
)
ENDED_OTHERWISE = {
    QuestionStatus.MERGED,
    QuestionStatus.OUT_OF_SCOPE,
    QuestionStatus.CONVERTED,
}

# What the asker writes leads back to the queue, where whoever is on duty finds it.
QUESTION_STEPS = {
    QuestionStatus.RECEIVED: {QuestionStatus.CLAIMED, *ENDED_OTHERWISE},
    QuestionStatus.CLAIMED: {
        QuestionStatus.RECEIVED,
        QuestionStatus.WAITING,
        QuestionStatus.IN_REVIEW,
        QuestionStatus.ANSWERED,
        *ENDED_OTHERWISE,
    },
    QuestionStatus.WAITING: {
        QuestionStatus.RECEIVED,
        QuestionStatus.CLAIMED,
        QuestionStatus.CLOSED,
        *ENDED_OTHERWISE,
    },
    QuestionStatus.IN_REVIEW: {QuestionStatus.CLAIMED, QuestionStatus.ANSWERED},
    QuestionStatus.ANSWERED: {
        QuestionStatus.RECEIVED,
        QuestionStatus.CLOSED,
        QuestionStatus.CONVERTED,
    },
    QuestionStatus.CLOSED: {QuestionStatus.RECEIVED},
    QuestionStatus.MERGED: set(),
    QuestionStatus.OUT_OF_SCOPE: set(),
    QuestionStatus.CONVERTED: set(),
}


class Channel(models.TextChoices):
    WEB = "web", _("on the web")
    PHONE = "phone", _("by telephone")


class AnswerStatus(models.TextChoices):
    DRAFT = "draft", _("being written")
    IN_REVIEW = "in_review", _("a second one looks at it")
    SENT = "sent", _("sent")


class Wish(models.TextChoices):
    """How the asker would like to be answered."""

    WRITTEN = "written", _("in writing")
    CALL = "call", _("by a call in the desk's hours")
    MEETING = "meeting", _("in an online meeting")


class AppointmentStatus(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("call or meeting", "planned")
    HELD = "held", pgettext_lazy("call or meeting", "they talked")
    NOT_REACHED = "not_reached", pgettext_lazy("call or meeting", "not reached three times")
    CANCELED = "canceled", pgettext_lazy("call or meeting", "canceled")


class AttemptOutcome(models.TextChoices):
    REACHED = "reached", pgettext_lazy("try to reach an asker", "reached")
    NOBODY = "nobody", pgettext_lazy("try to reach an asker", "nobody answered")
    BUSY = "busy", pgettext_lazy("try to reach an asker", "not free to talk")
