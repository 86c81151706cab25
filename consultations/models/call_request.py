from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.roles import is_coordinator
from cases.models import Case
from privacy.fields import EncryptedTextField


class CallRequestQuerySet(models.QuerySet):
    def open(self):
        return self.filter(answered_at__isnull=True)

    def visible_to(self, user):
        """The one door: coordinators see all, nobody else any."""
        return self if is_coordinator(user) else self.none()

    def with_story(self):
        return self.select_related(
            "case__resident__speaking_language", "case__owner", "case__primary_topic"
        )

    def sealed(self):
        """Without what is encrypted; whoever shows it writes the access log."""
        return self.defer(
            "message",
            "case__resident__language_note",
            "case__resident__nickname",
            "case__resident__email",
            "case__resident__phone",
        )


class CallRequest(models.Model):
    """ "Somebody please call me": a number, a language, safe hours and one line."""

    case = models.OneToOneField(
        Case, models.PROTECT, related_name="call_request", verbose_name=_("case")
    )
    # The same form sent twice is one request.
    key = models.UUIDField(unique=True, editable=False)
    message = EncryptedTextField(_("message"), blank=True)
    asked_at = models.DateTimeField(_("asked"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    contact_digest = models.CharField(max_length=64, blank=True, editable=False)
    network = models.CharField(max_length=64, blank=True, editable=False)

    objects = CallRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a call")
        verbose_name_plural = _("requests for a call")
        constraints = [
            models.UniqueConstraint(
                fields=["contact_digest"],
                condition=Q(answered_at__isnull=True) & ~Q(contact_digest=""),
                name="call_request_one_open_for_a_number",
            ),
        ]

    def __str__(self):
        return str(self.case)

    @property
    def is_open(self):
        return self.answered_at is None

    @property
    def key_for_notices(self):
        """How notices name this request."""
        return f"call:{self.pk}"

    def answer(self, *, at):
        self.answered_at = at
        self.save(update_fields=["answered_at"])

    def erase(self):
        self.message = self.contact_digest = self.network = ""
        self.save(update_fields=["message", "contact_digest", "network"])
