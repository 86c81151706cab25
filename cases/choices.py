from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ContactChannel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Telephone")
    NONE = "none", _("No message and no call. I will come back myself.")


class Discretion(models.TextChoices):
    """May other people see or hear what we send?"""

    PRIVATE = "private", _("Nobody else sees or hears it.")
    SHARED = "shared", _("Others may see or hear it. Be careful.")
    UNSURE = "unsure", _("I do not know.")


class SafeHours(models.TextChoices):
    MORNING = "morning", _("Morning (8:00 to 12:00)")
    AFTERNOON = "afternoon", _("Afternoon (12:00 to 17:00)")
    EVENING = "evening", _("Evening (17:00 to 21:00)")


class DateWorry(models.TextChoices):
    """Is there a date the person is afraid of: a deadline, a hearing, a last day?"""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNKNOWN = "unknown", _("I do not know.")


class Reminders(models.TextChoices):
    ALL = "all", _("Three days before, one day before and one hour before")
    DAY_BEFORE = "day_before", _("Only one day before")
    NONE = "none", _("No reminders")


class CaseStatus(models.TextChoices):
    NEW = "new", pgettext_lazy("case status", "new")
    OPEN = "open", pgettext_lazy("case status", "open")
    CLOSED = "closed", pgettext_lazy("case status", "closed")
    ANONYMIZED = "anonymized", pgettext_lazy("case status", "anonymized")


CASE_TRANSITIONS = {
    CaseStatus.NEW: {CaseStatus.OPEN, CaseStatus.CLOSED},
    CaseStatus.OPEN: {CaseStatus.CLOSED},
    CaseStatus.CLOSED: {CaseStatus.OPEN, CaseStatus.ANONYMIZED},
    CaseStatus.ANONYMIZED: set(),
}


class CaseOutcome(models.TextChoices):
    ADVICE_GIVEN = "advice_given", _("advice given")
    REFERRED = "referred", _("referred elsewhere")
    NO_CONTACT = "no_contact", _("no further contact")
    WITHDRAWN = "withdrawn", _("withdrawn by the resident")
