from django.db import models
from django.utils.translation import gettext_lazy as _


class Weekday(models.IntegerChoices):
    """As date.weekday() counts."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class WeekOfMonth(models.IntegerChoices):
    """Which of the month's five Mondays, Tuesdays …"""

    EVERY = 0, _("every week")
    FIRST = 1, _("only the first in the month")
    SECOND = 2, _("only the second in the month")
    THIRD = 3, _("only the third in the month")
    FOURTH = 4, _("only the fourth in the month")
    FIFTH = 5, _("only the fifth in the month")
