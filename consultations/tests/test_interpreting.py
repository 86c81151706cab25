"""A booking that wants an interpreter: one request, secured together, moved and given up together."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from accounts import roles
from accounts.tests.clients import signed_in
from accounts.tests.factories import UserFactory
from consultations.choices import CanceledBy, Mode, Way
from consultations.models import Booking
from consultations.services.bookings import (
    BookingNotOpen,
    Role,
    cancel_booking,
    confirm_booking,
    expire_undecided_bookings,
    hold_booking_again,
    move_booking,
    put_room_link,
)
from consultations.services.erasure import erase_resident
from consultations.services.otherwise import take_way, ways_left
from consultations.tests.acts import WITH_INTERPRETER, book
from consultations.tests.factories import NOW, SlotFactory
from interpreters.choices import AssignmentStatus, Origin, RequestStatus
from interpreters.models import InterpreterRequest
from interpreters.services.dispatch import acknowledge, assign, check_in, give_back
from interpreters.services.offers import answer_offer, send_offers
from interpreters.services.requests import mark_unfilled
from interpreters.tests.factories import InterpreterFactory
from notifications.models import Notice
from notifications.services import send_due_notices

pytestmark = pytest.mark.usefixtures("reference_data")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def coordinator():
    return UserFactory(role=roles.COORDINATOR)


@pytest.fixture
def booking():
    return book(SlotFactory(), second_language="ne", **WITH_INTERPRETER)


@pytest.fixture
def interpreter():
    return InterpreterFactory(speaks=["vi"], account=UserFactory(language="vi"))


def fresh(booking):
    return Booking.objects.with_story().select_related("interpreter_request").get(pk=booking.pk)


def go(booking, interpreter, by, now=NOW):
    return assign(
        request_id=fresh(booking).interpreter_request_id,
        interpreter_id=interpreter.pk,
        by=by,
        now=now,
    )


def kinds_of(person):
    return set(Notice.objects.filter(recipient_key=person.key).values_list("kind", flat=True))


def kinds_of_booking(booking):
    return set(Notice.objects.filter(subject_key=booking.key).values_list("kind", flat=True))


def test_a_wish_is_a_request_that_is_sought_at_once(booking):
    request = fresh(booking).interpreter_request
    slot = booking.slot

    assert (request.origin, request.status) == (Origin.CONSULTATION, RequestStatus.SEARCHING)
    assert (request.starts_at, request.ends_at) == (slot.starts_at, slot.ends_at)
    assert request.language_id == booking.case.resident.speaking_language_id
    assert request.topic_id == booking.case.primary_topic_id
    assert (request.organization, request.requested_by) == (None, None)
    assert InterpreterRequest.objects.of_dispatch().count() == 0


def test_without_a_wish_nothing_is_asked():
    assert book(SlotFactory()).interpreter_request is None
    assert not InterpreterRequest.objects.exists()


def test_nothing_of_the_person_is_in_the_request(booking):
    request = fresh(booking).interpreter_request
    resident = booking.case.resident
    kept = " ".join(str(getattr(request, each.attname)) for each in request._meta.concrete_fields)
    for secret in (resident.nickname, resident.email, booking.case.reference, booking.message):
        assert not secret or secret not in kept


def test_expert_and_interpreter_are_sure_together(booking, interpreter, coordinator):
    go(booking, interpreter, coordinator)

    assert fresh(booking).status == "confirmed"
    assert {"booking_confirmed", "expert_booked"} <= kinds_of_booking(booking)
    assert kinds_of(interpreter) == {"interpreters.assigned", "interpreters.reminder"}


def test_what_follows_is_undone_with_what_caused_it(booking, interpreter, coordinator, monkeypatch):
    """One transaction: when the booking cannot be confirmed, nobody is assigned either."""

    def fail(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("consultations.notices.booking_confirmed", fail)
    with pytest.raises(ZeroDivisionError):
        go(booking, interpreter, coordinator)

    assert fresh(booking).status == "held"
    assert fresh(booking).interpreter_request.assignments.count() == 0


def test_an_interpreter_who_gives_it_back_holds_the_booking(booking, interpreter, coordinator):
    mine = go(booking, interpreter, coordinator)
    give_back(assignment_id=mine.pk, by=None, now=NOW + HOUR)

    held = fresh(booking)
    assert held.status == "held"
    assert held.decide_by is not None
    assert held.interpreter_request.status == RequestStatus.SEARCHING
    assert "booking_held_again" in kinds_of_booking(booking)


def test_a_coordinator_who_says_so_takes_the_interpreter_off(booking, interpreter, coordinator):
    mine = go(booking, interpreter, coordinator)
    hold_booking_again(booking_id=booking.pk, held_by=coordinator, now=NOW + HOUR)

    mine.refresh_from_db()
    assert mine.status == AssignmentStatus.RETURNED
    assert fresh(booking).status == "held"


def test_moving_asks_the_interpreter_for_the_new_time(booking, interpreter, coordinator):
    mine = go(booking, interpreter, coordinator)
    later = SlotFactory(starts_at=booking.slot.starts_at + DAY)

    move_booking(booking_id=booking.pk, slot_id=later.pk, actor_role=Role.RESIDENT, now=NOW + HOUR)

    moved, request = fresh(booking), fresh(booking).interpreter_request
    assert (moved.status, moved.revision) == ("held", 1)
    assert (request.status, request.starts_at) == (RequestStatus.SEARCHING, later.starts_at)
    mine.refresh_from_db()
    assert mine.status == AssignmentStatus.RETURNED
    [offer] = request.offers.live()
    answer_offer(offer_id=offer.pk, can_come=True, may_know_client=False, now=NOW + 2 * HOUR)
    again = go(booking, interpreter, coordinator, now=NOW + 3 * HOUR)
    assert (again.starts_at, fresh(booking).status) == (later.starts_at, "confirmed")


def test_canceling_tells_the_interpreter(booking, interpreter, coordinator):
    mine = go(booking, interpreter, coordinator)
    cancel_booking(booking_id=booking.pk, canceled_by=CanceledBy.RESIDENT, now=NOW + HOUR)

    mine.refresh_from_db()
    assert mine.status == AssignmentStatus.RETURNED
    assert fresh(booking).interpreter_request.status == RequestStatus.CANCELED
    mail.outbox.clear()
    send_due_notices(NOW + DAY)
    [letter] = [each for each in mail.outbox if each.to == [interpreter.account.email]]
    assert letter.subject


def test_confirming_by_hand_tells_those_who_were_asked(booking, interpreter, coordinator):
    request = fresh(booking).interpreter_request
    send_offers(request_id=request.pk, interpreter_ids=[interpreter.pk], by=coordinator, now=NOW)
    confirm_booking(booking_id=booking.pk, confirmed_by=coordinator, now=NOW + HOUR)

    request.refresh_from_db()
    assert (request.status, request.reason) == (RequestStatus.CANCELED, "elsewhere")
    assert "interpreters.not_selected" in kinds_of(interpreter)
    # They drop out as well: another search begins.
    hold_booking_again(booking_id=booking.pk, held_by=coordinator, now=NOW + 2 * HOUR)
    anew = fresh(booking).interpreter_request
    assert anew.pk != request.pk
    assert anew.status == RequestStatus.SEARCHING


def test_an_interpreter_who_comes_is_there_for_the_booking_too(booking, interpreter, coordinator):
    mine = go(booking, interpreter, coordinator)
    acknowledge(assignment_id=mine.pk, now=NOW)
    check_in(assignment_id=mine.pk, now=booking.slot.starts_at - HOUR / 6)

    assert fresh(booking).interpreter_joined_at == booking.slot.starts_at - HOUR / 6


def test_too_early_for_the_room_is_no_error(booking, interpreter, coordinator):
    mine = go(booking, interpreter, coordinator)
    check_in(assignment_id=mine.pk, now=booking.slot.starts_at - HOUR / 2)
    assert fresh(booking).interpreter_joined_at is None


def test_the_room_is_shown_to_whoever_interprets_shortly_before(booking, interpreter, coordinator):
    mine = go(booking, interpreter, coordinator)
    put_room_link(
        booking_id=booking.pk, url="https://example.org/room", put_by=coordinator, now=NOW
    )
    page = f"/en/a/{mine.link_token}/"
    assert "example.org/room" not in Client().get(page).text
    mine.request.refresh_from_db()
    assert mine.request.joining == "https://example.org/room"
    later = SlotFactory(starts_at=booking.slot.starts_at + DAY)
    move_booking(booking_id=booking.pk, slot_id=later.pk, actor_role=Role.RESIDENT, now=NOW)
    mine.request.refresh_from_db()
    assert mine.request.joining == "", "the room of the old time"


def test_an_expired_booking_goes_into_the_ledger(booking):
    lost_at = booking.slot.starts_at - DAY
    assert expire_undecided_bookings(now=lost_at) == 1

    request = fresh(booking).interpreter_request
    assert (request.status, request.reason) == (RequestStatus.UNFILLED, "too_late")


def test_who_has_everything_deleted_leaves_no_words_with_the_request(booking):
    InterpreterRequest.objects.update(variety="", outline="")
    request = fresh(booking).interpreter_request
    request.outline = request.variety = "a canary"
    request.save()
    erase_resident(resident_id=booking.case.resident_id, actor_role=Role.RESIDENT, now=NOW)

    request.refresh_from_db()
    assert (request.outline, request.variety) == ("", "")
    assert request.status == RequestStatus.CANCELED


# NOBODY IS FOUND


def give_up(booking, by, now=NOW + HOUR):
    mark_unfilled(
        request_id=fresh(booking).interpreter_request_id, reason="none_free", by=by, now=now
    )


def test_nothing_is_to_be_chosen_while_the_search_is_young(booking):
    assert ways_left(fresh(booking), NOW) == []
    assert Way.RELAY in ways_left(fresh(booking), booking.decide_by)


def test_a_search_given_up_offers_other_ways_at_once(booking, coordinator):
    give_up(booking, coordinator)

    held = fresh(booking)
    assert held.status == "held"
    assert ways_left(held, NOW + HOUR) == [Way.SECOND_LANGUAGE, Way.RELAY, Way.ALONE]
    notice = Notice.objects.get(kind="booking_undecided", revision=held.revision)
    assert notice.due_at <= NOW + DAY


@pytest.mark.parametrize(
    ("way", "field", "value"),
    [(Way.SECOND_LANGUAGE, "language_id", "ne"), (Way.RELAY, "accepts_relay", True)],
)
def test_another_way_searches_on_until_a_new_deadline(booking, coordinator, way, field, value):
    give_up(booking, coordinator)
    now = NOW + 2 * HOUR

    take_way(booking_id=booking.pk, way=way, now=now)

    held = fresh(booking)
    request = held.interpreter_request
    assert (held.status, request.status) == ("held", RequestStatus.SEARCHING)
    assert getattr(request, field) == value
    assert now < held.decide_by < held.slot.starts_at
    assert ways_left(held, now) == []
    assert Notice.objects.filter(kind="booking_undecided", revision=held.revision).exists()


def test_what_was_chosen_before_stays_chosen(booking, coordinator):
    give_up(booking, coordinator)
    take_way(booking_id=booking.pk, way=Way.RELAY, now=NOW + 2 * HOUR)
    give_up(booking, coordinator, now=NOW + 3 * HOUR)
    take_way(booking_id=booking.pk, way=Way.SECOND_LANGUAGE, now=NOW + 4 * HOUR)

    request = fresh(booking).interpreter_request
    assert (request.language_id, request.accepts_relay) == ("ne", True)


def test_moving_keeps_what_was_chosen_when_the_search_had_ended(booking, coordinator):
    give_up(booking, coordinator)
    take_way(booking_id=booking.pk, way=Way.SECOND_LANGUAGE, now=NOW + 2 * HOUR)
    give_up(booking, coordinator, now=NOW + 3 * HOUR)
    later = SlotFactory(starts_at=booking.slot.starts_at + DAY)
    move_booking(
        booking_id=booking.pk, slot_id=later.pk, actor_role=Role.RESIDENT, now=NOW + 4 * HOUR
    )
    assert fresh(booking).interpreter_request.language_id == "ne"


def test_no_earlier_request_keeps_words_of_the_resident(coordinator):
    booking = book(SlotFactory(), language_variety="A canary", **WITH_INTERPRETER)
    first = fresh(booking).interpreter_request
    assert first.variety == "A canary"
    give_up(booking, coordinator)
    take_way(booking_id=booking.pk, way=Way.RELAY, now=NOW + 2 * HOUR)
    first.refresh_from_db()
    assert first.variety == "", "nothing would erase it with the person"
    assert fresh(booking).interpreter_request.variety == "A canary"
    erase_resident(resident_id=booking.case.resident_id, actor_role=Role.RESIDENT, now=NOW + DAY)
    assert not InterpreterRequest.objects.with_words().exists()


@pytest.mark.parametrize("is_given_up", [True, False])
def test_nobody_is_told_that_we_look_when_nobody_does(booking, coordinator, is_given_up):
    if is_given_up:
        give_up(booking, coordinator)
    mail.outbox.clear()
    send_due_notices(booking.decide_by + HOUR)
    letter = [each for each in mail.outbox if "lan@example.org" in each.to][-1]
    assert ("Chúng tôi vẫn đang tìm" in letter.body) is not is_given_up


def test_at_the_deadline_a_search_still_running_changes_with_the_choice(booking):
    before = fresh(booking).interpreter_request_id
    take_way(booking_id=booking.pk, way=Way.SECOND_LANGUAGE, now=booking.decide_by)
    request = fresh(booking).interpreter_request
    assert (request.pk, request.language_id) == (before, "ne")


def test_by_telephone(booking):
    resident = booking.case.resident
    resident.set_contact(email=resident.email, phone="+81312345678")
    resident.save()
    take_way(booking_id=booking.pk, way=Way.PHONE, now=booking.decide_by)

    held = fresh(booking)
    assert (held.mode, held.interpreter_request.place) == (Mode.PHONE, "phone")


def test_without_an_interpreter_the_time_is_sure(booking, interpreter, coordinator):
    request = fresh(booking).interpreter_request
    send_offers(request_id=request.pk, interpreter_ids=[interpreter.pk], by=coordinator, now=NOW)
    take_way(booking_id=booking.pk, way=Way.ALONE, now=booking.decide_by)

    sure = fresh(booking)
    assert (sure.status, sure.wants_interpreter) == ("confirmed", False)
    assert sure.interpreter_request.status == RequestStatus.CANCELED
    assert "expert_booked" in kinds_of_booking(booking)
    assert "interpreters.withdrawn" in kinds_of(interpreter)


@pytest.mark.parametrize("way", ["", "nonsense", Way.PHONE, Way.RELAY])
def test_a_way_that_is_not_open_is_refused(booking, way):
    with pytest.raises(BookingNotOpen):
        take_way(booking_id=booking.pk, way=way, now=NOW)
    assert fresh(booking).revision == 0


def test_a_coordinator_says_what_the_resident_said_on_the_telephone(booking, coordinator):
    give_up(booking, coordinator)
    desk = signed_in(roles.COORDINATOR)
    page = f"/admin/consultations/booking/{booking.pk}/change/"
    form = desk.get(page)
    assert "Go on otherwise" in form.text
    seen = re.search(r'name="seen" value="(\d+)"', form.text)[1]
    desk.post(f"/admin/consultations/booking/{booking.pk}/act/way/", {"way": "relay", "seen": seen})

    assert fresh(booking).interpreter_request.accepts_relay
    event = booking.case.events.latest("pk")
    assert (event.verb, event.actor) == ("consultations.way_taken", desk.user)


def test_the_request_of_a_booking_is_not_canceled_behind_its_back(booking, coordinator):
    desk = signed_in(roles.COORDINATOR)
    request = fresh(booking).interpreter_request
    url = f"/admin/interpreters/interpreterrequest/{request.pk}/"
    assert "Canceled by the organization" not in desk.get(f"{url}change/").text
    desk.post(f"{url}cancel/")
    request.refresh_from_db()
    assert request.status == RequestStatus.SEARCHING
