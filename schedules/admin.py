from django.contrib import admin, messages
from django.db.models import F
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from languages.formatting import format_day, format_hours
from schedules.hours import JAPAN
from schedules.models import Closure, Holiday, Schedule, WeeklyRule
from schedules.selectors import load_calendars, week_plan
from schedules.sentences import hours_sentence, status_sentence
from schedules.services import close_at_year_end, load_holidays


def today():
    return timezone.now().astimezone(JAPAN).date()


class WeeklyRuleInline(admin.StackedInline):
    model = WeeklyRule
    extra = 0
    ordering = [F("last_date").desc(nulls_first=True), "weekday", "opens"]
    fields = [("weekday", "week_of_month"), ("opens", "closes"), ("first_date", "last_date")]


class ClosureInline(admin.StackedInline):
    model = Closure
    extra = 1
    ordering = ["starts_date"]
    verbose_name_plural = gettext_lazy("closures from today on")

    def get_queryset(self, request):
        return super().get_queryset(request).filter(ends_date__gte=today())


@admin.register(Schedule)
class ScheduleAdmin(admin.ModelAdmin):
    actions = ["close_at_year_end"]
    fields = [
        "code",
        "name_ja",
        "name_en",
        ("phone", "phone_checked_date"),
        "is_closed_on_holidays",
        "this_week",
    ]
    inlines = [WeeklyRuleInline, ClosureInline]
    list_display = ["name", "status", "hours", "phone", "phone_checked_date"]
    ordering = ["code"]
    readonly_fields = ["this_week"]
    show_full_result_count = False

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        calendars = load_calendars([schedule.code for schedule in changelist.result_list])
        for schedule in changelist.result_list:
            schedule.calendar = calendars[schedule.code]
        return changelist

    def get_readonly_fields(self, request, obj=None):
        # Pages ask for it by this code.
        return [*self.readonly_fields, "code"] if obj else self.readonly_fields

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("now"))
    def status(self, schedule):
        return status_sentence(schedule.calendar, timezone.now(), get_language())

    @admin.display(description=gettext_lazy("weekly hours"))
    def hours(self, schedule):
        return hours_sentence(schedule.calendar, today(), get_language())

    @admin.display(description=gettext_lazy("this week"))
    def this_week(self, schedule):
        if not schedule.pk:
            return _("Shown when the schedule is saved.")
        language = get_language()
        days = format_html_join(
            "",
            "<li>{}: {}</li>",
            (
                (format_day(plan.day, language), _day_words(plan, language))
                for plan in week_plan(schedule.code, timezone.now())
            ),
        )
        return format_html("<ul>{}</ul>", days)

    @admin.action(
        description=gettext_lazy("Close selected schedules from December 29 to January 3"),
        permissions=["change"],
    )
    def close_at_year_end(self, request, queryset):
        created = close_at_year_end(schedules=queryset, year=today().year)
        text = ngettext(
            "%(count)d closure is added. Schedules closed then already are left as they are.",
            "%(count)d closures are added. Schedules closed then already are left as they are.",
            created,
        )
        self.message_user(request, text % {"count": created})


def _day_words(plan, language):
    if plan.holiday:
        return _("closed, holiday (%(name)s)") % {"name": plan.holiday}
    if plan.is_shut:
        return _("closed, as entered under closures")
    if not plan.periods:
        return _("no hours")
    return ", ".join(
        format_hours(period.starts_at, period.ends_at, language) for period in plan.periods
    )


class YearFilter(admin.SimpleListFilter):
    title = gettext_lazy("year")
    parameter_name = "year"
    field = "date"

    def lookups(self, request, model_admin):
        days = model_admin.model.objects.dates(self.field, "year", order="DESC")
        return [(str(day.year), str(day.year)) for day in days]

    def queryset(self, request, queryset):
        if self.value() in dict(self.lookup_choices):
            return queryset.filter(**{f"{self.field}__year": int(self.value())})
        return queryset


@admin.register(Holiday)
class HolidayAdmin(admin.ModelAdmin):
    change_list_template = "schedules/admin/holiday_list.html"
    list_display = ["date", "weekday", "name_ja", "name_en", "is_observed", "is_manual"]
    list_filter = [YearFilter, "is_observed", "is_manual"]
    ordering = ["-date"]
    search_fields = ["name_ja", "name_en"]
    show_full_result_count = False

    @admin.display(description=gettext_lazy("weekday"), ordering="date")
    def weekday(self, holiday):
        return format_day(holiday.date, get_language())

    def get_urls(self):
        load = require_POST(self.admin_site.admin_view(self.load))
        return [path("load/", load, name="schedules_holiday_load"), *super().get_urls()]

    def load(self, request):
        """This year's and next year's holidays from the library, at a button."""
        if not self.has_add_permission(request):
            return redirect("admin:schedules_holiday_changelist")
        year = today().year
        loaded = load_holidays(year, year + 1)
        text = _(
            "Holidays of %(first)d and %(last)d: %(created)d added, %(updated)d renamed, "
            "%(deleted)d taken away. Days changed by hand are left as they are."
        )
        self.message_user(
            request, text % {"first": year, "last": year + 1, **loaded._asdict()}, messages.SUCCESS
        )
        return redirect("admin:schedules_holiday_changelist")

    def has_delete_permission(self, request, obj=None):
        # The next loading would bring it back; "is a holiday" is unticked instead.
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_manual)

    def save_model(self, request, obj, form, change):
        obj.is_manual = True
        super().save_model(request, obj, form, change)


class ClosureYearFilter(YearFilter):
    field = "starts_date"


@admin.register(Closure)
class ClosureAdmin(admin.ModelAdmin):
    list_display = ["starts_date", "ends_date", "closes", "note"]
    list_filter = [ClosureYearFilter, "schedule"]
    list_select_related = ["schedule"]
    ordering = ["-starts_date", "-pk"]
    show_full_result_count = False

    @admin.display(description=gettext_lazy("schedule"), ordering="schedule")
    def closes(self, closure):
        return closure.schedule or _("all schedules")
