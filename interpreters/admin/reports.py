"""What both sides said afterwards: hours and ways, what differs, who wishes to talk."""

import csv
import io

from django.contrib import admin
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.reading import NotedReadingMixin
from interface.spreadsheets import guarded
from interpreters.models import InterpreterReport
from interpreters.models.request import WORDS
from languages.formatting import format_day

# What a list does not read.
SEALED = [
    "remarks",
    "assignment__requester_report__remarks",
    "assignment__interpreter__phone",
    "assignment__interpreter__note",
    *(f"assignment__request__{name}" for name in WORDS),
]


class LookAtFilter(admin.SimpleListFilter):
    title = gettext_lazy("to look at")
    parameter_name = "look"

    def lookups(self, request, model_admin):
        return [("debrief", _("wishes to talk")), ("differ", _("both sides differ"))]

    def queryset(self, request, queryset):
        if self.value() == "debrief":
            return queryset.debrief_wished()
        return queryset.differing() if self.value() == "differ" else queryset


@admin.register(InterpreterReport)
class InterpreterReportAdmin(NotedReadingMixin, admin.ModelAdmin):
    """Written by interpreters; coordinators note that they have talked or looked."""

    purpose = "interpreter_report"
    list_display = [
        "assignment",
        "day",
        "minutes",
        "their_minutes",
        "travel_cost",
        "was_used",
        "wants_debrief",
        "debriefed_at",
    ]
    list_filter = [LookAtFilter]
    list_select_related = [
        "assignment__request",
        "assignment__interpreter",
        "assignment__requester_report",
    ]
    ordering = ["-created_at", "-pk"]
    search_fields = ["assignment__request__reference", "assignment__interpreter__name"]
    show_full_result_count = False
    actions = ["note_debriefed", "note_settled", "as_csv"]
    fields = [
        "assignment",
        ("minutes", "travel_cost", "was_used"),
        "remarks",
        "their_remarks",
        ("wants_debrief", "debriefed_at", "settled_at"),
    ]

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        is_list = request.resolver_match.url_name.endswith("_changelist")
        return rows.defer(*SEALED) if is_list else rows

    def get_readonly_fields(self, request, obj=None):
        return [name for row in self.fields for name in ([row] if isinstance(row, str) else row)]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("day"), ordering="assignment__starts_at")
    def day(self, report):
        return format_day(report.assignment.starts_at, get_language())

    @admin.display(description=gettext_lazy("minutes, the organization says"))
    def their_minutes(self, report):
        theirs = getattr(report.assignment, "requester_report", None)
        return theirs.minutes if theirs else "–"

    @admin.display(description=gettext_lazy("remarks of the organization"))
    def their_remarks(self, report):
        theirs = getattr(report.assignment, "requester_report", None)
        return (theirs.remarks if theirs else "") or "–"

    @admin.action(description=gettext_lazy("We have talked about it"), permissions=["change"])
    def note_debriefed(self, request, queryset):
        self._note(request, queryset.debrief_wished(), "debriefed_at")

    @admin.action(
        description=gettext_lazy("We have looked at what differs"), permissions=["change"]
    )
    def note_settled(self, request, queryset):
        self._note(request, queryset.filter(settled_at=None), "settled_at")

    @admin.action(description=gettext_lazy("Hours and ways as CSV"), permissions=["view"])
    def as_csv(self, request, queryset):
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer)
        writer.writerow(["date", "request", "interpreter", "minutes", "travel_cost_yen"])
        for each in queryset.select_related("assignment__request", "assignment__interpreter"):
            assignment = each.assignment
            line = [
                timezone.localdate(assignment.starts_at).isoformat(),
                str(assignment.request),
                assignment.interpreter.name,
                each.minutes,
                each.travel_cost,
            ]
            writer.writerow(map(guarded, line))
        answer = HttpResponse(
            buffer.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = 'attachment; filename="interpreting.csv"'
        return answer

    def _note(self, request, queryset, field):
        keys = list(queryset.values_list("pk", flat=True))
        count = InterpreterReport.objects.filter(pk__in=keys).update(**{field: timezone.now()})
        text = ngettext("%(count)d report is noted.", "%(count)d reports are noted.", count)
        self.message_user(request, text % {"count": count})
