"""No page and no letter shows a resident words that are not in their language."""

import re
from datetime import time, timedelta
from functools import cache
from html.parser import HTMLParser

import polib
import pytest
from django.conf import settings
from django.utils import timezone

from centers.models import Center
from centers.services.table import load_caravans, load_centers
from consultations.models import Booking, Slot
from consultations.services.days import generate_slots
from consultations.services.reference import load_consultation_reference
from consultations.steps import (
    ABOUT,
    CHECK,
    CONTACT,
    DONE,
    INTERPRETER,
    LANGUAGES,
    QUESTIONS,
    TIME,
    WHOM,
)
from consultations.tests.factories import TOKYO, ConsultationDayFactory, ExpertFactory
from consultations.tests.flows import CONSENT, TYPED, Visitor
from interpreters.tests.factories import AssignmentFactory, OfferFactory
from languages import registry
from languages.audience import is_public
from languages.catalogs import catalog_path
from notifications.services import send_due_notices
from schedules.services import load_schedules
from taxonomy.services import load_taxonomy

OTHERS = [code for code in settings.COMPLETE_LANGUAGES if code != "en"]
# No sentence in one of these has four Latin words in a row.
NOT_LATIN = {"ja", "ja-simple", "ne", "my", "ur"}
FOUR_WORDS = re.compile(r"(?:\b[A-Za-z]{2,}\b[\s,]+){3}\b[A-Za-z]{2,}\b")
# A pair of a word and its reading, or a name that was not filled in.
BRACE = re.compile(r"\{[^{}\n]*\|[^{}\n]*\}|\{[a-z_]+\}|%\([a-z_]+\)")
SPOKEN_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label"}
# How a Japanese sentence sounds is written in Latin letters for everybody.
SOUNDS = re.compile(r"\(?(Tasukete|Nihongo)\b[^)]*\)?")
TYPED_WORDS = set(TYPED[ABOUT].values())


@pytest.fixture
def slots(db):
    load_taxonomy()
    load_schedules()
    load_consultation_reference()
    now = timezone.now()
    day = ConsultationDayFactory(
        date=(now + timedelta(days=10)).astimezone(TOKYO).date(),
        booking_opens_at=now - timedelta(days=1),
    )
    plan = {"first_at": time(10), "count": 4, "minutes": 45, "pause": 15}
    return generate_slots(day_id=day.pk, expert_id=ExpertFactory().pk, **plan)


class Crawl:
    """Every page a resident can meet, in one language."""

    def __init__(self, language, slots):
        self.language = language
        self.slots = slots
        self.visitor = Visitor(language)
        # By what they are: one path answers differently at different times.
        self.pages = {}
        for part in (self.public, self.booking, self.move, self.cancel, self.wrong):
            part()
            send_due_notices(timezone.now())

    def keep(self, name, response, status=200):
        assert response.status_code == status, (name, response.status_code)
        self.pages[name] = response.content.decode()

    def answer(self, number, **changes):
        reading = {"reading_language": self.language} if number == LANGUAGES else {}
        return self.visitor.send(number, TYPED[number] | reading | changes)

    def public(self):
        for path in ("", "consultations/", "danger/", "consultations/book/"):
            self.keep(path, self.visitor.get(path))
        load_centers(now=timezone.now())
        center = Center.objects.get(operator__name="鹿児島市", hours_text="")
        for rest in ("", "?prefecture=13", "?prefecture=47", "?q=zz", "?open=now", f"{center.pk}/"):
            self.keep(f"centers {rest}", self.visitor.get(f"centers/{rest}"))
        load_caravans()
        for rest in ("print/13/", "print/47/", "caravan/", "corrected/", f"{center.pk}/correct/"):
            self.keep(f"centers {rest}", self.visitor.get(f"centers/{rest}"))
        self.keep("center asked", self.visitor.get(f"c/{center.link_token}/"))
        self.keep("center corrects", self.visitor.get(f"c/{center.link_token}/fix/"))
        self.keep("center's link unknown", self.visitor.get("c/unknown/"), 404)
        offer = OfferFactory()
        assignment = AssignmentFactory()
        self.keep("offer", self.visitor.get(f"o/{offer.link_token}/"))
        self.keep("offer unknown", self.visitor.get("o/unknown/"), 404)
        self.keep("assignment", self.visitor.get(f"a/{assignment.link_token}/"))
        for status in ("acknowledged", "checked_in", "checked_out", "reported", "returned"):
            type(assignment).objects.filter(pk=assignment.pk).update(status=status)
            self.keep(f"assignment {status}", self.visitor.get(f"a/{assignment.link_token}/"))
        self.visitor.client.cookies["language"] = self.language
        self.keep("languages", self.visitor.client.get("/languages/"))

    def booking(self):
        visitor = self.visitor.begin()
        for number in QUESTIONS:
            self.keep(f"step {number}", visitor.see(number))
            self.keep(f"step {number} empty", visitor.send(number, {}), 422)
            self.answer(number, **({"interpreter_wish": "wanted"} if number == INTERPRETER else {}))
        self.keep("contact wrong", self.answer(CONTACT, email="x@", phone="12"), 422)
        self.keep("begun", visitor.get("consultations/book/"))
        self.keep("times", visitor.see(TIME))
        self.keep("no time chosen", visitor.send(TIME, {}), 422)
        self.keep("time taken", visitor.send(TIME, {"slot": 0}), 409)
        visitor.choose(self.slots[0])
        self.keep("check", visitor.see(CHECK))
        self.keep("no agreement", visitor.send(CHECK, {}), 422)
        visitor.send(CHECK, CONSENT)
        self.keep("done", visitor.see(DONE))

    def move(self):
        visitor, booking = self.visitor, Booking.objects.get()
        stranger = Visitor(self.language)
        self.keep("masked", stranger.get(stranger.link(booking)))
        self.keep("wrong code", stranger.reveal(booking, "1"), 422)
        visitor.reveal(booking)
        for rest in ("", "time/", "cancel/"):
            self.keep(f"link {rest}", visitor.get(visitor.link(booking, rest)))
        self.keep("link no time", visitor.post(visitor.link(booking, "time/")), 422)
        self.keep("link taken", visitor.post(visitor.link(booking, "time/"), {"slot": 0}), 409)
        visitor.post(visitor.link(booking, "time/"), {"slot": self.slots[1].pk})
        self.keep("moved", visitor.get(visitor.link(booking)))

    def cancel(self):
        visitor, booking = self.visitor, Booking.objects.get()
        visitor.post(visitor.link(booking, "cancel/"))
        self.keep("canceled", visitor.get(visitor.link(booking)))
        self.keep("too late", visitor.post(visitor.link(booking, "calendar/")), 409)
        self.keep("link unknown", visitor.get("l/nothing/"), 404)
        self.keep("find", visitor.get("l/"))
        self.keep("find nothing", visitor.post("l/"), 422)
        found = {"number": booking.case.reference, "code": "1"}
        self.keep("find wrongly", visitor.post("l/", found), 422)

    def wrong(self):
        self.keep("nowhere", self.visitor.get("nowhere/"), 404)
        self.keep("unreadable", self.visitor.get("?a=%00"), 400)
        self.keep("gone", Visitor(self.language).see(1), 410)
        self.keep("too large", self.visitor.send(ABOUT, {"message": "x" * 300_000}), 413)
        Slot.objects.filter(bookings=None).delete()
        self.visitor.begin().answer()
        self.keep("no times", self.visitor.see(TIME))


class Texts(HTMLParser):
    """Every text of a page that is read or heard.

    Not what somebody typed, not the options, for languages have a name in ja, in en
    and their own, and not a name that is marked as English.
    """

    def __init__(self, html):
        super().__init__()
        self.found = set()
        self._is_data = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        is_english_name = tag == "bdi" and facts.get("lang") == "en"
        is_filled_option = tag == "option" and bool(facts["value"])
        self._is_data = tag == "textarea" or is_filled_option or is_english_name
        self.found |= {value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value}

    def handle_endtag(self, tag):
        self._is_data = False

    def handle_data(self, data):
        text = " ".join(data.split())
        if text and not self._is_data and text not in TYPED_WORDS:
            self.found.add(text)


@cache
def english(code):
    """What the English texts look like that this language says otherwise."""
    pieces = set()
    for entry in polib.pofile(str(catalog_path(registry.get(code)))):
        said = {entry.msgstr, *entry.msgstr_plural.values()}
        if is_public([path for path, _line in entry.occurrences]) and not entry.obsolete:
            for text in {entry.msgid, entry.msgid_plural} - said:
                pieces.update(re.split(r"<[^>]+>", text))
    patterns = [
        ".+".join(re.escape(part) for part in re.split(r"%\(\w+\)\w|\{\w+\}", piece.strip()))
        for piece in pieces
        if re.search("[A-Za-z]{3}", re.sub(r"%\(\w+\)\w|\{\w+\}", "", piece))
    ]
    return re.compile("|".join(patterns))


def leftovers(texts, code):
    """Texts that stand there in English."""
    texts = {SOUNDS.sub("", text).strip() for text in texts}
    found = {text for text in texts if text and english(code).fullmatch(text)}
    if code in NOT_LATIN:
        found |= {text for text in texts if FOUR_WORDS.search(text)}
    return found


@pytest.mark.parametrize("language", OTHERS)
def test_pages_and_letters_are_wholly_in_their_language(language, slots, mailoutbox):
    pages = Crawl(language, slots).pages

    letters = {
        f"letter {number}": f"<p>{letter.subject}</p>{letter.alternatives[0][0]}"
        for number, letter in enumerate(mailoutbox)
        if letter.to == [TYPED[CONTACT]["email"]]
    }
    assert len(letters) == 3
    found = {
        name: wrong
        for name, html in (pages | letters).items()
        if (wrong := leftovers(Texts(html).found, language))
    }
    assert found == {}


@pytest.mark.parametrize("language", settings.COMPLETE_LANGUAGES)
def test_no_page_and_no_letter_shows_a_brace(language, slots, mailoutbox):
    pages = Crawl(language, slots).pages

    letters = {
        f"letter {number}": f"{letter.subject} {letter.body} {letter.alternatives[0][0]}"
        for number, letter in enumerate(mailoutbox)
    }
    found = {
        name: BRACE.findall(html) for name, html in (pages | letters).items() if BRACE.search(html)
    }
    assert found == {}


def test_the_crawl_would_see_english_and_braces():
    page = "<h1>Your appointment</h1><p title='Canceled'>{漢字|かんじ} Call us: <b>1</b></p>"

    assert leftovers(Texts(page).found, "ja") == {"Your appointment", "Canceled"}
    assert BRACE.findall(page) == ["{漢字|かんじ}"]


def test_own_names_of_languages_say_what_language_they_are_in(slots):
    page = Visitor("ja").begin()
    page.answer(WHOM)

    labels = re.findall(
        r'<label for="id_reading_language_\d+" lang="([^"]+)">([^<]+)</label>',
        page.see(LANGUAGES).content.decode(),
    )

    complete = [registry.get(code) for code in settings.COMPLETE_LANGUAGES]
    assert labels == [(language.tag, language.autonym) for language in complete]
