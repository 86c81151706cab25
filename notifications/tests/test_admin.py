from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from notifications.choices import NoticeState, Reason
from notifications.models import Notice
from notifications.tests.factories import NoticeFactory

pytestmark = pytest.mark.django_db

LIST = "admin:notifications_notice_changelist"


@pytest.fixture
def coordinator(client):
    user = get_user_model().objects.create_superuser(
        email="coordinator@example.org", password="a fictitious password"
    )
    client.force_login(user)
    client.cookies["language"] = "en"
    return user


def due_now(**columns):
    now = timezone.now()
    return NoticeFactory(due_at=now, expires_at=now + timedelta(hours=1), **columns)


def failed(**columns):
    return due_now(
        state=NoticeState.FAILED, next_look_at=None, became_task_at=timezone.now(), **columns
    )


def act(client, name, *notices):
    return client.post(
        reverse(LIST),
        {"action": name, "_selected_action": [notice.pk for notice in notices]},
        follow=True,
    )


def messages_of(answer):
    return [str(message) for message in answer.context["messages"]]


def test_the_list_shows_the_fate_of_each_letter_and_no_person(client, coordinator, kinds):
    failed(subject_key="booking:7", reason=Reason.RECIPIENT_REFUSED)

    page = client.get(reverse(LIST)).content.decode()

    for shown in ("Reminder", "booking:7", "failed", "The address was refused."):
        assert shown in page
    assert "example.org" not in page.replace("coordinator@example.org", "")


def test_a_letter_is_found_by_its_subject(client, coordinator, kinds):
    wanted = failed(subject_key="booking:7")
    failed(subject_key="booking:77")

    answer = client.get(reverse(LIST), {"q": "booking:7"})

    assert list(answer.context["cl"].queryset) == [wanted]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"task": "yes"}, 1),
        ({"state__exact": "planned"}, 1),
        ({"channel__exact": "call"}, 0),
        ({"kind": "tests.reminder"}, 2),
        ({"kind": "tests.call"}, 0),
    ],
)
def test_the_list_is_filtered(client, coordinator, kinds, filters, count):
    failed()
    due_now()

    answer = client.get(reverse(LIST), filters)

    assert answer.context["cl"].queryset.count() == count


def test_the_list_asks_the_same_questions_for_one_row_and_for_three(
    client, coordinator, kinds, django_assert_num_queries
):
    failed()
    client.get(reverse(LIST))
    # Session, user, count, rows.
    with django_assert_num_queries(4):
        client.get(reverse(LIST))
    failed()
    failed()
    with django_assert_num_queries(4):
        client.get(reverse(LIST))


def test_a_letter_cannot_be_written_changed_or_deleted_by_hand(client, coordinator, kinds):
    notice = failed()
    before = Notice.objects.values().get()
    page = reverse("admin:notifications_notice_change", args=[notice.pk])

    assert client.get(page).status_code == 200
    client.post(page, {"state": "sent", "subject_key": "booking:8"})
    assert client.get(reverse("admin:notifications_notice_add")).status_code == 403
    assert (
        client.post(reverse("admin:notifications_notice_delete", args=[notice.pk])).status_code
        == 403
    )

    assert Notice.objects.values().get() == before


def test_letters_are_sent_again_stopped_and_handled_from_the_list(client, coordinator, kinds):
    lost, waiting, seen_to = failed(), due_now(), failed()

    assert messages_of(act(client, "resend", lost)) == ["1 letter will be sent again."]
    assert messages_of(act(client, "abort", waiting)) == ["1 notice is stopped."]
    assert messages_of(act(client, "mark_as_handled", seen_to)) == ["1 task is handled."]

    states = {notice.pk: notice for notice in Notice.objects.all()}
    assert states[lost.pk].state == NoticeState.PLANNED
    assert states[waiting.pk].reason == Reason.ABORTED
    assert states[seen_to.pk].handled_by == f"user:{coordinator.pk}"


def test_what_cannot_be_done_is_said(client, coordinator, kinds):
    waiting = due_now()

    answer = act(client, "resend", waiting)

    assert messages_of(answer) == [
        f"{waiting} stays as it is: that is not possible in its present state.",
        "0 letters will be sent again.",
    ]


def test_only_who_may_change_notices_may_act_on_them(client, kinds):
    reader = get_user_model().objects.create_user(
        email="reader@example.org", password="a fictitious password"
    )
    client.force_login(reader)
    notice = failed()

    answer = client.post(reverse(LIST), {"action": "resend", "_selected_action": [notice.pk]})

    assert answer.status_code == 302
    assert Notice.objects.get().state == NoticeState.FAILED
