from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ExpertKind(models.TextChoices):
    LAWYER = "lawyer", _("Lawyer")
    ADMINISTRATIVE_SCRIVENER = "administrative_scrivener", _("Administrative scrivener")
    LABOR_CONSULTANT = "labor_consultant", _("Labor and social security attorney")
    SOCIAL_WORKER = "social_worker", _("Social worker")
    PSYCHIATRIST = "psychiatrist", _("Psychiatrist")
    CLINICAL_PSYCHOLOGIST = "clinical_psychologist", _("Clinical psychologist")
    TAX_ACCOUNTANT = "tax_accountant", _("Tax accountant")
    EDUCATION_ADVISER = "education_adviser", _("Education adviser")


class RemotePlatform(models.TextChoices):
    ZOOM = "zoom", "Zoom"
    OTHER = "other", _("another video service")


class Mode(models.TextChoices):
    VIDEO = "video", _("Video call on the internet")
    PHONE = "phone", _("Ordinary telephone")


class InterpreterWish(models.TextChoices):
    NOT_NEEDED = "not_needed", _("No, I do not need an interpreter.")
    WANTED = "wanted", _("Yes, I want an interpreter.")


class GenderWish(models.TextChoices):
    ANY = "any", _("A woman or a man, both are fine.")
    WOMAN = "woman", _("A woman, please.")
    MAN = "man", _("A man, please.")


class BookingSource(models.TextChoices):
    WEB = "web", _("booked on the web")
    PHONE = "phone", _("entered from a telephone call")
    ORGANIZATION = "org", _("booked by an organization")
    WAITING = "waiting", _("taken from the waiting list")


class ForWhom(models.TextChoices):
    SELF = "self", _("For me")
    OTHER = "other", _("For somebody else")


class ConsentGiven(models.TextChoices):
    """How the resident agreed to what is kept."""

    SELF = "self", _("on the page, by the resident")
    READ_OUT = "read_out", _("orally, to the coordinator on the telephone")
    ORAL = "oral", _("orally, to the person who booked")
    WRITTEN = "written", _("in writing, kept by the organization")


class BookingStatus(models.TextChoices):
    HELD = "held", pgettext_lazy("booking status", "held")
    CONFIRMED = "confirmed", pgettext_lazy("booking status", "confirmed")
    COMPLETED = "completed", pgettext_lazy("booking status", "completed")
    CANCELED = "canceled", pgettext_lazy("booking status", "canceled")
    NO_SHOW = "no_show", pgettext_lazy("booking status", "no-show")
    EXPIRED = "expired", pgettext_lazy("booking status", "expired")


OPEN_STATUSES = (BookingStatus.HELD, BookingStatus.CONFIRMED)
# These give the slot back; all others keep it from everybody else.
FREEING_STATUSES = (BookingStatus.CANCELED, BookingStatus.EXPIRED)
OCCUPYING_STATUSES = tuple(status for status in BookingStatus if status not in FREEING_STATUSES)

BOOKING_TRANSITIONS = {
    BookingStatus.HELD: {
        BookingStatus.CONFIRMED,
        BookingStatus.CANCELED,
        BookingStatus.EXPIRED,
    },
    BookingStatus.CONFIRMED: {
        BookingStatus.HELD,
        BookingStatus.COMPLETED,
        BookingStatus.CANCELED,
        BookingStatus.NO_SHOW,
    },
    BookingStatus.COMPLETED: set(),
    BookingStatus.CANCELED: set(),
    BookingStatus.NO_SHOW: set(),
    BookingStatus.EXPIRED: set(),
}


class WaitingStatus(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("waiting status", "waiting")
    OFFERED = "offered", pgettext_lazy("waiting status", "offered")
    TAKEN = "taken", pgettext_lazy("waiting status", "taken")
    EXPIRED = "expired", pgettext_lazy("waiting status", "expired")
    LEFT = "left", pgettext_lazy("waiting status", "left")


ON_THE_LIST = (WaitingStatus.WAITING, WaitingStatus.OFFERED)

WAITING_TRANSITIONS = {
    # An offer that was declined, or whose slot fell out, leads back to the list.
    WaitingStatus.WAITING: {WaitingStatus.OFFERED, WaitingStatus.EXPIRED, WaitingStatus.LEFT},
    WaitingStatus.OFFERED: {
        WaitingStatus.WAITING,
        WaitingStatus.TAKEN,
        WaitingStatus.EXPIRED,
        WaitingStatus.LEFT,
    },
    WaitingStatus.TAKEN: set(),
    WaitingStatus.EXPIRED: {WaitingStatus.WAITING},
    WaitingStatus.LEFT: set(),
}


class Way(models.TextChoices):
    """What else is possible when nobody was found who interprets."""

    SECOND_LANGUAGE = "second_language", _("Talk in the other language you speak")
    RELAY = "relay", _("Two interpreters, one after the other")
    PHONE = "phone", _("Ordinary telephone")
    ALONE = "alone", _("Without an interpreter")


class CanceledBy(models.TextChoices):
    RESIDENT = "resident", _("the resident")
    EXPERT = "expert", _("the expert")
    COORDINATOR = "coordinator", _("a coordinator")


class NoShowParty(models.TextChoices):
    CLIENT = "client", _("the resident did not come")
    EXPERT = "expert", _("the expert did not come")
    INTERPRETER = "interpreter", _("the interpreter did not come")
    TECHNICAL = "technical", _("the connection failed")


class SessionOutcome(models.TextChoices):
    ADVICE_GIVEN = "advice_given", _("advice given")
    FOLLOW_UP = "follow_up", _("another session is needed")
    REFERRED = "referred", _("referred elsewhere")
