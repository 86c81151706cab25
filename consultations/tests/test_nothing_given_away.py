"""What others can see in passing tells nothing of a person who must be careful.

That is: the tab and the list of visited pages, the address bar, the list of letters with
sender, subject and first words, the calendar of the family, the list of downloads.
"""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import override
from icalendar import Calendar

from consultations import urls
from consultations.letters import RESIDENT_LETTERS, letter_for
from consultations.models import Booking, Slot
from consultations.services.bookings import cancel_booking, move_booking
from consultations.services.contacts import send_letter_again
from consultations.services.waiting import join_from_draft, offer_free_slots, put_first
from consultations.steps import CHECK, DONE, QUESTIONS
from consultations.tests.acts import begin_draft, book
from consultations.tests.factories import SlotFactory
from consultations.tests.flows import CONSENT, Visitor
from interface.references import spoken
from languages.readings import to_plain
from notifications.letters import build_message
from notifications.services import send_due_notices
from taxonomy.models import Language, Topic

pytestmark = pytest.mark.usefixtures("reference_data")

CODES = settings.COMPLETE_LANGUAGES
NICKNAME, MESSAGE, ADDRESS = "Canary", "canary-message", "canary@example.org"
ASSOCIATION = ["CINGA", "国際活動市民", "シンガ"]
USUAL, NEUTRAL = "https://cinga.example.org", "https://n.example.net"
DISCREET = {
    "nickname": NICKNAME,
    "message": MESSAGE,
    "email": ADDRESS,
    "discretion": "shared",
}
# Public pages, or pages of people who sign in.
NOT_PERSONAL = {"days", "danger", "support"}
STAFF = "agenda"
TITLE = re.compile(r"<title>(.*?)</title>", re.S)


@pytest.fixture(autouse=True)
def domains():
    with override_settings(
        LINK_ORIGIN=USUAL,
        NEUTRAL_LINK_ORIGIN=NEUTRAL,
        DEFAULT_FROM_EMAIL="CINGA <desk@cinga.example.org>",
        NEUTRAL_FROM_EMAIL="Reservation <r@n.example.net>",
        ALLOWED_HOSTS=["testserver", "n.example.net"],
    ):
        yield


def canaries(booking, language):
    """All that would tell: who, by whom, about what, in which language, with whom."""
    topic = Topic.objects.get(code="work")
    spoken_language = Language.objects.get(code="vi")
    with override(language):
        words = [
            topic.label,
            spoken_language.label_for(language),
            spoken_language.autonym,
            booking.slot.expert.get_kind_display(),
        ]
    words = [to_plain(str(word)) for word in words]
    number = [booking.case.reference, spoken(booking.case.reference)]
    return [NICKNAME, MESSAGE, ADDRESS, booking.slot.expert.name, *ASSOCIATION, *number, *words]


def found(text, booking, language):
    text = to_plain(text).casefold()
    return [word for word in canaries(booking, language) if word.casefold() in text]


def make(language, **changes):
    answers = DISCREET | {"reading_language": language} | changes
    return book(SlotFactory(), now=timezone.now(), **answers)


# PAGES


def own_names():
    """Every page a resident can open with GET, by the name of its address."""
    names = [pattern.name for pattern in urls.urlpatterns]
    return [name for name in names if name not in NOT_PERSONAL and not name.startswith(STAFF)]


def addresses(booking, entry, language):
    known = {
        "step": [{"number": number} for number in [*QUESTIONS, *range(1, DONE + 1)]],
        "on_phone": [{"sealed": "x"}],
    }
    with override(language):
        for name in own_names():
            subject = entry if name.startswith("waiting") else booking
            takes_token = "<str:token>" in str(pattern_of(name).pattern)
            default = [{"token": subject.link_token}] if takes_token else [{}]
            for arguments in known.get(name, default):
                yield reverse(f"consultations:{name}", kwargs=arguments)


def pattern_of(name):
    return next(pattern for pattern in urls.urlpatterns if pattern.name == name)


def join(language):
    now = timezone.now()
    draft = begin_draft(now=now, **DISCREET | {"reading_language": language})
    return join_from_draft(key=draft.key, consent_language=language, network="", now=now)


@pytest.mark.parametrize("language", CODES)
def test_titles_and_addresses_tell_nothing(language):
    visitor = Visitor(language)
    SlotFactory()
    visitor.begin().answer(reading_language=language, **DISCREET)
    booking, entry = make(language), join(language)
    visitor.reveal(booking, booking.link_code)
    visitor.post(f"w/{entry.link_token}/show/", {"code": entry.link_code})
    titles = set()

    for address in addresses(booking, entry, language):
        page = visitor.client.get(address)
        assert found(address, booking, language) == []
        if page.status_code in {301, 302, 405}:
            continue
        [title] = TITLE.findall(page.text)
        titles.add(title)
        assert found(title, booking, language) == [], address
    assert len(titles) > 8


@pytest.mark.parametrize("language", CODES)
def test_the_title_of_a_page_with_errors_tells_nothing(language):
    visitor = Visitor(language)
    booking = make(language)
    visitor.begin()
    visitor.reveal(booking, booking.link_code)

    pages = [visitor.send(number, {}) for number in QUESTIONS]
    pages.append(visitor.post("l/", {"number": booking.case.reference, "code": "1"}))
    pages.append(visitor.post(visitor.link(booking, "address/"), {}))

    for page in pages:
        [title] = TITLE.findall(page.text)
        assert found(title, booking, language) == []


def test_the_last_page_of_a_booking_tells_nothing_in_its_title():
    visitor = Visitor("vi")
    slot = SlotFactory()
    visitor.begin().answer(**DISCREET).choose(slot)
    visitor.send(CHECK, CONSENT)
    booking = Booking.objects.with_story().get()

    page = visitor.see(DONE)

    assert page.status_code == 200
    assert found(TITLE.findall(page.text)[0], booking, "vi") == []


# LETTERS


def seen_of(message):
    """All of a letter: whoever lets nothing slip there lets nothing slip in its first words."""
    html = [part for part, kind in message.alternatives if kind == "text/html"]
    headers = message.message()
    shown = [headers[name] for name in ("From", "Subject", "Message-ID")]
    return " ".join([*shown, message.subject, message.from_email, message.body, *html])


def check_letter(message, booking, language):
    # The recipient's own address stands in no part of it but the envelope.
    seen = seen_of(message)
    assert found(strip_tags(seen), booking, language) == []
    assert "cinga" not in seen.casefold()
    assert message.from_email == "Reservation <r@n.example.net>"
    assert "n.example.net>" in message.message()["Message-ID"]
    links = re.findall(r"https?://[^\s\"<>]+", seen)
    assert links
    assert all(link.startswith(f"{NEUTRAL}/{language}/") for link in links), links


@pytest.mark.parametrize("kind", RESIDENT_LETTERS)
@pytest.mark.parametrize("language", CODES)
def test_every_letter_about_a_booking_tells_nothing(kind, language):
    booking = make(language)
    write, _true_in = RESIDENT_LETTERS[kind]

    message = build_message(letter_for(booking, write), message_id="1")

    check_letter(message, booking, language)


@pytest.mark.parametrize("language", CODES)
def test_what_is_really_sent_tells_nothing(language):
    """From the booking to the waiting list, through the outbox."""
    now = timezone.now()
    booking = make(language)
    move_booking(booking_id=booking.pk, slot_id=SlotFactory().pk, actor_role="resident", now=now)
    send_due_notices(now=now)
    send_letter_again(booking_id=booking.pk, now=now)
    send_due_notices(now=now + timedelta(minutes=1))
    booking = cancel_booking(booking_id=booking.pk, canceled_by="coordinator", now=now)
    join(language)
    put_first(booking=booking, now=now)
    offer_free_slots(now=now)
    for hours in (1, 12, 24):
        send_due_notices(now=now + timedelta(hours=hours))

    letters = [letter for letter in mail.outbox if letter.to == [ADDRESS]]

    assert len(letters) >= 4
    for letter in letters:
        check_letter(letter, booking, language)


def test_who_need_not_be_careful_gets_the_usual_sender_and_all_the_words():
    """The negative control: what is looked for above can be found."""
    booking = make("en", discretion="private")
    write, _true_in = RESIDENT_LETTERS["booking_confirmed"]

    message = build_message(letter_for(booking, write), message_id="1")

    seen = seen_of(message)
    assert spoken(booking.case.reference) in found(seen, booking, "en")
    assert "CINGA" in found(seen, booking, "en")
    assert f"{USUAL}/en/l/{booking.link_token}/" in seen


# CALENDARS AND DOWNLOADS


@pytest.mark.parametrize("language", CODES)
def test_calendar_file_and_its_name_tell_nothing(language):
    visitor = Visitor(language)
    booking = make(language)
    visitor.reveal(booking, booking.link_code)

    response = visitor.post(visitor.link(booking, "calendar/"))

    [event] = Calendar.from_ical(response.content).events
    assert found(response.text, booking, language) == []
    assert "cinga" not in response.text.casefold()
    assert event["uid"].endswith("@n.example.net")
    assert set(event) <= {
        "UID",
        "SEQUENCE",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "CLASS",
    }
    assert response["Content-Disposition"] == 'attachment; filename="calendar.ics"'


def test_the_neutral_domain_leads_to_the_page():
    booking = make("vi")
    path = f"/vi/l/{booking.link_token}/"

    response = Visitor("vi").client.get(path, headers={"host": "n.example.net"})

    assert response.status_code == 200
    assert Slot.objects.count() == 1
