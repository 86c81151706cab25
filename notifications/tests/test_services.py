from datetime import datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from notifications.choices import Channel, NoticeState, Reason
from notifications.models import Notice, TransitionNotAllowed
from notifications.services import (
    NoticeExpired,
    abort_notice,
    complete_call,
    handle_failed_notice,
    log_call_attempt,
    plan_notices,
    resend_notice,
    send_due_notices,
)
from notifications.tests.factories import (
    DAY,
    MINUTE,
    NOON,
    CallFactory,
    NoticeFactory,
    planned,
)

pytestmark = pytest.mark.django_db


def keep_state(notice):
    """What tells later whether the row is still as it is now."""
    before = Notice.objects.values().get(pk=notice.pk)
    return lambda: Notice.objects.values().get(pk=notice.pk) == before


def test_planning_is_one_statement_however_many(django_assert_num_queries):
    notices = [planned(f"booking:{number}") for number in range(20)]

    with django_assert_num_queries(1):
        plan_notices(iter(notices))

    assert Notice.objects.count() == 20


def test_planning_nothing_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        plan_notices([])


def test_planning_twice_changes_nothing(kinds, relay):
    plan_notices([planned()])
    send_due_notices(NOON)
    unchanged = keep_state(Notice.objects.get())

    plan_notices([planned(due_at=NOON + DAY), planned(revision=1)])

    assert unchanged()
    assert list(Notice.objects.order_by("pk").values_list("revision", "state")) == [
        (0, NoticeState.SENT),
        (1, NoticeState.PLANNED),
    ]


def test_a_planned_notice_waits_for_its_time():
    plan_notices([planned(channel=Channel.CALL)])

    notice = Notice.objects.get()
    assert (notice.state, notice.next_look_at, notice.expires_at) == (
        NoticeState.PLANNED,
        NOON,
        NOON + DAY,
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient_key": ""},
        {"subject_key": "x" * 81},
        {"kind": ""},
        {"revision": -1},
        {"channel": "fax"},
        {"due_at": datetime(2026, 12, 1, 12)},  # noqa: DTZ001 - the mistake under test
    ],
)
def test_a_notice_that_could_not_be_kept_is_refused_loudly(changes):
    with pytest.raises(ValueError, match="must have|negative|not known|time zone"):
        planned(**changes)


def test_an_act_that_is_rolled_back_sends_nothing(kinds, mailoutbox):
    with transaction.atomic():
        plan_notices([planned()])
        transaction.set_rollback(True)

    assert send_due_notices(NOON) == {}
    assert mailoutbox == []


def test_a_letter_goes_out_after_the_commit(kinds, mailoutbox, django_capture_on_commit_callbacks):
    long_ago = datetime.now(tz=NOON.tzinfo) - MINUTE

    with django_capture_on_commit_callbacks(execute=True):
        plan_notices([planned(due_at=long_ago, expires_at=long_ago + DAY)])
        assert mailoutbox == []

    assert [message.to for message in mailoutbox] == [["booking-1@example.org"]]


def test_a_letter_can_be_sent_again(kinds, mailoutbox):
    notice = NoticeFactory()
    send_due_notices(NOON)

    resend_notice(notice_id=notice.pk, now=NOON + MINUTE)
    send_due_notices(NOON + MINUTE)

    assert [message.to for message in mailoutbox] == [
        [f"{notice.subject_key.replace(':', '-')}@example.org"]
    ] * 2
    first, second = (message.extra_headers["Message-ID"] for message in mailoutbox)
    assert first != second
    assert Notice.objects.get().resends == 1


def test_a_failed_letter_that_is_sent_again_is_no_task_any_more():
    notice = NoticeFactory(
        state=NoticeState.FAILED, next_look_at=None, became_task_at=NOON, attempts=6
    )

    resend_notice(notice_id=notice.pk, now=NOON + MINUTE)

    notice.refresh_from_db()
    assert (notice.state, notice.is_task, notice.attempts) == (NoticeState.PLANNED, False, 0)
    assert notice.due_at == NOON + MINUTE


def test_a_letter_is_not_sent_again_when_it_is_useless():
    notice = NoticeFactory(state=NoticeState.SENT, next_look_at=None, sent_at=NOON)
    unchanged = keep_state(notice)

    with pytest.raises(NoticeExpired):
        resend_notice(notice_id=notice.pk, now=NOON + DAY)

    assert unchanged()


@pytest.mark.parametrize(
    ("state", "next_look_at"),
    [
        (NoticeState.PLANNED, NOON),
        (NoticeState.CLAIMED, NOON),
        (NoticeState.RETRYING, NOON),
        (NoticeState.OBSOLETE, None),
        (NoticeState.SUPPRESSED, None),
    ],
)
def test_a_letter_on_its_way_or_unwanted_is_not_sent_again(state, next_look_at):
    notice = NoticeFactory(state=state, next_look_at=next_look_at)
    unchanged = keep_state(notice)

    with pytest.raises(TransitionNotAllowed):
        resend_notice(notice_id=notice.pk, now=NOON)

    assert unchanged()


@pytest.mark.parametrize("state", [NoticeState.PLANNED, NoticeState.RETRYING])
def test_a_waiting_letter_can_be_stopped(kinds, relay, state):
    notice = NoticeFactory(state=state)

    abort_notice(notice_id=notice.pk)

    notice.refresh_from_db()
    assert (notice.state, notice.reason) == (NoticeState.OBSOLETE, Reason.ABORTED)
    assert send_due_notices(NOON) == {}


@pytest.mark.parametrize(
    "columns",
    [
        {"state": NoticeState.CLAIMED},
        {"state": NoticeState.SENT, "next_look_at": None, "sent_at": NOON},
        {"state": NoticeState.FAILED, "next_look_at": None, "became_task_at": NOON},
    ],
)
def test_a_letter_that_is_being_sent_or_has_ended_is_not_stopped(columns):
    notice = NoticeFactory(**columns)
    unchanged = keep_state(notice)

    with pytest.raises(TransitionNotAllowed):
        abort_notice(notice_id=notice.pk)

    assert unchanged()


def test_a_failed_letter_is_a_task_until_somebody_has_handled_it():
    notice = NoticeFactory(state=NoticeState.FAILED, next_look_at=None, became_task_at=NOON)
    coordinator = get_user_model()(pk=7)

    handle_failed_notice(notice_id=notice.pk, handled_by=coordinator, now=NOON + MINUTE)

    notice.refresh_from_db()
    assert (notice.handled_by, notice.handled_at) == ("user:7", NOON + MINUTE)
    assert list(Notice.objects.tasks()) == []
    with pytest.raises(TransitionNotAllowed):
        handle_failed_notice(notice_id=notice.pk, handled_by=coordinator, now=NOON)


def test_a_call_is_made():
    call = CallFactory()

    complete_call(notice_id=call.pk, now=NOON + MINUTE)

    call.refresh_from_db()
    assert (call.state, call.sent_at) == (NoticeState.SENT, NOON + MINUTE)
    with pytest.raises(TransitionNotAllowed):
        complete_call(notice_id=call.pk, now=NOON)


def test_a_call_without_answer_is_put_back_into_waking_hours():
    call = CallFactory()
    evening = NOON + timedelta(hours=8, minutes=30)

    log_call_attempt(notice_id=call.pk, now=NOON)
    call.refresh_from_db()
    assert (call.state, call.attempts, call.reason) == (NoticeState.RETRYING, 1, Reason.NO_ANSWER)
    assert call.next_look_at == NOON + timedelta(hours=1)

    log_call_attempt(notice_id=call.pk, now=evening)
    call.refresh_from_db()
    assert (call.attempts, call.next_look_at) == (2, NOON + timedelta(hours=20))

    log_call_attempt(notice_id=call.pk, now=evening, next_try_at=evening + MINUTE)
    call.refresh_from_db()
    assert call.next_look_at == evening + MINUTE


def test_a_letter_is_no_call():
    letter = NoticeFactory()

    with pytest.raises(Notice.DoesNotExist):
        complete_call(notice_id=letter.pk, now=NOON)
    with pytest.raises(Notice.DoesNotExist):
        log_call_attempt(notice_id=letter.pk, now=NOON)
