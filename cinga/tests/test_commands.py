from datetime import datetime, timedelta
from io import StringIO
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from cinga import demo, tasks
from cinga.retention import count_expired, purge
from consultations.models import (
    Booking,
    ConsultationDay,
    Draft,
    EmergencyLine,
    Slot,
    TopicExpertKind,
)
from consultations.services.support import memberships_of
from consultations.tasks import expire_undecided_bookings as expire_task
from consultations.tests.factories import HeldBookingFactory
from schedules.models import Holiday, Schedule
from taxonomy.models import Language, Topic

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
# Written by Django itself, or at every sign-in.
NOT_OURS = {"contenttypes", "sessions", "admin"}


def run(command, **options):
    output = StringIO()
    call_command(command, stdout=output, **options)
    return output.getvalue()


def every_row():
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in NOT_OURS
    }


# REFERENCE DATA


def test_load_reference_data_fills_what_a_booking_needs():
    assert run("load_reference_data") == "The reference data is loaded.\n"

    assert Language.objects.count() >= 130
    assert Language.objects.filter(name_ja="").count() == 0
    assert set(Schedule.objects.values_list("code", flat=True)) >= {"desk", "office"}
    assert Holiday.objects.filter(date="2026-11-23").exists()
    numbers = EmergencyLine.objects.values_list("number", flat=True)
    assert {"110", "119"} <= set(numbers)


def test_every_topic_a_resident_can_choose_has_an_expert_kind():
    run("load_reference_data")

    topics = set(Topic.objects.active().first_level().values_list("code", flat=True))

    assert topics == set(TopicExpertKind.objects.values_list("topic_id", flat=True))


def test_load_reference_data_twice_changes_nothing():
    run("load_reference_data")
    before = every_row()

    run("load_reference_data")

    assert every_row() == before


def test_load_reference_data_leaves_alone_what_coordinators_changed():
    run("load_reference_data")
    EmergencyLine.objects.filter(code="police").update(number="110-0", is_published=False)
    TopicExpertKind.objects.filter(topic="work", expert_kind="lawyer").delete()

    run("load_reference_data")

    police = EmergencyLine.objects.get(code="police")
    assert (police.number, police.is_published) == ("110-0", False)
    assert not TopicExpertKind.objects.filter(topic="work", expert_kind="lawyer").exists()


# THE DEMO


@pytest.fixture
def passwords_file(tmp_path):
    run("load_reference_data")
    return tmp_path / "var" / "demo-accounts.json"


def test_the_demo_has_people_and_eight_weeks_of_days(passwords_file):
    passwords = demo.seed(now=NOW, passwords_file=passwords_file)

    assert len(passwords) == User.objects.count() == 9
    for email, password in passwords.items():
        assert User.objects.get(email=email).check_password(password)
    assert len(set(passwords.values())) == 9
    assert passwords_file.stat().st_mode & 0o777 == 0o600
    dates = ConsultationDay.objects.filter(date__gte=NOW.date()).values_list("date", flat=True)
    assert NOW.date() < min(dates)
    assert max(dates) <= NOW.date() + timedelta(weeks=9)
    assert Slot.objects.free(NOW).for_topic("work").exists()


def test_the_clerk_of_the_demo_can_book_for_clients(passwords_file):
    demo.seed(now=NOW, passwords_file=passwords_file)

    clerk = User.objects.get(email="clerk@example.org")
    assert memberships_of(clerk).count() == 1


def test_the_demo_has_a_past_for_its_figures(passwords_file):
    demo.seed(now=NOW, passwords_file=passwords_file)

    past = Booking.objects.filter(slot__starts_at__lt=NOW)
    assert {booking.case.resident.nickname for booking in past} == {"Demo"}
    assert {booking.slot.day.program.code for booking in past} == {"demo"}
    assert past.count() > 40
    assert not past.open().exists()


def test_the_demo_is_made_once(passwords_file):
    passwords = demo.seed(now=NOW, passwords_file=passwords_file)
    before = every_row()

    assert demo.seed(now=NOW + timedelta(hours=1), passwords_file=passwords_file) == passwords

    assert every_row() == before


def test_the_demo_grows_with_the_weeks(passwords_file):
    demo.seed(now=NOW, passwords_file=passwords_file)
    days = ConsultationDay.objects.count()

    demo.seed(now=NOW + timedelta(weeks=8), passwords_file=passwords_file)

    assert ConsultationDay.objects.count() > days


def test_the_demo_stays_out_of_production(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="DEMO=1"):
        run("seed_demo")

    assert User.objects.count() == 0


# WHAT IS DELETED WHEN ITS TIME IS OVER


def draft(expires_at):
    return Draft.objects.create(key=uuid4(), created_at=expires_at, expires_at=expires_at)


def session(expires_at):
    return Session.objects.create(session_key=uuid4().hex, session_data="", expire_date=expires_at)


def counted(counts):
    """Only the kinds of which there was something."""
    return {kind: count for kind, count in counts.items() if count}


def test_purge_takes_what_has_expired_and_leaves_the_rest():
    minute = timedelta(minutes=1)
    draft(NOW), session(NOW - minute), session(NOW - 2 * minute)
    kept = draft(NOW + minute), session(NOW + minute)

    assert counted(count_expired(now=NOW)) == {"drafts": 1, "sessions": 2}
    assert counted(purge(now=NOW)) == {"drafts": 1, "sessions": 2}
    assert counted(purge(now=NOW)) == {}

    assert (Draft.objects.get(), Session.objects.get()) == kept


def test_purge_takes_all_however_many_they_are():
    Draft.objects.bulk_create(
        Draft(key=uuid4(), created_at=NOW, expires_at=NOW) for _each in range(1001)
    )

    assert purge(now=NOW)["drafts"] == 1001
    assert Draft.objects.count() == 0


def test_purge_expired_dry_run_only_says_what_would_go():
    past = timezone.now() - timedelta(minutes=1)
    draft(past), session(past)

    assert run("purge_expired", dry_run=True).startswith("drafts: 1\nsessions: 1\n")
    assert (Draft.objects.count(), Session.objects.count()) == (1, 1)
    assert run("purge_expired").startswith("drafts: 1\nsessions: 1\n")
    assert (Draft.objects.count(), Session.objects.count()) == (0, 0)


def test_the_nightly_task_purges():
    draft(timezone.now() - timedelta(minutes=1))

    tasks.purge_expired(from_a_newer_caller=True)

    assert Draft.objects.count() == 0


def test_the_task_gives_up_undecided_bookings():
    now = timezone.now()
    booking = HeldBookingFactory(
        slot__starts_at=now + timedelta(hours=1), decide_by=now - timedelta(hours=1)
    )

    expire_task(from_a_newer_caller=True)

    booking.refresh_from_db()
    assert booking.status == "expired"
