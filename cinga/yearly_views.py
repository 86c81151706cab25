"""The page of the yearly report, on paper and as a file."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import is_coordinator
from cinga.yearly import YearlyReport, yearly_report
from consultations.figures.files import everything_csv, table_csv
from consultations.figures.statistics import Period
from desk.letters import DESK
from schedules.fiscal import first_day_of, fiscal_year_of, year_of
from schedules.hours import JAPAN
from schedules.selectors import load_calendar


def yearly(request, *, site):
    """Of the year that is asked for, otherwise of the last one that is over."""
    if not is_coordinator(request.user):
        raise PermissionDenied
    today = timezone.localdate(timezone.now(), JAPAN)
    this_year = fiscal_year_of(today)
    year = year_of(request.GET.get("year", ""), otherwise=this_year - 1)
    is_public = request.GET.get("public") == "1"
    # Twice in a running year, the difference would show what one office asked in between.
    is_running = is_public and year >= this_year
    if is_running:
        report = YearlyReport(year, is_public, None, ())
    else:
        report = yearly_report(year, calendar=load_calendar(DESK), is_public=is_public)
    if request.GET.get("csv"):
        return _file(report, request.GET.get("figure", ""))
    more = "&public=1" if is_public else ""
    context = {
        **site.each_context(request),
        "title": _("Yearly report"),
        "report": report,
        "is_running": is_running,
        "years": [(each, f"?year={each}{more}") for each in _around(year, this_year)],
        "switch_url": f"?year={year}" + ("" if is_public else "&public=1"),
        "file_url": f"?year={year}{more}&csv=1",
        "as_of": timezone.now(),
    }
    return TemplateResponse(request, "cinga/yearly.html", context)


def _around(year, this_year):
    """The years to choose from; none that has not begun, but the one that is shown."""
    return [each for each in range(year - 3, year + 4) if each <= max(year, this_year)]


def _file(report, code):
    year = report.fiscal_year
    if code:
        figure = next((each for each in report.figures if each.code == code), None)
        if figure is None:
            raise Http404
        text = table_csv(figure)
    else:
        period = Period(first_day_of(year), date(year + 1, 3, 31))
        text = everything_csv(report.figures, period=period, program="")
    name = "-".join(part for part in ["yearly", str(year), code] if part)
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
