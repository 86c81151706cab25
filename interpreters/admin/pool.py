"""The people who interpret."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.reading import NotedReadingMixin
from interface.concurrency import VersionedAdminMixin
from interpreters.models import (
    Availability,
    BlockedPair,
    Experience,
    Interpreter,
    InterpreterLanguage,
    Training,
)


class LanguageInline(admin.StackedInline):
    model = InterpreterLanguage
    extra = 0
    autocomplete_fields = ["language"]
    fields = [("language", "modality"), ("level", "variety"), ("reads_script", "is_relay")]


class AvailabilityInline(admin.TabularInline):
    model = Availability
    extra = 0


class ExperienceInline(admin.TabularInline):
    model = Experience
    extra = 0
    autocomplete_fields = ["topic"]


class TrainingInline(admin.TabularInline):
    model = Training
    extra = 0


class BlockedPairInline(admin.TabularInline):
    model = BlockedPair
    extra = 0
    autocomplete_fields = ["organization"]


@admin.register(Interpreter)
class InterpreterAdmin(NotedReadingMixin, VersionedAdminMixin, admin.ModelAdmin):
    """Never deleted: who has stopped is no longer active."""

    purpose = "interpreter"
    autocomplete_fields = ["account"]
    fields = [
        ("name", "gender"),
        ("account", "phone"),
        ("is_active", "is_remote", "most_per_month"),
        ("areas", "pledge_until"),
        "note",
        "workshops_attended",
    ]
    readonly_fields = ["workshops_attended"]
    inlines = [
        LanguageInline,
        AvailabilityInline,
        ExperienceInline,
        TrainingInline,
        BlockedPairInline,
    ]
    list_display = ["name", "spoken", "pledge_until", "is_remote", "is_active"]
    list_filter = ["is_active", "is_remote", "languages__modality"]
    ordering = ["name", "pk"]
    search_fields = ["name", "languages__language__name_ja", "languages__language__name_en"]
    show_full_result_count = False

    def get_queryset(self, request):
        people = super().get_queryset(request)
        return people.prefetch_related("languages__language").defer("phone", "note")

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("workshops"))
    def workshops_attended(self, interpreter):
        if interpreter.account is None:
            return 0
        return interpreter.account.workshop_seats.filter(has_attended=True).count()

    @admin.display(description=_("languages"))
    def spoken(self, interpreter):
        return ", ".join(str(each.language) for each in interpreter.languages.all())
