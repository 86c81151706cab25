from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts import roles
from accounts.models import AccessLog
from accounts.tests.clients import signed_in
from accounts.tests.factories import UserFactory
from cases.choices import ContactChannel
from cases.models import CaseEvent
from cases.tests.factories import ResidentFactory
from cinga.board import board_for
from consultations import notices
from consultations.choices import BookingStatus, Mode
from consultations.tests.factories import (
    BookingFactory,
    EmergencyLineFactory,
    HeldBookingFactory,
)
from notifications.choices import Channel, NoticeState, Reason
from notifications.models import Notice
from notifications.tests.factories import NoticeFactory
from schedules.tests.factories import HolidayFactory

TOKYO = ZoneInfo("Asia/Tokyo")
# A Sunday, the day before the sessions of the factories.
NOW = datetime(2030, 4, 7, 12, 0, tzinfo=TOKYO)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PAGE = "/admin/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return signed_in(roles.COORDINATOR)


def board(now=NOW, owner="all", user=None):
    return board_for(user or UserFactory(), owner=owner, now=now)


def kinds(rows):
    return [row.kind for row in rows]


def call_about(booking, *, kind=notices.CONFIRMED, due_at=NOW - HOUR, **changes):
    return NoticeFactory(
        kind=kind,
        subject_key=booking.key,
        revision=booking.revision,
        recipient_key=booking.case.resident.key,
        channel=Channel.CALL,
        due_at=due_at,
        expires_at=booking.slot.starts_at,
        **changes,
    )


def phone_booking(**changes):
    resident = ResidentFactory(
        channel=ContactChannel.PHONE,
        phone="+81312345678",
        safe_hours=["morning"],
        speaking_language__autonym="नेपाली",
    )
    return BookingFactory(case__resident=resident, mode=Mode.PHONE, **changes)


def failed_letter(booking, **changes):
    values = {
        "kind": notices.CONFIRMED,
        "subject_key": booking.key,
        "recipient_key": booking.case.resident.key,
        "state": NoticeState.FAILED,
        "reason": Reason.RECIPIENT_REFUSED,
        "became_task_at": NOW - HOUR,
        "next_look_at": None,
        "due_at": NOW - DAY,
        "expires_at": booking.slot.starts_at,
    }
    return NoticeFactory(**values | changes)


def one_of_each():
    """A task of every kind, each of another booking."""
    call_about(phone_booking())
    failed_letter(phone_booking())
    HeldBookingFactory(mode=Mode.PHONE)
    BookingFactory(slot__starts_at=NOW - 3 * HOUR, mode=Mode.PHONE)
    BookingFactory()


# WHAT IS ON IT


def test_everything_stands_in_one_list_by_time():
    one_of_each()

    rows = board().rows

    assert kinds(rows) == ["decision", "outcome", "call", "letter", "room"]
    assert [row.due_at for row in rows] == sorted(row.due_at for row in rows)


def test_a_call_says_what_to_say_and_when_but_no_number():
    call_about(phone_booking())

    [row] = board().rows

    assert row.brief.safe_hours == ["Morning (8:00 to 12:00)"]
    assert row.brief.script[1] == "2030年4月8日(月曜日) 10:00〜10:45 日本時間 (JST)"
    assert "12345678" not in repr(row)


def test_a_call_that_is_not_due_or_not_wanted_is_not_shown():
    call_about(phone_booking(), due_at=NOW + HOUR)
    canceled = phone_booking(status=BookingStatus.CANCELED, canceled_by="expert")
    call_about(canceled)
    moved = phone_booking()
    call_about(moved)
    moved.move_to(moved.slot)
    by_letter_now = BookingFactory(mode=Mode.PHONE)
    call_about(by_letter_now)

    assert board().rows == []


def test_a_call_is_red_when_little_time_is_left():
    call_about(phone_booking())
    starts_at = datetime(2030, 4, 8, 10, 0, tzinfo=TOKYO)

    assert [row.is_late for row in board(starts_at - 3 * HOUR).rows] == [False]
    assert [row.is_late for row in board(starts_at - HOUR).rows] == [True]


def test_a_held_booking_is_red_from_its_deadline_on():
    booking = HeldBookingFactory(decide_by=NOW)

    assert [(row.booking, row.is_late) for row in board(NOW).rows] == [(booking, True)]
    assert [row.is_late for row in board(NOW - HOUR).rows] == [False]


def test_a_session_over_asks_for_its_outcome():
    booking = BookingFactory(mode=Mode.PHONE, attendance_confirmed_at=NOW)

    assert board(booking.slot.ends_at - HOUR).rows == []
    [row] = board(booking.slot.ends_at).rows
    assert (row.kind, row.booking, row.is_late) == ("outcome", booking, False)
    assert board(booking.slot.ends_at + 2 * DAY).rows[0].is_late


def test_a_room_link_is_missed_from_a_day_before():
    booking = BookingFactory()
    BookingFactory(room_url="https://video.example.org/1")
    HeldBookingFactory()
    starts_at = booking.slot.starts_at

    def rooms(now):
        return [row.booking for row in board(now).rows if row.kind == "room"]

    assert rooms(starts_at - DAY - HOUR) == []
    assert rooms(starts_at - DAY) == [booking]


def test_a_letter_that_failed_says_why_until_somebody_has_seen_to_it():
    failed_letter(phone_booking())
    failed_letter(phone_booking(), handled_at=NOW, handled_by="user:1")
    failed_letter(
        phone_booking(), state=NoticeState.UNKNOWN, reason=Reason.WORKER_LOST, expires_at=NOW
    )

    rows = board().rows

    assert [(str(row.reason), row.can_be_sent) for row in rows] == [
        ("The address was refused.", True),
        ("The worker died while the letter was handed over, twice.", False),
    ]


def test_a_letter_about_something_else_has_no_booking():
    NoticeFactory(
        kind="tests.reminder",
        subject_key="user:7",
        state=NoticeState.FAILED,
        became_task_at=NOW,
        next_look_at=None,
    )

    [row] = board().rows

    assert (row.booking, row.owner) == (None, None)


def test_tasks_are_mine_nobodys_or_anybodys():
    me = UserFactory()
    mine = HeldBookingFactory(case__owner=me)
    HeldBookingFactory(case__owner=UserFactory())
    nobodys = HeldBookingFactory()

    boards = {owner: board(owner=owner, user=me) for owner in ("mine", "nobody", "all")}

    assert [row.booking for row in boards["mine"].rows] == [mine]
    assert [row.booking for row in boards["nobody"].rows] == [nobodys]
    assert boards["all"].counts == {"all": 3, "mine": 1, "nobody": 1}


def test_todays_sessions_are_those_of_the_day_in_japan():
    late_evening = datetime(2030, 4, 7, 23, 30, tzinfo=TOKYO)
    today = BookingFactory(slot__starts_at=late_evening)
    tomorrow = BookingFactory(slot__starts_at=late_evening + HOUR)
    canceled = {"status": BookingStatus.CANCELED, "canceled_by": "expert"}
    BookingFactory(slot__starts_at=late_evening, **canceled)

    shown = board()

    assert [row.booking for row in shown.sessions] == [today]
    assert shown.next_session == tomorrow


def test_the_oldest_unsent_letter_turns_the_board_red_after_ten_minutes():
    NoticeFactory(kind="tests.reminder", due_at=NOW, expires_at=NOW + DAY)

    assert not board(NOW + timedelta(minutes=10)).is_outbox_late
    assert board(NOW + timedelta(minutes=11)).is_outbox_late


def test_what_can_wait_stands_at_the_bottom():
    EmergencyLineFactory()

    shown = board()

    assert (shown.unchecked_lines, shown.missing_holiday_year) == (1, 2030)


def test_an_empty_board():
    for year in (2030, 2031):
        HolidayFactory(date=datetime(year, 1, 1, tzinfo=TOKYO).date())

    shown = board()

    assert (shown.rows, shown.sessions, shown.next_session) == ([], [], None)
    assert (shown.oldest_unsent, shown.unchecked_lines, shown.missing_holiday_year) == (
        None,
        0,
        None,
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_the_board_reads_as_much_for_one_of_each_as_for_three(rows, django_assert_num_queries):
    for _number in range(rows):
        one_of_each()
    user = UserFactory()

    with django_assert_num_queries(22):
        shown = board_for(user, owner="all", now=NOW)
        [row.owner for row in shown.rows]

    assert len(shown.rows) == 5 * rows


# THE PAGE


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(desk, rows, django_assert_num_queries):
    past = datetime(2026, 4, 6, 10, 0, tzinfo=TOKYO)
    for _number in range(rows):
        call_about(phone_booking(), due_at=past)
        failed_letter(HeldBookingFactory(), expires_at=past)
        BookingFactory(slot__starts_at=past)
    desk.get(PAGE)

    with django_assert_num_queries(27):
        response = desk.get(PAGE)

    assert sorted(kinds(response.context["board"].rows)) == sorted(
        ["call", "letter", "decision", "outcome"] * rows
    )


def test_page_shows_every_kind_and_no_number(desk):
    past = datetime(2026, 4, 6, 10, 0, tzinfo=TOKYO)
    booking = phone_booking()
    call_about(booking, due_at=past)
    failed_letter(HeldBookingFactory())
    BookingFactory(slot__starts_at=past)

    text = desk.get(PAGE).text

    words = ["Show the number", "Confirm", "advice given", "Send again", "Mark as handled"]
    assert [word for word in words if word not in text] == []
    assert "12345678" not in text
    assert "lan@example.org" not in text


@pytest.mark.parametrize("owner", ["all", "mine", "nobody", "everybody", "\x7f" * 50])
def test_page_takes_any_filter(desk, owner):
    assert desk.get(PAGE, {"owner": owner}).status_code == 200


def test_acts_of_the_board_lead_back_to_it(desk):
    booking = HeldBookingFactory()

    response = desk.post(
        f"/admin/consultations/booking/{booking.pk}/act/confirm/",
        {"seen": "", "next": "/admin/?owner=mine"},
    )

    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED
    assert response.url == "/admin/?owner=mine"


def test_the_page_of_others_has_no_board():
    client = signed_in(roles.EDITOR)
    HeldBookingFactory()

    response = client.get(PAGE)

    assert "board" not in response.context
    assert signed_in(roles.EXPERT).get(PAGE).status_code == 302


# CALLS AND LETTERS


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def wall_clock_call(**changes):
    return call_about(phone_booking(**changes), due_at=datetime(2026, 4, 6, 10, 0, tzinfo=TOKYO))


def test_the_number_is_shown_on_demand_and_noted(desk):
    call = wall_clock_call()

    response = desk.post(f"/admin/board/calls/{call.pk}/")

    entry = AccessLog.objects.get()
    assert 'href="tel:+81312345678"' in response.text
    assert "नेपाली" in response.text
    assert (entry.subject, entry.purpose) == (
        call.recipient_key.replace("resident", "cases.Resident"),
        "call_number_shown",
    )


def test_the_number_of_a_call_nobody_wants_stays_hidden(desk):
    call = wall_clock_call(status=BookingStatus.CANCELED, canceled_by="expert")

    response = desk.post(f"/admin/board/calls/{call.pk}/", follow=True)

    assert messages_of(response) == ["Nobody needs this call any more."]
    assert AccessLog.objects.count() == 0


def test_reached(desk):
    call = wall_clock_call()

    response = desk.post(f"/admin/board/calls/{call.pk}/reached/", follow=True)

    call.refresh_from_db()
    event = CaseEvent.objects.get()
    assert call.state == NoticeState.SENT
    assert (event.verb, event.actor) == ("consultations.resident_called", desk.user)
    assert event.details["was_reached"] is True
    assert messages_of(response) == ["The call is done."]


def test_not_reached_comes_back_later(desk):
    call = wall_clock_call()

    desk.post(f"/admin/board/calls/{call.pk}/later/")

    call.refresh_from_db()
    assert (call.state, call.attempts) == (NoticeState.RETRYING, 1)
    assert CaseEvent.objects.get().details["was_reached"] is False


def test_a_call_is_done_once(desk):
    call = wall_clock_call()
    desk.post(f"/admin/board/calls/{call.pk}/reached/")

    response = desk.post(f"/admin/board/calls/{call.pk}/later/", follow=True)

    assert messages_of(response)[-1] == "This call is done already."
    assert CaseEvent.objects.count() == 1


def test_a_letter_goes_out_again(desk):
    letter = failed_letter(phone_booking())

    response = desk.post(f"/admin/board/letters/{letter.pk}/resend/", follow=True)

    letter.refresh_from_db()
    assert letter.resends == 1
    assert messages_of(response) == ["The letter goes out again."]


def test_a_letter_whose_time_is_past_is_not_sent(desk):
    letter = failed_letter(phone_booking(), expires_at=datetime(2026, 4, 6, tzinfo=TOKYO))

    response = desk.post(f"/admin/board/letters/{letter.pk}/resend/", follow=True)

    letter.refresh_from_db()
    assert letter.state == NoticeState.FAILED
    assert messages_of(response)[0].startswith("It is too late to send this letter.")


def test_a_letter_is_marked_as_handled_once(desk):
    letter = failed_letter(phone_booking())

    first = desk.post(f"/admin/board/letters/{letter.pk}/handled/", follow=True)
    second = desk.post(f"/admin/board/letters/{letter.pk}/handled/", follow=True)

    letter.refresh_from_db()
    assert letter.handled_by == f"user:{desk.user.pk}"
    assert messages_of(first) == ["It is marked as handled."]
    assert messages_of(second) == ["Somebody has seen to this letter already."]


@pytest.mark.parametrize(
    "address",
    ["calls/999/", "calls/999/reached/", "letters/999/resend/", "letters/999/handled/"],
)
def test_what_is_not_there(desk, address):
    assert desk.post(f"/admin/board/{address}").status_code == 404


@pytest.mark.parametrize("act", ["calls/{0}/dance/", "letters/{0}/dance/"])
def test_acts_that_are_none(desk, act):
    call = wall_clock_call()

    assert desk.post("/admin/board/" + act.format(call.pk)).status_code == 404


@pytest.mark.parametrize("role", [roles.EDITOR, roles.EXPERT, roles.INTERPRETER])
def test_others_can_neither_see_nor_do(role):
    client = signed_in(role)
    call = wall_clock_call()
    letter = failed_letter(phone_booking())
    addresses = [
        f"calls/{call.pk}/",
        f"calls/{call.pk}/reached/",
        f"letters/{letter.pk}/handled/",
        f"letters/{letter.pk}/resend/",
    ]
    before = list(Notice.objects.order_by("pk").values())

    answers = {client.post(f"/admin/board/{address}").status_code for address in addresses}

    assert answers <= {302, 403}
    assert list(Notice.objects.order_by("pk").values()) == before
    assert AccessLog.objects.count() == 0


def test_links_do_nothing(desk):
    call = wall_clock_call()

    assert desk.get(f"/admin/board/calls/{call.pk}/").status_code == 405
    assert desk.get(f"/admin/board/calls/{call.pk}/reached/").status_code == 405
