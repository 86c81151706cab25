from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from notifications import tasks
from notifications.choices import NoticeState
from notifications.models import Notice
from notifications.signals import sweeping
from notifications.tests.factories import NoticeFactory

pytestmark = pytest.mark.django_db


def due_now(**columns):
    now = timezone.now()
    return NoticeFactory(
        due_at=now - timedelta(minutes=1), expires_at=now + timedelta(hours=1), **columns
    )


def test_the_command_sends_what_is_due_and_says_what_became_of_it(kinds, mailoutbox, capsys):
    due_now()
    due_now(kind="tests.never_registered")

    call_command("send_due_notices")
    call_command("send_due_notices")

    assert capsys.readouterr().out == "failed: 1, sent: 1\nNothing was due.\n"
    assert len(mailoutbox) == 1


def test_letters_go_out_although_something_else_that_was_due_failed(kinds, mailoutbox):
    def fail(sender, now, **kwargs):
        raise ZeroDivisionError

    due_now()
    sweeping.connect(fail)
    try:
        with pytest.raises(ZeroDivisionError):
            call_command("send_due_notices")
    finally:
        sweeping.disconnect(fail)

    assert len(mailoutbox) == 1


def test_until_empty_waits_for_the_lease_of_a_dead_worker(kinds, mailoutbox, capsys):
    lapses_at = timezone.now() + timedelta(seconds=0.3)
    due_now(state=NoticeState.CLAIMED, next_look_at=lapses_at)

    call_command("send_due_notices", "--until-empty")

    assert capsys.readouterr().out == "sent: 1\n"
    assert len(mailoutbox) == 1


def test_the_task_sends_and_swallows_arguments_of_later_days(kinds, mailoutbox):
    due_now()

    tasks.send_due_notices(notice_id=7)
    tasks.send_due_notices.delay()

    assert len(mailoutbox) == 1
    assert Notice.objects.get().state == NoticeState.SENT
