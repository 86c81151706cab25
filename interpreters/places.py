"""What interpreters are told of a talk, in words that they read in their own language."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Setting(models.TextChoices):
    """Where the interpreting takes place. What is public decides; the rest is looked at."""

    MUNICIPALITY = "municipality", _("municipal office")
    SCHOOL = "school", _("school or nursery")
    CHILD_GUIDANCE = "child_guidance", _("child guidance center")
    HEALTH_CENTER = "health_center", _("public health center")
    HOSPITAL = "hospital", _("hospital or clinic")
    WELFARE = "welfare", _("welfare institution")
    SHELTER = "shelter", _("shelter")
    LABOR = "labor", _("labor or employment office")
    JUSTICE = "justice", _("court, police or immigration")
    CONSULTATION = "consultation", _("consultation with an expert")
    OTHER = "other", _("somewhere else")


PUBLIC_SETTINGS = frozenset(Setting) - {Setting.OTHER}
# Here a wrong word does the greatest harm.
DIFFICULT_SETTINGS = frozenset(
    {Setting.CHILD_GUIDANCE, Setting.HOSPITAL, Setting.SHELTER, Setting.JUSTICE}
)


class Place(models.TextChoices):
    ON_SITE = "on_site", _("on site")
    REMOTE = "remote", _("remote")
    PHONE = "phone", _("by telephone")


class ClientGender(models.TextChoices):
    WOMAN = "woman", _("woman")
    MAN = "man", _("man")


class AgeBand(models.TextChoices):
    """As near as an interpreter needs it to prepare, and no nearer."""

    CHILD = "child", _("child")
    YOUNG = "young", _("young person")
    ADULT = "adult", _("adult")
    OLD = "old", _("old person")
