"""Months, days and hours of Japan, counted inside the database.

Japan has kept one offset since 1951, so that SQLite, which knows no time zones, may add it.
"""

from django.db.models import Func, IntegerField, TextField


class JapanMonth(Func):
    """The month of a moment, as 2027-03."""

    output_field = TextField()

    def as_sqlite(self, compiler, connection):
        template = "substr(datetime(%(expressions)s, '+9 hours'), 1, 7)"
        return self.as_sql(compiler, connection, template=template)

    def as_postgresql(self, compiler, connection):
        template = "to_char(%(expressions)s AT TIME ZONE 'Asia/Tokyo', 'YYYY-MM')"
        return self.as_sql(compiler, connection, template=template)


class JapanDay(Func):
    """The day of a moment as a number, for differences."""

    output_field = IntegerField()

    def as_sqlite(self, compiler, connection):
        template = "CAST(julianday(date(%(expressions)s, '+9 hours')) + 0.5 AS INTEGER)"
        return self.as_sql(compiler, connection, template=template)

    def as_postgresql(self, compiler, connection):
        template = "((%(expressions)s AT TIME ZONE 'Asia/Tokyo')::date - DATE '2000-01-01')"
        return self.as_sql(compiler, connection, template=template)


class Second(Func):
    """A moment as a number of seconds, for differences."""

    output_field = IntegerField()

    def as_sqlite(self, compiler, connection):
        # A percent sign for SQLite, past Python's formatting here and in the driver.
        template = "CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template)

    def as_postgresql(self, compiler, connection):
        template = "floor(extract(epoch from %(expressions)s))::bigint"
        return self.as_sql(compiler, connection, template=template)
