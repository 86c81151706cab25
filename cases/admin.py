from collections.abc import Callable

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.services import record_access
from cases.choices import CaseOutcome
from cases.models import Case, TransitionNotAllowed
from cases.services import (
    CaseHasOpenWork,
    CriticalDateUnseen,
    close_case,
    reopen_case,
    see_to_critical_date,
    see_to_minor,
    take_case,
)
from history.sentences import lines_of
from interface.references import LENGTH
from interface.returning import back_to_sender
from languages import registry
from languages.formatting import format_day
from notifications.admin import ShortCountPaginator

# What higher apps know of a case: each answers with (label, address) pairs.
RELATED: list[Callable[[Case], list[tuple[str, str]]]] = []

# What must not be missed about a case, and who looks after it.
SEEING_TO = {"minor": see_to_minor, "date": see_to_critical_date}


class CloseForm(forms.Form):
    outcome = forms.ChoiceField(
        label=gettext_lazy("How did it end?"),
        choices=CaseOutcome,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how the case ended.")},
    )


class OwnerFilter(admin.SimpleListFilter):
    title = gettext_lazy("owner")
    parameter_name = "owner"

    def lookups(self, request, model_admin):
        return [("me", _("mine")), ("nobody", _("nobody's"))]

    def queryset(self, request, queryset):
        if self.value() == "me":
            return queryset.filter(owner=request.user)
        return queryset.filter(owner=None) if self.value() == "nobody" else queryset


@admin.register(Case)
class CaseAdmin(admin.ModelAdmin):
    """Cases are read here and moved on by acts; nothing of them is typed over."""

    list_display = ["spoken_reference", "topic", "status", "owner_name", "opened"]
    list_filter = ["status", OwnerFilter]
    list_select_related = ["owner", "primary_topic"]
    search_fields = ["=reference"]
    search_help_text = gettext_lazy("The whole number, for example 1234-5678.")
    ordering = ["-pk"]
    sortable_by = []
    actions = ["take_selected"]
    paginator = ShortCountPaginator
    show_full_result_count = False

    def get_queryset(self, request):
        return Case.objects.visible_to(request.user)

    def get_search_results(self, request, queryset, search_term):
        """Numbers only, with or without the dash."""
        digits = search_term.replace("-", "").replace(" ", "")
        if search_term and not (len(digits) == LENGTH and digits.isdecimal()):
            return queryset.none(), False
        return super().get_search_results(request, queryset, digits)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    # COLUMNS

    @admin.display(description=gettext_lazy("number"))
    def spoken_reference(self, case):
        return str(case)

    @admin.display(description=gettext_lazy("topic"))
    def topic(self, case):
        return case.primary_topic.label

    @admin.display(description=gettext_lazy("owner"))
    def owner_name(self, case):
        return case.owner.get_full_name() if case.owner else "–"

    @admin.display(description=gettext_lazy("opened"))
    def opened(self, case):
        return format_day(case.opened_at, get_language())

    @admin.action(description=gettext_lazy("Take the selected cases"), permissions=["change"])
    def take_selected(self, request, queryset):
        taken = 0
        for case in queryset:
            taken += self._take(request, case)
        text = ngettext("%(count)d case is yours.", "%(count)d cases are yours.", taken)
        self.message_user(request, text % {"count": taken})

    # PAGES

    def get_urls(self):
        def act(view):
            return require_POST(self.admin_site.admin_view(view))

        return [
            path("<int:case_id>/take/", act(self.take), name="cases_case_take"),
            path("<int:case_id>/close/", act(self.close), name="cases_case_close"),
            path("<int:case_id>/reopen/", act(self.reopen), name="cases_case_reopen"),
            path("<int:case_id>/seen/<str:what>/", act(self.see_to), name="cases_case_see_to"),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not object_id.isdecimal():
            raise Http404
        case = self._case(request, int(object_id), self.has_view_permission)
        record_access(
            user=request.user,
            subject=f"cases.Resident:{case.resident_id}",
            purpose="case_opened",
            now=timezone.now(),
        )
        return self._page(request, case, CloseForm())

    def history_view(self, request, object_id, extra_context=None):
        """The history stands on the page itself."""
        return redirect("admin:cases_case_change", object_id)

    def take(self, request, case_id):
        case = self._case(request, case_id, self.has_change_permission)
        if self._take(request, case):
            text = _("%(reference)s is yours.") % {"reference": case}
            self.message_user(request, text, messages.SUCCESS)
        return back_to_sender(request, self._url(case))

    def _take(self, request, case):
        try:
            take_case(case_id=case.pk, owner=request.user, now=timezone.now())
        except TransitionNotAllowed:
            text = _("%(reference)s is closed. Open it again first.") % {"reference": case}
            self.message_user(request, text, messages.WARNING)
            return False
        return True

    def close(self, request, case_id):
        case = self._case(request, case_id, self.has_change_permission)
        form = CloseForm(request.POST)
        if not form.is_valid():
            return self._page(request, case, form, status=422)
        try:
            close_case(
                case_id=case.pk,
                outcome=form.cleaned_data["outcome"],
                closed_by=request.user,
                now=timezone.now(),
            )
        except CaseHasOpenWork:
            text = _(
                "%(reference)s stays open: it has a booking that is not over. Note how the "
                "session went, or cancel the booking. Then close the case."
            )
            self.message_user(request, text % {"reference": case}, messages.WARNING)
        except CriticalDateUnseen:
            text = _(
                "%(reference)s stays open: nobody has seen to the date the person worries about. "
                "See to it, say so on this page, then close the case."
            )
            self.message_user(request, text % {"reference": case}, messages.WARNING)
        except TransitionNotAllowed:
            text = _("%(reference)s is closed already.") % {"reference": case}
            self.message_user(request, text, messages.WARNING)
        else:
            text = _("%(reference)s is closed.") % {"reference": case}
            self.message_user(request, text, messages.SUCCESS)
        return back_to_sender(request, self._url(case))

    def reopen(self, request, case_id):
        case = self._case(request, case_id, self.has_change_permission)
        try:
            reopen_case(case_id=case.pk, reopened_by=request.user, now=timezone.now())
        except TransitionNotAllowed:
            text = _("%(reference)s is open already.") % {"reference": case}
            self.message_user(request, text, messages.WARNING)
        else:
            text = _("%(reference)s is open again.") % {"reference": case}
            self.message_user(request, text, messages.SUCCESS)
        return back_to_sender(request, self._url(case))

    def see_to(self, request, case_id, what):
        """Somebody has looked after what must not be missed."""
        case = self._case(request, case_id, self.has_change_permission)
        if what not in SEEING_TO:
            raise Http404
        SEEING_TO[what](case_id=case.pk, seen_by=request.user, now=timezone.now())
        text = _("%(reference)s: it is noted that you have seen to it.") % {"reference": case}
        self.message_user(request, text, messages.SUCCESS)
        return back_to_sender(request, self._url(case))

    # WHAT THE PAGES SHARE

    def _case(self, request, case_id, has_permission):
        if not has_permission(request):
            raise PermissionDenied
        case = self.get_queryset(request).for_desk().filter(pk=case_id).first()
        if case is None:
            raise Http404
        return case

    def _page(self, request, case, form, status=200):
        language = get_language()
        events = case.events.select_related("actor").order_by("-happened_at", "-pk")
        resident = case.resident
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": case,
            "case": case,
            "resident": resident,
            "speaking": [
                spoken.label_for(language)
                for spoken in (resident.speaking_language, resident.second_language)
                if spoken
            ],
            "reading": registry.get(resident.reading_language).autonym,
            "other_topics": case.other_topics.all(),
            "form": form,
            "related": [link for links_of in RELATED for link in links_of(case)],
            "history": lines_of(events),
            "may_change": self.has_change_permission(request),
        }
        return TemplateResponse(request, "cases/admin/case.html", context, status=status)

    def _url(self, case):
        return reverse("admin:cases_case_change", args=[case.pk])
