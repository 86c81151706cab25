"""The links upward that every page carries, and the telephone that answers."""

from dataclasses import dataclass
from functools import cache

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from languages.context_processors import address_language
from languages.formatting import format_moment
from schedules.hours import JAPAN, is_open, next_opening
from schedules.selectors import OFFICE, remembered_calendar
from schedules.sentences import hours_sentence


@dataclass(frozen=True)
class Contact:
    """The association's telephone, and whether somebody answers it now."""

    phone: str
    is_open: bool
    next_opening: str
    hours: str


@dataclass(frozen=True)
class Addresses:
    """Where the links that stand on every page lead, in one language."""

    home: str
    days: str
    centers: str
    danger: str
    my_language: str
    call_me: str


# The same for everybody; looking six of them up for each page takes its time.
@cache
def addresses_in(language: str) -> Addresses:
    with override(language):
        return Addresses(
            home=reverse("home"),
            days=reverse("consultations:days"),
            centers=reverse("centers:center_list"),
            danger=reverse("consultations:danger"),
            my_language=reverse("consultations:my_language"),
            call_me=reverse("consultations:call_me"),
        )


def navigation(request):
    # In the language of the address, also when a page for staff comes out in another one.
    to = addresses_in(address_language(request) or get_language())
    return {
        "portal_name": "CINGA",
        "danger_url": to.danger,
        "my_language_url": to.my_language,
        "call_me_url": to.call_me,
        "navigation": [
            {"label": label, "url": url, "is_current": request.path == url}
            for label, url in [
                (_("Start"), to.home),
                (_("Free consultations"), to.days),
                (_("Centers near you"), to.centers),
            ]
        ],
        "contact": SimpleLazyObject(contact),
    }


def contact() -> Contact | None:
    """The office's telephone as things stand; nothing while no number is kept."""
    calendar = remembered_calendar(OFFICE)
    if not calendar.phone:
        return None
    now = timezone.now()
    opens_at = next_opening(calendar, now)
    language = get_language()
    return Contact(
        phone=calendar.phone,
        is_open=is_open(calendar, now),
        next_opening=format_moment(opens_at, language) if opens_at else "",
        hours=hours_sentence(calendar, now.astimezone(JAPAN).date(), language),
    )
