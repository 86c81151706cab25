"""What people say is wrong: side by side with the entry, decided with one click."""

from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from centers.choices import CorrectionStatus
from centers.models import Correction
from centers.models.correction import PROPOSABLE, StepNotAllowed
from centers.services.upkeep import (
    EntryTaken,
    accept_correction,
    decline_correction,
    reopen_correction,
    written,
)

LABELS = {
    "phones": gettext_lazy("telephones"),
    "hours": gettext_lazy("opening hours"),
    "address": gettext_lazy("address"),
    "name": gettext_lazy("name"),
    "remarks": gettext_lazy("remarks"),
}


@admin.register(Correction)
class CorrectionAdmin(admin.ModelAdmin):
    """Decided on, never written or deleted by hand."""

    change_form_template = "centers/admin/correction.html"
    fields = ["center", "origin", "status", "created_at", "decided_at", "decided_by"]
    list_display = ["center", "origin", "what", "status", "created_at"]
    list_filter = ["status", "origin"]
    list_select_related = ["center"]
    ordering = ["-status", "created_at", "pk"]
    readonly_fields = fields
    search_fields = ["center__name", "center__operator__name"]
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("what is wrong"))
    def what(self, correction):
        words = [str(LABELS[name]) for name in PROPOSABLE if name in correction.proposed]
        if correction.says_gone:
            words.append(_("not there any more"))
        return ", ".join(words) or _("in their own words")

    def get_urls(self):
        steps = [
            path(
                f"<int:pk>/{verb}/",
                self.admin_site.admin_view(require_POST(getattr(self, verb))),
                name=f"centers_correction_{verb}",
            )
            for verb in ("accept", "decline", "reopen")
        ]
        return [*steps, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        correction = self.get_object(request, object_id)
        if correction is None:
            raise Http404
        waiting = Correction.objects.waiting()
        context = {
            "correction": correction,
            "rows": comparison_of(correction),
            "is_waiting": correction.status == CorrectionStatus.WAITING,
            "others": waiting.exclude(pk=correction.pk).count(),
            "show_save": False,
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
        }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def accept(self, request, pk):
        def verb(now):
            return accept_correction(
                correction_id=pk, by=request.user, today=timezone.localdate(now), now=now
            )

        return self._decide(request, pk, verb, _("The entry is changed."))

    def decline(self, request, pk):
        def verb(now):
            return decline_correction(correction_id=pk, by=request.user, now=now)

        return self._decide(request, pk, verb, _("The entry stays as it is."))

    def reopen(self, request, pk):
        def verb(now):
            return reopen_correction(correction_id=pk, now=now)

        return self._decide(request, pk, verb, _("The decision is taken back."))

    def _decide(self, request, pk, verb, done):
        correction = self.get_object(request, str(pk))
        if correction is None:
            raise Http404
        if not self.has_change_permission(request, correction):
            return redirect("admin:index")
        here = reverse("admin:centers_correction_change", args=[pk])
        try:
            decided = verb(timezone.now())
        except EntryTaken:
            text = _("Another entry has this name and address. Nothing was changed.")
            self.message_user(request, text, messages.WARNING)
            return redirect(here)
        except StepNotAllowed:
            text = _("Somebody else has decided on this in the meantime. Nothing was changed.")
            self.message_user(request, text, messages.WARNING)
            return redirect(here)
        self.log_change(request, decided, [{"changed": {"fields": ["status"]}}])
        if decided.status == CorrectionStatus.WAITING:
            self.message_user(request, done, messages.SUCCESS)
            return redirect(here)
        link = format_html('{} <a href="{}">{}</a>', done, here, _("See it or take it back"))
        self.message_user(request, link, messages.SUCCESS)
        following = Correction.objects.waiting().order_by("created_at", "pk").first()
        if following:
            return redirect("admin:centers_correction_change", following.pk)
        return redirect("admin:centers_correction_changelist")


def comparison_of(correction):
    """Field by field: what the entry says, what it should say, and whether it has moved since."""
    present = written(correction.center)
    is_waiting = correction.status == CorrectionStatus.WAITING
    return [
        {
            "label": LABELS[name],
            "before": present[name] if is_waiting else correction.before[name],
            "proposed": correction.proposed[name],
            "has_moved": is_waiting and present[name].split() != correction.before[name].split(),
        }
        for name in PROPOSABLE
        if name in correction.proposed
    ]
