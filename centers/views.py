from calendar import timegm
from hashlib import sha256

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from centers import open_data
from centers.prefectures import ALL, BY_CODE
from centers.selectors import all_centers, counts, find_centers
from interface.caching import public

# Longer than any name; the rest is cut off and shown so.
LONGEST_SEARCH = 60


@public
@require_safe
def center_list(request):
    """The prefectures, and the centers of one or those that match a text."""
    text = request.GET.get("q", "")[:LONGEST_SEARCH].replace("\0", "").strip()
    prefecture = BY_CODE.get(request.GET.get("prefecture", ""))
    is_asked = bool(text or prefecture)
    found = []
    if is_asked:
        found = find_centers(text=text, prefecture=prefecture, language=get_language())
    number_of = counts()
    context = {
        "text": text,
        "prefecture": prefecture,
        "is_asked": is_asked,
        "centers": found,
        "tiles": [(each, number_of[each.code]) for each in ALL],
        "as_of": max((c.as_of_date for c in all_centers() if c.as_of_date), default=None),
    }
    return render(request, "centers/center_list.html", context)


@public
@require_safe
def center_detail(request, pk):
    """One center: the number to call first, with the age of what is known above it."""
    center = next((each for each in all_centers() if each.pk == pk), None)
    if center is None:
        raise Http404
    prefecture = BY_CODE[center.operator.prefecture_code]
    context = {"center": center, "prefecture": prefecture}
    return render(request, "centers/center_detail.html", context)


@require_safe
@public
def centers_json(request):
    return _download(request, open_data.as_json, "application/json; charset=utf-8")


@require_safe
@public
def centers_csv(request):
    response = _download(request, open_data.as_csv, "text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="centers.csv"'
    return response


def _download(request, write, content_type):
    """The whole directory, or 304 for who has it already."""
    centers = open_data.listed_centers()
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
