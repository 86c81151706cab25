import logging
import smtplib
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications import registry
from notifications.choices import NoticeState, Reason
from notifications.delivery import MOST_ATTEMPTS, backoff, send_due_notices
from notifications.letters import Letter, Obsolete, Suppressed
from notifications.models import Notice
from notifications.tests.factories import DAY, MINUTE, NOON, CallFactory, NoticeFactory

pytestmark = pytest.mark.django_db

BUSY = smtplib.SMTPDataError(451, b"later")
TOO_BUSY = smtplib.SMTPRecipientsRefused({"a@example.org": (450, b"later")})
NOBODY = smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"no such user")})
REFUSED = smtplib.SMTPDataError(554, b"spam")
STRANGER = smtplib.SMTPSenderRefused(550, b"who are you", "portal@example.org")
BROKEN = smtplib.SMTPServerDisconnected("gone")


def in_state(*names):
    return {name: list(Notice.objects.values_list(name, flat=True)) for name in names}


def test_a_due_letter_is_sent_and_marked(kinds, relay):
    notice = NoticeFactory(subject_key="booking:7")

    counts = send_due_notices(NOON)

    assert counts == {"sent": 1}
    assert [message.to for message in relay.sent] == [["booking-7@example.org"]]
    notice.refresh_from_db()
    assert (notice.state, notice.next_look_at, notice.attempts) == (NoticeState.SENT, None, 0)
    assert NOON <= notice.sent_at < NOON + MINUTE
    assert send_due_notices(NOON + MINUTE) == {}


def test_nothing_is_sent_before_its_time(kinds, relay):
    NoticeFactory(due_at=NOON + MINUTE)

    assert send_due_notices(NOON) == {}
    assert send_due_notices(NOON + MINUTE) == {"sent": 1}


def test_handing_over_is_written_before_the_mail_server_hears_of_it(kinds, relay):
    notice = NoticeFactory()
    seen = []
    relay.on_sending = lambda message: seen.append(
        Notice.objects.values_list("state", "handing_over_at").get(pk=notice.pk)
    )

    send_due_notices(NOON)

    [(state, handing_over_at)] = seen
    assert state == NoticeState.CLAIMED
    assert handing_over_at >= NOON


def test_the_composer_decides_again_after_the_claim(kinds, relay):
    NoticeFactory(kind="tests.second_look")
    seen = []

    def decide(notice, now):
        seen.append(Notice.objects.values_list("state", flat=True).get(pk=notice.pk))
        return Obsolete("booking_canceled")

    registry.register("tests.second_look", decide, "Second look")

    assert send_due_notices(NOON) == {"obsolete": 1}
    assert seen == [NoticeState.CLAIMED]
    assert relay.sent == []
    assert in_state("reason") == {"reason": ["booking_canceled"]}


def test_an_unsafe_channel_holds_the_letter_back(kinds, relay):
    NoticeFactory(kind="tests.unsafe")
    registry.register("tests.unsafe", lambda notice, now: Suppressed("channel_unsafe"), "Unsafe")

    assert send_due_notices(NOON) == {"suppressed": 1}
    assert relay.sent == []


def test_an_unknown_kind_fails_at_once_and_is_seen(kinds, relay):
    notice = NoticeFactory(kind="tests.never_registered")

    assert send_due_notices(NOON) == {"failed": 1}
    assert list(Notice.objects.tasks().values_list("pk", "reason")) == [
        (notice.pk, Reason.UNKNOWN_KIND)
    ]


def test_a_call_in_place_of_a_letter_fails_and_is_seen(kinds, relay):
    NoticeFactory(kind="tests.call")

    assert send_due_notices(NOON) == {"failed": 1}
    assert in_state("reason") == {"reason": [Reason.WRONG_CHANNEL]}


def test_one_broken_letter_does_not_stop_the_others_and_fails_within_minutes(kinds, relay, caplog):
    NoticeFactory(kind="tests.broken")
    NoticeFactory.create_batch(3)

    def break_down(notice, now):
        raise KeyError("Nguyen Thi Hoa <hoa@example.org>")

    registry.register("tests.broken", break_down, "Broken")

    assert send_due_notices(NOON) == {"retrying": 1, "sent": 3}
    assert send_due_notices(NOON + 2 * MINUTE) == {"retrying": 1}
    assert send_due_notices(NOON + 9 * MINUTE) == {"failed": 1}
    assert Notice.objects.tasks().get().reason == Reason.COMPOSER_ERROR
    assert "KeyError" in caplog.text
    assert "Hoa" not in caplog.text
    assert "example.org" not in caplog.text


@pytest.mark.parametrize(
    ("error", "reason", "may_have_arrived"),
    [
        (BUSY, Reason.RELAY_BUSY, False),
        (TOO_BUSY, Reason.RELAY_BUSY, False),
        (STRANGER, Reason.SENDER_REFUSED, False),
        (BROKEN, Reason.CONNECTION_LOST, True),
        (TimeoutError(), Reason.CONNECTION_LOST, True),
        (RuntimeError("hoa@example.org"), Reason.SENDING_ERROR, True),
    ],
)
def test_a_passing_trouble_is_tried_again(kinds, relay, caplog, error, reason, may_have_arrived):
    notice = NoticeFactory()
    relay.answers = [error]

    assert send_due_notices(NOON) == {"retrying": 1}

    notice.refresh_from_db()
    assert (notice.reason, notice.attempts) == (reason, 1)
    assert notice.is_repeat is may_have_arrived
    assert notice.next_look_at >= NOON + MINUTE
    assert "example.org" not in caplog.text
    assert send_due_notices(NOON + 2 * MINUTE) == {"sent": 1}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (NOBODY, Reason.RECIPIENT_REFUSED),
        (REFUSED, Reason.LETTER_REFUSED),
        (smtplib.SMTPNotSupportedError(), Reason.ADDRESS_INVALID),
        (ValueError("Invalid address"), Reason.ADDRESS_INVALID),
    ],
)
def test_a_lasting_refusal_becomes_a_task_at_once(kinds, relay, error, reason):
    NoticeFactory()
    relay.answers = [error]

    assert send_due_notices(NOON) == {"failed": 1}
    assert list(Notice.objects.tasks().values_list("reason", "attempts")) == [(reason, 1)]


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b@c", "a@example.org, b@example.org", "a@example.org\nBcc: b@c.d"]
)
def test_an_address_that_is_none_becomes_a_task_and_reaches_no_mail_server(kinds, relay, address):
    NoticeFactory(kind="tests.nowhere")
    registry.register(
        "tests.nowhere",
        lambda notice, now: Letter(to=address, language="en", subject="Hello", text="Hello"),
        "Nowhere",
    )

    assert send_due_notices(NOON) == {"failed": 1}
    assert relay.sent == []
    assert in_state("reason", "handing_over_at") == {
        "reason": [Reason.ADDRESS_INVALID],
        "handing_over_at": [None],
    }


def test_retries_end_after_six_attempts_and_become_a_task(kinds, relay):
    notice = NoticeFactory(expires_at=NOON + 30 * DAY)
    relay.answers = [BUSY] * MOST_ATTEMPTS
    now, waits = NOON, []

    while notice.is_open:
        send_due_notices(now)
        notice.refresh_from_db()
        if notice.is_open:
            waits.append(round((notice.next_look_at - now).total_seconds() / 60))
            now = notice.next_look_at

    assert waits == [1, 4, 16, 64, 256]
    assert (notice.state, notice.attempts) == (NoticeState.FAILED, MOST_ATTEMPTS)
    assert notice.is_task


@given(st.integers(min_value=1, max_value=1000))
def test_backoff_grows_and_stays_within_a_working_day(attempts):
    assert MINUTE <= backoff(attempts) <= backoff(attempts + 1) <= timedelta(hours=5)


# A loaded machine is no failure.
@settings(deadline=None)
@given(st.lists(st.sampled_from([BUSY, TOO_BUSY, STRANGER, BROKEN, NOBODY, None]), max_size=9))
def test_whatever_the_mail_server_answers_a_letter_ends_sent_or_seen(answers):
    """Kept apart from the fixtures: hypothesis wants a fresh world per example."""
    world = pytest.MonkeyPatch()
    relay = OneLetterRelay(answers)
    world.setattr("notifications.delivery.get_connection", lambda: relay)
    world.setattr(registry, "KINDS", {})
    registry.register(
        "tests.reminder",
        lambda notice, now: Letter(to="a@example.org", language="en", subject="Hi", text="Hi"),
        "Reminder",
    )
    Notice.objects.all().delete()
    notice = NoticeFactory(expires_at=NOON + 30 * DAY)
    now, tries = NOON, 0
    logging.disable(logging.ERROR)

    try:
        while notice.is_open:
            send_due_notices(now)
            notice.refresh_from_db()
            now = notice.next_look_at or now
            tries += 1
    finally:
        logging.disable(logging.NOTSET)
        world.undo()

    assert tries <= MOST_ATTEMPTS
    assert (notice.state == NoticeState.SENT) == (relay.accepted == 1)
    assert notice.is_task == (relay.accepted == 0)


class OneLetterRelay:
    def __init__(self, answers):
        self.answers = list(answers)
        self.accepted = 0

    def open(self):
        return True

    def close(self):
        pass

    def send_messages(self, messages):
        answer = self.answers.pop(0) if self.answers else None
        if answer:
            raise answer
        self.accepted += 1
        return 1


def test_a_relay_that_is_away_costs_one_letter_an_attempt_and_the_others_nothing(kinds, relay):
    NoticeFactory.create_batch(60)
    relay.refuses_to_open = ConnectionRefusedError()

    counts = send_due_notices(NOON)

    assert counts == {"retrying": 25}
    assert relay.opened == 1
    assert sorted(in_state("attempts")["attempts"]) == [0] * 59 + [1]
    assert in_state("handing_over_at")["handing_over_at"] == [None] * 60

    relay.refuses_to_open = None
    assert send_due_notices(NOON + 2 * MINUTE) == {"sent": 60}


def test_a_relay_that_hangs_is_left_alone_after_the_second_time(kinds, relay):
    NoticeFactory.create_batch(10)
    relay.answers = [TimeoutError()] * 10

    assert send_due_notices(NOON) == {"retrying": 10}
    assert sorted(in_state("attempts")["attempts"]) == [0] * 8 + [1] * 2


def test_an_expired_letter_is_not_sent(kinds, relay):
    NoticeFactory(expires_at=NOON)
    NoticeFactory()

    assert send_due_notices(NOON) == {"obsolete": 1, "sent": 1}
    assert len(relay.sent) == 1


def test_calls_are_never_swept(kinds, relay):
    call = CallFactory()

    assert send_due_notices(NOON) == {}
    call.refresh_from_db()
    assert (call.state, relay.sent) == (NoticeState.PLANNED, [])


def test_a_call_that_was_not_made_in_time_becomes_a_task(kinds):
    call = CallFactory(expires_at=NOON)

    assert send_due_notices(NOON) == {"failed": 1}
    assert list(Notice.objects.tasks()) == [call]
    assert in_state("reason") == {"reason": [Reason.CALL_MISSED]}


def test_a_missed_call_that_nobody_wants_any_more_is_no_task(kinds):
    CallFactory(kind="tests.canceled_call", expires_at=NOON)
    registry.register(
        "tests.canceled_call", lambda notice, now: Obsolete("booking_canceled"), "Call"
    )

    assert send_due_notices(NOON) == {"obsolete": 1}


def test_a_letter_that_dies_in_flight_comes_once_more_with_the_same_message_id(kinds, relay):
    NoticeFactory()
    relay.answers = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        send_due_notices(NOON)
    first_try = []
    relay.on_sending = lambda message: first_try.append(message.extra_headers["Message-ID"])

    assert send_due_notices(NOON + MINUTE) == {}
    assert send_due_notices(NOON + 6 * MINUTE) == {"sent": 1}

    notice = Notice.objects.get()
    assert notice.is_repeat
    assert [notice.message_id in header for header in first_try] == [True]


def test_a_sweep_may_be_bounded_and_the_next_one_goes_on(kinds, relay):
    NoticeFactory.create_batch(60)

    assert send_due_notices(NOON, longest=timedelta(microseconds=1)) == {}
    assert send_due_notices(NOON, longest=MINUTE) == {"sent": 60}


def test_the_sweep_asks_a_fixed_number_of_questions_per_letter(
    kinds, relay, django_assert_num_queries
):
    with django_assert_num_queries(2):
        send_due_notices(NOON)
    NoticeFactory.create_batch(3)
    # Missed calls; due letters; the claim; two marks for each letter; an empty claim.
    with django_assert_num_queries(1 + 1 + 4 + 3 * 2 + 3):
        send_due_notices(NOON)
