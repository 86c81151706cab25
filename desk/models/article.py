from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from desk.models.question import Question
from desk.search import folded, grams_of


class ArticleQuerySet(models.QuerySet):
    def published(self):
        return self.filter(published_at__isnull=False, retired_at__isnull=True)

    def stale(self, today: date):
        """What somebody has to look at again before it can be relied on."""
        return self.published().filter(review_by__lt=today)


class Article(models.Model):
    """What was answered once, without anybody in it: for all members to read."""

    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))
    topic = models.ForeignKey(
        "taxonomy.Topic", models.PROTECT, related_name="+", verbose_name=_("topic")
    )
    sources = models.TextField(_("sources"), blank=True)
    correct_as_of = models.DateField(_("correct as of"))
    review_by = models.DateField(_("to be looked at again by"))
    is_sample = models.BooleanField(
        _("sample"), default=False, help_text=_("To try the portal with; no advice.")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author")
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("published by"),
        null=True,
        blank=True,
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    retired_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    # Questions it was written from or answered: their askers hear when the rule changes.
    questions = models.ManyToManyField(
        Question, related_name="articles", verbose_name=_("questions"), blank=True
    )
    revision = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    folded = models.TextField(editable=False, default="")
    grams = models.TextField(editable=False, default="")

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-published_at", "-pk"]
        indexes = [
            # A search for what many hold walks it and stops at the hundredth.
            models.Index(
                F("published_at").desc(),
                F("id").desc(),
                name="article_newest",
                condition=Q(published_at__isnull=False, retired_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="article_is_published_by_another_person",
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("author")),
                violation_error_message=_("Somebody else than the author publishes it."),
            ),
            models.CheckConstraint(
                name="article_published_by_somebody",
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def key(self):
        return f"article:{self.pk}"

    def is_stale(self, today: date) -> bool:
        return self.review_by < today

    def save(self, *args, **kwargs):
        written = f"{self.title}\n{self.text}"
        self.folded, self.grams = folded(written), grams_of(written)
        super().save(*args, **kwargs)
