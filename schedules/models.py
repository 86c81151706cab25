from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from schedules.choices import Weekday, WeekOfMonth


def by_active_language(name_ja, name_en):
    in_japanese = (get_language() or "").startswith("ja")
    return name_ja if in_japanese or not name_en else name_en


class ScheduleManager(models.Manager):
    def get_by_natural_key(self, code):
        return self.get(code=code)


class Schedule(models.Model):
    """The opening hours of one service. Without a rule it is always closed."""

    code = models.SlugField(_("code"), max_length=32, unique=True)
    name_ja = models.CharField(_("name in Japanese"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60)
    phone = models.CharField(
        _("telephone"), max_length=20, blank=True, help_text=_("The number these hours are for.")
    )
    phone_checked_date = models.DateField(_("telephone checked on"), null=True, blank=True)
    is_closed_on_holidays = models.BooleanField(_("closed on holidays"), default=True)

    objects = ScheduleManager()

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.code,)

    @property
    def name(self):
        return by_active_language(self.name_ja, self.name_en)


class WeeklyRule(models.Model):
    """Hours on one weekday, every week or only the nth of the month. Japan time."""

    schedule = models.ForeignKey(
        Schedule, models.CASCADE, related_name="rules", verbose_name=_("schedule")
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    week_of_month = models.PositiveSmallIntegerField(
        _("week"), choices=WeekOfMonth, default=WeekOfMonth.EVERY
    )
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    # What was true once stays: figures count the open hours of their own time.
    first_date = models.DateField(
        _("from"),
        null=True,
        blank=True,
        help_text=_("When hours change, end the old ones and add new ones: both are kept."),
    )
    last_date = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("weekly hours")
        verbose_name_plural = _("weekly hours")
        constraints = [
            models.CheckConstraint(
                name="weekly_rule_closes_after_it_opens",
                condition=Q(closes__gt=F("opens")),
                violation_error_message=_("The closing time must be later than the opening time."),
            ),
            models.CheckConstraint(
                name="weekly_rule_ends_on_or_after_its_start",
                condition=Q(first_date__isnull=True)
                | Q(last_date__isnull=True)
                | Q(last_date__gte=F("first_date")),
                violation_error_message=_("The last day must not be before the first day."),
            ),
            # Once among those that began at no known day, and once for each first day.
            models.UniqueConstraint(
                name="weekly_rule_once_per_opening",
                fields=["schedule", "weekday", "week_of_month", "opens"],
                condition=Q(first_date__isnull=True),
                violation_error_message=_("These hours are here already."),
            ),
            models.UniqueConstraint(
                name="weekly_rule_once_per_opening_and_day",
                fields=["schedule", "weekday", "week_of_month", "opens", "first_date"],
                violation_error_message=_("These hours are here already."),
            ),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Holiday(models.Model):
    """A national holiday. Loaded from a library, corrected by hand."""

    date = models.DateField(_("date"), unique=True)
    name_ja = models.CharField(_("name in Japanese"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    is_observed = models.BooleanField(
        _("is a holiday"),
        default=True,
        help_text=_("Untick it when the government has moved this holiday to another day."),
    )
    # Loading holidays leaves such rows as they are.
    is_manual = models.BooleanField(_("changed by hand"), default=False, editable=False)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")

    def __str__(self):
        return f"{self.date.isoformat()} {self.name}"

    @property
    def name(self):
        return by_active_language(self.name_ja, self.name_en)


class Closure(models.Model):
    """Days without opening: the year end, summer, a day the office is shut."""

    schedule = models.ForeignKey(
        Schedule,
        models.CASCADE,
        related_name="closures",
        null=True,
        blank=True,
        verbose_name=_("schedule"),
        help_text=_("Leave it empty to close all of them."),
    )
    starts_date = models.DateField(_("first day closed"))
    ends_date = models.DateField(_("last day closed"), help_text=_("This day is closed too."))
    note = models.CharField(
        _("note"), max_length=120, blank=True, help_text=_("For the team; residents do not see it.")
    )

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        constraints = [
            models.CheckConstraint(
                name="closure_ends_on_or_after_its_start",
                condition=Q(ends_date__gte=F("starts_date")),
                violation_error_message=_("The last day must not be before the first day."),
            ),
        ]

    def __str__(self):
        return f"{self.starts_date.isoformat()}–{self.ends_date.isoformat()}"
