"""A small site: one page per language, one page without, one that shows readings."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpResponse
from django.urls import include, path
from django.utils.translation import get_language

PAGE = (
    "<title>{予約|よやく}</title><p>{予約|よやく}</p>"
    '<textarea>{予約|よやく}</textarea><input value="{予約|よやく}">'
)


def language_of_page(request):
    return HttpResponse(get_language())


def page_with_readings(request):
    return HttpResponse(PAGE)


def text_with_readings(request):
    return HttpResponse(PAGE, content_type="text/plain")


urlpatterns = [
    path("", include("languages.urls")),
    path("plain/", language_of_page),
    path("admin/", language_of_page),
    *i18n_patterns(
        path("", language_of_page),
        path("page/", page_with_readings),
        path("text/", text_with_readings),
    ),
]
