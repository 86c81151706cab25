"""The directory for machines, the same for everybody."""

from calendar import timegm
from functools import partial
from hashlib import sha256

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from centers import hsds, open_data
from centers.selectors import listed_centers
from interface.caching import public

JSON = "application/json; charset=utf-8"


@require_safe
@public
def centers_json(request):
    return _download(request, open_data.as_json, JSON)


@require_safe
@public
def centers_csv(request):
    response = _download(request, open_data.as_csv, "text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="centers.csv"'
    return response


@require_safe
@public
def hsds_index(request):
    address = settings.LINK_ORIGIN + reverse("open_data:hsds_index")
    return _download(request, partial(hsds.as_index, address=address), JSON)


@require_safe
@public
def hsds_table(request, name):
    try:
        return _download(request, partial(hsds.as_table, name), JSON)
    except KeyError:
        raise Http404 from None


def _download(request, write, content_type):
    """The whole directory, or 304 for who has it already."""
    centers = listed_centers()
    body = write(centers)
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    changed_at = open_data.changed_at(centers)
    modified = changed_at and timegm(changed_at.utctimetuple())
    response = HttpResponse(body, content_type=content_type)
    response["ETag"] = etag
    if modified:
        response["Last-Modified"] = http_date(modified)
    # Anybody's page may read it: it holds nothing that is not for everybody.
    response["Access-Control-Allow-Origin"] = "*"
    return get_conditional_response(request, etag, modified, response)
