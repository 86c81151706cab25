from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from notifications import registry
from notifications.choices import Reason
from notifications.models import Notice, NoticeChanged, TransitionNotAllowed
from notifications.services import (
    NoticeExpired,
    abort_notice,
    handle_failed_notice,
    resend_notice,
)

MOST_ROWS_COUNTED = 5000


class ShortCountPaginator(Paginator):
    """Counts no further than anybody leafs: the list stays fast at a million rows."""

    @cached_property
    def count(self):
        return self.object_list.order_by()[:MOST_ROWS_COUNTED].count()


class KindFilter(admin.SimpleListFilter):
    """The registered kinds; asking the table for its kinds would read every row."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return [(name, kind.label) for name, kind in sorted(registry.KINDS.items())]

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


class TaskFilter(admin.SimpleListFilter):
    title = _("for a person to see to")
    parameter_name = "task"

    def lookups(self, request, model_admin):
        return [("yes", _("Yes"))]

    def queryset(self, request, queryset):
        return queryset.tasks() if self.value() == "yes" else queryset


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):
    """What became of every letter and call. Their words are nowhere stored."""

    list_display = [
        "kind_label",
        "subject_key",
        "state",
        "channel",
        "due_at",
        "attempts",
        "reason_label",
        "is_repeat",
        "sent_at",
        "handled_at",
    ]
    list_filter = [TaskFilter, "state", "channel", KindFilter]
    # The whole key, so that the index serves.
    search_fields = ["subject_key__exact"]
    search_help_text = _("The whole subject key, for example booking:123.")
    sortable_by = []
    ordering = ["-pk"]
    paginator = ShortCountPaginator
    show_full_result_count = False
    actions = ["resend", "abort", "mark_as_handled"]
    fields = readonly_fields = [
        "kind_label",
        "subject_key",
        "revision",
        "recipient_key",
        "channel",
        "state",
        "reason_label",
        "due_at",
        "expires_at",
        "next_look_at",
        "attempts",
        "handing_over_at",
        "is_repeat",
        "sent_at",
        "resends",
        "became_task_at",
        "handled_at",
        "handled_by",
        "created_at",
    ]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("kind"))
    def kind_label(self, notice):
        return registry.label_for(notice.kind)

    @admin.display(description=_("reason"))
    def reason_label(self, notice):
        return dict(Reason.choices).get(notice.reason, notice.reason)

    @admin.action(description=_("Send the selected letters again"), permissions=["change"])
    def resend(self, request, queryset):
        done = self._each(
            request, queryset, lambda notice: resend_notice(notice_id=notice.pk, now=timezone.now())
        )
        text = ngettext(
            "%(count)d letter will be sent again.", "%(count)d letters will be sent again.", done
        )
        self.message_user(request, text % {"count": done})

    @admin.action(description=_("Stop the selected letters and calls"), permissions=["change"])
    def abort(self, request, queryset):
        done = self._each(request, queryset, lambda notice: abort_notice(notice_id=notice.pk))
        text = ngettext("%(count)d notice is stopped.", "%(count)d notices are stopped.", done)
        self.message_user(request, text % {"count": done})

    @admin.action(description=_("Mark the selected tasks as handled"), permissions=["change"])
    def mark_as_handled(self, request, queryset):
        done = self._each(
            request,
            queryset,
            lambda notice: handle_failed_notice(
                notice_id=notice.pk, handled_by=request.user, now=timezone.now()
            ),
        )
        text = ngettext("%(count)d task is handled.", "%(count)d tasks are handled.", done)
        self.message_user(request, text % {"count": done})

    def _each(self, request, queryset, act):
        done = 0
        for notice in queryset:
            try:
                act(notice)
            except (TransitionNotAllowed, NoticeExpired, NoticeChanged):
                text = _("%(notice)s stays as it is: that is not possible in its present state.")
                self.message_user(request, text % {"notice": notice}, messages.WARNING)
            else:
                done += 1
        return done
