from django.conf import settings
from django.contrib import admin, messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from centers.admin.import_form import ImportForm, rows_of
from centers.choices import Age
from centers.models import Center, Operator, Phone, Visit
from centers.prefectures import PREFECTURES
from centers.selectors import coming_week, entry_of
from centers.services.table import TableNotTaken, import_centers
from centers.services.upkeep import ask_center, confirm_center
from interface.concurrency import VersionedAdminMixin
from interface.qr import qr_svg
from languages.formatting import format_day
from schedules.sentences import answer_sentence, day_sentence

# The people who decide on the entry read Japanese; so do the centers.
DESK_LANGUAGE = "ja"


class PhoneInline(admin.StackedInline):
    model = Phone
    extra = 0
    ordering = ["position", "pk"]
    fields = [("number", "extension"), ("label", "languages"), "position"]


class VisitInline(admin.TabularInline):
    model = Visit
    extra = 0
    fields = ["leg"]


class AgeFilter(admin.SimpleListFilter):
    title = gettext_lazy("age of the entry")
    parameter_name = "age"

    def lookups(self, request, model_admin):
        return Age.choices

    def queryset(self, request, queryset):
        if self.value() in Age.values:
            return queryset.of_age(Age(self.value()), timezone.localdate())
        return queryset


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

    actions = ["confirm_today", "asked_today"]
    autocomplete_fields = ["operator"]
    change_list_template = "centers/admin/center_list.html"
    fieldsets = [
        (None, {"fields": ["operator", "name", "address"]}),
        (
            gettext_lazy("Opening hours"),
            {
                "fields": ["opening_text", "this_week", "hours_text", "remarks"],
            },
        ),
        (None, {"fields": ["languages", "review", "phones_text"]}),
        (
            gettext_lazy("Is it still right?"),
            {"fields": [("is_listed", "verified_on", "asked_at"), "link"]},
        ),
        (
            gettext_lazy("Where this comes from"),
            {"fields": [("source", "as_of_date"), "position"], "classes": ["collapse"]},
        ),
    ]
    inlines = [PhoneInline, VisitInline]
    list_display = ["name", "prefecture", "operator", "numbers", "hours", "age", "asked_at"]
    list_filter = [
        "is_listed",
        AgeFilter,
        ("review", admin.EmptyFieldListFilter),
        ("opening_text", admin.EmptyFieldListFilter),
        "operator__prefecture_code",
    ]
    list_select_related = ["operator"]
    ordering = ["position", "pk"]
    readonly_fields = ["phones_text", "verified_on", "asked_at", "this_week", "link"]
    search_fields = ["name", "address", "operator__name", "phones__number"]
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("phones")

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        take = self.admin_site.admin_view(self.import_table)
        return [path("import/", take, name="centers_center_import"), *super().get_urls()]

    def save_model(self, request, obj, form, change):
        obj.is_manual = True
        obj.changed_at = timezone.now()
        obj.note_days()
        super().save_model(request, obj, form, change)

    @admin.display(description=gettext_lazy("prefecture"))
    def prefecture(self, center):
        return PREFECTURES[center.operator.prefecture_code]

    @admin.display(description=gettext_lazy("telephones"))
    def numbers(self, center):
        return ", ".join(str(phone) for phone in center.phones.all())

    @admin.display(description=gettext_lazy("opening hours"))
    def hours(self, center):
        return center.hours_written

    @admin.display(description=gettext_lazy("confirmed on"), ordering="verified_on")
    def age(self, center):
        age = center.age(timezone.localdate())
        day = center.verified_on.isoformat() if center.verified_on else "–"
        return format_html('<span class="age age--{}">{}</span> {}', age.value, age.label, day)

    @admin.display(description=gettext_lazy("understood as"))
    def this_week(self, center):
        """What the portal makes of the text: now, and the seven days that begin today."""
        if center._state.adding:
            return _("Shown when the center is saved.")
        now = timezone.now()
        answer = answer_sentence(entry_of(center, now).answer, DESK_LANGUAGE)
        rows = format_html_join(
            "",
            "<li>{}: {}</li>",
            (
                (format_day(day.day, DESK_LANGUAGE), day_sentence(day, DESK_LANGUAGE))
                for day in coming_week(center, now)
            ),
        )
        return format_html("<p>{}</p><ul>{}</ul>", answer, rows)

    @admin.display(description=gettext_lazy("link for the center"))
    def link(self, center):
        """Whoever opens it says whether the entry is right; for a letter, a mail or a fax."""
        if center._state.adding:
            return _("Shown when the center is saved.")
        with override(DESK_LANGUAGE):
            address = settings.LINK_ORIGIN + reverse("centers:ask", args=[center.link_token])
        return format_html(
            '<p><a href="{0}" rel="noreferrer">{0}</a></p>'
            '<div class="qr-frame" role="img" aria-label="{1}">{2}</div>',
            address,
            _("QR code of the link"),
            qr_svg(address),
        )

    @admin.action(
        description=gettext_lazy("Asked today: everything is right"), permissions=["change"]
    )
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

    @admin.action(
        description=gettext_lazy("The link was sent to them today"), permissions=["change"]
    )
    def asked_today(self, request, queryset):
        centers = list(queryset)
        for center in centers:
            ask_center(center_id=center.pk, now=timezone.now())
            self.log_change(request, center, [{"changed": {"fields": ["asked_at"]}}])
        text = ngettext(
            "%(count)d center is marked as asked.",
            "%(count)d centers are marked as asked.",
            len(centers),
        )
        self.message_user(request, text % {"count": len(centers)}, messages.SUCCESS)

    def import_table(self, request):
        """A file is compared first; what it would do is shown, then taken over or not."""
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            return redirect("admin:centers_center_changelist")
        form = ImportForm(request.POST or None, request.FILES or None)
        comparison, problems = None, []
        if request.method == "POST" and form.is_valid():
            taking = form.is_looked_at
            try:
                comparison = import_centers(
                    data=form.table_bytes,
                    source=form.cleaned_data["source"],
                    as_of=form.cleaned_data["as_of"],
                    now=timezone.now(),
                    dry_run=not taking,
                    expected=form.cleaned_data["looked_at"] if taking else None,
                )
            except TableNotTaken as refusal:
                problems = refusal.problems
            else:
                if taking and comparison.is_taken:
                    self.message_user(request, _taken_words(comparison), messages.SUCCESS)
                    return redirect("admin:centers_center_changelist")
                form = form.to_look_at(comparison)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Take a table over"),
            "opts": self.opts,
            "form": form,
            "problems": problems,
            "comparison": comparison,
            "changed": rows_of(comparison.changed) if comparison else [],
            "kept": rows_of(comparison.kept) if comparison else [],
        }
        status = 422 if problems or form.errors else 200
        return TemplateResponse(request, "centers/admin/import.html", context, status=status)


def _taken_words(comparison):
    return _(
        "%(added)d added, %(changed)d changed, %(kept)d kept, %(removed)d no longer listed."
    ) % {
        "added": len(comparison.added),
        "changed": len(comparison.changed),
        "kept": len(comparison.kept),
        "removed": len(comparison.removed),
    }
