import pytest
from django.db import connection

from notifications import registry
from notifications.choices import NoticeState
from notifications.models import Notice
from notifications.selectors import (
    due_calls,
    failed_notices,
    oldest_due_seconds,
    oldest_unsent,
)
from notifications.tests.factories import DAY, MINUTE, NOON, CallFactory, NoticeFactory

pytestmark = pytest.mark.django_db


def test_the_oldest_unsent_letter_counts_from_its_due_time_even_while_it_waits_for_a_retry():
    NoticeFactory()
    oldest = NoticeFactory(
        due_at=NOON - 9 * MINUTE, next_look_at=NOON + DAY, state=NoticeState.RETRYING
    )
    NoticeFactory(due_at=NOON - DAY, next_look_at=None, state=NoticeState.SENT, sent_at=NOON - DAY)
    CallFactory(due_at=NOON - DAY)

    assert oldest_unsent(NOON) == oldest
    assert oldest_due_seconds(NOON) == 9 * 60


def test_nothing_is_late_before_its_time():
    NoticeFactory(due_at=NOON + MINUTE)

    assert oldest_unsent(NOON) is None
    assert oldest_due_seconds(NOON) == 0


def test_failed_and_perhaps_sent_letters_are_tasks_the_oldest_first():
    unknown = NoticeFactory(
        state=NoticeState.UNKNOWN, next_look_at=None, became_task_at=NOON + MINUTE
    )
    failed = NoticeFactory(state=NoticeState.FAILED, next_look_at=None, became_task_at=NOON)
    NoticeFactory(
        state=NoticeState.FAILED,
        next_look_at=None,
        became_task_at=NOON,
        handled_at=NOON,
        handled_by="user:1",
    )
    NoticeFactory()

    assert list(failed_notices()) == [failed, unknown]


def test_due_calls_are_those_a_coordinator_can_make_now(kinds):
    urgent = CallFactory(expires_at=NOON + MINUTE)
    call = CallFactory()
    CallFactory(due_at=NOON + MINUTE)
    CallFactory(expires_at=NOON, due_at=NOON - DAY)
    CallFactory(state=NoticeState.RETRYING, next_look_at=NOON + MINUTE)
    NoticeFactory()

    assert list(due_calls(NOON)) == [urgent, call]
    assert registry.compose(call, NOON).language == "ne"


# Both hold the few open rows alone; with hardly any PostgreSQL may take the one or the other.
OPEN_ROWS = {"notice_to_look_at", "notice_open_by_due"}


@pytest.mark.parametrize(
    ("queryset", "indexes"),
    [
        (
            lambda: Notice.objects.letters().to_look_at(NOON).order_by("next_look_at", "pk")[:25],
            OPEN_ROWS,
        ),
        (lambda: Notice.objects.missed(NOON).order_by("next_look_at")[:1], OPEN_ROWS),
        (
            lambda: (
                Notice.objects.letters()
                .open()
                .filter(due_at__lte=NOON)
                .order_by("due_at", "pk")[:1]
            ),
            OPEN_ROWS,
        ),
        (failed_notices, {"notice_tasks"}),
        (lambda: Notice.objects.filter(subject_key="booking:1"), {"(subject_key"}),
    ],
    ids=["claim", "missed calls", "oldest unsent", "tasks", "one subject"],
)
def test_sent_letters_slow_nothing_down(queryset, indexes):
    """The partial indexes hold only what is still to be done, and the planner uses them."""
    NoticeFactory(due_at=NOON + DAY)
    Notice.objects.bulk_create(
        Notice(
            kind="tests.reminder",
            subject_key=f"booking:{number}",
            recipient_key="resident:3f0c",
            due_at=NOON,
            expires_at=NOON + DAY,
            state=NoticeState.SENT,
            sent_at=NOON,
        )
        for number in range(2000, 5000)
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE notifications_notice")

    plan = queryset().explain()

    assert any(index in plan for index in indexes)
    assert "Seq Scan" not in plan
    assert "TEMP B-TREE" not in plan
