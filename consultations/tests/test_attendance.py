"""Will you come? One tap; a call to whoever stays silent."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts import roles
from accounts.tests.clients import signed_in
from cases.models import CaseEvent
from cases.tests.factories import CaseFactory, ResidentFactory
from consultations import letters
from consultations.attendance import answer_awaited_until
from consultations.attendance_notices import ATTENDANCE_CALL
from consultations.calls import call_brief
from consultations.models import Booking
from consultations.reminders import DAY_BEFORE, THREE_DAYS
from consultations.services import waiting
from consultations.services.attendance import ask_standbys, is_asked, question, say_coming
from consultations.services.bookings import BookingNotOpen, cancel_booking, move_booking
from consultations.tests.acts import BY_PHONE, begin_draft, book, every_row
from consultations.tests.factories import (
    NOW,
    TOKYO,
    BookingFactory,
    HeldBookingFactory,
    SlotFactory,
)
from consultations.tests.flows import Visitor
from consultations.unanswered import unanswered_without_phone
from notifications import registry
from notifications.letters import Call, Obsolete, Suppressed
from notifications.models import Notice

pytestmark = pytest.mark.usefixtures("reference_data")

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# A number for the session besides the address for letters.
WITH_NUMBER = {"mode": "phone", "phone": "+819012345678"}


def calls():
    return list(Notice.objects.filter(kind=ATTENDANCE_CALL).order_by("pk"))


def fresh(booking):
    return Booking.objects.with_story().get(pk=booking.pk)


# WHO IS ASKED, AND WHEN


@pytest.mark.parametrize(
    ("before", "asked"),
    [
        (3 * DAY + HOUR, False),
        (3 * DAY, True),
        (DAY, True),
        (HOUR, True),
        (timedelta(0), False),
    ],
)
def test_the_question_stands_from_three_days_before_until_the_start(before, asked):
    booking = BookingFactory()

    assert is_asked(booking, booking.slot.starts_at - before) is asked


def test_nobody_is_asked_who_has_answered_waits_or_booked_within_a_day():
    answered = BookingFactory(attendance_confirmed_at=NOW)
    held = HeldBookingFactory()
    late = BookingFactory()
    late.booked_at = late.slot.starts_at - DAY + HOUR

    asked = [is_asked(each, each.slot.starts_at - HOUR) for each in (answered, held, late)]

    assert asked == [False, False, False]


@pytest.mark.parametrize(
    ("hour", "due"),
    [
        # Twenty hours before, in waking hours, two hours after the reminder, and never
        # later than three hours before the start.
        (9, (7, 13)),
        (10, (7, 14)),
        (17, (8, 8)),
        (20, (8, 8)),
    ],
)
def test_an_answer_is_awaited_until(hour, due):
    starts_at = datetime(2030, 4, 8, hour, tzinfo=TOKYO)

    assert answer_awaited_until(starts_at, "Asia/Tokyo") == datetime(2030, 4, *due, tzinfo=TOKYO)


def test_an_answer_is_never_awaited_into_the_last_three_hours():
    for hour in range(24):
        starts_at = datetime(2030, 4, 8, hour, tzinfo=TOKYO)
        for zone in ("Asia/Tokyo", "America/Sao_Paulo", "Asia/Kathmandu"):
            assert starts_at - DAY < answer_awaited_until(starts_at, zone) <= starts_at - 3 * HOUR


# ONE TAP


@pytest.fixture
def booking():
    """In two days, on the clock on the wall."""
    starts_at = timezone.now() + 2 * DAY
    return book(SlotFactory(starts_at=starts_at), now=timezone.now() - 4 * DAY)


def test_one_tap_in_a_new_browser_without_the_code(booking):
    visitor = Visitor("vi")
    page = visitor.get(visitor.link(booking)).content.decode()
    assert visitor.path(visitor.link(booking, "coming/")) in page

    response = visitor.post(visitor.link(booking, "coming/"))

    assert response.headers["Location"] == visitor.path(visitor.link(booking))
    after = visitor.get(visitor.link(booking)).content.decode()
    assert 'name="code"' in after
    assert visitor.path(visitor.link(booking, "coming/")) not in after
    for secret in (letters.when(booking, "vi"), str(booking.case)):
        assert secret not in page + after
    events = CaseEvent.objects.filter(verb="consultations.attendance_confirmed")
    assert [(event.actor, event.actor_role) for event in events] == [(None, "resident")]


def test_the_open_page_offers_all_three_answers(booking):
    visitor = Visitor("vi")
    visitor.reveal(booking, booking.link_code)

    page = visitor.get(visitor.link(booking)).content.decode()

    for way in ("coming/", "time/", "cancel/"):
        # Once: the question takes the place of the other buttons.
        assert page.count(visitor.path(visitor.link(booking, way))) == 1


def test_whoever_has_answered_can_still_change_and_cancel(booking):
    visitor = Visitor("vi")
    visitor.reveal(booking, booking.link_code)
    visitor.post(visitor.link(booking, "coming/"))

    page = visitor.get(visitor.link(booking)).content.decode()

    for way, times in (("coming/", 0), ("time/", 1), ("cancel/", 1)):
        assert page.count(visitor.path(visitor.link(booking, way))) == times


@pytest.mark.parametrize(("minutes_to_go", "is_put"), [(16, True), (15, False), (1, False)])
def test_who_can_come_in_is_not_asked_whether_they_come(booking, minutes_to_go, is_put):
    now = booking.slot.starts_at - timedelta(minutes=minutes_to_go)

    assert (question(booking, now) == "asked") is is_put


def test_looking_answers_nothing(booking):
    visitor = Visitor("vi")

    response = visitor.get(visitor.link(booking, "coming/"))

    assert response.status_code == 302
    assert fresh(booking).attendance_confirmed_at is None


def test_saying_it_again_changes_nothing(booking):
    visitor = Visitor("vi")
    visitor.post(visitor.link(booking, "coming/"))
    before = every_row()

    visitor.post(visitor.link(booking, "coming/"))

    assert every_row() == before


def test_an_answer_that_comes_too_late_says_so(booking):
    visitor = Visitor("vi")
    cancel_booking(booking_id=booking.pk, canceled_by="expert", now=timezone.now())
    before = every_row()

    response = visitor.post(visitor.link(booking, "coming/"))

    assert response.status_code == 409
    assert every_row() == before


@pytest.mark.parametrize("make", [HeldBookingFactory, BookingFactory])
def test_nobody_comes_to_what_is_not_certain_or_has_begun(make):
    booking = make()
    before = every_row()

    with pytest.raises(BookingNotOpen):
        say_coming(
            booking_id=booking.pk,
            now=booking.slot.starts_at - (HOUR if make is HeldBookingFactory else 0 * HOUR),
        )

    assert every_row() == before


def test_a_new_time_is_a_new_question():
    booking = book(SlotFactory())
    say_coming(booking_id=booking.pk, now=NOW)

    move_booking(
        booking_id=booking.pk,
        slot_id=SlotFactory(starts_at=booking.slot.starts_at + DAY).pk,
        actor_role="resident",
        now=NOW,
    )

    assert is_asked(fresh(booking), fresh(booking).slot.starts_at - HOUR)


# THE REMINDERS


@pytest.mark.parametrize("kind", [THREE_DAYS, DAY_BEFORE])
def test_reminders_ask_until_there_is_an_answer(kind):
    booking = book(SlotFactory(), reading_language="en")
    notice = Notice.objects.get(kind=kind)
    now = notice.due_at

    asking = registry.compose(notice, now).text
    say_coming(booking_id=booking.pk, now=now)
    quiet = registry.compose(notice, now).text

    question = "Will you come? Please open the link below and tell us."
    assert question in asking
    assert question not in quiet


def test_a_discreet_reminder_asks_nothing():
    book(SlotFactory(), reading_language="en", discretion="shared")
    notice = Notice.objects.get(kind=DAY_BEFORE)

    assert "come" not in registry.compose(notice, notice.due_at).text


def test_the_call_of_the_day_before_asks():
    booking = book(SlotFactory(), **BY_PHONE)
    notice = Notice.objects.get(kind=DAY_BEFORE, channel="call")

    asking = call_brief(notice, booking, now=notice.due_at).script
    say_coming(booking_id=booking.pk, now=notice.due_at)
    quiet = call_brief(notice, fresh(booking), now=notice.due_at).script

    assert asking[:-1] == quiet
    assert calls() == []


# THE CALL


def test_whoever_gave_a_number_is_called_when_no_answer_came():
    booking = book(SlotFactory(), **WITH_NUMBER)
    [call] = calls()
    starts_at = booking.slot.starts_at

    composed = registry.compose(call, call.due_at)

    assert (call.channel, call.due_at, call.expires_at) == (
        "call",
        starts_at - 20 * HOUR,
        starts_at,
    )
    assert isinstance(composed, Call)
    assert (composed.phone, composed.language) == ("+819012345678", "vi")
    assert call_brief(call, booking, now=call.due_at).script == composed.script.splitlines()


@pytest.mark.parametrize(
    ("changes", "ahead"),
    [
        ({}, 7 * DAY),
        (WITH_NUMBER | {"reminders": "none"}, 7 * DAY),
        (WITH_NUMBER, DAY - HOUR),
    ],
    ids=["no number", "no reminders", "booked within a day"],
)
def test_nobody_else_is_called(changes, ahead):
    book(SlotFactory(), now=NOW + 7 * DAY - ahead, **changes)

    assert calls() == []


def test_an_answer_a_new_time_or_the_end_make_the_call_needless():
    people = answered, moved, canceled = [
        book(SlotFactory(), **WITH_NUMBER | {"email": email})
        for email in ("a@example.org", "b@example.org", "c@example.org")
    ]
    say_coming(booking_id=answered.pk, now=NOW)
    move_booking(
        booking_id=moved.pk,
        slot_id=SlotFactory(starts_at=NOW + 8 * DAY).pk,
        actor_role="resident",
        now=NOW,
    )
    cancel_booking(booking_id=canceled.pk, canceled_by="resident", now=NOW)

    first_calls = [call for call in calls() if call.revision == 0]
    composed = [registry.compose(call, call.due_at) for call in first_calls]

    assert composed == [
        Obsolete("answered"),
        Obsolete("revision_changed"),
        Obsolete("status_changed"),
    ]
    for call, booking in zip(first_calls, people, strict=True):
        assert call_brief(call, fresh(booking), now=NOW) is None


def test_who_wants_no_message_any_more_is_not_called():
    booking = book(SlotFactory(), **WITH_NUMBER)
    resident = booking.case.resident
    resident.channel = "none"
    resident.save(update_fields=["channel"])
    [call] = calls()

    assert registry.compose(call, call.due_at) == Suppressed("another_channel_is_safe")


# COORDINATORS


def test_a_coordinator_notes_what_was_said_on_the_telephone():
    client = signed_in(roles.COORDINATOR)
    booking = BookingFactory(
        case=CaseFactory(resident=ResidentFactory()),
        slot=SlotFactory(starts_at=timezone.now() + DAY),
        booked_at=timezone.now() - 5 * DAY,
    )
    page = f"/admin/consultations/booking/{booking.pk}/"
    before = client.get(f"{page}change/")
    assert "coming" in [act.name for act, form in before.context["acts"]]

    client.post(f"{page}act/coming/", {"seen": before.context["booking"].last_event_id or ""})

    after = client.get(f"{page}change/")
    assert "coming" not in [act.name for act, form in after.context["acts"]]
    assert "The resident said: “I will come”" in after.content.decode()
    [event] = CaseEvent.objects.filter(verb="consultations.attendance_confirmed")
    assert (event.actor, event.actor_role) == (client.user, "coordinator")
    assert [line.what for line in after.context["history"]] == ["The resident will come."]


# WHO STAYS SILENT


def asked_by(resident="", **changes):
    """A booking of tomorrow ten o'clock."""
    booking = BookingFactory(
        slot=SlotFactory(), case__primary_topic_id="work", case__resident__email=f"{resident}@x.org"
    )
    for name, value in changes.items():
        setattr(booking.case.resident, name, value)
    booking.case.resident.set_contact(
        email=booking.case.resident.email, phone=changes.get("phone", "")
    )
    booking.case.resident.save()
    return booking


def test_whom_nobody_calls_stands_on_the_board(django_assert_num_queries):
    by_letter = asked_by("a")
    no_message = asked_by("b", channel="none")
    no_reminders = asked_by("c", phone="+819000000001", reminders="none")
    asked_by("d", phone="+819000000002")
    asked_by("e", phone="+819000000003", channel="phone")
    answered = asked_by("f")
    say_coming(booking_id=answered.pk, now=NOW)
    late = asked_by("g")
    late.booked_at = late.slot.starts_at - 5 * HOUR
    late.save()
    starts_at = late.slot.starts_at

    with django_assert_num_queries(1):
        found = unanswered_without_phone(starts_at - 20 * HOUR)

    assert found == [by_letter, no_message, no_reminders]
    assert unanswered_without_phone(starts_at - 21 * HOUR) == []
    assert unanswered_without_phone(starts_at) == []


def test_who_took_a_new_time_within_a_day_is_not_asked_again():
    booking = book(SlotFactory(starts_at=NOW + 9 * DAY))
    near = SlotFactory()
    now = near.starts_at - 20 * HOUR

    move_booking(booking_id=booking.pk, slot_id=near.pk, actor_role="resident", now=now)

    assert unanswered_without_phone(now) == []


def test_somebody_keeps_ready_for_a_time_that_may_stay_empty():
    booking = book(SlotFactory())
    entry = waiting.join_from_draft(
        key=begin_draft(email="waits@example.org").key, consent_language="vi", network="", now=NOW
    )
    overdue = booking.slot.starts_at - 20 * HOUR

    counts = [
        ask_standbys(now=overdue - HOUR),
        ask_standbys(now=overdue),
        ask_standbys(now=overdue),
    ]

    entry.refresh_from_db()
    assert counts == [0, 1, 0]
    assert entry.standby_slot == booking.slot
    assert fresh(booking).status == "confirmed"


def test_nobody_keeps_ready_for_a_time_whose_person_comes():
    booking = book(SlotFactory())
    waiting.join_from_draft(
        key=begin_draft(email="waits@example.org").key, consent_language="vi", network="", now=NOW
    )
    say_coming(booking_id=booking.pk, now=NOW)

    assert ask_standbys(now=booking.slot.starts_at - 20 * HOUR) == 0
