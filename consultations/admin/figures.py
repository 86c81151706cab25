"""The numbers of the consultations: for coordinators, and for what they publish."""

from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from consultations.figures.files import everything_csv, table_csv
from consultations.figures.periods import PRESETS, PeriodForm
from consultations.figures.report import report_of
from consultations.figures.statistics import statistics_of
from languages.formatting import format_day

PAGE = "admin:consultations_booking_figures"
FILE = "admin:consultations_booking_figures_csv"


def figures(pages, request):
    """`pages` is the booking admin, which checks rights and dresses the page."""
    pages.refuse_others(request)
    now = timezone.now()
    form = PeriodForm(request.GET, now=now)
    context = {
        "title": _("Figures"),
        "form": form,
        "presets": _presets(request, form.is_valid() and form.chosen),
    }
    if not form.is_valid():
        return pages.page(request, "consultations/admin/figures.html", context, status=422)
    query = _query(request)
    context |= {
        "report": _report(form, now),
        "span": _span(form.shown_period()),
        "program": form.cleaned_data["program"],
        "for_publication": form.cleaned_data["publication"],
        "are_tables_open": "tables" in request.GET,
        "open_tables_url": f"?{_with(query, tables='open')}",
        "file_url": f"{reverse(FILE)}?{urlencode(query)}",
        "as_of": now,
    }
    return pages.page(request, "consultations/admin/figures.html", context)


def figures_csv(pages, request):
    """One figure, or all of them, as a file with what the page shows."""
    pages.refuse_others(request)
    now = timezone.now()
    form = PeriodForm(request.GET, now=now)
    if not form.is_valid():
        raise Http404
    report, period, code = _report(form, now), form.shown_period(), request.GET.get("figure", "")
    if code:
        figure = next((figure for figure in report.figures if figure.code == code), None)
        if figure is None:
            raise Http404
        text = table_csv(figure)
    else:
        program = form.cleaned_data["program"]
        text = everything_csv(
            report.figures, period=period, program=program.code if program else ""
        )
    parts = ["figures", code, str(period.since or ""), str(period.until or "")]
    name = "-".join(part for part in parts if part)
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _report(form, now):
    period, program = form.shown_period(), form.cleaned_data["program"]
    return report_of(
        statistics_of(period=period, program_id=program.pk if program else None, now=now),
        period=period,
        language=get_language(),
        for_publication=form.cleaned_data["publication"],
    )


def _query(request):
    """What was chosen, without what was left empty."""
    names = ["period", "since", "until", "program", "publication"]
    return {name: request.GET[name] for name in names if request.GET.get(name)}


def _with(query, **more):
    return urlencode(query | more)


def _presets(request, chosen):
    """A link for each, which keeps the program and the switch."""
    kept = {
        name: value for name, value in _query(request).items() if name in {"program", "publication"}
    }
    return [
        (label, f"?{_with(kept, period=name)}", name == chosen) for name, label in PRESETS.items()
    ]


def _span(period):
    days = {
        name: format_day(day, get_language()) if day else ""
        for name, day in (("since", period.since), ("until", period.until))
    }
    if period.since and period.until:
        return _("%(since)s to %(until)s") % days
    if period.since:
        return _("from %(since)s on") % days
    return _("until %(until)s") % days if period.until else _("all sessions")
