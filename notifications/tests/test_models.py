from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from notifications.choices import NOTICE_TRANSITIONS, Channel, NoticeState, Reason
from notifications.models import Notice, NoticeChanged, TransitionNotAllowed
from notifications.tests.factories import DAY, MINUTE, NOON, CallFactory, NoticeFactory

pytestmark = pytest.mark.django_db

LEASE = timedelta(minutes=5)
STEPS = {
    NoticeState.SENT: lambda notice: notice.mark_sent(NOON),
    NoticeState.RETRYING: lambda notice: notice.retry(at=NOON, reason=Reason.RELAY_BUSY),
    NoticeState.FAILED: lambda notice: notice.fail(at=NOON, reason=Reason.RECIPIENT_REFUSED),
    NoticeState.UNKNOWN: lambda notice: notice.mark_unknown(NOON),
    NoticeState.OBSOLETE: lambda notice: notice.mark_obsolete(Reason.EXPIRED),
    NoticeState.SUPPRESSED: lambda notice: notice.suppress("channel_unsafe"),
    NoticeState.PLANNED: lambda notice: notice.plan_again(NOON),
}
COLUMNS = {
    NoticeState.PLANNED: {},
    NoticeState.CLAIMED: {},
    NoticeState.RETRYING: {},
    NoticeState.SENT: {"next_look_at": None, "sent_at": NOON},
    NoticeState.FAILED: {"next_look_at": None, "became_task_at": NOON},
    NoticeState.UNKNOWN: {"next_look_at": None, "became_task_at": NOON},
    NoticeState.OBSOLETE: {"next_look_at": None},
    NoticeState.SUPPRESSED: {"next_look_at": None},
}


def claim(now=NOON, limit=25):
    return Notice.objects.claim_letters(now=now, lease=LEASE, limit=limit)


def test_every_state_has_its_line_in_the_transition_table():
    assert set(NOTICE_TRANSITIONS) == set(NoticeState) == set(COLUMNS)


@pytest.mark.parametrize("after", STEPS)
@pytest.mark.parametrize("before", NoticeState)
def test_only_the_steps_of_the_table_are_made(before, after):
    notice = NoticeFactory(state=before, **COLUMNS[before])

    if after in NOTICE_TRANSITIONS[before]:
        STEPS[after](notice)
        expected = after
    else:
        with pytest.raises(TransitionNotAllowed):
            STEPS[after](notice)
        expected = before

    notice.refresh_from_db()
    assert notice.state == expected


def test_a_notice_exists_once_per_subject_kind_revision_recipient_and_channel():
    NoticeFactory(subject_key="booking:1")

    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeFactory(subject_key="booking:1")
    NoticeFactory(subject_key="booking:1", revision=1)
    NoticeFactory(subject_key="booking:1", recipient_key="expert:7")
    NoticeFactory(subject_key="booking:1", kind="tests.canceled")
    NoticeFactory(subject_key="booking:1", channel=Channel.CALL)

    assert Notice.objects.count() == 5


@pytest.mark.parametrize(
    "columns",
    [
        {"recipient_key": ""},
        {"next_look_at": None},
        {"state": NoticeState.SENT, "sent_at": NOON},
        {"state": NoticeState.SENT, "next_look_at": None},
        {"state": NoticeState.FAILED, "next_look_at": None},
        {"became_task_at": NOON},
        {"handled_at": NOON, "handled_by": "user:1"},
        {"state": NoticeState.CLAIMED, "channel": Channel.CALL},
    ],
)
def test_the_database_refuses_a_row_that_contradicts_itself(columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        NoticeFactory(**columns)


def test_a_claim_is_a_lease_on_what_is_due():
    due = NoticeFactory()
    NoticeFactory(due_at=NOON + MINUTE)
    CallFactory()

    claimed, settled = claim()

    assert (claimed, settled) == ([due], [])
    due.refresh_from_db()
    assert (due.state, due.next_look_at) == (NoticeState.CLAIMED, NOON + LEASE)
    assert claim() == ([], [])


def test_a_claim_takes_the_longest_waiting_first_and_no_more_than_its_batch():
    late = NoticeFactory(due_at=NOON - MINUTE)
    NoticeFactory()
    latest = NoticeFactory(due_at=NOON - DAY / 2)

    claimed, _settled = claim(limit=2)

    assert claimed == [latest, late]


def test_a_lapsed_lease_before_handing_over_is_claimed_again_as_if_nothing_happened():
    notice = NoticeFactory()
    claim()

    claimed, _settled = claim(NOON + LEASE)

    assert claimed == [notice]
    assert (claimed[0].is_repeat, claimed[0].attempts) == (False, 0)


def test_a_lapsed_lease_after_handing_over_is_claimed_once_more_and_flagged():
    NoticeFactory()
    [notice], _settled = claim()
    notice.begin_handing_over(at=NOON, lease=LEASE)

    [again], _settled = claim(NOON + LEASE)

    assert (again.is_repeat, again.handing_over_at) == (True, None)
    assert again.message_id == notice.message_id


def test_a_repeat_whose_lease_lapses_in_flight_becomes_a_task():
    NoticeFactory()
    [notice], _settled = claim()
    notice.begin_handing_over(at=NOON, lease=LEASE)
    [again], _settled = claim(NOON + LEASE)
    again.begin_handing_over(at=NOON + LEASE, lease=LEASE)

    claimed, settled = claim(NOON + 2 * LEASE)

    assert (claimed, settled) == ([], [notice])
    notice.refresh_from_db()
    assert (notice.state, notice.reason) == (NoticeState.UNKNOWN, Reason.WORKER_LOST)
    assert list(Notice.objects.tasks()) == [notice]


def test_a_repeat_whose_lease_lapses_before_handing_over_is_still_sent():
    NoticeFactory()
    [notice], _settled = claim()
    notice.begin_handing_over(at=NOON, lease=LEASE)
    claim(NOON + LEASE)

    [again], settled = claim(NOON + 2 * LEASE)

    assert settled == []
    assert (again, again.is_repeat) == (notice, True)


def test_a_late_worker_cannot_touch_a_row_that_another_one_holds():
    NoticeFactory()
    [late], _settled = claim()
    [present], _settled = claim(NOON + LEASE)

    for act in (
        lambda: late.begin_handing_over(at=NOON, lease=LEASE),
        lambda: late.mark_sent(NOON),
        lambda: late.retry(at=NOON, reason=Reason.RELAY_BUSY),
    ):
        with pytest.raises(NoticeChanged):
            act()

    present.refresh_from_db()
    assert (present.state, present.sent_at) == (NoticeState.CLAIMED, None)


def test_an_expired_letter_is_settled_and_never_claimed():
    notice = NoticeFactory(expires_at=NOON)

    claimed, settled = claim()

    assert (claimed, settled) == ([], [notice])
    notice.refresh_from_db()
    assert (notice.state, notice.reason) == (NoticeState.OBSOLETE, Reason.EXPIRED)


def test_an_expired_letter_that_was_in_flight_is_perhaps_sent():
    NoticeFactory(expires_at=NOON + MINUTE)
    [notice], _settled = claim()
    notice.begin_handing_over(at=NOON, lease=LEASE)

    _claimed, [settled] = claim(NOON + LEASE)

    assert settled.state == NoticeState.UNKNOWN


def test_the_message_id_tells_nothing_and_changes_only_with_a_resend(settings):
    notice = NoticeFactory(state=NoticeState.SENT, **COLUMNS[NoticeState.SENT])
    before = notice.message_id
    assert before != NoticeFactory().message_id
    settings.LOOKUP_KEY = "another key, another key, another key"
    assert before != notice.message_id

    settings.LOOKUP_KEY = "a third key, a third key, a third key"
    before = notice.message_id
    notice.plan_again(NOON)

    assert before != notice.message_id
