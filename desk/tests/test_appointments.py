"""Half hours in which the desk calls or meets somebody: chosen, moved, tried three times."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from icalendar import Calendar as CalendarFile

from desk.calendars import appointment_file
from desk.choices import AppointmentStatus, AttemptOutcome, QuestionStatus, Wish
from desk.models import Appointment, Attempt, StepNotAllowed
from desk.selectors import thread_of
from desk.services import answering, appointments
from desk.services.appointments import (
    TimeTaken,
    cancel_appointment,
    free_times,
    note_attempt,
    plan_appointment,
    set_address,
)
from desk.services.asking import close_question, close_what_is_quiet, follow_up
from desk.tests.factories import (
    NIGHT,
    OPEN,
    TOKYO,
    QuestionFactory,
    claimed,
    scrivener,
    written,
)
from interface.tests.together import at_once
from notifications.models import Notice
from notifications.services import send_due_notices
from schedules.hours import Calendar, Closed, Hours
from schedules.selectors import load_calendar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
DESK = Calendar(hours=(Hours(0, time(10), time(15)), Hours(3, time(10), time(15))))
MINUTE = timedelta(minutes=1)


def at(day, hour, minute=0, month=11):
    return datetime(2026, month, day, hour, minute, tzinfo=TOKYO)


MONDAY = at(30, 10)


@pytest.fixture
def question():
    return QuestionFactory(asker__language="en", wish=Wish.CALL)


def plan(question, starts_at=MONDAY, **changes):
    facts = {"kind": Wish.CALL, "phone": "03-0000-0000 ext. 12", "by": question.asker} | changes
    return plan_appointment(
        question_id=question.pk,
        starts_at=starts_at,
        **{"calendar": DESK, "lines": 1, "now": NIGHT} | facts,
    )


# WHICH TIMES


def test_half_hours_lie_within_the_hours_and_an_hour_ahead():
    times = free_times(DESK, lines=1, now=at(26, 13, 40))
    assert times[0] == MONDAY, "14:30 of today would be too soon"
    assert times[9] == at(30, 14, 30), "the last one ends at closing time"
    assert times[10] == at(3, 10, month=12)
    assert len(times) == appointments.MOST_TIMES


def test_a_closed_day_has_none():
    closed = replace(DESK, closures=(Closed(date(2026, 11, 30), date(2026, 11, 30)),))
    assert free_times(closed, lines=1, now=NIGHT)[10] == at(3, 10, month=12)


def test_hours_that_are_no_whole_half_hours_lose_their_rest():
    odd = Calendar(hours=(Hours(0, time(10, 15), time(11, 30)),))
    assert free_times(odd, lines=1, now=NIGHT)[:2] == [at(30, 10, 15), at(30, 10, 45)]


def test_what_is_taken_is_free_on_another_line(question, django_assert_num_queries):
    plan(question)
    with django_assert_num_queries(1):
        alone = free_times(DESK, lines=1, now=NIGHT)
    assert MONDAY not in alone
    assert MONDAY in free_times(DESK, lines=2, now=NIGHT)


# CHOOSING


def test_an_asker_chooses_and_is_written_the_time_and_nothing_else(question):
    appointment = plan(question)
    send_due_notices(NIGHT)
    [letter] = mail.outbox
    assert letter.subject == "An appointment with the desk"
    assert "Monday, November 30, 2026, 10:00–10:30" in letter.body
    assert "03-0000-0000" not in letter.body
    assert appointment.ends_at - appointment.starts_at == 30 * MINUTE


@pytest.mark.parametrize(
    "starts_at",
    [
        at(26, 9, 30),  # before the hours
        at(26, 15),  # closing time
        at(26, 14, 45),  # would last beyond it
        at(27, 10),  # a day without hours
        at(30, 10, 10),  # no half hour
        at(23, 10),  # over
    ],
)
def test_other_times_are_refused(question, starts_at):
    with pytest.raises(TimeTaken):
        plan(question, starts_at)
    assert not Appointment.objects.exists()
    assert not Notice.objects.exists()


def test_one_half_hour_for_one_question_on_each_line(question):
    plan(question)
    with pytest.raises(TimeTaken):
        plan(QuestionFactory())
    assert plan(QuestionFactory(), lines=2).line == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(
            question=QuestionFactory(),
            kind=Wish.CALL,
            starts_at=MONDAY,
            ends_at=MONDAY + 30 * MINUTE,
            line=0,
        )


def test_choosing_again_moves_it_and_frees_the_first(question):
    plan(question)
    plan(question, at(30, 11))
    statuses = dict(Appointment.objects.values_list("starts_at", "status"))
    assert statuses == {
        MONDAY: AppointmentStatus.CANCELED,
        at(30, 11): AppointmentStatus.PLANNED,
    }
    assert MONDAY in free_times(DESK, lines=1, now=NIGHT)


def test_a_move_to_a_time_that_is_gone_keeps_the_first(question):
    plan(question)
    plan(QuestionFactory(), at(30, 11))
    with pytest.raises(TimeTaken):
        plan(question, at(30, 11))
    assert question.appointments.planned().get().starts_at == MONDAY


def test_a_move_to_an_earlier_time_is_the_current_one(question):
    plan(question, at(3, 10, month=12))
    earlier = plan(question)
    assert question.appointments.current() == earlier
    cancel_appointment(question_id=question.pk, by=question.asker, now=NIGHT)
    assert question.appointments.current().status == AppointmentStatus.CANCELED


def test_what_is_planned_can_be_moved_after_a_written_answer(question):
    by = scrivener()
    plan(question)
    claimed(question, by)
    written(question, by)
    answering.send_answer(question_id=question.pk, by=by, now=OPEN)
    assert plan(question, at(30, 11), now=OPEN).starts_at == at(30, 11)
    cancel_appointment(question_id=question.pk, by=question.asker, now=OPEN)
    assert plan(question, at(30, 14), now=OPEN), "a talk may still be wanted"


def test_a_question_with_a_call_ahead_is_not_quiet(question):
    by = scrivener()
    plan(question, at(14, 10, month=12))
    claimed(question, by)
    written(question, by)
    answering.send_answer(question_id=question.pk, by=by, now=OPEN)
    assert close_what_is_quiet(now=OPEN + timedelta(days=15)) == 0
    assert question.appointments.planned().exists()


def test_a_moved_time_takes_the_place_of_the_first_in_a_calendar(question):
    numbers = []
    for starts_at in (at(3, 10, month=12), MONDAY):
        file = appointment_file(plan(question, starts_at), now=NIGHT)
        [entry] = CalendarFile.from_ical(file).walk("VEVENT")
        numbers.append((str(entry["UID"]), entry["SEQUENCE"]))
    assert numbers[0][0] == numbers[1][0]
    assert numbers[0][1] < numbers[1][1]


def test_the_same_form_twice_is_one_appointment(question):
    assert plan(question) == plan(question, phone="03-0000-0001")
    assert question.appointments.get().phone == "03-0000-0001"
    assert Notice.objects.filter(kind="desk.appointment_planned").count() == 1


def test_who_gives_it_back_is_answered_in_writing(question):
    plan(question)
    cancel_appointment(question_id=question.pk, by=question.asker, now=NIGHT)
    question.refresh_from_db()
    assert question.wish == Wish.WRITTEN
    send_due_notices(OPEN)
    assert not mail.outbox


def test_when_the_desk_cancels_the_asker_is_told(question):
    plan(question)
    cancel_appointment(question_id=question.pk, by=scrivener(), now=OPEN)
    send_due_notices(OPEN)
    assert [letter.subject for letter in mail.outbox] == ["An appointment is canceled"]


@pytest.mark.parametrize("how", ["refuse", "merge", "close"])
def test_nobody_is_called_when_the_question_is_over(question, how):
    plan(question)
    by = scrivener()
    if how == "refuse":
        answering.refuse(question_id=question.pk, by=by, reason="x", now=OPEN)
    elif how == "merge":
        other = QuestionFactory(organization=question.organization)
        answering.merge(question_id=question.pk, into_reference=other.reference, by=by, now=OPEN)
    else:
        claimed(question, by)
        written(question, by)
        answering.send_answer(question_id=question.pk, by=by, now=OPEN)
        close_question(question_id=question.pk, by=question.asker, now=OPEN)
    assert question.appointments.get().status == AppointmentStatus.CANCELED
    with pytest.raises(StepNotAllowed):
        plan(question, at(30, 11))
    send_due_notices(OPEN)
    subjects = [letter.subject for letter in mail.outbox]
    # Who closes their own question knows it.
    assert ("An appointment is canceled" in subjects) == (how != "close")


# THE REMINDER


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (NIGHT, at(29, 10)),  # a day before
        (at(29, 9), MONDAY - timedelta(hours=1)),  # an hour before, when it is soon
        (at(30, 8), None),  # the letter that it is planned comes as late as that
    ],
)
def test_one_reminder_a_day_before_or_an_hour(question, now, due):
    plan(question, now=now)
    found = Notice.objects.filter(kind="desk.appointment_reminder").values_list("due_at", flat=True)
    assert list(found) == ([due] if due else [])


def test_a_reminder_of_a_time_that_was_moved_is_not_sent(question):
    plan(question)
    plan(question, at(30, 14))
    send_due_notices(at(29, 21))
    reminders = [each for each in mail.outbox if each.subject == "Reminder of an appointment"]
    assert len(reminders) == 1
    assert "14:00–14:30" in reminders[0].body


def test_a_reminder_comes_never_at_night(question):
    early = Calendar(hours=(Hours(0, time(6), time(9)),))
    plan(question, at(30, 6), calendar=early, now=at(29, 20))
    assert not Notice.objects.filter(kind="desk.appointment_reminder").exists()


# TRYING


def test_a_talk_is_the_first_answer(question):
    appointment = plan(question)
    note_attempt(
        appointment_id=appointment.pk,
        number=1,
        outcome=AttemptOutcome.REACHED,
        by=scrivener(),
        now=MONDAY,
    )
    question.refresh_from_db()
    assert question.first_answered_at == MONDAY
    assert question.appointments.get().status == AppointmentStatus.HELD


def test_after_the_third_try_the_asker_is_written_to(question):
    appointment = plan(question)
    by = scrivener()
    for number in range(3):
        note_attempt(
            appointment_id=appointment.pk,
            number=number + 1,
            outcome=[AttemptOutcome.NOBODY, AttemptOutcome.BUSY][number % 2],
            by=by,
            now=MONDAY + number * 10 * MINUTE,
        )
    appointment.refresh_from_db()
    assert appointment.status == AppointmentStatus.NOT_REACHED
    assert list(appointment.attempts.values_list("number", flat=True)) == [1, 2, 3]
    with pytest.raises(StepNotAllowed):
        try_again(appointment, 4, by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attempt.objects.create(
            appointment=appointment, number=4, outcome="nobody", made_by=by, made_at=MONDAY
        )
    send_due_notices(MONDAY + timedelta(hours=1))
    assert mail.outbox[-1].subject == "We could not reach you"
    question.refresh_from_db()
    assert question.status == QuestionStatus.RECEIVED, "it still waits for its written answer"
    assert plan(question, at(30, 14), now=MONDAY + timedelta(hours=1))


def try_again(appointment, number, by, now=MONDAY):
    return note_attempt(
        appointment_id=appointment.pk, number=number, outcome="nobody", by=by, now=now
    )


def test_a_second_click_is_no_second_try(question):
    appointment, by = plan(question), scrivener()
    try_again(appointment, 1, by)
    for number in (0, 1, 3):
        with pytest.raises(StepNotAllowed):
            try_again(appointment, number, by)
    assert appointment.attempts.count() == 1


def test_nobody_is_missed_before_the_time_has_come(question):
    appointment = plan(question)
    with pytest.raises(StepNotAllowed):
        try_again(appointment, 1, scrivener(), MONDAY - MINUTE)


def test_a_talk_can_be_all_of_the_answer(question):
    by = scrivener()
    claimed(question, by, MONDAY)
    settle = {"question_id": question.pk, "by": by, "now": MONDAY}
    with pytest.raises(StepNotAllowed):
        answering.settle_by_talk(**settle)
    appointment = plan(question)
    note_attempt(appointment_id=appointment.pk, number=1, outcome="reached", by=by, now=MONDAY)
    answering.settle_by_talk(**settle)
    question.refresh_from_db()
    assert question.status == QuestionStatus.ANSWERED
    assert [(entry.what, entry.at) for entry in thread_of(question)] == [
        ("asked", NIGHT),
        ("talked", MONDAY),
    ]
    assert close_what_is_quiet(now=MONDAY + timedelta(days=15)) == 1


def test_a_talk_long_after_the_answer_keeps_it_open(question):
    by, later = scrivener(), MONDAY + timedelta(days=21)
    claimed(question, by)
    written(question, by)
    answering.send_answer(question_id=question.pk, by=by, now=OPEN)
    follow_up(question_id=question.pk, asker=question.asker, text="And?", now=OPEN)
    claimed(question, by, MONDAY)
    appointment = plan(question, at(21, 10, month=12), now=MONDAY)
    note_attempt(appointment_id=appointment.pk, number=1, outcome="reached", by=by, now=later)
    answering.settle_by_talk(question_id=question.pk, by=by, now=later)
    assert close_what_is_quiet(now=later + timedelta(days=1)) == 0
    follow_up(
        question_id=question.pk, asker=question.asker, text="Now?", now=later + timedelta(days=11)
    )


def test_a_question_by_telephone_needs_no_appointment_for_that():
    question, by = QuestionFactory(asker=None, channel="phone"), scrivener()
    claimed(question, by)
    answering.settle_by_talk(question_id=question.pk, by=by, now=OPEN)
    question.refresh_from_db()
    assert (question.status, question.first_answered_at) == (QuestionStatus.ANSWERED, OPEN)


def test_only_a_meeting_has_an_address(question):
    call = plan(question)
    with pytest.raises(StepNotAllowed):
        set_address(
            appointment_id=call.pk, join_url="https://example.org/", by=scrivener(), now=OPEN
        )
    meeting = plan(question, kind=Wish.MEETING)
    assert meeting.lacks_address
    assert meeting.phone == "", "nobody calls"
    plan(question, kind=Wish.MEETING)
    meeting.refresh_from_db()
    assert meeting.phone == "", "the form holds the office's number all the same"
    question.refresh_from_db()
    assert question.wish == Wish.MEETING


# THE RACE


def plan_or_hear(question):
    try:
        return plan(question, lines=2)
    except TimeTaken as taken:
        return taken


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_want_one_half_hour_two_get_it_on_two_lines():
    questions = QuestionFactory.create_batch(20)
    results = at_once([partial(plan_or_hear, each) for each in questions])
    assert sum(isinstance(result, Appointment) for result in results) == 2
    assert sum(isinstance(result, TimeTaken) for result in results) == 18
    assert sorted(Appointment.objects.values_list("line", flat=True)) == [0, 1]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_constraint_more_are_promised_the_same_half_hour(monkeypatch):
    """Negative control: the constraint is all that keeps the others out."""
    constraints = Appointment._meta.constraints
    [constraint] = [each for each in constraints if each.name == "appointment_one_on_a_line"]
    # SQLite makes the table anew from these.
    monkeypatch.setattr(
        Appointment._meta, "constraints", [each for each in constraints if each is not constraint]
    )
    with connection.schema_editor() as editor:
        editor.remove_constraint(Appointment, constraint)
    try:
        at_once([partial(plan_or_hear, each) for each in QuestionFactory.create_batch(20)])
        assert Appointment.objects.planned().filter(line=0).count() > 1
        Appointment.objects.all().delete()
    finally:
        monkeypatch.setattr(Appointment._meta, "constraints", constraints)
        with connection.schema_editor() as editor:
            editor.add_constraint(Appointment, constraint)


def test_the_hours_of_the_installation_have_times():
    assert free_times(load_calendar("desk"), lines=1, now=NIGHT)[0] == at(26, 10)
