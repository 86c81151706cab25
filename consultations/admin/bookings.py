from datetime import timedelta
from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
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
from consultations.admin import figures, phone, residents
from consultations.admin.acts import ACTS, possible_acts
from consultations.admin.finding import find
from consultations.admin_forms import FindForm
from consultations.choices import ExpertKind
from consultations.models import Booking, ConsultationDay, TransitionNotAllowed
from consultations.services.bookings import BookingNotOpen
from consultations.services.drafts import SlotTaken
from consultations.services.unchanged import BookingChanged, unchanged_since
from history.sentences import lines_of
from interface.numbers import number_in
from interface.returning import back_to_sender
from languages import registry
from languages.formatting import JAPAN, format_day, format_hours
from notifications.admin import ShortCountPaginator

# What can be asked to be shown, and how the access log calls it.
PURPOSES = {"contact": "contact_shown", "code": "code_shown"}


def bookings_of(case):
    """Links for the page of the case, which knows no bookings."""
    bookings = Booking.objects.filter(case=case).select_related("slot").order_by("pk")
    return [
        (
            _("Booking of %(day)s") % {"day": format_day(booking.slot.starts_at, get_language())},
            reverse("admin:consultations_booking_change", args=[booking.pk]),
        )
        for booking in bookings.only("slot__starts_at")
    ]


RELATED.append(bookings_of)


class DayFilter(admin.SimpleListFilter):
    """The days around today; their number does not grow."""

    title = gettext_lazy("consultation day")
    parameter_name = "day"

    def lookups(self, request, model_admin):
        today = timezone.now().astimezone(JAPAN).date()
        chosen = self.chosen()
        near = Q(date__gt=today - timedelta(days=30), date__lt=today + timedelta(days=90))
        days = ConsultationDay.objects.filter(near | Q(pk=chosen))
        days = days.order_by("date", "opens_at", "pk")[:40]
        return [(str(day.pk), format_day(day.date, get_language())) for day in days]

    def chosen(self):
        return number_in(self.value() or "")

    def queryset(self, request, queryset):
        chosen = self.chosen()
        return queryset.filter(slot__day=chosen) if chosen is not None else queryset


class KindFilter(admin.SimpleListFilter):
    title = gettext_lazy("expert kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return ExpertKind.choices

    def queryset(self, request, queryset):
        return queryset.filter(slot__expert__kind=self.value()) if self.value() else queryset


def _event_id(text):
    try:
        return int(text)
    except ValueError:
        # Empty, or no number: it matches no line of the history.
        return None


@admin.register(Booking)
class BookingAdmin(admin.ModelAdmin):
    """Bookings are read here and changed by acts; nothing of them is typed over."""

    change_list_template = "consultations/admin/bookings.html"
    list_display = [
        "reference",
        "time",
        "colored_status",
        "expert_kind",
        "language",
        "mode",
        "owner",
        "source",
    ]
    list_filter = ["status", KindFilter, DayFilter]
    ordering = ["-slot__starts_at", "-pk"]
    sortable_by = []
    actions = None
    paginator = ShortCountPaginator
    show_full_result_count = False

    def get_queryset(self, request):
        return Booking.objects.visible_to(request.user).for_desk()

    def get_ordering(self, request):
        return self.ordering

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        context = {"find_form": FindForm(auto_id="find_%s"), **(extra_context or {})}
        return super().changelist_view(request, context)

    # COLUMNS

    @admin.display(description=gettext_lazy("number"))
    def reference(self, booking):
        return str(booking.case)

    @admin.display(description=gettext_lazy("time"), ordering="slot__starts_at")
    def time(self, booking):
        slot, language = booking.slot, get_language()
        return format_html(
            '{}<br><span class="nowrap">{}</span>',
            format_day(slot.starts_at, language),
            format_hours(slot.starts_at, slot.ends_at, language),
        )

    @admin.display(description=gettext_lazy("expert kind"))
    def expert_kind(self, booking):
        return booking.slot.expert.get_kind_display()

    @admin.display(description=gettext_lazy("status"))
    def colored_status(self, booking):
        return format_html(
            '<span class="tag tag--{}">{}</span>',
            booking.status,
            booking.get_status_display(),
        )

    @admin.display(description=gettext_lazy("speaks"))
    def language(self, booking):
        return booking.case.resident.speaking_language.label_for(get_language())

    @admin.display(description=gettext_lazy("owner"))
    def owner(self, booking):
        return booking.case.owner.get_full_name() if booking.case.owner else "–"

    # PAGES

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("find/", require_POST(view(self.find)), name="consultations_booking_find"),
            path(
                "figures/",
                view(partial(figures.figures, self)),
                name="consultations_booking_figures",
            ),
            path(
                "figures/csv/",
                view(partial(figures.figures_csv, self)),
                name="consultations_booking_figures_csv",
            ),
            path(
                "person/<int:case_id>/",
                view(partial(residents.personal_data, self)),
                name="consultations_resident",
            ),
            path(
                "person/<int:case_id>/export/",
                require_POST(view(partial(residents.export, self))),
                name="consultations_resident_export",
            ),
            path(
                "by-phone/",
                view(partial(phone.by_phone, self)),
                name="consultations_booking_by_phone",
            ),
            path(
                "<int:booking_id>/booked/",
                view(partial(phone.booked, self)),
                name="consultations_booking_booked",
            ),
            path(
                "<int:booking_id>/show/<str:what>/",
                require_POST(view(self.show)),
                name="consultations_booking_show",
            ),
            path(
                "<int:booking_id>/act/<str:name>/", view(self.act), name="consultations_booking_act"
            ),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not object_id.isdecimal():
            raise Http404
        booking = self.booking_for(request, int(object_id))
        self.note(request, booking, "booking_opened")
        return self._page(request, booking)

    def history_view(self, request, object_id, extra_context=None):
        """The history of the case stands on the page itself."""
        return redirect("admin:consultations_booking_change", object_id)

    def show(self, request, booking_id, what):
        """What is encrypted or secret, for one look; the access log says so."""
        if what not in PURPOSES:
            raise Http404
        booking = self.booking_for(request, booking_id)
        self.note(request, booking, PURPOSES[what])
        return self._page(request, booking, shown=what)

    def act(self, request, booking_id, name):
        """GET shows what one act asks; POST does it."""
        booking = self.booking_for(request, booking_id, to_change=True)
        if name not in ACTS:
            raise Http404
        act, now = ACTS[name], timezone.now()
        page = reverse("admin:consultations_booking_change", args=[booking.pk])
        if request.method != "POST":
            if not act.is_possible(booking, now):
                self._say_no(request)
                return redirect(page)
            if act.reveals:
                self.note(request, booking, "contact_shown")
            return self._act_page(request, booking, act, act.empty_form(booking, now))
        form = act.filled_form(request.POST, booking, now)
        if not form.is_valid():
            taken = "slot" in form.fields and form.has_error("slot", code="invalid_choice")
            return self._act_page(request, booking, act, form, status=409 if taken else 422)
        seen = _event_id(request.POST.get("seen", ""))
        try:
            with unchanged_since(booking_id=booking.pk, last_event_id=seen):
                act.run(booking.pk, form.cleaned_data, request.user, now)
        except BookingChanged:
            text = _(
                "Nothing is done: something has happened to %(reference)s since you opened the "
                "page. Look at its history below, then try again."
            )
            self.message_user(request, text % {"reference": booking}, messages.WARNING)
            return redirect(page)
        except (BookingNotOpen, TransitionNotAllowed):
            self._say_no(request)
            return redirect(page)
        except SlotTaken:
            form = act.filled_form(request.POST, booking, now)
            return self._act_page(request, booking, act, form, status=409)
        text = f"{booking}: {act.done}"
        self.message_user(request, text, messages.SUCCESS)
        return back_to_sender(request, page)

    def find(self, request):
        """One box for a number, an address or a telephone; by POST, so that no URL holds it."""
        self.refuse_others(request)
        form = FindForm(request.POST, auto_id="find_%s")
        found = []
        if form.is_valid():
            found = find(form, self.get_queryset(request))
            if form.reference and len(found) == 1:
                return redirect("admin:consultations_booking_change", found[0].pk)
            for resident_id in {booking.case.resident_id for booking in found}:
                record_access(
                    user=request.user,
                    subject=f"cases.Resident:{resident_id}",
                    purpose="found_by_contact",
                    now=timezone.now(),
                )
        context = {"title": _("Find a booking"), "find_form": form, "bookings": found}
        return self.page(request, "consultations/admin/found.html", context)

    # WHAT THE PAGES SHARE

    def refuse_others(self, request, to_change=False):
        may = self.has_change_permission if to_change else self.has_view_permission
        if not may(request):
            raise PermissionDenied

    def booking_for(self, request, booking_id, to_change=False):
        self.refuse_others(request, to_change)
        booking = self.get_queryset(request).filter(pk=booking_id).first()
        if booking is None:
            raise Http404
        return booking

    def note(self, request, booking, purpose):
        record_access(
            user=request.user,
            subject=f"cases.Resident:{booking.case.resident_id}",
            purpose=purpose,
            now=timezone.now(),
        )

    def page(self, request, template, context, status=200):
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, template, context, status=status)

    def _page(self, request, booking, shown=""):
        now = timezone.now()
        resident = booking.case.resident
        events = (
            CaseEvent.objects.filter(case=booking.case_id)
            .select_related("actor")
            .order_by("-happened_at", "-pk")
        )
        context = {
            "title": booking,
            "booking": booking,
            "resident": resident,
            "speaking": resident.speaking_language.label_for(get_language()),
            "second": resident.second_language.label_for(get_language())
            if resident.second_language
            else "",
            "reading": registry.get(resident.reading_language).autonym,
            "acts": [(act, act.empty_form(booking, now)) for act in possible_acts(booking, now)]
            if self.has_change_permission(request)
            else [],
            "history": lines_of(events),
            "shown": shown,
            "may_change_contact": ACTS["contact"].is_possible(booking, now),
            "interpreter_request": booking.interpreter_request,
            "is_late": booking.decide_by is not None and booking.decide_by <= now,
        }
        return self.page(request, "consultations/admin/booking.html", context)

    def _act_page(self, request, booking, act, form, status=200):
        context = {
            "title": act.label,
            "subtitle": booking,
            "booking": booking,
            "act": act,
            "form": form,
            "next": request.POST.get("next", ""),
        }
        return self.page(request, "consultations/admin/act.html", context, status)

    def _say_no(self, request):
        text = _("This is not possible now: the booking is over, or it is not time for it.")
        self.message_user(request, text, messages.WARNING)
