"""The pages beside the straight way to a booking speak the reader's language as well."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.tests.factories import MembershipFactory, OrganizationFactory, UserFactory
from cinga.tests.test_words import BRACE, OTHERS, Texts, leftovers
from consultations.models import Booking, Slot, WaitingEntry
from consultations.services import waiting
from consultations.services.bookings import record_no_show
from consultations.services.days import generate_slots
from consultations.services.reference import load_consultation_reference
from consultations.services.sessions import end_session
from consultations.steps import CARE, CHECK, CONTACT, DONE, LANGUAGES, QUESTIONS, TIME, WHOM
from consultations.tests.factories import TOKYO, ConsultationDayFactory, ExpertFactory
from consultations.tests.flows import CONSENT, TYPED, Visitor
from notifications.services import send_due_notices
from schedules.services import load_schedules
from taxonomy.services import load_taxonomy

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
CALL = {"speaking_language": "ti", "phone": "090-1234-5678", "discretion": "unsure"}


@pytest.fixture
def slots(db):
    load_taxonomy()
    load_schedules()
    load_consultation_reference()
    return new_slots(in_days=10, count=6)


def new_slots(in_days, count=4):
    now = timezone.now()
    day = ConsultationDayFactory(
        date=(now + in_days * DAY).astimezone(TOKYO).date(), booking_opens_at=now - DAY
    )
    plan = {"first_at": time(10), "count": count, "minutes": 45, "pause": 15}
    return generate_slots(day_id=day.pk, expert_id=ExpertFactory().pk, **plan)


class Doors:
    """Every page of the other doors and of the evenings when things go wrong."""

    def __init__(self, language, slots):
        self.language = language
        self.slots = slots
        self.pages = {}
        self.people = iter(range(100))
        for part in (
            self.call,
            self.own_language,
            self.for_another,
            self.for_a_client,
            self.proof,
            self.hour,
            self.afterwards,
            self.let_down,
            self.address,
            self.waiting,
            self.delete,
        ):
            part()
            send_due_notices(timezone.now())

    def keep(self, name, response, *statuses):
        assert response.status_code in (statuses or {200}), (name, response.status_code)
        self.pages[name] = response.content.decode()
        return response

    def follow(self, name, visitor, rest, data=None, *statuses):
        response = visitor.post(rest, data)
        while "Location" in response.headers:
            response = visitor.client.get(response.headers["Location"])
        return self.keep(name, response, *statuses)

    def somebody(self, **changes):
        """A browser that has answered all questions but the time."""
        visitor = Visitor(self.language).begin()
        email = f"resident{next(self.people)}@example.org"
        for number in QUESTIONS:
            reading = {"reading_language": self.language} if number == LANGUAGES else {}
            fields = {"email": email} if number == CONTACT else {}
            visitor.send(number, TYPED[number] | reading | fields | changes)
        return visitor

    def booked(self, slot, **changes):
        visitor = self.somebody(**changes).choose(slot)
        visitor.send(CHECK, CONSENT)
        booking = Booking.objects.with_story().get(draft_key=visitor.draft_key)
        visitor.reveal(booking)
        return visitor, booking

    def call(self):
        visitor = Visitor(self.language)
        page = self.keep("call", visitor.get("call/"))
        key = re.search(r'name="key" value="([^"]+)"', page.content.decode())[1]
        self.keep("call empty", visitor.post("call/", {"key": key}), 422)
        asked = CALL | {"key": key, "consent": "on"}
        self.follow("call asked", visitor, "call/", asked)

    def own_language(self):
        visitor = Visitor(self.language)
        self.keep("my language", visitor.get("my-language/"))
        self.keep("my language empty", visitor.post("my-language/"), 422)
        nothing = {"speaking_language": "ti", "reading_language": "none"}
        self.follow("nothing I can read", visitor, "my-language/", nothing)

    def for_another(self):
        visitor = Visitor(self.language).begin()
        near = (timezone.now() + 3 * DAY).astimezone(TOKYO).date().isoformat()
        changes = {"for_whom": "other", "channel": "none", "time_zone": "Europe/Paris"}
        for number in QUESTIONS:
            self.keep(f"other {number}", visitor.see(number))
            if number not in (WHOM, CARE):
                self.keep(f"other {number} empty", visitor.send(number, {}), 422)
            worry = {"is_minor": "True", "date_worry": "yes", "critical_date": near}
            visitor.send(number, TYPED[number] | changes | (worry if number == CARE else {}))
        self.keep("other times", visitor.see(TIME))
        visitor.choose(self.slots[0])
        self.keep("other check", visitor.see(CHECK))
        self.keep("other not agreed", visitor.send(CHECK, CONSENT), 422)
        visitor.send(CHECK, CONSENT | {"person_agrees": "on"})
        self.keep("other done", visitor.see(DONE))

    def for_a_client(self):
        organization = OrganizationFactory(approved_at=timezone.now(), approved_by=UserFactory())
        user = UserFactory(language="ja")
        MembershipFactory(user=user, organization=organization)
        clerk = Visitor(self.language)
        clerk.client.force_login(user)
        self.keep("client", clerk.get("consultations/for-a-client/"))
        start = {"organization": organization.pk, "client_language": self.language}
        clerk.post("consultations/for-a-client/", start | {"attends_at_organization": "on"})
        self.keep("client step", clerk.see(WHOM + 1))
        self.keep("client phone", clerk.get("b/phone/"))

    def proof(self):
        self.booked(self.slots[1], email="lan@example.org")
        visitor = self.somebody(email="lan@example.org").choose(self.slots[2])
        self.follow("proof", visitor, f"b/{CHECK}/", CONSENT)
        self.follow("proof sent", visitor, "b/proof/", {"send": "1"})
        self.keep("proof wrong", visitor.post("b/proof/", {"code": "1"}), 422)
        by_phone = {"channel": "phone", "phone": "090-1234-5678", "email": ""}
        self.booked(self.slots[3], **by_phone)
        visitor = self.somebody(**by_phone).choose(self.slots[4])
        self.follow("proof by phone", visitor, f"b/{CHECK}/", CONSENT)

    def at(self, booking, starts_at):
        """Let the hour of the session be another one."""
        Slot.objects.filter(pk=booking.slot_id).update(
            starts_at=starts_at, ends_at=starts_at + 45 * MINUTE
        )
        Booking.objects.filter(pk=booking.pk).update(
            booked_at=min(starts_at, timezone.now()) - 9 * DAY
        )

    def hour(self):
        [slot] = new_slots(in_days=11, count=1)
        visitor, booking = self.booked(slot)
        link = visitor.link(booking)
        now = timezone.now()
        self.at(booking, now + 2 * DAY)
        self.keep("asked", visitor.get(link))
        self.keep("asked masked", Visitor(self.language).get(link))
        self.follow("coming", visitor, f"{link}coming/")
        self.follow("letter again", visitor, f"{link}letter/")
        self.at(booking, now + 5 * MINUTE)
        self.keep("before the hour", visitor.get(link))
        Booking.objects.get(pk=booking.pk).put_room("https://example.zoom.us/j/1")
        self.keep("at the hour", visitor.get(link))
        visitor.post(f"{link}join/")
        self.keep("cannot connect", visitor.post(f"{link}call-me/"), 200, 422)
        self.keep("no number", visitor.post(f"{link}call-me/", {"phone": "1"}), 422)
        self.follow("called soon", visitor, f"{link}call-me/", {"phone": "090-1234-5678"})
        self.at(booking, now - 7 * MINUTE)
        self.keep("late", visitor.get(link))
        self.at(booking, now - HOUR)
        end_session(
            booking_id=booking.pk,
            outcome="advice_given",
            takeaways="1",
            noted_by=booking.slot.expert.account,
            actor_role="expert",
            now=now,
        )
        self.keep("afterwards", visitor.get(link))

    def afterwards(self):
        [slot] = new_slots(in_days=12, count=1)
        visitor, booking = self.booked(slot)
        self.at(booking, timezone.now() - HOUR)
        self.missed(booking, "client")
        self.keep("missed", visitor.get(visitor.link(booking)))

    def missed(self, booking, party):
        record_no_show(
            booking_id=booking.pk,
            party=party,
            recorded_by=booking.slot.expert.account,
            now=timezone.now(),
        )

    def let_down(self):
        Slot.objects.filter(bookings=None).delete()
        [slot] = new_slots(in_days=13, count=1)
        visitor, booking = self.booked(slot)
        self.at(booking, timezone.now() - 30 * MINUTE)
        self.missed(booking, "expert")
        shown = visitor.client.get(visitor.path(visitor.link(booking)), follow=True)
        self.keep("let down", shown)
        WaitingEntry.objects.update(status="left", slot=None, claim_until=None)

    def address(self):
        [slot] = new_slots(in_days=14, count=1)
        visitor, booking = self.booked(slot)
        link = visitor.link(booking)
        self.keep("address", visitor.get(f"{link}address/"))
        self.keep("address wrong", visitor.post(f"{link}address/", {"channel": "email"}), 422)
        plan = {"channel": "email", "email": "right@example.org", "discretion": "private"}
        self.follow("address saved", visitor, f"{link}address/", plan)

    def waiting(self):
        Slot.objects.filter(bookings=None).delete()
        visitor = self.somebody(email="waits@example.org")
        self.keep("nothing free", visitor.see(TIME))
        self.keep("wait", visitor.get("b/wait/"))
        self.keep("wait empty", visitor.post("b/wait/"), 422)
        self.follow("waits", visitor, "b/wait/", {"consent": "on"})
        entry = WaitingEntry.objects.waiting().get()
        page = f"w/{entry.link_token}/"
        self.keep("waiting masked", Visitor(self.language).get(page))
        self.follow("waiting", visitor, f"{page}show/", {"code": entry.link_code})
        for number, act in enumerate(["decline", "lapse", "take"]):
            slot = new_slots(in_days=20 + number, count=1)[0]
            if act == "take":
                self.follow("back", visitor, f"{page}back/")
            waiting.offer_free_slots(now=self.noon())
            entry.refresh_from_db()
            assert entry.slot_id == slot.pk
            self.keep(f"offer {act}", visitor.get(page))
            send_due_notices(self.noon())
            if act == "lapse":
                waiting.offer_free_slots(now=entry.claim_until)
                self.keep("lapsed", visitor.get(page))
                send_due_notices(entry.claim_until + MINUTE)
            else:
                self.follow(act, visitor, f"{page}{act}/")

    def noon(self):
        """Tomorrow at noon in Japan, when people are awake and offers are told."""
        tomorrow = (timezone.now() + DAY).astimezone(TOKYO).date()
        return datetime.combine(tomorrow, time(12), TOKYO)

    def delete(self):
        [slot] = new_slots(in_days=15, count=1)
        visitor, booking = self.booked(slot)
        link = visitor.link(booking)
        self.keep("delete", visitor.get(f"{link}delete/"))
        self.follow("deleted", visitor, f"{link}delete/")


def letters_in(outbox):
    return {
        f"letter {number}": f"<p>{letter.subject}</p>{letter.alternatives[0][0]}"
        for number, letter in enumerate(outbox)
        if re.match(r"(resident\d+|lan|waits|right)@", letter.to[0])
    }


@pytest.mark.parametrize("language", OTHERS)
def test_the_other_doors_are_wholly_in_their_language(language, slots, mailoutbox):
    pages = Doors(language, slots).pages

    letters = letters_in(mailoutbox)
    assert len(letters) >= 9
    found = {
        name: wrong
        for name, html in (pages | letters).items()
        if (wrong := leftovers(Texts(html).found, language))
    }
    assert found == {}


@pytest.mark.parametrize("language", settings.COMPLETE_LANGUAGES)
def test_the_other_doors_show_no_brace(language, slots, mailoutbox):
    pages = Doors(language, slots).pages

    found = {
        name: BRACE.findall(html)
        for name, html in (pages | letters_in(mailoutbox)).items()
        if BRACE.search(html)
    }
    assert found == {}
