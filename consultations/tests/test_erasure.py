"""After "delete my data" nothing in the database tells of the person."""

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.utils import timezone

from cases.models import Case, CaseEvent, Resident
from consultations import letters
from consultations.models import Booking, CallRequest, Slot, WaitingEntry
from consultations.services.erasure import erase_resident
from consultations.services.waiting import join_from_draft
from consultations.tests.acts import ANSWERS, begin_draft, book, every_row
from consultations.tests.factories import NOW, BookingFactory, SlotFactory
from consultations.tests.flows import Visitor
from notifications.choices import NoticeState
from notifications.models import Notice
from notifications.services import send_due_notices
from privacy.digests import lookup_digest

pytestmark = pytest.mark.usefixtures("reference_data")

CANARIES = {
    "nickname": "Canary-nickname",
    "email": "canary-mail@example.org",
    "phone": "+819011112222",
    "message": "canary-message",
    "language_variety": "canary-variety",
}
TYPED = {
    **CANARIES,
    "room": "https://canary-room.example/j/1",
    "takeaways": "canary-takeaways",
    "line": "canary-line",
    "payload": "canary-payload",
}
DIGESTS = [
    lookup_digest(CANARIES["email"], "email"),
    lookup_digest(CANARIES["phone"], "phone"),
    "canary-network",
]


def everything_kept() -> str:
    """All values of all tables, what is encrypted as it was typed."""
    return repr(
        [
            list(model._base_manager.values_list())
            for model in apps.get_models(include_auto_created=True)
        ]
    )


def traces():
    kept = everything_kept()
    return [canary for canary in [*TYPED.values(), *DIGESTS] if canary in kept]


@pytest.fixture
def booking():
    """A person with all that the portal can keep of one."""
    booking = book(SlotFactory(), **CANARIES, interpreter_wish="wanted")
    Booking.objects.update(network="canary-network")
    booking = Booking.objects.with_story().get()
    booking.put_room(TYPED["room"])
    booking.put_takeaways(TYPED["takeaways"])
    digest = lookup_digest(CANARIES["phone"], "phone")
    entry = WaitingEntry(
        case=booking.case,
        joined_at=NOW,
        payload=json.dumps(ANSWERS | {"message": TYPED["payload"]}),
        contact_digest=digest,
        network="canary-network",
    )
    entry.set_link_digest()
    entry.save()
    CallRequest.objects.create(
        case=booking.case,
        key="5f0c0ae5-4f5c-4c62-9a3c-000000000001",
        message=TYPED["line"],
        asked_at=NOW,
        contact_digest=digest,
        network="canary-network",
    )
    return booking


def erase(booking, role="resident", now=NOW + timedelta(hours=1)):
    return erase_resident(resident_id=booking.case.resident_id, actor_role=role, now=now)


def test_the_scan_finds_every_canary_before(booking):
    """Else its silence afterwards would prove nothing."""
    assert traces() == [*TYPED.values(), *DIGESTS]


@pytest.mark.parametrize("role", ["resident", "coordinator", "system"])
def test_no_table_holds_a_trace_afterwards(booking, role):
    erase(booking, role)

    assert traces() == []


def test_what_was_open_is_ended_and_the_expert_is_told(booking):
    Booking.objects.update(status="confirmed", decide_by=None)
    mail.outbox.clear()

    erase(booking)
    send_due_notices(now=NOW + timedelta(hours=2))

    booking.refresh_from_db()
    assert (booking.status, booking.canceled_by) == ("canceled", "resident")
    assert WaitingEntry.objects.get().status == "left"
    assert CallRequest.objects.get().answered_at
    assert set(Slot.objects.free(NOW + timedelta(hours=2))) == {booking.slot}
    assert [letter.to for letter in mail.outbox] == [[booking.slot.expert.account.email]]


def test_no_letter_and_no_call_is_left_for_the_person(booking):
    erase(booking)

    notices = Notice.objects.filter(recipient_key=booking.case.resident.key)
    assert set(notices.values_list("state", "reason")) == {(NoticeState.OBSOLETE, "data_erased")}


def test_letters_that_are_on_their_way_are_composed_no_more(booking):
    """A worker that had claimed a letter, and failed, asks its composer again."""
    erase(booking)
    Notice.objects.filter(recipient_key=booking.case.resident.key).update(
        state=NoticeState.RETRYING, next_look_at=NOW
    )
    mail.outbox.clear()

    send_due_notices(now=NOW + timedelta(hours=2))

    assert not [letter for letter in mail.outbox if "canary" in str(letter.to)]
    assert not Notice.objects.filter(
        recipient_key=booking.case.resident.key,
        state__in=[NoticeState.SENT, NoticeState.FAILED, NoticeState.RETRYING],
    ).exclude(due_at__gt=NOW + timedelta(hours=2))


def test_the_links_open_nothing_and_the_case_is_counted_still(booking):
    old, entry_token = booking.link_token, WaitingEntry.objects.get().link_token

    erase(booking)

    case, resident = Case.objects.get(), Resident.objects.get()
    assert not Booking.objects.for_token(old).exists()
    assert not WaitingEntry.objects.for_token(entry_token).exists()
    assert (case.status, case.outcome) == ("anonymized", "withdrawn")
    assert case.primary_topic_id == "work"
    assert (resident.channel, resident.speaking_language_id) == ("none", "vi")


def test_a_closed_case_keeps_its_outcome(booking):
    Case.objects.get().close(outcome="advice_given", at=NOW)

    erase(booking)

    assert Case.objects.get().outcome == "advice_given"


def test_the_history_stays_and_says_who_asked(booking):
    before = CaseEvent.objects.count()

    erase(booking, "system")

    event = CaseEvent.objects.order_by("-pk").first()
    assert CaseEvent.objects.count() > before
    assert (event.verb, event.actor_role, event.details) == (
        "consultations.data_erased",
        "system",
        {},
    )


def test_twice_is_once(booking):
    erase(booking)
    before = every_row()

    erase(booking, now=NOW + timedelta(days=1))

    assert every_row() == before


def test_other_people_keep_everything(booking):
    other = book(SlotFactory(), email="minh@example.org")
    kept = Booking.objects.filter(pk=other.pk).values().get()

    erase(booking)

    assert Booking.objects.filter(pk=other.pk).values().get() == kept
    assert other.case.resident.email == "minh@example.org"


def test_a_session_that_has_begun_is_left_to_the_expert(booking):
    Booking.objects.update(status="confirmed", decide_by=None)

    erase(booking, now=booking.slot.starts_at + timedelta(minutes=5))

    late = Booking.objects.with_story().get()
    late.put_takeaways("canary-takeaways")
    assert late.status == "confirmed"
    assert traces() == []


# ON THE PAGE


@pytest.fixture
def visitor():
    visitor = Visitor("en")
    visitor.booking = book(SlotFactory(), now=timezone.now(), **CANARIES)
    visitor.reveal(visitor.booking, visitor.booking.link_code)
    return visitor


def test_the_page_says_what_goes_and_what_stays_and_changes_nothing(visitor):
    before = every_row()

    page = visitor.get(visitor.link(visitor.booking, "delete/"))

    assert page.status_code == 200
    assert "Your appointment will be canceled" in page.text
    assert letters.when(visitor.booking, "en") in page.text
    assert every_row() == before


def test_sending_it_deletes_and_leaves_without_a_trace(visitor):
    response = visitor.post(visitor.link(visitor.booking, "delete/"))

    assert (response.status_code, response["Location"]) == (303, "/en/l/deleted/")
    assert response["Clear-Site-Data"] == '"cookies", "storage"'
    assert traces() == []
    assert visitor.get("l/deleted/").status_code == 200
    assert visitor.get(visitor.link(visitor.booking)).status_code == 404


def test_whoever_has_only_the_link_deletes_nothing():
    booking = BookingFactory()
    stranger = Visitor("en")
    before = every_row()

    response = stranger.post(stranger.link(booking, "delete/"))

    assert response.status_code == 302
    assert every_row() == before


def test_what_was_said_stays_readable_after_the_session(visitor):
    booking = Booking.objects.with_story().get()
    booking.put_takeaways("اردو میں <b>\nsecond")
    Slot.objects.update(
        starts_at=timezone.now() - timedelta(hours=2), ends_at=timezone.now() - timedelta(hours=1)
    )
    assert "Confirmed" not in visitor.get(visitor.link(booking)).text
    booking.complete(outcome="advice_given", at=timezone.now())

    page = visitor.get(visitor.link(booking)).text

    assert '<p dir="auto" translate="no">اردو میں &lt;b&gt;</p>' in page
    assert '<p dir="auto" translate="no">second</p>' in page
    assert "This page stays for 180 days" in page


def test_who_only_waits_deletes_from_the_page_of_the_list():
    visitor = Visitor("en")
    now = timezone.now()
    draft = begin_draft(now=now, **CANARIES)
    entry = join_from_draft(key=draft.key, consent_language="en", network="", now=now)
    found = visitor.post("l/", {"number": entry.case.reference, "code": entry.link_code})
    assert found["Location"] == f"/en/w/{entry.link_token}/"
    assert "/delete/" in visitor.client.get(found["Location"]).text

    page = visitor.get(f"w/{entry.link_token}/delete/")
    response = visitor.post(f"w/{entry.link_token}/delete/")

    assert page.status_code == 200
    assert response["Location"] == "/en/l/deleted/"
    assert traces() == []
    assert WaitingEntry.objects.get().status == "left"
