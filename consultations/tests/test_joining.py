"""The hour of the session, as the resident meets it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.tests.factories import UserFactory
from cases.choices import ContactChannel
from cases.models import CaseEvent, Resident
from cases.tests.factories import ResidentFactory
from consultations.choices import BookingStatus, Mode
from consultations.models import Booking
from consultations.services.bookings import BookingNotOpen, record_no_show
from consultations.services.sessions import NumberMissing, ask_for_call, check_in
from consultations.session_notices import SESSION_CALL
from consultations.sessions import (
    EXPERT,
    INTERPRETER,
    RESIDENT,
    joining_of,
    missing_sides,
    places_to_join,
)
from consultations.tests.acts import every_row
from consultations.tests.factories import BookingFactory
from consultations.tests.flows import Visitor
from notifications import registry
from notifications.letters import Call, Obsolete
from notifications.models import Notice
from notifications.services import complete_call

pytestmark = pytest.mark.django_db

ROOM = "https://us02.video.example.com/j/1"
MINUTE = timedelta(minutes=1)


def session(minutes_to_go=10, **changes):
    """A confirmed booking near the clock on the wall."""
    values = {"room_url": ROOM, "slot__starts_at": timezone.now() + minutes_to_go * MINUTE}
    booking = BookingFactory(**values | changes)
    return Booking.objects.with_story().get(pk=booking.pk)


def fresh(booking):
    return Booking.objects.with_story().get(pk=booking.pk)


def owner_of(booking, language="en"):
    visitor = Visitor(language)
    visitor.reveal(booking, booking.link_code)
    return visitor


def with_phone(**changes):
    return ResidentFactory(phone="+819012345678", **changes)


def is_there(booking, side, *, at=None):
    return check_in(booking_id=booking.pk, side=side, now=at or timezone.now())


def page(visitor, booking):
    return visitor.get(visitor.link(booking)).text


# COMING IN


def test_whoever_comes_first_waits():
    booking = session()
    visitor = owner_of(booking)

    response = visitor.post(visitor.link(booking, "join/"))

    assert (response.status_code, response.headers["Location"]) == (
        303,
        visitor.path(visitor.link(booking)),
    )
    assert fresh(booking).resident_joined_at is not None
    text = page(visitor, booking)
    assert "The other person has not arrived yet." in text
    assert 'data-look-again="30"' in text
    assert ROOM not in text


def test_the_room_opens_when_the_expert_is_there():
    booking = session()
    is_there(booking, EXPERT)
    visitor = owner_of(booking)

    response = visitor.post(visitor.link(booking, "join/"))

    assert (response.status_code, response.headers["Location"]) == (303, ROOM)


@pytest.mark.parametrize(("minutes_to_go", "is_led_in"), [(2, False), (-1, True)])
def test_an_expert_who_is_late_keeps_nobody_out_of_the_room(minutes_to_go, is_led_in):
    booking = session(minutes_to_go)
    visitor = owner_of(booking)
    visitor.post(visitor.link(booking, "join/"))

    response = visitor.post(visitor.link(booking, "join/"))

    assert (response.headers["Location"] == ROOM) == is_led_in
    assert ("Go into the room" in page(visitor, booking)) == is_led_in


def test_without_a_room_everybody_waits():
    booking = session(-1, room_url="")
    is_there(booking, EXPERT)
    visitor = owner_of(booking)

    response = visitor.post(visitor.link(booking, "join/"))

    assert response.headers["Location"] == visitor.path(visitor.link(booking))
    assert "The room is not open yet." in page(visitor, booking)


def test_the_first_arrival_counts():
    booking = session()
    first = is_there(booking, RESIDENT).resident_joined_at

    is_there(booking, RESIDENT, at=first + MINUTE)

    assert fresh(booking).resident_joined_at == first
    [event] = CaseEvent.objects.all()
    assert (event.verb, event.details["side"]) == ("consultations.checked_in", "resident")


@pytest.mark.parametrize(
    "changes",
    [
        {"minutes_to_go": 16},
        {"minutes_to_go": -46},
        {"status": BookingStatus.CANCELED, "canceled_by": "expert"},
        {"status": BookingStatus.HELD, "decide_by": timezone.now()},
    ],
)
def test_nobody_comes_in_outside_the_hour(changes):
    booking = session(**changes)
    visitor = owner_of(booking)
    before = every_row()

    for act in ("join/", "call-me/"):
        assert visitor.post(visitor.link(booking, act)).status_code == 409
    for side in (RESIDENT, EXPERT, INTERPRETER):
        with pytest.raises(BookingNotOpen):
            is_there(booking, side)

    assert every_row() == before


@pytest.mark.parametrize("act", ["join/", "call-me/"])
def test_only_the_unmasked_page_acts(act):
    booking = session()
    stranger = Visitor("en")
    before = every_row()

    for response in (
        stranger.post(stranger.link(booking, act)),
        stranger.get(stranger.link(booking, act)),
        owner_of(booking).get(stranger.link(booking, act)),
        owner_of(session()).post(stranger.link(booking, act)),
    ):
        assert response.status_code == 302
        assert response.headers["Location"] == stranger.path(stranger.link(booking))

    assert [row for row in every_row()[Booking] if row["id"] == booking.pk] == before[Booking]
    assert Notice.objects.count() == 0


def test_a_link_of_another_booking_checks_nobody_in_here():
    booking, other = session(), session()
    visitor = owner_of(booking)

    visitor.post(visitor.link(other, "join/"))

    assert fresh(booking).resident_joined_at is None
    assert fresh(other).resident_joined_at is None


# THE POLICY OF THE PAGE


def policy(visitor, booking):
    return visitor.get(visitor.link(booking)).headers["Content-Security-Policy"]


def test_the_form_may_lead_to_the_room_and_only_in_its_hour():
    soon = session()
    later = session(60)

    assert f"{ROOM[:-4]} https://*.video.example.com" in policy(owner_of(soon), soon)
    assert "video.example.com" not in policy(owner_of(later), later)


@pytest.mark.parametrize(
    ("url", "places"),
    [
        ("https://zoom.us/j/1", ["https://zoom.us", "https://*.zoom.us"]),
        ("http://localhost:8000/room", ["http://localhost:8000"]),
        ("https://user@meet.jit.si/a", ["https://meet.jit.si", "https://*.jit.si"]),
        ("https://x;script-src/", []),
        ("https://..x/", []),
        ("https://例え.jp/", ["https://xn--r8jz45g.jp", "https://*.xn--r8jz45g.jp"]),
    ],
)
def test_a_room_adds_nothing_else_to_the_policy(url, places):
    booking = session(room_url=url)

    assert places_to_join(joining_of(booking, timezone.now())) == places


# CALL ME


def test_who_cannot_connect_is_called_at_once():
    booking = session(case__resident=with_phone())
    visitor = owner_of(booking)

    response = visitor.post(visitor.link(booking, "call-me/"))

    [call] = Notice.objects.filter(kind=SESSION_CALL)
    now = timezone.now()
    assert response.status_code == 303
    assert (call.channel, call.subject_key) == ("call", booking.key)
    assert call.due_at <= now
    assert call.expires_at == booking.slot.ends_at + timedelta(minutes=30)
    composed = registry.compose(call, now)
    assert isinstance(composed, Call)
    assert composed.phone == "+819012345678"
    text = page(visitor, booking)
    assert "…78" in text
    assert "Nobody has called me." not in text
    assert "+8190" not in text
    assert "5678" not in text


def test_nothing_of_the_number_stands_on_the_masked_page():
    booking = session(case__resident=with_phone())
    ask_for_call(booking_id=booking.pk, now=timezone.now())

    main = Visitor("en").get(f"l/{booking.link_token}/").text.split("<main")[1]

    assert "78" not in strip_tags(main)


def test_asking_again_while_the_call_is_open_changes_nothing():
    booking = session(case__resident=with_phone())
    ask_for_call(booking_id=booking.pk, now=timezone.now())
    before = every_row()

    ask_for_call(booking_id=booking.pk, now=timezone.now())

    assert every_row() == before


def test_asking_again_after_a_call_is_another_call():
    booking = session(case__resident=with_phone())
    ask_for_call(booking_id=booking.pk, now=timezone.now())
    complete_call(notice_id=Notice.objects.get().pk, now=timezone.now())

    ask_for_call(booking_id=booking.pk, now=timezone.now())

    assert list(Notice.objects.order_by("pk").values_list("state", "revision")) == [
        ("sent", 0),
        ("planned", 1),
    ]


def test_whoever_was_not_called_says_so_after_a_while():
    booking = session(-20, case__resident=with_phone())
    asked_at = timezone.now() - 6 * MINUTE
    ask_for_call(booking_id=booking.pk, now=asked_at)

    assert "Nobody has called me." in page(owner_of(booking), booking)


def test_a_call_asked_for_in_the_old_hour_is_not_made_in_the_new_one():
    booking = session(case__resident=with_phone())
    ask_for_call(booking_id=booking.pk, now=timezone.now())

    fresh(booking).move_to(booking.slot)

    assert registry.compose(Notice.objects.get(), timezone.now()) == Obsolete("status_changed")


def test_who_gave_no_number_is_asked_for_it():
    booking = session()
    visitor = owner_of(booking)

    first = visitor.post(visitor.link(booking, "call-me/"))
    wrong = visitor.post(visitor.link(booking, "call-me/"), {"phone": "12"})
    empty = visitor.post(visitor.link(booking, "call-me/"), {"phone": ""})
    right = visitor.post(visitor.link(booking, "call-me/"), {"phone": "090-1234-5678"})

    codes = [response.status_code for response in (first, wrong, empty, right)]
    assert codes == [200, 422, 422, 303]
    resident = Resident.objects.get()
    assert (resident.phone, resident.channel) == ("+819012345678", ContactChannel.EMAIL)
    assert resident.phone_digest
    assert registry.compose(Notice.objects.get(), timezone.now()).phone == "+819012345678"


def test_a_number_we_know_is_not_overwritten_from_the_page():
    booking = session(case__resident=with_phone())
    visitor = owner_of(booking)

    visitor.post(visitor.link(booking, "call-me/"), {"phone": "080-0000-0000"})

    assert Resident.objects.get().phone == "+819012345678"


def test_nobody_is_called_without_a_number():
    booking = session()
    before = every_row()

    with pytest.raises(NumberMissing):
        ask_for_call(booking_id=booking.pk, now=timezone.now())

    assert every_row() == before


@pytest.mark.parametrize(("minutes_to_go", "is_offered"), [(1, False), (-4, False), (-6, True)])
def test_who_waits_for_our_call_can_say_that_nobody_called(minutes_to_go, is_offered):
    booking = session(minutes_to_go, mode=Mode.PHONE, case__resident=with_phone())
    visitor = owner_of(booking)

    text = page(visitor, booking)

    assert "At this time we call you." in text
    assert ("Nobody has called me." in text) == is_offered
    status = visitor.post(visitor.link(booking, "call-me/")).status_code
    assert status == (303 if is_offered else 409)


def test_a_telephone_session_without_a_number_asks_for_it_beforehand():
    booking = session(10, mode=Mode.PHONE)
    visitor = owner_of(booking)

    assert "Tell us your telephone number" in page(visitor, booking)


# WHO IS MISSED


@pytest.mark.parametrize(
    ("minutes_to_go", "missing"),
    [
        (10.02, []),
        (10, [INTERPRETER]),
        (0, [INTERPRETER]),
        (-4.98, [INTERPRETER]),
        (-5, [EXPERT, INTERPRETER]),
        (-45, []),
    ],
)
def test_sides_are_missed_to_the_minute(minutes_to_go, missing):
    booking = BookingFactory(interpreter_wish="wanted")
    now = booking.slot.starts_at - minutes_to_go * MINUTE

    assert missing_sides(booking, now) == missing


def test_whoever_is_there_or_not_wished_for_is_not_missed():
    booking = BookingFactory()
    late = booking.slot.starts_at + 6 * MINUTE
    assert missing_sides(booking, late) == [EXPERT]

    booking = is_there(booking, EXPERT, at=booking.slot.starts_at)

    assert missing_sides(booking, late) == []


# AFTER A FAILURE


@pytest.mark.parametrize("party", ["expert", "interpreter", "technical"])
def test_whoever_was_let_down_reads_an_apology(party):
    booking = session(-30, status=BookingStatus.NO_SHOW, no_show_party=party)

    assert "it did not work because of us" in page(owner_of(booking), booking)


def test_whoever_was_let_down_is_led_to_the_waiting_list():
    booking = session(-20)
    visitor = owner_of(booking)
    record_no_show(
        booking_id=booking.pk, party="expert", recorded_by=UserFactory(), now=timezone.now()
    )

    waiting = visitor.path(f"w/{fresh(booking).waiting_entry.link_token}/")
    assert visitor.get(visitor.link(booking)).headers["Location"] == waiting

    fresh(booking).waiting_entry.leave(at=timezone.now())
    assert f'href="{waiting}"' in page(visitor, booking)
    assert "first in line" not in page(visitor, booking)


def test_whoever_did_not_come_is_not_first_in_line():
    booking = session(-30, status=BookingStatus.NO_SHOW, no_show_party="client")

    assert "because of us" not in page(owner_of(booking), booking)
