from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consultations.admin import drop_outs
from consultations.admin_forms import DayForm, NewDayForm, SlotPlanForm, check_plan
from consultations.choices import OCCUPYING_STATUSES, BookingStatus
from consultations.models import Booking, ConsultationDay, Slot
from consultations.selectors import kinds_by_day
from consultations.services.days import (
    ExpertNotFree,
    SlotInUse,
    SlotsOutsideDay,
    delete_slot,
    generate_slots,
)
from consultations.services.waiting import offer_day
from interface.concurrency import VersionedAdminMixin
from interface.references import spoken
from interface.returning import back_to_sender
from languages.formatting import JAPAN, format_day


class WhenFilter(admin.SimpleListFilter):
    title = gettext_lazy("when")
    parameter_name = "when"

    def lookups(self, request, model_admin):
        return [("coming", _("today and later")), ("past", _("before today"))]

    def queryset(self, request, queryset):
        today = timezone.now().astimezone(JAPAN).date()
        if self.value() == "coming":
            return queryset.filter(date__gte=today)
        return queryset.filter(date__lt=today) if self.value() == "past" else queryset


@admin.register(ConsultationDay)
class ConsultationDayAdmin(VersionedAdminMixin, admin.ModelAdmin):
    form = DayForm
    change_form_template = "consultations/admin/day.html"
    list_display = ["day", "hours", "kinds", "free", "booked", "is_published"]
    list_filter = [WhenFilter, "is_published", "program"]
    ordering = ["-date", "-opens_at", "-pk"]
    sortable_by = []
    show_full_result_count = False
    actions = ["publish", "unpublish"]
    plan_fields = ["expert", ("first_at", "count"), ("minutes", "pause")]
    own_fields = [
        ("opens_at", "closes_at"),
        "platform",
        "program",
        "booking_opens_at",
        "booking_closes_at",
        "is_published",
    ]

    def get_queryset(self, request):
        booked = Q(slots__bookings__status__in=OCCUPYING_STATUSES)
        return (
            super()
            .get_queryset(request)
            .annotate(
                slot_count=Count("slots", distinct=True),
                booked_count=Count("slots", filter=booked, distinct=True),
            )
        )

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        days = list(changelist.result_list)
        kinds = kinds_by_day(days)
        for day in days:
            day.kind_labels = kinds[day.pk]
        changelist.result_list = days
        return changelist

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return [
                (None, {"fields": ["date", *self.plan_fields]}),
                (_("The day"), {"fields": self.own_fields}),
            ]
        return super().get_fieldsets(request, obj)

    def get_fields(self, request, obj=None):
        return ["date", *self.own_fields]

    def get_readonly_fields(self, request, obj=None):
        # The slots would stay on the old date.
        return ["date"] if obj and obj.slots.exists() else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = NewDayForm
        form = super().get_form(request, obj, change=change, **kwargs)
        form.now = timezone.now()
        return form

    def has_delete_permission(self, request, obj=None):
        return False

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if not change:
            generate_slots(day_id=form.instance.pk, **form.plan())
        offer_day(day_id=form.instance.pk, now=timezone.now())

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (ExpertNotFree, SlotsOutsideDay):
            # Checked before; somebody else was faster, and the day is not saved either.
            text = _("Nothing is saved: this expert has just got another slot at these times.")
            self.message_user(request, text, messages.ERROR)
            return redirect(request.path)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            context["slots"] = slots_of(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_add(self, request, obj, post_url_continue=None):
        """To the day itself, where its slots are seen."""
        self.message_user(request, _("The day and its slots are saved."), messages.SUCCESS)
        return redirect("admin:consultations_consultationday_change", obj.pk)

    # COLUMNS

    @admin.display(description=gettext_lazy("date"), ordering="date")
    def day(self, day):
        return format_day(day.date, get_language())

    @admin.display(description=gettext_lazy("hours"))
    def hours(self, day):
        return f"{day.opens_at:%H:%M}–{day.closes_at:%H:%M}"

    @admin.display(description=gettext_lazy("expert kinds"))
    def kinds(self, day):
        return ", ".join(map(str, day.kind_labels))

    @admin.display(description=gettext_lazy("free"))
    def free(self, day):
        return day.slot_count - day.booked_count

    @admin.display(description=gettext_lazy("booked"))
    def booked(self, day):
        return day.booked_count

    # ACTS

    @admin.action(description=gettext_lazy("Publish the selected days"), permissions=["change"])
    def publish(self, request, queryset):
        count = self._each_locked(queryset, ConsultationDay.publish)
        text = ngettext("%(count)d day is published.", "%(count)d days are published.", count)
        self.message_user(request, text % {"count": count})

    @admin.action(
        description=gettext_lazy("Take the selected days off the public page"),
        permissions=["change"],
    )
    def unpublish(self, request, queryset):
        count = self._each_locked(queryset, ConsultationDay.unpublish)
        text = ngettext(
            "%(count)d day is no longer public. What is booked stays.",
            "%(count)d days are no longer public. What is booked stays.",
            count,
        )
        self.message_user(request, text % {"count": count})

    def _each_locked(self, queryset, act):
        with transaction.atomic():
            days = list(
                ConsultationDay.objects.filter(pk__in=queryset.values("pk")).select_for_update()
            )
            for day in days:
                act(day)
                offer_day(day_id=day.pk, now=timezone.now())
        return len(days)

    # SLOTS

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path(
                "<int:day_id>/slots/",
                view(self.add_slots),
                name="consultations_consultationday_slots",
            ),
            path(
                "<int:day_id>/drop-out/",
                view(partial(drop_outs.day_falls_out, self)),
                name="consultations_consultationday_drop_out",
            ),
            path(
                "slots/<int:slot_id>/delete/",
                require_POST(view(self.delete_slot)),
                name="consultations_slot_remove",
            ),
            *super().get_urls(),
        ]

    def _check(self, request):
        if not self.has_change_permission(request):
            raise PermissionDenied

    def add_slots(self, request, day_id):
        """More slots for a day: another expert, or the afternoon."""
        self._check(request)
        day = self.get_queryset(request).filter(pk=day_id).first()
        if day is None:
            raise Http404
        form = SlotPlanForm(request.POST or None, day=day, initial={"first_at": day.opens_at})
        if form.is_valid():
            try:
                with transaction.atomic():
                    slots = generate_slots(day_id=day.pk, **form.plan())
                    offer_day(day_id=day.pk, now=timezone.now())
            except (ExpertNotFree, SlotsOutsideDay):
                check_plan(form, day, form.plan())
            else:
                text = ngettext(
                    "%(count)d slot is added.", "%(count)d slots are added.", len(slots)
                )
                self.message_user(request, text % {"count": len(slots)}, messages.SUCCESS)
                return redirect("admin:consultations_consultationday_change", day.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Add slots"),
            "subtitle": format_day(day.date, get_language()),
            "day": day,
            "form": form,
            "slots": slots_of(day),
            "opts": self.opts,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "consultations/admin/slots.html", context, status=status)

    def delete_slot(self, request, slot_id):
        self._check(request)
        try:
            slot = delete_slot(slot_id=slot_id, now=timezone.now())
        except Slot.DoesNotExist:
            raise Http404 from None
        except SlotInUse:
            text = _("The slot stays: somebody has booked it, or is booking it at this moment.")
            self.message_user(request, text, messages.WARNING)
            return back_to_sender(request, "admin:index")
        self.message_user(request, _("The slot is deleted."), messages.SUCCESS)
        return redirect("admin:consultations_consultationday_change", slot.day_id)


def slots_of(day):
    """The slots with whoever has them now, in one query."""
    occupying = Booking.objects.occupying().filter(slot=OuterRef("pk"))
    slots = list(
        Slot.objects.filter(day=day)
        .select_related("expert")
        .annotate(
            booking_id=Subquery(occupying.values("pk")[:1]),
            booking_status=Subquery(occupying.values("status")[:1]),
            booking_reference=Subquery(occupying.values("case__reference")[:1]),
            first_booking=Min("bookings__pk"),
        )
        .order_by("starts_at", "pk")
    )
    for slot in slots:
        if slot.booking_id:
            slot.status_label = BookingStatus(slot.booking_status).label
            slot.spoken_reference = spoken(slot.booking_reference)
    return slots
