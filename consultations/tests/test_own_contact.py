"""What residents do themselves when the letter did not come or the address was wrong."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts import roles
from accounts.tests.clients import signed_in
from cases.models import CaseEvent
from consultations.models import Booking
from consultations.services.contacts import (
    CHANGES_A_DAY,
    LETTERS_A_DAY,
    ContactTaken,
    change_contact,
    change_own_contact,
)
from consultations.steps import DONE
from consultations.tests.acts import BY_PHONE, book, every_row
from consultations.tests.factories import NOW, BookingFactory, SlotFactory
from consultations.tests.flows import Visitor
from notifications.models import Notice
from notifications.services import send_due_notices
from privacy.digests import lookup_digest
from privacy.models import Attempt

pytestmark = pytest.mark.usefixtures("reference_data")

MINUTE = timedelta(minutes=1)
PLAN = {
    "channel": "email",
    "email": "right@example.org",
    "phone": "",
    "discretion": "private",
    "safe_hours": [],
}
BY_CALL = PLAN | {"channel": "phone", "email": "", "phone": "+819012345678"}


@pytest.fixture
def owner():
    """A browser that has opened a booking whose letter went to the wrong address."""
    visitor = Visitor("en")
    now = timezone.now()
    visitor.booking = book(SlotFactory(), now=now, email="wrong@example.org")
    send_due_notices(now=now)
    mail.outbox.clear()
    visitor.reveal(visitor.booking, visitor.booking.link_code)
    return visitor


def letters_to(address):
    return [letter for letter in mail.outbox if letter.to == [address]]


def send_letters():
    send_due_notices(now=timezone.now() + MINUTE)


# ANOTHER ADDRESS


def test_the_right_address_gets_the_new_link_and_the_old_one_is_unknown(owner):
    old = owner.link(owner.booking)

    saved = owner.post(f"{old}address/", PLAN)
    send_letters()

    booking = Booking.objects.get()
    [letter] = letters_to("right@example.org")
    assert saved["Location"] == owner.path(owner.link(booking, "saved/"))
    assert booking.link_token in letter.body
    assert letters_to("wrong@example.org") == []
    unknown = Visitor("en").get("l/nonsense/")
    dead = Visitor("en").get(old)
    assert (dead.status_code, unknown.status_code) == (404, 404)
    assert dead.text.replace(owner.booking.link_token, "") == unknown.text.replace("nonsense", "")


def test_the_browser_that_did_it_stays_inside_and_sees_the_new_code(owner):
    old_code = owner.booking.link_code

    owner.post(owner.link(owner.booking, "address/"), PLAN)

    booking = Booking.objects.with_story().get()
    page = owner.get(owner.link(booking, "saved/"))
    assert page.status_code == 200
    assert booking.link_code in page.text
    assert "right@example.org" in page.text
    assert owner.get(owner.link(booking, "address/")).status_code == 200
    stranger = Visitor("en")
    assert stranger.get(stranger.link(booking, "saved/")).status_code == 302
    assert stranger.reveal(booking, old_code).status_code == 422


def test_the_history_says_that_the_resident_did_it(owner):
    owner.post(owner.link(owner.booking, "address/"), PLAN)

    event = CaseEvent.objects.get(verb="consultations.contact_changed")
    assert (event.actor, event.actor_role) == (None, "resident")
    assert event.details == {"booking": owner.booking.pk, "link_revoked": True}


def test_one_open_booking_is_counted_by_the_new_address(owner):
    owner.post(owner.link(owner.booking, "address/"), PLAN)

    assert Booking.objects.get().contact_digest == lookup_digest("right@example.org", "email")


@pytest.mark.parametrize("language", ["en", "ur"])
def test_an_address_with_another_open_booking_is_refused_without_saying_so(owner, language):
    book(SlotFactory(), now=timezone.now(), email="right@example.org")
    owner.language = language
    before = every_row()

    refused = owner.post(owner.link(owner.booking, "address/"), PLAN)

    assert every_row() == before
    assert refused.status_code == 429
    for _each in range(CHANGES_A_DAY):
        limited = owner.post(owner.link(owner.booking, "address/"), PLAN)
    assert limited.text == refused.text


def test_a_session_that_is_over_stands_in_nobodys_way(owner):
    other = book(SlotFactory(), now=timezone.now(), email="right@example.org")
    past = timezone.now() - timedelta(hours=3)
    type(other.slot).objects.filter(pk=other.slot_id).update(
        starts_at=past, ends_at=past + timedelta(minutes=45)
    )

    assert owner.post(owner.link(owner.booking, "address/"), PLAN).status_code == 302


def test_a_coordinator_is_not_held_up_by_another_booking():
    first = book(SlotFactory(), email="right@example.org")
    second = book(SlotFactory(), email="wrong@example.org")
    coordinator = signed_in(roles.COORDINATOR).user

    change_contact(booking_id=second.pk, changed_by=coordinator, now=NOW, **PLAN)

    digests = Booking.objects.order_by("pk").values_list("contact_digest", flat=True)
    assert list(digests) == [first.contact_digest, ""]


def test_the_sixth_change_of_a_day_leads_to_the_telephone():
    booking = book(SlotFactory())
    for number in range(CHANGES_A_DAY):
        plan = PLAN | {"email": f"n{number}@example.org"}
        assert change_own_contact(booking_id=booking.pk, now=NOW, **plan)
    visitor = Visitor("en")
    booking = Booking.objects.get()
    visitor.reveal(booking, booking.link_code)
    Attempt.objects.update(happened_at=timezone.now())

    response = visitor.post(visitor.link(booking, "address/"), PLAN)

    assert response.status_code == 429
    assert "<title>Please call us</title>" in response.text
    change_own_contact(booking_id=booking.pk, now=timezone.now() + timedelta(days=1), **PLAN)


def test_tries_for_taken_addresses_count_too():
    book(SlotFactory(), email="right@example.org")
    booking = book(SlotFactory(), email="wrong@example.org")

    for _each in range(CHANGES_A_DAY):
        with pytest.raises(ContactTaken):
            change_own_contact(booking_id=booking.pk, now=NOW, **PLAN)

    assert Attempt.objects.filter(what="contact_change").count() == CHANGES_A_DAY


@pytest.mark.parametrize("rest", ["address/", "saved/"])
def test_a_masked_page_shows_no_address(owner, rest):
    owner.post(owner.link(owner.booking, "hide/"))
    before = every_row()

    shown = owner.get(owner.link(owner.booking, rest))
    sent = owner.post(owner.link(owner.booking, "address/"), PLAN)

    assert (shown.status_code, sent.status_code) == (302, 302)
    assert every_row() == before


@pytest.mark.parametrize("changes", [{"email": ""}, {"email": "x@"}, {"channel": "phone"}])
def test_a_plan_that_reaches_nobody_is_refused(owner, changes):
    before = every_row()

    response = owner.post(owner.link(owner.booking, "address/"), PLAN | changes)

    assert response.status_code == 422
    assert every_row() == before


def test_when_it_has_begun_nothing_is_changed(owner):
    type(owner.booking.slot).objects.update(starts_at=timezone.now() - MINUTE)
    before = every_row()

    assert owner.post(owner.link(owner.booking, "address/"), PLAN).status_code == 409
    assert owner.post(owner.link(owner.booking, "letter/")).status_code == 409
    assert every_row() == before


# FROM LETTERS TO CALLS AND BACK


@pytest.mark.parametrize("is_sent_first", [True, False])
def test_back_from_calls_to_the_same_address_the_letter_comes_again(is_sent_first):
    """Nothing that was held back in between may stand in its way."""
    booking = book(SlotFactory(), email="right@example.org")
    if is_sent_first:
        send_due_notices(now=NOW)
    change_own_contact(booking_id=booking.pk, now=NOW + MINUTE, **BY_CALL)
    send_due_notices(now=NOW + 2 * MINUTE)
    change_own_contact(booking_id=booking.pk, now=NOW + 3 * MINUTE, **PLAN)
    send_due_notices(now=NOW + 4 * MINUTE)
    mail.outbox.clear()
    change_own_contact(booking_id=booking.pk, now=NOW + 5 * MINUTE, **BY_CALL)
    change_own_contact(booking_id=booking.pk, now=NOW + 6 * MINUTE, **PLAN)

    send_due_notices(now=NOW + 7 * MINUTE)

    [letter] = letters_to("right@example.org")
    assert Booking.objects.get().link_token in letter.body


def test_a_channel_that_is_safe_again_brings_back_what_was_held_back():
    """The same address all the time: the link stays, and so does the row of its letter."""
    booking = book(SlotFactory(), **BY_PHONE | {"email": "right@example.org", "mode": "video"})
    by_call = BY_CALL | {"email": "right@example.org"}
    change_own_contact(booking_id=booking.pk, now=NOW, **PLAN)
    change_own_contact(booking_id=booking.pk, now=NOW, **by_call)
    send_due_notices(now=NOW + MINUTE)
    assert letters_to("right@example.org") == []

    change_own_contact(booking_id=booking.pk, now=NOW + 2 * MINUTE, **PLAN)
    send_due_notices(now=NOW + 3 * MINUTE)

    assert len(letters_to("right@example.org")) == 1


# THE LETTER DID NOT COME


def test_the_letter_comes_again_with_the_same_link(owner):
    again = owner.post(owner.link(owner.booking, "letter/"))
    send_letters()

    [letter] = letters_to("wrong@example.org")
    assert again["Location"] == owner.path(owner.link(owner.booking, "sent/"))
    assert owner.get(owner.link(owner.booking, "sent/")).status_code == 200
    assert owner.booking.link_token in letter.body
    assert CaseEvent.objects.get(verb="consultations.letter_sent_again").actor_role == "resident"


def test_three_letters_a_day_and_then_the_telephone(owner):
    for _each in range(LETTERS_A_DAY):
        assert owner.post(owner.link(owner.booking, "letter/")).status_code == 302
        send_letters()
    before = every_row()

    stopped = owner.post(owner.link(owner.booking, "letter/"))
    send_letters()

    assert stopped.status_code == 429
    assert every_row() == before
    assert len(letters_to("wrong@example.org")) == LETTERS_A_DAY


def test_a_letter_that_is_about_to_leave_is_not_doubled():
    visitor = Visitor("en")
    booking = visitor.book(SlotFactory())

    visitor.post(visitor.link(booking, "letter/"))
    send_letters()

    assert len(letters_to("lan@example.org")) == 1


def test_the_browser_that_booked_asks_from_its_last_page():
    visitor = Visitor("en")
    booking = visitor.book(SlotFactory())
    send_letters()
    page = visitor.see(DONE).text

    response = visitor.post(visitor.link(booking, "letter/"))

    assert f'action="{visitor.path(visitor.link(booking, "letter/"))}"' in page
    assert "lan@example.org" in page
    assert response.status_code == 302
    assert Notice.objects.filter(kind="booking_link").count() == 1


def test_from_its_last_page_one_tap_leads_to_the_address():
    visitor = Visitor("en")
    booking = visitor.book(SlotFactory())

    response = visitor.post(visitor.link(booking, "show/"), {"to": "address"})

    assert response["Location"] == visitor.path(visitor.link(booking, "address/"))
    assert visitor.get(visitor.link(booking, "address/")).status_code == 200


def test_strangers_send_nobody_letters():
    booking = BookingFactory()
    stranger = Visitor("en")
    before = every_row()

    response = stranger.post(stranger.link(booking, "letter/"))

    assert response["Location"] == stranger.path(stranger.link(booking))
    assert every_row() == before


def test_who_is_called_is_offered_no_letter():
    visitor = Visitor("en")
    booking = book(SlotFactory(), now=timezone.now(), **BY_PHONE)
    visitor.reveal(booking, booking.link_code)

    page = visitor.get(visitor.link(booking)).text

    assert visitor.link(booking, "letter/") not in page
    assert visitor.link(booking, "address/") in page
    assert visitor.post(visitor.link(booking, "letter/")).status_code == 409
