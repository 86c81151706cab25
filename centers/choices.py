from django.db import models
from django.utils.translation import gettext_lazy as _


class Age(models.TextChoices):
    """How long ago somebody knew that an entry was right."""

    FRESH = "fresh", _("confirmed lately")
    AGING = "aging", _("should be asked again")
    OLD = "old", _("overdue")


class Origin(models.TextChoices):
    """Who says that an entry is wrong."""

    PUBLIC = "public", _("somebody who read it")
    CENTER = "center", _("the center itself")


class CorrectionStatus(models.TextChoices):
    WAITING = "waiting", _("waiting")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")


# Which status may follow which; from a terminal one only undoing leads back.
CORRECTION_STEPS = {
    CorrectionStatus.WAITING: {CorrectionStatus.ACCEPTED, CorrectionStatus.DECLINED},
    CorrectionStatus.ACCEPTED: {CorrectionStatus.WAITING},
    CorrectionStatus.DECLINED: {CorrectionStatus.WAITING},
}
