from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from taxonomy import names, vocabulary


class LanguageQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def for_conversation(self):
        """What people can be spoken or signed with; written forms such as zh-hans are not."""
        return self.active().filter(Q(is_spoken=True) | Q(is_sign=True))


class Language(models.Model):
    """A language the association can be asked for, whether or not the portal is written in it."""

    code = models.CharField(
        _("code"),
        max_length=12,
        primary_key=True,
        help_text=_("BCP 47, with the ISO 639-3 code where there is no shorter one."),
    )
    name_ja = models.CharField(_("name in Japanese"), max_length=60)
    name_kana = models.CharField(_("reading in hiragana"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=60)
    autonym = models.CharField(
        _("own name"),
        max_length=60,
        blank=True,
        help_text=_("In its own script. Leave it empty when you are not certain."),
    )
    aliases = models.CharField(
        _("other names"), max_length=200, blank=True, help_text=_("Separated by commas.")
    )
    scripts = models.CharField(
        _("scripts"), max_length=40, blank=True, help_text=_("ISO 15924 codes, by spaces.")
    )
    is_spoken = models.BooleanField(_("spoken"), default=True)
    is_sign = models.BooleanField(_("sign language"), default=False)
    position = models.PositiveSmallIntegerField(
        _("place among the most used"),
        null=True,
        blank=True,
        help_text=_("1 stands first in lists. Without a number it stands with the rest, by name."),
    )
    is_active = models.BooleanField(_("offered"), default=True)
    # Loading reference data leaves such rows as they are.
    is_manual = models.BooleanField(_("changed by hand"), default=False, editable=False)

    objects = LanguageQuerySet.as_manager()

    class Meta:
        verbose_name = _("language")
        verbose_name_plural = _("languages")
        constraints = [
            models.CheckConstraint(
                name="language_has_no_empty_name",
                condition=~Q(code="") & ~Q(name_ja="") & ~Q(name_kana="") & ~Q(name_en=""),
            ),
        ]

    def __str__(self):
        return f"{self.name_ja} ({self.code})"

    def name_for(self, language):
        """The name as a reader of this interface language knows it."""
        return names.language_name(
            self.code,
            language,
            name_ja=self.name_ja,
            name_kana=self.name_kana,
            name_en=self.name_en,
        )

    def label_for(self, language):
        """Own name and the reader's name for it; one of them when they are the same."""
        return names.label(self.autonym, self.name_for(language))


class TopicQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def first_level(self):
        return self.filter(parent=None)

    def in_order(self):
        return self.order_by("position", "code")


class Topic(models.Model):
    """What a consultation is about: a general topic, or a closer one below it."""

    code = models.CharField(_("code"), max_length=32, primary_key=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="children",
        null=True,
        blank=True,
        verbose_name=_("general topic"),
    )
    position = models.PositiveSmallIntegerField(_("place in lists"), default=0)
    is_active = models.BooleanField(_("offered"), default=True)
    name_ja = models.CharField(_("name in Japanese"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60)
    isa_code = models.CharField(
        _("code in the national statistics"),
        max_length=12,
        blank=True,
        help_text=_("As the Immigration Services Agency counts. Leave it empty when unknown."),
    )
    # Loading reference data leaves such rows as they are.
    is_manual = models.BooleanField(_("changed by hand"), default=False, editable=False)

    objects = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        constraints = [
            models.CheckConstraint(
                name="topic_is_not_its_own_parent",
                condition=Q(parent=None) | ~Q(parent=models.F("code")),
            ),
        ]

    def __str__(self):
        return f"{self.name_ja} ({self.code})"

    def clean(self):
        if self.parent and self.parent.parent_id:
            raise ValidationError(
                {"parent": _("Topics have two levels: choose a general topic.")}, code="too_deep"
            )
        if self.parent and self.children.exists():
            raise ValidationError(
                {"parent": _("There are closer topics below this one.")}, code="has_children"
            )

    @property
    def label(self):
        """The plain words a resident reads, in the active language."""
        coded = vocabulary.topic_label(self.code)
        if coded:
            return coded
        return self.name_ja if (get_language() or "").startswith("ja") else self.name_en

    @property
    def hint(self):
        """One line of examples; empty for topics added later."""
        return vocabulary.topic_hint(self.code)
