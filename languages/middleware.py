"""The language of each request, and the readings of a finished ja-simple page."""

from django.conf import settings
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from languages import negotiation, readings


class PortalLocaleMiddleware(LocaleMiddleware):
    """The path decides; without a prefix the visitor's choice, then the browser's.

    Staff pages have no prefix and only the staff languages.
    """

    def process_request(self, request):
        translation.activate(self._language(request))
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request, response):
        if not response.get("Content-Type", "").startswith("text/html"):
            # Data for machines are the same whoever asks: one copy for all in shared caches.
            return response
        response = super().process_response(request, response)
        if not translation.get_language_from_path(request.path_info):
            patch_vary_headers(response, ["Cookie"])
        return response

    def _language(self, request):
        if negotiation.is_staff_path(request.path_info):
            return negotiation.staff_language(request)
        return (
            translation.get_language_from_path(request.path_info)
            or negotiation.preferred_language(request)
            or settings.LANGUAGE_CODE
        )


class ReadingsMiddleware:
    """Writes `{漢字|かんじ}` as ruby in ja-simple pages, or without when the reader wishes."""

    COOKIE = "readings"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if translation.get_language() == "ja-simple" and self._is_page(response):
            write = readings.to_ruby if readings_are_on(request) else readings.without_readings
            response.content = write(response.content.decode(response.charset))
            if response.has_header("Content-Length"):
                response.headers["Content-Length"] = str(len(response.content))
            patch_vary_headers(response, ["Cookie"])
        return response

    @staticmethod
    def _is_page(response):
        return (
            not response.streaming
            and response.headers.get("Content-Type", "").startswith("text/html")
            and not response.has_header("Content-Encoding")
        )


def readings_are_on(request):
    return request.COOKIES.get(ReadingsMiddleware.COOKIE) != "off"
