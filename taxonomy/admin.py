from django.contrib import admin
from django.db.models import F

from taxonomy.models import Language, Topic


class ReferenceAdmin(admin.ModelAdmin):
    """Rows others point to: taken out of the lists, never deleted."""

    show_full_result_count = False

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        obj.is_manual = True
        super().save_model(request, obj, form, change)


@admin.register(Language)
class LanguageAdmin(ReferenceAdmin):
    list_display = ["name_ja", "autonym", "name_en", "code", "is_sign", "position", "is_active"]
    list_filter = ["is_active", "is_sign", "is_spoken"]
    ordering = [F("position").asc(nulls_last=True), "name_kana", "code"]
    search_fields = ["name_ja", "name_kana", "name_en", "autonym", "aliases", "=code"]


@admin.register(Topic)
class TopicAdmin(ReferenceAdmin):
    autocomplete_fields = ["parent"]
    list_display = ["name_ja", "label", "parent", "position", "isa_code", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["parent"]
    ordering = ["position", "code"]
    search_fields = ["name_ja", "name_en", "=code"]
