"""The links upward that every page carries, and the telephone that answers."""

from dataclasses import dataclass

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


def navigation(request):
    # In the language of the address, also when a page for staff comes out in another one.
    with override(address_language(request) or get_language()):
        home_url = reverse("home")
        days_url = reverse("consultations:days")
        centers_url = reverse("centers:center_list")
        others = {
            "danger_url": reverse("consultations:danger"),
            "my_language_url": reverse("consultations:my_language"),
            "call_me_url": reverse("consultations:call_me"),
        }
    return {
        "portal_name": "CINGA",
        **others,
        "navigation": [
            {"label": label, "url": url, "is_current": request.path == url}
            for label, url in [
                (_("Start"), home_url),
                (_("Free consultations"), days_url),
                (_("Centers near you"), centers_url),
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
