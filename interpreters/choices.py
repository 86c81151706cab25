from django.db import models
from django.utils.translation import gettext_lazy as _


class Modality(models.TextChoices):
    SPOKEN = "spoken", _("spoken")
    SIGN = "sign", _("sign language")


class Level(models.IntegerChoices):
    """How far somebody's language carries, by the coordinators' own judgment."""

    DAILY = 1, _("daily life")
    OFFICES = 2, _("offices and schools")
    DIFFICULT = 3, _("medicine, law, crises")


class Gender(models.TextChoices):
    WOMAN = "woman", _("woman")
    MAN = "man", _("man")
    UNSAID = "unsaid", _("not said")


class GenderWish(models.TextChoices):
    ANY = "any", _("no wish")
    WOMAN = "woman", _("a woman")
    MAN = "man", _("a man")


class Purpose(models.TextChoices):
    """What is to be interpreted."""

    TALK = "talk", _("a talk about somebody's own matter")
    EXPLANATION = "explanation", _("an explanation to several people")
    TRANSLATION = "translation", _("a written translation")
    EVENT = "event", _("an event or a party")
    PRIVATE = "private", _("a private talk in a family or among friends")
    BUSINESS = "business", _("something that earns money")


class Audience(models.TextChoices):
    INTERPRETERS = "interpreters", _("interpreters")
    COUNSELLORS = "counsellors", _("counsellors")
    EVERYBODY = "everybody", _("interpreters and counsellors")


class Origin(models.TextChoices):
    """Who waits for the interpreter. Only dispatches keep the terms of use and are published."""

    DISPATCH = "dispatch", _("dispatch to a public body")
    CONSULTATION = "consultation", _("consultation with an expert")


class RequestStatus(models.TextChoices):
    SUBMITTED = "submitted", _("submitted")
    SCREENING = "screening", _("being looked at")
    SEARCHING = "searching", _("interpreter sought")
    ASSIGNED = "assigned", _("interpreter found")
    IN_PROGRESS = "in_progress", _("in progress")
    AWAITING_REPORTS = "awaiting_reports", _("reports awaited")
    CLOSED = "closed", _("closed")
    OUT_OF_SCOPE = "out_of_scope", _("out of scope")
    UNFILLED = "unfilled", _("nobody found")
    CANCELED = "canceled", _("canceled")


# design: never canceled once somebody is on site.
REQUEST_STEPS = {
    RequestStatus.SUBMITTED: {
        RequestStatus.SCREENING,
        RequestStatus.SEARCHING,
        RequestStatus.OUT_OF_SCOPE,
        RequestStatus.CANCELED,
    },
    RequestStatus.SCREENING: {
        RequestStatus.SEARCHING,
        RequestStatus.OUT_OF_SCOPE,
        RequestStatus.CANCELED,
    },
    RequestStatus.SEARCHING: {
        RequestStatus.ASSIGNED,
        RequestStatus.UNFILLED,
        RequestStatus.CANCELED,
    },
    RequestStatus.ASSIGNED: {
        RequestStatus.SEARCHING,
        RequestStatus.IN_PROGRESS,
        RequestStatus.CANCELED,
    },
    RequestStatus.IN_PROGRESS: {RequestStatus.AWAITING_REPORTS},
    RequestStatus.AWAITING_REPORTS: {RequestStatus.CLOSED},
    RequestStatus.CLOSED: set(),
    RequestStatus.OUT_OF_SCOPE: set(),
    RequestStatus.UNFILLED: set(),
    RequestStatus.CANCELED: set(),
}


# What is asked for can still be changed.
CHANGEABLE = frozenset(
    {
        RequestStatus.SUBMITTED,
        RequestStatus.SCREENING,
        RequestStatus.SEARCHING,
        RequestStatus.ASSIGNED,
    }
)


class UnfilledReason(models.TextChoices):
    """Why nobody was found: what the ledger counts."""

    NOBODY_SPEAKS_IT = "no_interpreter", _("we know no interpreter of the language")
    NOBODY_IS_FREE = "none_free", _("nobody was free at that time")
    NOBODY_GOES_THERE = "too_far", _("nobody goes there")
    TOO_LATE = "too_late", _("too late to find somebody")
    OTHER = "other", _("another reason")


class OfferStatus(models.TextChoices):
    # Of a later wave: nobody is told before the earlier ones have answered.
    PLANNED = "planned", _("asked next")
    SENT = "sent", _("asked")
    ACCEPTED = "accepted", _("can come")
    DECLINED = "declined", _("cannot come")
    EXPIRED = "expired", _("did not answer in time")
    WITHDRAWN = "withdrawn", _("withdrawn")
    NOT_SELECTED = "not_selected", _("somebody else goes")


OFFER_STEPS = {
    OfferStatus.PLANNED: {OfferStatus.SENT, OfferStatus.WITHDRAWN, OfferStatus.NOT_SELECTED},
    OfferStatus.SENT: {
        OfferStatus.ACCEPTED,
        OfferStatus.DECLINED,
        OfferStatus.EXPIRED,
        OfferStatus.WITHDRAWN,
        OfferStatus.NOT_SELECTED,
    },
    OfferStatus.ACCEPTED: {OfferStatus.NOT_SELECTED, OfferStatus.WITHDRAWN},
    OfferStatus.DECLINED: set(),
    OfferStatus.EXPIRED: set(),
    OfferStatus.WITHDRAWN: set(),
    OfferStatus.NOT_SELECTED: set(),
}


class AssignmentStatus(models.TextChoices):
    CONFIRMED = "confirmed", _("confirmed")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    CHECKED_IN = "checked_in", _("on site")
    CHECKED_OUT = "checked_out", _("finished")
    REPORTED = "reported", _("reported")
    RETURNED = "returned", _("given back")
    ABSENT = "absent", _("did not come")
    ATTENDED_NOT_USED = "attended_not_used", _("came, and was not needed")


ASSIGNMENT_STEPS = {
    AssignmentStatus.CONFIRMED: {
        AssignmentStatus.ACKNOWLEDGED,
        AssignmentStatus.CHECKED_IN,
        AssignmentStatus.RETURNED,
        AssignmentStatus.ABSENT,
    },
    AssignmentStatus.ACKNOWLEDGED: {
        # Something has changed that they must read.
        AssignmentStatus.CONFIRMED,
        AssignmentStatus.CHECKED_IN,
        AssignmentStatus.RETURNED,
        AssignmentStatus.ABSENT,
    },
    AssignmentStatus.CHECKED_IN: {
        AssignmentStatus.CHECKED_OUT,
        AssignmentStatus.ATTENDED_NOT_USED,
    },
    AssignmentStatus.CHECKED_OUT: {AssignmentStatus.REPORTED},
    AssignmentStatus.ATTENDED_NOT_USED: {AssignmentStatus.REPORTED},
    AssignmentStatus.REPORTED: set(),
    AssignmentStatus.RETURNED: set(),
    AssignmentStatus.ABSENT: set(),
}
# They go, and are not there yet.
STILL_COMING = frozenset({AssignmentStatus.CONFIRMED, AssignmentStatus.ACKNOWLEDGED})
# These take somebody's time: no two of one person overlap.
OCCUPYING = [
    AssignmentStatus.CONFIRMED,
    AssignmentStatus.ACKNOWLEDGED,
    AssignmentStatus.CHECKED_IN,
    AssignmentStatus.CHECKED_OUT,
    AssignmentStatus.REPORTED,
    AssignmentStatus.ATTENDED_NOT_USED,
]
