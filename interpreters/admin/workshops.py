"""Learning sessions: when, where, who has signed up, who was there."""

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interface.concurrency import VersionedAdminMixin
from interpreters.models import Seat, Workshop


class SeatInline(admin.TabularInline):
    model = Seat
    extra = 0
    autocomplete_fields = ["participant"]
    fields = ["participant", "has_attended"]


@admin.register(Workshop)
class WorkshopAdmin(VersionedAdminMixin, admin.ModelAdmin):
    """Interpreters see the published ones to come on their own page, and sign up there."""

    list_display = ["title", "starts_at", "audience", "taken", "capacity", "is_published"]
    list_filter = ["audience", "is_published"]
    ordering = ["-starts_at", "-pk"]
    search_fields = ["title"]
    inlines = [SeatInline]
    fields = [
        ("title", "audience"),
        ("starts_at", "ends_at"),
        ("place", "capacity"),
        "is_published",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).with_seats()

    def has_delete_permission(self, request, obj=None):
        return False

    def save_formset(self, request, form, formset, change):
        for seat in formset.save(commit=False):
            if seat.taken_at is None:
                seat.taken_at = timezone.now()
        formset.save()

    @admin.display(description=_("signed up"), ordering="taken")
    def taken(self, workshop):
        return workshop.taken
