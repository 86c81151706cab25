"""What interpreters see and do for themselves, and the seats of a workshop."""

from datetime import date, time, timedelta
from functools import partial

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from accounts import roles
from accounts.tests.clients import signed_in
from accounts.tests.factories import UserFactory
from interface.tests.together import at_once
from interpreters.choices import AssignmentStatus
from interpreters.models import Availability, CalendarFeed, InterpreterReport, Seat, Workshop
from interpreters.own import month_from
from interpreters.services.own import WorkshopFull, feed_of, leave_seat, take_seat
from interpreters.tests.factories import AssignmentFactory, InterpreterFactory, OfferFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("languages")]
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ME = "/en/interpreters/me/"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def own():
    client = signed_in(roles.INTERPRETER)
    client.interpreter = InterpreterFactory(account=client.user)
    return client


def workshop(now, **facts):
    starts_at = now + 7 * DAY
    return Workshop.objects.create(
        **{
            "title": "Demo: words of medicine",
            "starts_at": starts_at,
            "ends_at": starts_at + HOUR,
            "place": "Demo",
        }
        | facts
    )


def at(now, interpreter, days, status="confirmed"):
    begins = (now + days * DAY).replace(minute=0, second=0, microsecond=0)
    return AssignmentFactory(
        interpreter=interpreter, starts_at=begins, ends_at=begins + HOUR, status=status
    )


def test_everything_of_one_person_on_one_page(own, now):
    offer = OfferFactory(interpreter=own.interpreter, sent_at=now, reply_by=now + DAY)
    coming = at(now, own.interpreter, 3)
    due = at(now, own.interpreter, -3, AssignmentStatus.CHECKED_OUT)
    told = at(now, own.interpreter, -5, AssignmentStatus.REPORTED)
    InterpreterReport.objects.create(assignment=told, minutes=115, travel_cost=640, created_at=now)
    of_another = at(now, InterpreterFactory(), 4)

    page = own.get(ME).text

    for each in (offer, coming, due):
        assert each.link_token in page
    assert of_another.link_token not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(own, now, count, django_assert_num_queries):
    for number in range(count):
        OfferFactory(interpreter=own.interpreter, sent_at=now, reply_by=now + DAY)
        at(now, own.interpreter, 3 + number)
        workshop(now)
    with django_assert_num_queries(15):
        own.get(ME)


def test_who_has_stopped_sees_nothing(own):
    own.interpreter.is_active = False
    own.interpreter.save()
    assert own.get(ME).status_code == 404


# HOURS


def test_hours_are_said_and_taken_back(own):
    answer = own.post(
        ME, {"is_free": "yes", "weekday": "3", "on": "", "starts": "09:00", "ends": "12:00"}
    )
    assert answer.status_code == 302
    said = Availability.objects.get()
    assert (said.weekday, said.date, said.starts, said.ends, said.is_free) == (
        3,
        None,
        time(9),
        time(12),
        True,
    )
    assert "Thursday" in own.get(ME).text
    other = signed_in(roles.INTERPRETER)
    InterpreterFactory(account=other.user)
    other.post(ME, {"act": "forget", "number": said.pk})
    assert Availability.objects.exists(), "somebody else's"
    own.post(ME, {"act": "forget", "number": said.pk})
    assert not Availability.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {"weekday": "3", "on": "2030-01-01"},
        {"weekday": "", "on": ""},
        {"weekday": "9"},
        {"weekday": "x"},
        {"starts": "12:00", "ends": "09:00", "weekday": "1"},
        {"starts": "", "weekday": "1"},
    ],
)
def test_hours_that_cannot_be_are_refused(own, typed):
    answer = own.post(ME, {"is_free": "no", "on": "", "starts": "09:00", "ends": "12:00"} | typed)
    assert answer.status_code == 422
    assert not Availability.objects.exists()


@pytest.mark.parametrize("typed", ["", "2026-13", "9999-01", "x", "2026-1-1", "1900-01"])
def test_another_month_is_this_month_when_it_is_none(own, typed):
    assert month_from(typed, today=date(2026, 11, 29)) == date(2026, 11, 1)
    assert own.get(ME, {"month": typed}).status_code == 200


def test_a_month_can_be_turned(own, now):
    far = at(now, own.interpreter, 40)
    month = timezone.localdate(far.starts_at).strftime("%Y-%m")
    assert f"{timezone.localtime(far.starts_at):%H:%M}" in own.get(ME, {"month": month}).text


# THE CALENDAR


def test_the_calendar_says_only_that_there_is_something(own, now):
    coming = at(now, own.interpreter, 3)
    at(now, InterpreterFactory(), 4)
    own.post(ME, {"act": "feed"})
    token = CalendarFeed.objects.get().link_token
    assert token in own.get(ME).text

    answer = Client().get(f"/en/f/{token}/")

    assert answer["Content-Type"].startswith("text/calendar")
    assert "no-store" in answer["Cache-Control"]
    [entry] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(entry["SUMMARY"]) == "Appointment"
    assert entry["DTSTART"].dt == coming.starts_at
    assert not {"LOCATION", "DESCRIPTION", "ATTENDEE", "ORGANIZER"} & set(entry)
    assert str(coming.request) not in answer.text


def test_a_new_address_ends_the_old_one(own):
    old = feed_of(own.interpreter).link_token
    own.post(ME, {"act": "feed_anew"})
    new = CalendarFeed.objects.get().link_token

    assert Client().get(f"/en/f/{old}/").status_code == 404
    assert Client().get(f"/en/f/{new}/").status_code == 200
    own.interpreter.is_active = False
    own.interpreter.save()
    assert Client().get(f"/en/f/{new}/").status_code == 404


# WORKSHOPS


def test_a_seat_is_taken_and_left_on_the_page(own, now):
    there = workshop(now, capacity=1)
    own.post(ME, {"act": "take", "number": there.pk})
    own.post(ME, {"act": "take", "number": there.pk})
    assert Seat.objects.get().participant == own.user

    other = signed_in(roles.INTERPRETER)
    InterpreterFactory(account=other.user)
    assert "All seats are taken" in other.get(ME).text
    assert (
        "All seats are taken"
        in other.post(ME, {"act": "take", "number": there.pk}, follow=True).text
    )
    own.post(ME, {"act": "leave", "number": there.pk})
    assert not Seat.objects.exists()


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30, "²", "999999"])
def test_a_workshop_that_is_none_is_no_error(own, number):
    answer = own.post(ME, {"act": "take", "number": number})
    assert answer.status_code == 302
    assert not Seat.objects.exists()


def test_what_has_begun_stays_as_it_is(own, now):
    there = workshop(now)
    take_seat(workshop_id=there.pk, user=own.user, is_interpreter=True, now=now)
    Workshop.objects.update(starts_at=now - HOUR)
    leave_seat(workshop_id=there.pk, user=own.user, now=now)
    assert Seat.objects.exists()
    with pytest.raises(WorkshopFull):
        take_seat(workshop_id=there.pk, user=UserFactory(), is_interpreter=True, now=now)


def test_counsellors_learn_too_and_each_sees_what_is_meant_for_them(own, now):
    counsel = workshop(now, title="Demo: counsel", audience="counsellors")
    both = workshop(now, title="Demo: both", audience="everybody")
    words = workshop(now, title="Demo: words")
    lawyer = signed_in(roles.EXPERT)
    page = "/en/interpreters/workshops/"
    assert [each.title in lawyer.get(page).text for each in (counsel, both, words)] == [
        True,
        True,
        False,
    ]
    assert [each.title in own.get(page).text for each in (counsel, both, words)] == [
        False,
        True,
        True,
    ]
    for each in (counsel, words):
        lawyer.post(page, {"act": "take", "number": each.pk})
    assert Seat.objects.get().workshop == counsel
    lawyer.post(page, {"act": "leave", "number": counsel.pk})
    assert not Seat.objects.exists()


def test_a_coordinator_notes_who_was_there(own, now):
    there = workshop(now)
    seat = Seat.objects.create(workshop=there, participant=own.user, taken_at=now)
    other = UserFactory()
    desk = signed_in(roles.COORDINATOR)
    page = f"/admin/interpreters/workshop/{there.pk}/change/"
    starts, ends = timezone.localtime(there.starts_at), timezone.localtime(there.ends_at)
    saved = desk.post(
        page,
        {
            "title": there.title,
            "audience": "interpreters",
            "place": "Demo",
            "capacity": 20,
            "is_published": "on",
            "starts_at_0": f"{starts:%Y-%m-%d}",
            "starts_at_1": f"{starts:%H:%M}",
            "ends_at_0": f"{ends:%Y-%m-%d}",
            "ends_at_1": f"{ends:%H:%M}",
            "version_seen": there.version,
            "seats-TOTAL_FORMS": 2,
            "seats-INITIAL_FORMS": 1,
            "seats-0-id": seat.pk,
            "seats-0-workshop": there.pk,
            "seats-0-participant": own.user.pk,
            "seats-0-has_attended": "on",
            "seats-1-workshop": there.pk,
            "seats-1-participant": other.pk,
        },
    )
    assert saved.status_code == 302, saved.context["errors"]
    assert dict(there.seats.values_list("participant", "has_attended")) == {
        own.user.pk: True,
        other.pk: False,
    }


def test_attendance_counts_in_the_profile(own, now):
    Seat.objects.create(
        workshop=workshop(now - 30 * DAY), participant=own.user, taken_at=now, has_attended=True
    )
    assert "You have taken part 1 time." in own.get(ME).text
    desk = signed_in(roles.COORDINATOR)
    page = desk.get(f"/admin/interpreters/interpreter/{own.interpreter.pk}/change/").text
    assert "Workshops" in page


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_twenty_want_three_seats(now):
    there = workshop(now, capacity=3)

    def take(user):
        try:
            return take_seat(workshop_id=there.pk, user=user, is_interpreter=True, now=now)
        except WorkshopFull:
            return None

    results = at_once([partial(take, user) for user in UserFactory.create_batch(20)])
    assert len([seat for seat in results if seat]) == Seat.objects.count() == 3
