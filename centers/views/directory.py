"""The directory as everybody reads it."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from centers import pages
from centers.models import Caravan
from centers.prefectures import BY_CODE
from centers.selectors import (
    all_centers,
    center_by_key,
    coming_week,
    entry_of,
    find_centers,
)
from interface.caching import public, remembered
from interface.qr import qr_svg

# Longer than any name; the rest is cut off and shown so.
LONGEST_SEARCH = 60


@remembered
@public
@require_safe
def center_list(request):
    """The prefectures, and the centers of one or those that match a text."""
    now = timezone.now()
    language = get_language()
    text = request.GET.get("q", "")[:LONGEST_SEARCH].replace("\0", "").strip()
    prefecture = BY_CODE.get(request.GET.get("prefecture", ""))
    languages = pages.languages_to_choose(language)
    spoken = request.GET.get("language", "")
    spoken = spoken if spoken in dict(languages) else ""
    only_open = request.GET.get("open") == "now"
    is_asked = bool(text or prefecture or spoken or only_open)
    found = []
    if is_asked:
        found = find_centers(
            text=text, prefecture=prefecture, language=language, spoken=spoken, now=now
        )
    groups, hidden = pages.grouped(found, only_open=only_open)
    context = {
        "text": text,
        "prefecture": prefecture,
        "languages": languages,
        "spoken": spoken,
        "only_open": only_open,
        "is_asked": is_asked,
        "groups": groups,
        "found": len(found) - hidden,
        "hidden": hidden,
        "show_all": pages.query(request.GET, without="open"),
        "now": now,
        "tiles": pages.tiles(language),
        "as_of": max((c.as_of_date for c in all_centers() if c.as_of_date), default=None),
    }
    return render(request, "centers/center_list.html", context)


@remembered
@public
@require_safe
def center_print(request, code):
    """All centers of a prefecture on paper."""
    prefecture = BY_CODE.get(code)
    if prefecture is None:
        raise Http404
    now = timezone.now()
    found = find_centers(text="", prefecture=prefecture, language=get_language(), now=now)
    page = _address("centers:center_list") + f"?prefecture={code}"
    context = {"prefecture": prefecture, "entries": found, "now": now, "page": page}
    return render(request, "centers/center_print.html", context | {"qr": qr_svg(page)})


@remembered
@public
@require_safe
def center_detail(request, pk):
    """One center: the number to call first, with the age of what is known above it."""
    center = center_by_key(pk)
    if center is None:
        raise Http404
    now = timezone.now()
    today = timezone.localdate(now)
    language = get_language()
    page = _address("centers:center_detail", center.pk)
    context = {
        "center": center,
        "prefecture": BY_CODE[center.operator.prefecture_code],
        "entry": entry_of(center, now),
        "now": now,
        "age": center.age(today),
        "week": pages.week_to_read(coming_week(center, now), language),
        "spoken": pages.names_of(center.spoken, language),
        "map_url": pages.map_url(center),
        "structured": pages.structured_data(center, page, today),
        "page": page,
        "qr": qr_svg(page),
    }
    return render(request, "centers/center_detail.html", context)


@public
@require_safe
def caravan(request):
    """The journeys on which the association visited centers."""
    caravans = Caravan.objects.order_by("-fiscal_year").prefetch_related("legs__visits__center")
    return render(request, "centers/caravan.html", {"caravans": caravans})


def _address(name, *args):
    """The whole address of a page, to be given to others."""
    return settings.LINK_ORIGIN + reverse(name, args=args)
