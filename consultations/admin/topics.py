from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from consultations.choices import ExpertKind
from consultations.models import TopicExpertKind
from consultations.services.topics import TopicKindsChanged, set_topic_kinds
from taxonomy.models import Topic
from taxonomy.selectors import topics_for_choice


class KindsForm(forms.Form):
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Who may take it?"),
        choices=ExpertKind,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    # What the person saw when the page was opened.
    seen = forms.MultipleChoiceField(
        choices=ExpertKind, widget=forms.MultipleHiddenInput, required=False
    )


@admin.register(TopicExpertKind)
class TopicExpertKindAdmin(admin.ModelAdmin):
    """One page for the whole table: each topic with its kinds to tick."""

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        save = require_POST(self.admin_site.admin_view(self.save))
        return [
            path("<str:code>/save/", save, name="consultations_topicexpertkind_save"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        kinds = {}
        for code, kind in TopicExpertKind.objects.values_list("topic_id", "expert_kind"):
            kinds.setdefault(code, []).append(kind)
        topics = [
            (topic, KindsForm(initial=both(kinds.get(topic.pk, [])), auto_id=f"{topic.pk}_%s"))
            for topic in topics_for_choice()
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Who may take which topic"),
            "topics": topics,
            "opts": self.opts,
        }
        return TemplateResponse(request, "consultations/admin/topics.html", context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return redirect("admin:consultations_topicexpertkind_changelist")

    def save(self, request, code):
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = KindsForm(request.POST)
        if not form.is_valid():
            self.message_user(request, _("Nothing is saved."), messages.ERROR)
            return redirect("admin:consultations_topicexpertkind_changelist")
        try:
            changed = set_topic_kinds(
                topic_code=code, kinds=form.cleaned_data["kinds"], seen=form.cleaned_data["seen"]
            )
        except Topic.DoesNotExist:
            raise Http404 from None
        except TopicKindsChanged:
            text = _(
                "Nothing of yours is saved: somebody else has changed this topic in the "
                "meantime. Below is what is saved now."
            )
            self.message_user(request, text, messages.WARNING)
        else:
            text = _("The topic is saved.") if changed else _("Nothing has changed.")
            self.message_user(request, text, messages.SUCCESS)
        return redirect("admin:consultations_topicexpertkind_changelist")


def both(kinds):
    return {"kinds": kinds, "seen": kinds}
