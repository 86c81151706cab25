"""Many coordinators at once: nobody is sent to two places."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from accounts import roles
from accounts.tests.factories import UserFactory
from interface.tests.together import at_once
from interpreters.choices import RequestStatus
from interpreters.models import Assignment, Interpreter
from interpreters.services.dispatch import assign
from interpreters.services.offers import Occupied
from interpreters.tests.factories import (
    NOW,
    TALK,
    InterpreterFactory,
    InterpreterRequestFactory,
)

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("languages"),
]
COORDINATORS = 50


def overlapping_requests():
    """Fifty talks within three hours, each with its way there."""
    return [
        InterpreterRequestFactory(
            status=RequestStatus.SEARCHING, starts_at=TALK + timedelta(minutes=3 * number)
        )
        for number in range(COORDINATORS)
    ]


def try_to_assign(request, interpreter, coordinator):
    try:
        return assign(request_id=request.pk, interpreter_id=interpreter.pk, by=coordinator, now=NOW)
    except Occupied as occupied:
        return occupied


def overlaps():
    """Pairs of one person that share a moment, counted by the database itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM interpreters_assignment a JOIN interpreters_assignment b "
            "ON a.interpreter_id = b.interpreter_id AND a.id < b.id "
            "AND a.occupied_from < b.ends_at AND b.occupied_from < a.ends_at"
        )
        return cursor.fetchone()[0]


def race():
    interpreter = InterpreterFactory()
    coordinator = UserFactory(role=roles.COORDINATOR)
    return at_once(
        [
            partial(try_to_assign, request, interpreter, coordinator)
            for request in overlapping_requests()
        ]
    )


def test_one_wins_and_the_others_are_told_who_has_the_time():
    results = race()

    told = [result for result in results if isinstance(result, Occupied)]
    assert len(told) == COORDINATORS - 1
    winner = Assignment.objects.get()
    assert {each.assignment for each in told} == {winner}
    assert overlaps() == 0


def test_without_the_guarantee_people_are_sent_to_two_places(monkeypatch):
    """Negative control: the constraint is what decides, not the code around it."""
    constraints = Assignment._meta.constraints
    [constraint] = [each for each in constraints if each.name == "interpreter_is_in_one_place"]
    others = [each for each in constraints if each is not constraint]
    # Nor does the lock on the interpreter hide what the constraint does.
    monkeypatch.setattr(Interpreter.objects, "select_for_update", lambda **_: Interpreter.objects)
    # SQLite makes the table anew from these.
    monkeypatch.setattr(Assignment._meta, "constraints", others)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Assignment, constraint)
    try:
        race()
        assert overlaps() > 0
        Assignment.objects.all().delete()
    finally:
        monkeypatch.setattr(Assignment._meta, "constraints", constraints)
        with connection.schema_editor() as editor:
            editor.add_constraint(Assignment, constraint)
