"""One network, however many people or programs sit in it, cannot take every slot."""

import json
import re
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import count

import pytest
from django.core import mail
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from cases.models import Case, Resident
from consultations.models import Booking, Draft, Slot
from consultations.services import limits
from consultations.services.bookings import cancel_booking
from consultations.services.drafts import (
    SlotTaken,
    hold_slot,
    purge_drafts,
    save_answers,
    start_draft,
    wipe_draft,
)
from consultations.services.limits import AlreadyBooked, ProofNeeded, check_code, new_code
from consultations.services.making import book_from_draft
from consultations.steps import CHECK, DONE, TIME
from consultations.tests.acts import ANSWERS, BY_PHONE, every_row, send_draft
from consultations.tests.factories import (
    NOW,
    ConsultationDayFactory,
    ExpertFactory,
    SlotFactory,
    TopicExpertKindFactory,
)
from consultations.tests.flows import CONSENT, Visitor
from privacy.models import Attempt
from privacy.networks import TooManyAttempts, network_digest
from taxonomy.tests.factories import LanguageFactory, TopicFactory

pytestmark = pytest.mark.django_db

HERE = "203.0.113"
MINUTE = timedelta(minutes=1)
people = count()


@pytest.fixture(autouse=True)
def lists():
    LanguageFactory(code="vi")
    TopicExpertKindFactory(topic=TopicFactory(code="work"))


@pytest.fixture
def slots():
    day = ConsultationDayFactory()
    return [SlotFactory(day=day, expert=ExpertFactory(account=None)) for _each in range(8)]


def draft_here(address=f"{HERE}.7", now=NOW, **changes):
    """Somebody on the network who has answered every question but the time."""
    number = next(people)
    key = f"00000000-0000-4000-8000-{number:012d}"
    network = network_digest(address, now)
    start_draft(key=key, replacing=None, network=network, now=now)
    others = {"email": f"person{number}@example.org"} | changes
    return save_answers(key=key, answers=ANSWERS | others, now=now)


def hold_here(slot, now=NOW, **changes):
    return hold_slot(key=draft_here(now=now, **changes).key, slot_id=slot.pk, now=now)


def held(now=NOW):
    return Slot.objects.filter(held_until__gt=now).unbooked().count()


def prove(draft, now=NOW):
    assert check_code(key=draft.key, code=new_code(draft=draft, now=now), now=now)


# NETWORKS


def test_a_range_of_addresses_is_one_network_for_one_day():
    network = partial(network_digest, now=NOW)
    assert network("203.0.113.7") == network("203.0.113.250") == network("::ffff:203.0.113.9")
    assert network("203.0.113.7") != network("203.0.114.7")
    assert network("2001:db8:1:2::3") == network("2001:db8:1:ffff::1") != network("2001:db8:2::1")
    assert network_digest("203.0.113.7", NOW + timedelta(days=1)) != network("203.0.113.7")
    assert network("127.0.0.1") == network("::1") == network("no address") == ""


# TYPING HOLDS


def test_a_network_holds_two_slots_and_the_next_person_goes_on_without(slots):
    kept = [hold_here(slot).answers["is_kept"] for slot in slots[:4]]

    assert kept == [True, True, False, False]
    assert held() == 2


def test_who_has_no_hold_books_while_the_slot_is_free(slots):
    for slot in slots[:2]:
        hold_here(slot)
    late = hold_here(slots[2])

    assert send_draft(late).slot == slots[2]


def test_who_has_no_hold_loses_the_slot_to_the_faster(slots):
    for slot in slots[:2]:
        hold_here(slot)
    first, second = hold_here(slots[2]), hold_here(slots[2])
    send_draft(second)

    with pytest.raises(SlotTaken):
        send_draft(first)


def test_a_held_slot_is_not_free_for_who_has_no_seat(slots):
    for slot in slots[:2]:
        hold_here(slot)

    with pytest.raises(SlotTaken):
        hold_here(slots[0])


def test_choosing_another_time_keeps_the_seat(slots):
    draft = hold_here(slots[0])
    hold_here(slots[1])

    draft = hold_slot(key=draft.key, slot_id=slots[2].pk, now=NOW)

    assert draft.answers["is_kept"]
    assert held() == 2


@pytest.mark.parametrize(
    "give_back",
    [
        lambda draft: wipe_draft(key=draft.key),
        send_draft,
        lambda draft: purge_drafts(now=NOW + timedelta(hours=2)),
    ],
    ids=["left", "booked", "purged"],
)
def test_a_seat_is_free_again_when_its_hold_ends(slots, give_back):
    first = hold_here(slots[0])
    hold_here(slots[1])
    give_back(first)

    assert hold_here(slots[2]).answers["is_kept"]


def test_a_seat_is_free_again_when_its_quarter_of_an_hour_is_over(slots):
    for slot in slots[:2]:
        hold_here(slot)

    assert hold_here(slots[2], now=NOW + 16 * MINUTE).answers["is_kept"]


def test_renewing_keeps_the_own_seat(slots):
    draft = hold_here(slots[0])
    save_answers(key=draft.key, answers={"nickname": "Hoa"}, now=NOW + 10 * MINUTE)
    hold_here(slots[1], now=NOW + 11 * MINUTE)

    assert not hold_here(slots[2], now=NOW + 12 * MINUTE).answers["is_kept"]
    assert held(NOW + 20 * MINUTE) == 2


def test_another_network_is_not_limited_by_this_one(slots):
    for slot in slots[:2]:
        hold_here(slot)

    draft = draft_here(address="198.51.100.7")
    assert hold_slot(key=draft.key, slot_id=slots[2].pk, now=NOW).answers["is_kept"]


def all_at_once(drafts, slots):
    together = threading.Barrier(len(drafts))

    def run(draft, slot):
        try:
            together.wait(timeout=30)
            return hold_slot(key=draft.key, slot_id=slot.pk, now=NOW).answers["is_kept"]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(drafts)) as pool:
        return list(pool.map(run, drafts, slots))


@pytest.mark.django_db(transaction=True)
def test_many_at_once_sit_on_two_seats(slots):
    kept = all_at_once([draft_here() for _each in slots], slots)

    assert sorted(kept) == [False] * 6 + [True] * 2
    assert held() == 2


@pytest.mark.django_db(transaction=True)
def test_without_seats_many_at_once_hold_every_slot(slots, monkeypatch):
    monkeypatch.setattr(limits, "_free_seats", lambda draft, slot_id, now: [None])

    assert all(all_at_once([draft_here() for _each in slots], slots))
    assert held() == len(slots)


# BOOKINGS ON A NETWORK'S WORD


def test_a_network_books_three_times_on_its_word(slots):
    for slot in slots[:3]:
        send_draft(hold_here(slot))
    fourth = hold_here(slots[3])
    before = every_row()

    with pytest.raises(ProofNeeded):
        send_draft(fourth)

    assert every_row() == before


def test_who_proves_the_address_books_all_the_same(slots):
    for slot in slots[:3]:
        send_draft(hold_here(slot))
    fourth = hold_here(slots[3])
    prove(fourth)

    booking = send_draft(fourth)

    assert booking.slot == slots[3]
    assert booking.network_seat is None


def test_a_canceled_booking_gives_its_seat_back(slots):
    bookings = [send_draft(hold_here(slot)) for slot in slots[:3]]
    cancel_booking(booking_id=bookings[1].pk, canceled_by="resident", now=NOW)

    assert send_draft(hold_here(slots[3])).network_seat == 2


def test_a_proof_is_for_one_address(slots):
    for slot in slots[:3]:
        send_draft(hold_here(slot))
    fourth = hold_here(slots[3])
    prove(fourth)
    save_answers(key=fourth.key, answers={"email": "other@example.org"}, now=NOW)

    with pytest.raises(ProofNeeded):
        send_draft(fourth)


@pytest.mark.django_db(transaction=True)
def test_many_sent_at_once_are_three_bookings(slots, settings):
    settings.NETWORK_HOLDS = len(slots)
    drafts = [hold_here(slot) for slot in slots]
    together = threading.Barrier(len(drafts))

    def send(draft):
        try:
            together.wait(timeout=30)
            book_from_draft(key=draft.key, consent_language="vi", now=NOW)
        except ProofNeeded:
            return "proof"
        finally:
            connection.close()
        return "booked"

    with ThreadPoolExecutor(len(drafts)) as pool:
        outcomes = sorted(pool.map(send, drafts))

    assert outcomes == ["booked"] * 3 + ["proof"] * 5
    assert Booking.objects.count() == Case.objects.count() == Resident.objects.count() == 3


# ONE OPEN BOOKING FOR A CONTACT


def test_an_address_has_one_open_booking(slots):
    send_draft(hold_here(slots[0], email="lan@example.org"))
    second = hold_here(slots[1], email="lan@example.org")
    before = every_row()

    with pytest.raises(ProofNeeded):
        send_draft(second)

    assert every_row() == before


def test_a_number_has_one_open_booking(slots):
    send_draft(hold_here(slots[0], **BY_PHONE))

    with pytest.raises(ProofNeeded):
        send_draft(hold_here(slots[1], **BY_PHONE))


def test_who_proves_the_address_is_led_to_the_open_booking(slots):
    booking = send_draft(hold_here(slots[0], email="lan@example.org"))
    second = hold_here(slots[1], email="lan@example.org")
    prove(second)

    with pytest.raises(AlreadyBooked) as refusal:
        send_draft(second)

    assert refusal.value.booking == booking


def test_a_booking_that_only_lacks_its_outcome_stands_in_nobodys_way(slots):
    send_draft(hold_here(slots[0], email="lan@example.org"))
    later = NOW + timedelta(days=8)
    new = SlotFactory(starts_at=later + timedelta(days=5))

    assert send_draft(hold_here(new, now=later, email="lan@example.org"), now=later).slot == new


def test_a_canceled_booking_stands_in_nobodys_way(slots):
    booking = send_draft(hold_here(slots[0], email="lan@example.org"))
    cancel_booking(booking_id=booking.pk, canceled_by="resident", now=NOW)

    assert send_draft(hold_here(slots[1], email="lan@example.org")).pk != booking.pk


def test_people_without_contact_are_told_apart(slots):
    nobody = {"channel": "none", "email": "", "phone": ""}
    for slot in slots[:2]:
        assert send_draft(hold_here(slot, **nobody)).contact_digest == ""


# CODES


def test_wrong_digits_prove_nothing_and_five_of_them_void_the_code(slots):
    draft = hold_here(slots[0])
    code = new_code(draft=draft, now=NOW)
    wrong = f"{(int(code) + 1) % 10**6:06d}"

    tries = [check_code(key=draft.key, code=wrong, now=NOW) for _each in range(5)]

    assert tries == [False] * 5
    assert not check_code(key=draft.key, code=code, now=NOW)


def test_a_code_is_void_after_half_an_hour(slots):
    draft = hold_here(slots[0])
    code = new_code(draft=draft, now=NOW)

    assert not check_code(key=draft.key, code=code, now=NOW + 30 * MINUTE)


def test_the_digits_do_not_stand_in_the_draft(slots):
    draft = hold_here(slots[0])
    code = new_code(draft=draft, now=NOW)

    assert code not in str(Draft.objects.get(pk=draft.pk).answers)


def test_one_address_gets_three_letters_an_hour(slots):
    draft = hold_here(slots[0])
    for _each in range(3):
        new_code(draft=draft, now=NOW)

    with pytest.raises(TooManyAttempts):
        new_code(draft=draft, now=NOW)
    assert Attempt.objects.filter(sender=limits.digest_in(draft.answers)).count() == 3
    new_code(draft=draft, now=NOW + 61 * MINUTE)


def test_a_network_sends_sixty_letters_an_hour_to_strangers(slots):
    for _each in range(60):
        new_code(draft=draft_here(), now=NOW)

    with pytest.raises(TooManyAttempts):
        new_code(draft=draft_here(), now=NOW)


# THE PAGES


@pytest.fixture
def busy(slots):
    now = timezone.now()
    for slot in slots[:3]:
        send_draft(hold_here(slot, now=now), now=now)
    return slots


def visitor_here():
    visitor = Visitor("en")
    visitor.client.defaults["REMOTE_ADDR"] = f"{HERE}.99"
    return visitor.begin().answer()


def test_the_code_from_the_mailbox_leads_to_the_booking(busy):
    visitor = visitor_here().choose(busy[3])

    proof = visitor.client.post(visitor.page(CHECK), CONSENT, follow=True)
    assert proof.redirect_chain[-1][0] == visitor.path("b/proof/")
    assert b"Send me a code" in proof.content
    visitor.post("b/proof/", {"send": "1"})
    [letter] = mail.outbox
    assert letter.to == ["lan@example.org"]
    code = re.search(r"\b\d{6}\b", letter.body)[0]
    sent = visitor.post("b/proof/", {"code": code})
    assert sent.headers["Location"] == visitor.page(CHECK)
    done = visitor.send(CHECK, CONSENT)

    assert done.headers["Location"] == visitor.page(DONE)
    assert Booking.objects.filter(slot=busy[3]).exists()


def test_a_wrong_code_is_said_and_the_answers_stay(busy):
    visitor = visitor_here().choose(busy[3])
    visitor.post("b/proof/", {"send": "1"})

    page = visitor.post("b/proof/", {"code": "12"})

    assert page.status_code == 422
    assert visitor.see(CHECK).status_code == 200


def test_who_is_reached_by_telephone_is_asked_to_call(busy):
    visitor = visitor_here()
    visitor.answer(**BY_PHONE | {"safe_hours": ["morning"]})
    visitor.choose(busy[3])

    page = visitor.client.post(visitor.page(CHECK), CONSENT, follow=True)

    assert b"We book it for you" in page.content
    assert b"Send me a code" not in page.content


def test_an_address_with_a_booking_looks_like_any_other_limit(slots):
    now = timezone.now()
    send_draft(hold_here(slots[0], now=now, email="lan@example.org"), now=now)
    stranger = Visitor("en")
    stranger.begin().answer().choose(slots[1])

    page = stranger.client.post(stranger.page(CHECK), CONSENT, follow=True)
    one = re.sub(rb'value="[^"]{64}"', b"", page.content)

    for slot in slots[2:4]:
        send_draft(hold_here(slot, now=now), now=now)
    other = visitor_here()
    other.answer(email="new@example.org")
    other.choose(slots[4])
    busy_page = other.client.post(other.page(CHECK), CONSENT, follow=True)
    two = re.sub(rb'value="[^"]{64}"', b"", busy_page.content)

    assert one == two.replace(b"new@example.org", b"lan@example.org")


def test_the_page_to_prove_needs_a_draft_that_is_complete(slots):
    assert Visitor("en").get("b/proof/").status_code == 410
    visitor = Visitor("en").begin()
    assert visitor.get("b/proof/").status_code == 302


def test_a_time_that_is_not_kept_says_so(slots):
    now = timezone.now()
    for slot in slots[:2]:
        hold_here(slot, now=now)
    visitor = visitor_here()
    visitor.send(TIME, {"slot": slots[2].pk})

    page = visitor.see(CHECK)

    assert b"We cannot keep this time for you" in page.content
    assert b"We keep this time for you until" not in page.content


# A FLOOD


def taken_from(network, now):
    """Slots nobody else can have because of this network."""
    holds = Q(held_network=network, held_until__gt=now)
    booked = Q(bookings__network=network, bookings__status__in=["held", "confirmed"])
    return Slot.objects.filter(holds | booked).distinct().count()


def drafts_of_a_flood(attempts):
    """Complete drafts, one each fraction of a second, made with as little work as can be."""
    for start in range(0, attempts, 500):
        drafts = []
        for attempt in range(start, min(start + 500, attempts)):
            now = NOW + attempt * timedelta(hours=1) / attempts
            fake = {"email": f"fake{attempt}@example.org"}
            drafts.append(
                Draft(
                    key=uuid.uuid4(),
                    payload=json.dumps(ANSWERS | fake),
                    network=network_digest(f"{HERE}.{attempt % 256}", NOW),
                    created_at=now,
                    expires_at=now + timedelta(hours=1),
                )
            )
        yield from Draft.objects.bulk_create(drafts)


def test_ten_thousand_fake_bookings_an_hour_hold_no_more_than_the_limit(settings):
    # A tenth of them where a statement costs more.
    attempts = 10_000 if connection.vendor == "sqlite" else 1_000
    day = ConsultationDayFactory()
    slots = [SlotFactory(day=day, expert=ExpertFactory(account=None)) for _each in range(40)]
    network = network_digest(f"{HERE}.1", NOW)
    most = settings.NETWORK_HOLDS + settings.NETWORK_BOOKINGS
    refused = 0
    for attempt, draft in enumerate(drafts_of_a_flood(attempts)):
        now = draft.created_at
        try:
            hold_slot(key=draft.key, slot_id=slots[attempt * 7 % 40].pk, now=now)
            send_draft(draft, now=now)
        except (ProofNeeded, SlotTaken):
            refused += 1
        if attempt % 100 == 0:
            assert taken_from(network, now) <= most
    assert refused == attempts - settings.NETWORK_BOOKINGS
    assert taken_from(network, now) <= most

    free = Slot.objects.free(now).first()
    honest = hold_here(free, now=now, address=f"{HERE}.200")
    with pytest.raises(ProofNeeded):
        send_draft(honest, now=now)
    prove(honest, now=now)
    assert send_draft(honest, now=now).slot == free
