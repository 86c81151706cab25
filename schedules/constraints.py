"""No two periods of one owner overlap, and the database says so."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core import checks
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint, Exists, F, Func, IntegerField, Q, Value
from django.db.models.sql import Query
from django.utils.translation import gettext_lazy as _

# After the row is written, so that both rows are read from the table and the
# condition needs no rewriting for NEW. The failed statement leaves nothing behind.
TRIGGER = (
    "CREATE TRIGGER %(name)s AFTER %(act)s ON %(table)s BEGIN "
    "SELECT RAISE(ABORT, %(message)s) "
    "WHERE EXISTS (SELECT 1 FROM %(table)s WHERE %(pk)s = NEW.%(pk)s%(condition)s) "
    "AND EXISTS (SELECT 1 FROM %(table)s WHERE %(owner)s = NEW.%(owner)s"
    " AND %(pk)s <> NEW.%(pk)s"
    " AND %(starts)s < NEW.%(ends)s AND %(ends)s > NEW.%(starts)s%(condition)s); END"
)


class NoOverlap(BaseConstraint):
    """Periods [starts, ends) of one owner never overlap, of the rows that meet the condition.

    On PostgreSQL an exclusion constraint that needs no extension, on SQLite a pair of
    triggers; both raise IntegrityError. The three fields must not be null and the owner's
    key must be a whole number. The model needs a check of its own that the end is later
    than the start.

    On SQLite bulk_create(ignore_conflicts=True) raises where PostgreSQL skips the row.
    """

    default_violation_error_message = _("This time overlaps another one.")
    violation_error_code = "overlap"

    def __init__(
        self,
        *,
        name,
        owner,
        starts="starts_at",
        ends="ends_at",
        condition=None,
        violation_error_code=None,
        violation_error_message=None,
    ):
        if condition is not None and not isinstance(condition, Q):
            raise ValueError("NoOverlap.condition must be a Q instance.")
        self.owner = owner
        self.starts = starts
        self.ends = ends
        self.condition = condition
        super().__init__(
            name=name,
            violation_error_code=violation_error_code,
            violation_error_message=violation_error_message,
        )

    def constraint_sql(self, model, schema_editor):
        """What stands inside CREATE TABLE. SQLite's triggers follow when the table is there.

        A remake of the table comes through here too, and renames what is deferred.
        """
        if schema_editor.connection.vendor == "postgresql":
            return self._exclusion().constraint_sql(model, schema_editor)
        schema_editor.deferred_sql.extend(self._triggers(model, schema_editor))
        return None

    def create_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            return self._exclusion().create_sql(model, schema_editor)
        insert, update = self._triggers(model, schema_editor)
        schema_editor.deferred_sql.append(update)
        return insert

    def remove_sql(self, model, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            return self._exclusion().remove_sql(model, schema_editor)
        insert, update = (
            f"DROP TRIGGER IF EXISTS {schema_editor.quote_name(name)}"
            for name in self.trigger_names
        )
        schema_editor.deferred_sql.append(update)
        return insert

    @property
    def trigger_names(self):
        return f"{self.name}_on_insert", f"{self.name}_on_update"

    def _exclusion(self):
        def value_range(function, first, last, bounds):
            return Func(F(first), F(last), Value(bounds), function=function)

        return ExclusionConstraint(
            name=self.name,
            expressions=[
                # GiST knows ranges without btree_gist, but not plain integers.
                (value_range("int8range", self.owner, self.owner, "[]"), "&&"),
                (value_range("tstzrange", self.starts, self.ends, "[)"), "&&"),
            ],
            condition=self.condition,
        )

    def _triggers(self, model, schema_editor):
        def column(field_name):
            return schema_editor.quote_name(model._meta.get_field(field_name).column)

        for name, act in zip(self.trigger_names, ("INSERT", "UPDATE"), strict=True):
            yield Statement(
                TRIGGER,
                name=schema_editor.quote_name(name),
                act=act,
                table=Table(model._meta.db_table, schema_editor.quote_name),
                message=schema_editor.quote_value(self.name),
                pk=schema_editor.quote_name(model._meta.pk.column),
                owner=column(self.owner),
                starts=column(self.starts),
                ends=column(self.ends),
                condition=self._condition_sql(model, schema_editor),
            )

    def _condition_sql(self, model, schema_editor):
        if self.condition is None:
            return ""
        query = Query(model, alias_cols=False)
        compiler = query.get_compiler(connection=schema_editor.connection)
        sql, params = query.build_where(self.condition).as_sql(compiler, schema_editor.connection)
        return f" AND ({sql % tuple(schema_editor.quote_value(param) for param in params)})"

    def validate(self, model, instance, exclude=None, using=DEFAULT_DB_ALIAS):
        """A form error before the database would refuse. It decides no race."""
        names = {self.owner, self.starts, self.ends}
        owner_field = model._meta.get_field(self.owner)
        owner = getattr(instance, owner_field.attname)
        starts, ends = getattr(instance, self.starts), getattr(instance, self.ends)
        if names & set(exclude or ()) or None in (owner, starts, ends):
            return
        others = model._base_manager.using(using).filter(
            **{owner_field.attname: owner, f"{self.starts}__lt": ends, f"{self.ends}__gt": starts}
        )
        if not instance._state.adding and instance._is_pk_set(model._meta):
            others = others.exclude(pk=instance.pk)
        if self._overlaps(model, instance, others, exclude, using):
            raise ValidationError(
                self.get_violation_error_message(), code=self.violation_error_code
            )

    def _overlaps(self, model, instance, others, exclude, using):
        if self.condition is None:
            return others.exists()
        if exclude and self._expression_refs_exclude(model, self.condition, exclude):
            return False
        against = instance._get_field_expression_map(meta=model._meta, exclude=exclude)
        return (self.condition & Exists(others.filter(self.condition))).check(against, using=using)

    def _check(self, model, connection):
        references = {(name,) for name in (self.owner, self.starts, self.ends)}
        if self.condition is not None:
            references.update(model._get_expr_references(self.condition))
        return [*self._check_references(model, references), *self._check_fields(model)]

    def _check_fields(self, model):
        try:
            fields = [model._meta.get_field(name) for name in (self.owner, self.starts, self.ends)]
        except FieldDoesNotExist:
            return []  # said by _check_references
        errors = [
            checks.Error(
                f"NoOverlap '{self.name}' needs '{field.name}' to be not null.",
                obj=model,
                id="schedules.E001",
            )
            for field in fields
            if field.null
        ]
        owner = fields[0]
        while owner.is_relation:
            owner = owner.target_field
        if not isinstance(owner, IntegerField):
            errors.append(
                checks.Error(
                    f"NoOverlap '{self.name}' needs an owner with an integer key.",
                    obj=model,
                    id="schedules.E002",
                )
            )
        return errors

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        kwargs |= {"owner": self.owner, "starts": self.starts, "ends": self.ends}
        if self.condition is not None:
            kwargs["condition"] = self.condition
        if self.violation_error_code == type(self).violation_error_code:
            kwargs.pop("violation_error_code", None)
        return path, args, kwargs

    def __eq__(self, other):
        if isinstance(other, NoOverlap):
            return self.deconstruct() == other.deconstruct()
        return NotImplemented

    def __hash__(self):
        return hash(self.name)

    def __repr__(self):
        return f"<NoOverlap: name={self.name!r} owner={self.owner!r} condition={self.condition}>"
