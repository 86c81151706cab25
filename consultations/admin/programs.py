from django.contrib import admin
from django.db.models import Count
from django.utils.translation import gettext_lazy

from consultations.models import Program
from interface.concurrency import VersionedAdminMixin


@admin.register(Program)
class ProgramAdmin(VersionedAdminMixin, admin.ModelAdmin):
    """What consultation days are paid from. One that has days is closed, not deleted."""

    list_display = ["name", "code", "funder", "days", "is_active"]
    list_filter = ["is_active"]
    ordering = ["-is_active", "name", "pk"]
    sortable_by = []
    show_full_result_count = False
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(day_count=Count("days"))

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("consultation days"))
    def days(self, program):
        return program.day_count
