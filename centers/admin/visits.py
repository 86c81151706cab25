"""The journeys on which centers were visited."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from centers.models import Caravan, Leg, Visit


class VisitInline(admin.TabularInline):
    model = Visit
    extra = 1
    autocomplete_fields = ["center"]


class LegInline(admin.TabularInline):
    model = Leg
    extra = 0
    ordering = ["number"]
    show_change_link = True


@admin.register(Caravan)
class CaravanAdmin(admin.ModelAdmin):
    inlines = [LegInline]
    list_display = ["fiscal_year", "visited_count"]
    ordering = ["-fiscal_year"]


@admin.register(Leg)
class LegAdmin(admin.ModelAdmin):
    inlines = [VisitInline]
    list_display = ["number", "starts_date", "ends_date", "regions", "marked"]
    list_filter = ["caravan"]
    list_select_related = ["caravan"]
    ordering = ["caravan", "number"]
    search_fields = ["regions"]
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("visits")

    @admin.display(description=_("centers marked"))
    def marked(self, leg):
        return len(leg.visits.all())
