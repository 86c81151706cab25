from datetime import date, time

import factory

from schedules.choices import Weekday
from schedules.models import Closure, Holiday, Schedule, WeeklyRule


class ScheduleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Schedule

    code = factory.Sequence(lambda number: f"service-{number}")
    name_ja = "ためしの窓口"
    name_en = "A service to try"


class WeeklyRuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WeeklyRule

    schedule = factory.SubFactory(ScheduleFactory)
    weekday = Weekday.MONDAY
    opens = time(10)
    closes = time(15)


class HolidayFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Holiday

    date = date(2026, 11, 23)
    name_ja = "勤労感謝の日"
    name_en = "Labor Thanksgiving Day"


class ClosureFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Closure

    starts_date = date(2026, 12, 29)
    ends_date = date(2027, 1, 3)
