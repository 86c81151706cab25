"""NoOverlap on a table that only these tests have, on the database they run on."""

# ruff: noqa: DJ008 - models that exist for a moment print nothing

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.writer import MigrationWriter
from django.db.models import F, Q
from django.test.utils import isolate_apps

from schedules.constraints import NoOverlap

pytestmark = pytest.mark.django_db(transaction=True)

NINE = datetime(2026, 11, 26, 9, tzinfo=UTC)
NAME = "shift_of_one_person_never_overlaps"
ACTIVE = Q(status__in=["held", "100% sure"])


def constraint(**options):
    return NoOverlap(name=NAME, owner="person", **options)


@contextmanager
def shifts(*constraints):
    """A table of shifts with these constraints, and its model."""
    with isolate_apps("schedules"):

        class Person(models.Model):
            class Meta:
                app_label = "schedules"

        class Shift(models.Model):
            person = models.ForeignKey(Person, models.CASCADE)
            starts_at = models.DateTimeField()
            ends_at = models.DateTimeField()
            status = models.CharField(max_length=12, default="held")
            note = models.CharField(max_length=12, default="")

            class Meta:
                app_label = "schedules"

        # Not in Meta: declared there, the state of the one model would reach the next test.
        Shift._meta.constraints = list(constraints)
        with connection.schema_editor() as editor:
            editor.create_model(Person)
            editor.create_model(Shift)
        try:
            Person.objects.bulk_create([Person(pk=1), Person(pk=2)])
            yield Shift
        finally:
            with connection.schema_editor() as editor:
                editor.delete_model(Shift)
                editor.delete_model(Person)


def shift(model, start, end, person=1, **fields):
    """From and to in hours after nine."""
    return model(
        person_id=person,
        starts_at=NINE + timedelta(hours=start),
        ends_at=NINE + timedelta(hours=end),
        **fields,
    )


def is_refused(row):
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return True
    return False


def names_in_database(model, name=NAME):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'x'"
                " AND conname = %s",
                [model._meta.db_table, name],
            )
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
                " AND name LIKE %s ORDER BY name",
                [model._meta.db_table, f"{name}_on_%"],
            )
        return [name for (name,) in cursor.fetchall()]


def expected_names(name):
    return {
        "postgresql": [name],
        "sqlite": [f"{name}_on_insert", f"{name}_on_update"],
    }[connection.vendor]


EXPECTED_NAMES = expected_names(NAME)


@pytest.mark.parametrize(
    ("start", "end", "refused"),
    [
        (0, 1, True),  # the same
        (0.5, 0.75, True),  # inside
        (-1, 2, True),  # around
        (-1, 0.5, True),
        (0.5, 2, True),
        (0.99999, 2, True),
        (1, 2, False),  # adjacent
        (-1, 0, False),
        (5, 6, False),
    ],
)
def test_insert_beside_a_shift_from_nine_to_ten(start, end, refused):
    with shifts(constraint()) as model:
        shift(model, 0, 1).save()

        assert is_refused(shift(model, start, end)) == refused
        assert model.objects.count() == (1 if refused else 2)


def test_a_refused_row_does_not_stop_the_transaction_around_it():
    with shifts(constraint()) as model, transaction.atomic():
        shift(model, 0, 1).save()

        assert is_refused(shift(model, 0, 1))
        assert not is_refused(shift(model, 2, 3))


def test_another_owner_may_have_the_same_time():
    with shifts(constraint()) as model:
        shift(model, 0, 1).save()

        assert not is_refused(shift(model, 0, 1, person=2))


def test_update_into_an_overlap_is_refused():
    with shifts(constraint()) as model:
        shift(model, 0, 1).save()
        later, other = shift(model, 1, 2), shift(model, 0, 1, person=2)
        later.save()
        other.save()

        later.starts_at -= timedelta(minutes=1)
        other.person_id = 1
        assert is_refused(later)
        assert is_refused(other)


def test_a_row_may_move_within_its_own_time():
    with shifts(constraint()) as model:
        early = shift(model, 0, 2)
        early.save()

        early.starts_at += timedelta(minutes=30)
        assert not is_refused(early)


def test_bulk_writes_are_refused_too():
    with shifts(constraint()) as model:
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.bulk_create([shift(model, 0, 1), shift(model, 0.5, 2)])
        assert model.objects.count() == 0

        model.objects.bulk_create([shift(model, 0, 1), shift(model, 0, 1, person=2)])
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(person=1)


def test_seconds_and_their_parts_count():
    with shifts(constraint()) as model:
        early = shift(model, 0, 1)
        early.ends_at += timedelta(microseconds=1)
        early.save()

        assert is_refused(shift(model, 1, 2))


def test_only_rows_that_meet_the_condition_count():
    with shifts(constraint(condition=ACTIVE)) as model:
        shift(model, 0, 1, status="canceled").save()
        assert not is_refused(shift(model, 0, 1, status="100% sure"))
        assert is_refused(shift(model, 0, 1, status="held"))

        late = shift(model, 0, 1, status="canceled")
        late.save()
        late.status = "held"
        assert is_refused(late)


def test_constraint_is_in_the_database():
    with shifts(constraint()) as model:
        assert names_in_database(model) == EXPECTED_NAMES


def test_all_that_models_declare_are_in_the_migrated_database():
    declared = [
        (model, constraint.name)
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, NoOverlap)
    ]

    assert [
        name for model, name in declared if names_in_database(model, name) != expected_names(name)
    ] == []


def test_constraint_survives_a_changed_field():
    with shifts(constraint(condition=ACTIVE)) as model:
        shift(model, 0, 1).save()
        wider = models.CharField(max_length=40, default="", null=True)
        wider.set_attributes_from_name("note")
        wider.model = model

        with connection.schema_editor() as editor:
            editor.alter_field(model, model._meta.get_field("note"), wider)

        assert names_in_database(model) == EXPECTED_NAMES
        assert is_refused(shift(model, 0, 1))


def test_constraint_survives_an_added_field():
    with shifts(constraint()) as model:
        shift(model, 0, 1).save()
        place = models.CharField(max_length=12, default="here")
        place.set_attributes_from_name("place")
        place.model = model

        with connection.schema_editor() as editor:
            editor.add_field(model, place)

        assert names_in_database(model) == EXPECTED_NAMES


def test_constraint_survives_a_renamed_table():
    with shifts(constraint()) as model:
        shift(model, 0, 1).save()
        with connection.schema_editor() as editor:
            editor.alter_db_table(model, "schedules_shift", "schedules_renamed")
        model._meta.db_table = "schedules_renamed"

        assert names_in_database(model) == EXPECTED_NAMES
        assert is_refused(shift(model, 0, 1))


def test_constraint_is_added_to_and_removed_from_a_table_with_rows():
    with shifts() as model:
        shift(model, 0, 1).save()

        model._meta.constraints = [constraint()]
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint())
        assert names_in_database(model) == EXPECTED_NAMES
        assert is_refused(shift(model, 0, 1))

        model._meta.constraints = []
        with connection.schema_editor() as editor:
            editor.remove_constraint(model, constraint())
        assert names_in_database(model) == []
        assert not is_refused(shift(model, 0, 1))


def test_create_sql_and_remove_sql():
    with shifts() as model:
        with connection.schema_editor() as editor:
            editor.execute(constraint().create_sql(model, editor), params=None)
        assert names_in_database(model) == EXPECTED_NAMES

        with connection.schema_editor() as editor:
            editor.execute(constraint().remove_sql(model, editor), params=None)
        assert names_in_database(model) == []


def test_validate_gives_a_form_error():
    with shifts(constraint()) as model:
        early = shift(model, 0, 1)
        early.save()

        with pytest.raises(ValidationError) as refusal:
            shift(model, 0.5, 2).validate_constraints()
        early.validate_constraints()
        shift(model, 1, 2).validate_constraints()
        shift(model, 0.5, 2, person=2).validate_constraints()

    assert refusal.value.messages == ["This time overlaps another one."]
    assert refusal.value.error_dict["__all__"][0].code == "overlap"


def test_validate_with_a_condition():
    with shifts(constraint(condition=ACTIVE)) as model:
        shift(model, 0, 1).save()
        shift(model, 2, 3, status="canceled").save()

        shift(model, 0, 1, status="canceled").validate_constraints()
        shift(model, 2, 3).validate_constraints()
        with pytest.raises(ValidationError):
            shift(model, 0, 1).validate_constraints()


@pytest.mark.parametrize("missing", ["person_id", "starts_at", "ends_at"])
def test_validate_waits_until_everything_is_filled_in(missing):
    with shifts(constraint()) as model:
        shift(model, 0, 1).save()
        row = shift(model, 0, 1)
        setattr(row, missing, None)

        row.validate_constraints()


@pytest.mark.parametrize("field", ["person", "starts_at", "status"])
def test_validate_passes_over_fields_the_form_does_not_have(field):
    with shifts(constraint(condition=ACTIVE)) as model:
        shift(model, 0, 1).save()

        shift(model, 0, 1).validate_constraints(exclude={field})


def test_deconstruct_rebuilds_it():
    original = constraint(
        starts="travel_starts_at", condition=ACTIVE, violation_error_message="Taken."
    )
    path, args, kwargs = original.deconstruct()

    assert path == "schedules.constraints.NoOverlap"
    assert NoOverlap(*args, **kwargs) == original
    assert original.clone() == original
    assert original != constraint()
    assert "violation_error_code" not in kwargs


def test_it_can_be_written_into_a_migration():
    text, imports = MigrationWriter.serialize(constraint())

    assert text.startswith("schedules.constraints.NoOverlap(")
    assert imports == {"import schedules.constraints"}


def test_condition_must_be_a_q():
    with pytest.raises(ValueError, match="Q instance"):
        constraint(condition="status = 'held'")


def test_system_check_refuses_fields_that_may_be_null_and_other_keys():
    with isolate_apps("schedules"):

        class Room(models.Model):
            code = models.CharField(max_length=8, primary_key=True)

            class Meta:
                app_label = "schedules"

        class Meeting(models.Model):
            room = models.ForeignKey(Room, models.CASCADE)
            starts_at = models.DateTimeField()
            ends_at = models.DateTimeField(null=True)

            class Meta:
                app_label = "schedules"
                constraints = [
                    NoOverlap(name="meeting_never_overlaps", owner="room"),
                    NoOverlap(name="meeting_lost_field", owner="gone", condition=Q(ends_at=F("x"))),
                ]

        errors = Meeting.check(databases=["default"])

    assert sorted(error.id for error in errors) == [
        "models.E012",
        "models.E012",
        "schedules.E001",
        "schedules.E002",
    ]
