from django.contrib import admin
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from consultations.models import EmergencyLine
from interface.concurrency import VersionedAdminMixin
from languages.formatting import JAPAN


@admin.register(EmergencyLine)
class EmergencyLineAdmin(VersionedAdminMixin, admin.ModelAdmin):
    list_display = ["name", "number", "description", "checked_on", "position", "is_published"]
    list_filter = ["is_published", ("checked_on", admin.EmptyFieldListFilter)]
    ordering = ["position", "pk"]
    sortable_by = []
    show_full_result_count = False
    actions = ["mark_checked_today"]
    fields = [
        "code",
        "name",
        "number",
        "description",
        "description_ja",
        "description_en",
        "source",
        "checked_on",
        "position",
        "is_published",
    ]

    def get_readonly_fields(self, request, obj=None):
        # The words for residents hang on the code.
        return ["code", "description"] if obj else ["description"]

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("what residents read"))
    def description(self, line):
        return line.description

    @admin.action(description=_("The selected lines were checked today"), permissions=["change"])
    def mark_checked_today(self, request, queryset):
        today = timezone.now().astimezone(JAPAN).date()
        with transaction.atomic():
            lines = list(queryset.select_for_update())
            for line in lines:
                line.mark_checked(on=today)
        text = ngettext("%(count)d line is checked.", "%(count)d lines are checked.", len(lines))
        self.message_user(request, text % {"count": len(lines)})
