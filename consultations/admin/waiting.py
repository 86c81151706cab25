"""The waiting list: read here in its order, changed by acts."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, When
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.services import record_access
from cases.admin import RELATED
from cases.models import CaseEvent
from consultations.choices import ON_THE_LIST, WaitingStatus
from consultations.forms import SlotForm
from consultations.models import WaitingEntry
from consultations.selectors import slot_choices
from consultations.services.drafts import SlotTaken
from consultations.services.waiting import OfferLapsed, decline, leave, take
from consultations.services.waiting_desk import NotWaiting, move_to_front, offer_to
from history.sentences import lines_of
from languages import registry
from languages.formatting import format_day, format_moment
from notifications.admin import ShortCountPaginator

OFFER, TAKE, DECLINE, FIRST, REMOVE = ACTS = ("offer", "take", "decline", "first", "remove")
# What can be asked to be shown, and how the access log calls it.
PURPOSES = {"contact": "contact_shown", "code": "code_shown"}
COLORS = {
    WaitingStatus.WAITING: "blue",
    WaitingStatus.OFFERED: "green",
    WaitingStatus.EXPIRED: "red",
}


def waiting_entries_of(case):
    """Links for the page of the case, which knows no waiting list."""
    entries = WaitingEntry.objects.filter(case=case).order_by("pk")
    return [
        (
            _("Waiting list since %(day)s") % {"day": format_day(joined_at, get_language())},
            reverse("admin:consultations_waitingentry_change", args=[number]),
        )
        for number, joined_at in entries.values_list("pk", "joined_at")
    ]


RELATED.append(waiting_entries_of)


class OnTheListFilter(admin.SimpleListFilter):
    title = gettext_lazy("on the list")
    parameter_name = "list"

    def lookups(self, request, model_admin):
        return [("no", _("no longer")), ("all", _("all"))]

    def choices(self, changelist):
        for choice in super().choices(changelist):
            if choice["query_string"] == changelist.get_query_string(remove=["list"]):
                choice["display"] = _("now")
            yield choice

    def queryset(self, request, queryset):
        if self.value() == "all":
            return queryset
        if self.value() == "no":
            return queryset.exclude(status__in=ON_THE_LIST)
        return queryset.on_the_list()


@admin.register(WaitingEntry)
class WaitingEntryAdmin(admin.ModelAdmin):
    list_display = ["reference", "state", "topic", "language", "since", "line", "kept_until"]
    list_filter = [OnTheListFilter, "status"]
    sortable_by = []
    actions = None
    paginator = ShortCountPaginator
    show_full_result_count = False

    def get_queryset(self, request):
        entries = WaitingEntry.objects.visible_to(request.user).with_story().sealed()
        return entries.select_related("case__owner", "case__resident__speaking_language").alias(
            is_over=Case(When(status__in=ON_THE_LIST, then=0), default=1)
        )

    def get_ordering(self, request):
        return ["is_over", "-is_first", "joined_at", "pk"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    # COLUMNS

    @admin.display(description=gettext_lazy("number"))
    def reference(self, entry):
        return str(entry.case)

    @admin.display(description=gettext_lazy("status"))
    def state(self, entry):
        return format_html(
            '<span class="tag tag--{}">{}</span>',
            COLORS.get(entry.status, "gray"),
            entry.get_status_display(),
        )

    @admin.display(description=gettext_lazy("topic"))
    def topic(self, entry):
        return entry.case.primary_topic.label

    @admin.display(description=gettext_lazy("speaks"))
    def language(self, entry):
        return entry.case.resident.speaking_language.label_for(get_language())

    @admin.display(description=gettext_lazy("on the list since"))
    def since(self, entry):
        return format_moment(entry.joined_at, get_language())

    @admin.display(description=gettext_lazy("first in line"), boolean=True)
    def line(self, entry):
        return entry.is_first

    @admin.display(description=gettext_lazy("time kept until"))
    def kept_until(self, entry):
        return format_moment(entry.claim_until, get_language()) if entry.claim_until else "–"

    # PAGES

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path(
                "<int:entry_id>/show/<str:what>/",
                require_POST(view(self.show)),
                name="consultations_waitingentry_show",
            ),
            path(
                "<int:entry_id>/act/<str:name>/",
                require_POST(view(self.act)),
                name="consultations_waitingentry_act",
            ),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not object_id.isdecimal():
            raise Http404
        entry = self._found(request, int(object_id))
        self._note(request, entry, "waiting_entry_opened")
        return self._page(request, entry)

    def history_view(self, request, object_id, extra_context=None):
        """The history of the case stands on the page itself."""
        return redirect("admin:consultations_waitingentry_change", object_id)

    def show(self, request, entry_id, what):
        """What is encrypted or secret, for one look; the access log says so."""
        if what not in PURPOSES:
            raise Http404
        entry = self._found(request, entry_id)
        self._note(request, entry, PURPOSES[what])
        return self._page(request, entry, shown=what)

    def act(self, request, entry_id, name):
        entry = self._found(request, entry_id, to_change=True)
        if name not in ACTS:
            raise Http404
        form = self._slot_form(entry, request.POST) if name == OFFER else None
        if form and not form.is_valid():
            taken = form.has_error("slot", code="invalid_choice")
            return self._page(request, entry, form=form, status=409 if taken else 422)
        try:
            self._do(request, entry, name, form)
        except SlotTaken:
            text = _("Nothing is done: this time is no longer free, or it is too near.")
            self.message_user(request, text, messages.WARNING)
        except OfferLapsed:
            text = _("Nothing is done: the time is kept for this person no longer.")
            self.message_user(request, text, messages.WARNING)
        except NotWaiting:
            text = _("Nothing is done: the person is not waiting any more, or has an offer.")
            self.message_user(request, text, messages.WARNING)
        return redirect("admin:consultations_waitingentry_change", entry.pk)

    def _do(self, request, entry, name, form):
        by, now = request.user, timezone.now()
        if name == OFFER:
            slot_id = form.cleaned_data["slot"]
            offer_to(entry_id=entry.pk, slot_id=slot_id, offered_by=by, now=now)
            text = _("The time is offered. The person is told.")
        elif name == TAKE:
            take(entry_id=entry.pk, told_to=by, now=now)
            text = _("The time is booked.")
        elif name == DECLINE:
            decline(entry_id=entry.pk, told_to=by, now=now)
            text = _("The person waits on, at the same place. The time goes to the next person.")
        elif name == FIRST:
            move_to_front(entry_id=entry.pk, moved_by=by, now=now)
            text = _("The person is first in line.")
        else:
            leave(entry_id=entry.pk, removed_by=by, now=now)
            text = _("The person is off the list.")
        self.message_user(request, text, messages.SUCCESS)

    # WHAT THE PAGES SHARE

    def _found(self, request, entry_id, to_change=False):
        may = self.has_change_permission if to_change else self.has_view_permission
        if not may(request):
            raise PermissionDenied
        entry = self.get_queryset(request).filter(pk=entry_id).first()
        if entry is None:
            raise Http404
        return entry

    def _note(self, request, entry, purpose):
        record_access(
            user=request.user,
            subject=f"cases.Resident:{entry.case.resident_id}",
            purpose=purpose,
            now=timezone.now(),
        )

    def _slot_form(self, entry, data=None):
        choices = slot_choices(
            topic=entry.case.primary_topic_id, language=get_language(), now=timezone.now()
        )
        form = SlotForm(data, choices=choices)
        # The heading of the page is another one.
        form.page_heading = False
        return form

    def _page(self, request, entry, shown="", form=None, status=200):
        resident = entry.case.resident
        events = CaseEvent.objects.filter(case=entry.case_id).select_related("actor")
        may_act = self.has_change_permission(request) and entry.is_on_the_list
        may_offer = may_act and entry.status == WaitingStatus.WAITING
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": entry,
            "entry": entry,
            "color": COLORS.get(entry.status, "gray"),
            "resident": resident,
            "speaking": resident.speaking_language.label_for(get_language()),
            "reading": registry.get(resident.reading_language).autonym,
            "message": entry.answers["answers"]["message"] if shown == "contact" else "",
            "shown": shown,
            "may_act": may_act,
            "has_offer": may_act and entry.status == WaitingStatus.OFFERED,
            "form": (form or self._slot_form(entry)) if may_offer else None,
            "history": lines_of(events.order_by("-happened_at", "-pk")),
        }
        template = "consultations/admin/waiting_entry.html"
        return TemplateResponse(request, template, context, status=status)
