from django.contrib import admin, messages
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from centers.models import Center, Operator, Phone
from centers.prefectures import PREFECTURES
from centers.services import confirm_center
from interface.concurrency import VersionedAdminMixin


class PhoneInline(admin.StackedInline):
    model = Phone
    extra = 0
    ordering = ["position", "pk"]
    fields = [("number", "extension"), ("label", "languages"), "position"]


@admin.register(Operator)
class OperatorAdmin(admin.ModelAdmin):
    list_display = ["name", "prefecture_code"]
    list_filter = ["prefecture_code"]
    ordering = ["prefecture_code", "pk"]
    search_fields = ["name"]
    show_full_result_count = False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Center)
class CenterAdmin(VersionedAdminMixin, admin.ModelAdmin):
    """Centers are never deleted: one that is gone is no longer listed."""

    actions = ["confirm_today"]
    autocomplete_fields = ["operator"]
    fields = [
        "operator",
        "name",
        "address",
        "hours_text",
        "remarks",
        "days_known",
        "review",
        "phones_text",
        ("source", "as_of_date"),
        ("is_listed", "verified_on"),
        "position",
    ]
    inlines = [PhoneInline]
    list_display = ["name", "prefecture", "operator", "numbers", "hours_text", "verified_on"]
    list_filter = [
        "is_listed",
        ("verified_on", admin.EmptyFieldListFilter),
        ("review", admin.EmptyFieldListFilter),
        "operator__prefecture_code",
    ]
    list_select_related = ["operator"]
    ordering = ["position", "pk"]
    readonly_fields = ["phones_text", "verified_on"]
    search_fields = ["name", "address", "operator__name", "phones__number"]
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("phones")

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        obj.is_manual = True
        obj.changed_at = timezone.now()
        super().save_model(request, obj, form, change)

    @admin.display(description=_("prefecture"))
    def prefecture(self, center):
        return PREFECTURES[center.operator.prefecture_code]

    @admin.display(description=_("telephones"))
    def numbers(self, center):
        return ", ".join(str(phone) for phone in center.phones.all())

    @admin.action(description=_("Asked today: everything is right"), permissions=["change"])
    def confirm_today(self, request, queryset):
        now = timezone.now()
        centers = list(queryset)
        for center in centers:
            confirm_center(center_id=center.pk, on=timezone.localdate(now), now=now)
            self.log_change(request, center, [{"changed": {"fields": ["verified_on"]}}])
        text = ngettext(
            "%(count)d center is confirmed.", "%(count)d centers are confirmed.", len(centers)
        )
        self.message_user(request, text % {"count": len(centers)}, messages.SUCCESS)
