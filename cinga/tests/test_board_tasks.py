"""The board in the hour of a session, and the tasks that people's needs make."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts import roles
from accounts.models import AccessLog
from accounts.tests.clients import signed_in
from accounts.tests.factories import UserFactory
from cases.choices import ContactChannel
from cases.models import CaseEvent
from cases.tests.factories import CaseFactory, ResidentFactory
from cinga.board import board_for
from consultations.call_notices import CALL_REQUESTED
from consultations.choices import BookingStatus, Mode
from consultations.models import CallRequest, WaitingEntry
from consultations.services.sessions import ask_for_call, check_in
from consultations.session_notices import SESSION_CALL
from consultations.tests.factories import BookingFactory, SlotFactory
from consultations.waiting_notices import OFFERED
from notifications.choices import Channel
from notifications.models import Notice
from notifications.tests.factories import NoticeFactory

TOKYO = ZoneInfo("Asia/Tokyo")
START = datetime(2030, 4, 8, 10, 0, tzinfo=TOKYO)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ROOM = "https://video.example.com/j/1"

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return signed_in(roles.COORDINATOR)


def board(now):
    return board_for(UserFactory(), owner="all", now=now)


def rows(now, kind):
    return [row for row in board(now).rows if row.kind == kind]


def session(starts_at=START, **changes):
    values = {
        "slot__starts_at": starts_at,
        "room_url": ROOM,
        "attendance_confirmed_at": starts_at - DAY,
        "case__resident": ResidentFactory(phone="+819012345678"),
    }
    return BookingFactory(**values | changes)


def call_request(**changes):
    resident = ResidentFactory(
        channel=ContactChannel.PHONE, phone="+819012345678", email="", safe_hours=["morning"]
    )
    request = CallRequest.objects.create(
        case=CaseFactory(resident=resident, opened_at=START),
        key=resident.pk,
        message="My boss keeps my passport.",
        asked_at=START,
        **changes,
    )
    notice = NoticeFactory(
        kind=CALL_REQUESTED,
        subject_key=request.key_for_notices,
        recipient_key=resident.key,
        channel=Channel.CALL,
        due_at=START - HOUR,
        expires_at=START + DAY,
    )
    return request, notice


def waiting_entry(**changes):
    entry = WaitingEntry(case=CaseFactory(opened_at=START), joined_at=START - HOUR, **changes)
    entry.set_link_digest()
    entry.save(force_insert=True)
    return entry


def offered_entry(**changes):
    return waiting_entry(
        status="offered",
        slot=SlotFactory(starts_at=START + 3 * DAY),
        offered_at=START,
        claim_until=START + HOUR,
        **changes,
    )


# TODAY'S SESSIONS


@pytest.mark.parametrize(
    ("minutes", "missed"),
    [
        (-11, set()),
        (-10, {"interpreter"}),
        (4, {"interpreter"}),
        (5, {"interpreter", "expert"}),
        (44, {"interpreter", "expert"}),
        (45, set()),
    ],
)
def test_a_session_is_red_to_the_minute(minutes, missed):
    session(interpreter_wish="wanted")

    [row] = board(START + minutes * MINUTE).sessions

    assert {side.name for side in row.sides if side.is_missed} == missed
    assert row.is_red == bool(missed)


def test_who_is_there_is_not_missed():
    booking = session(interpreter_wish="wanted")
    for side in ("expert", "interpreter"):
        check_in(booking_id=booking.pk, side=side, now=START - 12 * MINUTE)

    [row] = board(START + 6 * MINUTE).sessions

    assert not row.is_red
    assert [(side.name, side.joined_at is not None) for side in row.sides] == [
        ("resident", False),
        ("interpreter", True),
        ("expert", True),
    ]


def test_no_side_is_shown_where_none_is_awaited():
    session()
    session(status=BookingStatus.NO_SHOW, no_show_party="client")

    assert [row.sides for row in board(START - HOUR).sessions] == [[], []]


def test_who_cannot_connect_comes_before_everything_else():
    session(START - 2 * DAY)
    booking = session()
    now = START + MINUTE
    ask_for_call(booking_id=booking.pk, now=now)

    shown = board(now)

    first, *others = shown.rows
    assert (first.notice.kind, first.booking, first.is_late) == (SESSION_CALL, booking, True)
    assert [row.kind for row in others] == ["outcome"]
    assert others[0].due_at < first.due_at
    assert [row.waits_for_call for row in shown.sessions] == [True]
    assert "12345678" not in repr(first)
    Notice.objects.get(kind=SESSION_CALL).mark_sent(now)
    assert [row.is_red for row in board(now).sessions] == [False]


def test_a_call_in_the_session_goes_out_at_night_too():
    late = datetime(2030, 4, 8, 22, 0, tzinfo=TOKYO)
    booking = session(late)

    ask_for_call(booking_id=booking.pk, now=late)

    assert len(rows(late, "call")) == 1


@pytest.mark.parametrize("side", ["resident", "expert", "interpreter"])
def test_a_coordinator_marks_who_is_there(desk, side):
    booking = session(timezone.now() + 5 * MINUTE, interpreter_wish="wanted")
    assert f"/admin/board/sessions/{booking.pk}/here/{side}/" in desk.get("/admin/").text

    response = desk.post(f"/admin/board/sessions/{booking.pk}/here/{side}/", {"next": "/admin/"})

    booking.refresh_from_db()
    event = CaseEvent.objects.get()
    assert response.url == "/admin/"
    assert getattr(booking, f"{side}_joined_at") is not None
    assert (event.verb, event.actor, event.actor_role, event.details["side"]) == (
        "consultations.checked_in",
        desk.user,
        "coordinator",
        side,
    )


def test_nobody_is_marked_at_another_hour(desk):
    booking = session(timezone.now() + HOUR)

    response = desk.post(f"/admin/board/sessions/{booking.pk}/here/expert/", follow=True)

    booking.refresh_from_db()
    assert "It is not the time of the session" in response.text
    assert booking.expert_joined_at is None


@pytest.mark.parametrize("address", ["999/here/expert/", "{0}/here/cat/"])
def test_sides_and_sessions_that_are_none(desk, address):
    booking = session(timezone.now() + MINUTE)

    response = desk.post("/admin/board/sessions/" + address.format(booking.pk))

    assert response.status_code == 404


@pytest.mark.parametrize("role", [roles.EDITOR, roles.EXPERT])
def test_others_mark_nobody(role):
    booking = session(timezone.now() + MINUTE)

    response = signed_in(role).post(f"/admin/board/sessions/{booking.pk}/here/expert/")

    assert response.status_code in {302, 403}
    assert CaseEvent.objects.count() == 0


def test_a_call_that_is_not_answered_comes_back_within_the_session(desk):
    booking = session(timezone.now() - MINUTE)
    ask_for_call(booking_id=booking.pk, now=timezone.now())
    call = Notice.objects.get(kind=SESSION_CALL)

    shown = desk.post(f"/admin/board/calls/{call.pk}/")
    response = desk.post(f"/admin/board/calls/{call.pk}/later/", follow=True)

    call.refresh_from_db()
    assert 'href="tel:+819012345678"' in shown.text
    assert AccessLog.objects.get().purpose == "call_number_shown"
    assert "The call comes back in three minutes." in response.text
    assert call.next_look_at < timezone.now() + 4 * MINUTE


# CALLS THAT PEOPLE ASK FOR


def test_a_call_that_was_asked_for_is_a_row_of_its_case():
    request, _notice = call_request()

    [row] = rows(START, "call")

    assert (row.case, row.booking) == (request.case, None)
    assert row.brief.safe_hours == ["Morning (8:00 to 12:00)"]
    assert "passport" not in str(row.brief)


def test_a_call_that_was_answered_is_no_row():
    call_request(answered_at=START)

    assert rows(START, "call") == []


def test_the_number_of_a_call_without_a_booking_is_shown_and_noted(desk):
    request, notice = call_request()
    Notice.objects.filter(pk=notice.pk).update(due_at=timezone.now(), next_look_at=timezone.now())
    assert str(request.case) in desk.get("/admin/").text

    response = desk.post(f"/admin/board/calls/{notice.pk}/")

    assert 'href="tel:+819012345678"' in response.text
    assert str(request.case) in response.text
    assert AccessLog.objects.get().purpose == "call_number_shown"
    done = desk.post(f"/admin/board/calls/{notice.pk}/reached/", follow=True)
    assert "The call is done." in done.text
    request.refresh_from_db()
    assert request.answered_at is not None


# UNDER 18, AND DATES


def test_somebody_under_18_is_a_task_until_seen_to(desk):
    case = CaseFactory(is_minor=True, opened_at=START)
    CaseFactory(is_minor=True, minor_seen_at=START)

    [row] = rows(START, "minor")
    assert (row.case, row.is_late) == (case, False)
    assert rows(START + DAY + MINUTE, "minor")[0].is_late

    response = desk.post(f"/admin/cases/case/{case.pk}/seen/minor/", {"next": "/admin/"})

    assert response.url == "/admin/"
    assert rows(START, "minor") == []


@pytest.mark.parametrize(
    ("critical_date", "session_day", "is_task"),
    [
        (None, None, True),
        (date(2030, 4, 22), None, True),
        (date(2030, 4, 23), None, False),
        (date(2030, 4, 1), None, True),
        (date(2030, 5, 8), 30, True),
        (date(2030, 5, 9), 30, False),
    ],
)
def test_a_date_is_a_task_when_it_is_near_or_not_after_the_session(
    critical_date, session_day, is_task
):
    case = CaseFactory(date_worry="yes", critical_date=critical_date, opened_at=START)
    if session_day:
        BookingFactory(case=case, slot__starts_at=START + session_day * DAY)

    assert [row.case for row in rows(START, "date")] == ([case] if is_task else [])


@pytest.mark.parametrize("worry", ["no", "unknown", ""])
def test_who_worries_about_no_date_makes_no_task(worry):
    CaseFactory(date_worry=worry)

    assert rows(START, "date") == []


# THE WAITING LIST, AND SILENCE


def test_who_was_let_down_is_a_task_until_there_is_an_offer():
    entry = waiting_entry(is_first=True)
    waiting_entry()
    offered = offered_entry(is_first=True)

    shown = board(START)

    assert [row.subject for row in shown.rows if row.kind == "first"] == [entry]
    assert shown.offers == [offered]


def test_an_offer_by_telephone_is_a_call():
    resident = ResidentFactory(channel=ContactChannel.PHONE, phone="+819012345678")
    entry = offered_entry(revision=1)
    entry.case.resident = resident
    entry.case.save()
    NoticeFactory(
        kind=OFFERED,
        subject_key=entry.key,
        revision=1,
        recipient_key=resident.key,
        channel=Channel.CALL,
        due_at=START - MINUTE,
        expires_at=entry.claim_until,
    )

    [row] = rows(START, "call")

    assert row.case == entry.case
    assert row.brief.script
    assert rows(entry.claim_until, "call") == []


@pytest.mark.parametrize(
    ("changes", "is_task"),
    [
        ({}, True),
        ({"attendance_confirmed_at": START - DAY}, False),
        ({"case__resident__phone": "+819012345678"}, False),
        ({"case__resident__reminders": "none"}, False),
        ({"booked_at": START - HOUR}, False),
    ],
)
def test_silence_without_a_number_is_a_task(changes, is_task):
    booking = BookingFactory(
        **{"slot__starts_at": START, "room_url": ROOM, "mode": Mode.VIDEO} | changes
    )

    found = [row.booking for row in rows(START - 6 * HOUR, "unanswered")]

    assert found == ([booking] if is_task else [])
    assert rows(START - 2 * DAY, "unanswered") == []


# WHAT IT COSTS


def one_of_each():
    session(interpreter_wish="wanted")
    called = session()
    ask_for_call(booking_id=called.pk, now=START)
    call_request()
    CaseFactory(is_minor=True)
    CaseFactory(date_worry="yes")
    waiting_entry(is_first=True)
    offered_entry()
    BookingFactory(slot__starts_at=START + 12 * HOUR, room_url=ROOM)


@pytest.mark.parametrize("number", [1, 3])
def test_the_board_reads_as_much_for_one_of_each_as_for_three(number, django_assert_num_queries):
    for _each in range(number):
        one_of_each()
    user = UserFactory()

    with django_assert_num_queries(23):
        shown = board_for(user, owner="all", now=START + 6 * MINUTE)
        for row in shown.rows:
            assert row.case.primary_topic.label
            assert row.case.resident.speaking_language
            assert row.owner is None

    assert len(shown.rows) == 6 * number
    assert [row.is_red for row in shown.sessions] == [True] * 2 * number + [False] * number


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(desk, number, django_assert_num_queries):
    now = timezone.now()
    for _each in range(number):
        booking = session(now - 6 * MINUTE, interpreter_wish="wanted")
        ask_for_call(booking_id=booking.pk, now=now)
        CaseFactory(is_minor=True, date_worry="yes", opened_at=now)
        waiting_entry(is_first=True)
        offered_entry()
    desk.get("/admin/")

    with django_assert_num_queries(27):
        text = desk.get("/admin/").text

    assert text.count("The resident cannot connect and waits for our call.") == number
    assert "12345678" not in text
    assert "lan@example.org" not in text


def test_the_page_does_not_look_again_by_itself(desk):
    """It would keep the session of somebody alive who has gone away."""
    text = desk.get("/admin/").text

    assert "Look again" in text
    assert "look-again.js" not in text
