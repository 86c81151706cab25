from functools import partial

from django.contrib import admin
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from consultations.admin import drop_outs
from consultations.models import Expert
from interface.concurrency import VersionedAdminMixin


@admin.register(Expert)
class ExpertAdmin(VersionedAdminMixin, admin.ModelAdmin):
    change_form_template = "consultations/admin/expert.html"
    list_display = ["name", "kind", "language_names", "pledge_date", "has_account", "is_active"]
    list_filter = ["is_active", "kind", ("pledge_date", admin.EmptyFieldListFilter)]
    list_select_related = ["account"]
    search_fields = ["name"]
    ordering = ["name", "pk"]
    show_full_result_count = False
    autocomplete_fields = ["account", "languages"]
    fields = ["name", "kind", "account", "languages", "license_note", "pledge_date", "is_active"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("languages")

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        view = self.admin_site.admin_view(partial(drop_outs.expert_falls_out, self))
        return [
            path("cannot-come/", view, name="consultations_expert_cannot_come"),
            *super().get_urls(),
        ]

    @admin.display(description=_("languages"))
    def language_names(self, expert):
        return ", ".join(language.name_for(get_language()) for language in expert.languages.all())

    @admin.display(description=_("gets letters"), boolean=True)
    def has_account(self, expert):
        return expert.account is not None and expert.account.is_active
