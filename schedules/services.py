import json
from collections.abc import Iterable
from datetime import date, time
from typing import NamedTuple

import jpholiday
from django.conf import settings
from django.db import transaction

from schedules.holiday_names import in_english
from schedules.models import Closure, Holiday, Schedule, WeeklyRule


class Loaded(NamedTuple):
    created: int
    updated: int
    deleted: int


@transaction.atomic
def load_schedules() -> int:
    """Create the schedules of fixtures/schedules.json that are missing, and count them.

    A schedule that is there belongs to the coordinators: neither it nor its hours change.
    """
    created = 0
    present = set(Schedule.objects.values_list("code", flat=True))
    path = settings.BASE_DIR / "fixtures" / "schedules.json"
    for row in json.loads(path.read_text(encoding="utf-8")):
        if row["code"] in present:
            continue
        hours = row.pop("hours")
        schedule = Schedule.objects.create(**row)
        WeeklyRule.objects.bulk_create(
            WeeklyRule(
                schedule=schedule,
                weekday=weekday,
                opens=time.fromisoformat(hours["opens"]),
                closes=time.fromisoformat(hours["closes"]),
            )
            for weekday in hours["weekdays"]
        )
        created += 1
    return created


@transaction.atomic
def load_holidays(first_year: int, last_year: int) -> Loaded:
    """Bring the holidays of these years to what the library knows.

    Days a coordinator has entered or changed are left alone. Others are added, renamed, and
    taken away when the library, after a change of the law, does not have them any more.
    """
    known = {
        day: name
        for year in range(first_year, last_year + 1)
        for day, name in jpholiday.year_holidays(year)
    }
    years = Holiday.objects.filter(date__range=(date(first_year, 1, 1), date(last_year, 12, 31)))
    present = {holiday.date: holiday for holiday in years}
    missing = [
        Holiday(date=day, name_ja=name, name_en=in_english(name))
        for day, name in known.items()
        if day not in present
    ]
    untouched = [holiday for holiday in present.values() if not holiday.is_manual]
    renamed = [
        holiday
        for holiday in untouched
        if known.get(holiday.date, holiday.name_ja) != holiday.name_ja
    ]
    for holiday in renamed:
        holiday.name_ja = known[holiday.date]
        holiday.name_en = in_english(holiday.name_ja)
    gone = [holiday.pk for holiday in untouched if holiday.date not in known]
    Holiday.objects.bulk_create(missing)
    Holiday.objects.bulk_update(renamed, ["name_ja", "name_en"])
    Holiday.objects.filter(pk__in=gone).delete()
    return Loaded(len(missing), len(renamed), len(gone))


@transaction.atomic
def close_at_year_end(*, schedules: Iterable[Schedule], year: int) -> int:
    """Close them from December 29 to January 3, as public offices do; count the new closures.

    Where a closure lies in these days already, nothing is added.
    """
    first, last = date(year, 12, 29), date(year + 1, 1, 3)
    within = Closure.objects.filter(starts_date__lte=last, ends_date__gte=first)
    closed = set(within.values_list("schedule_id", flat=True))
    if None in closed:
        return 0
    closures = [
        Closure(schedule=schedule, starts_date=first, ends_date=last, note="年末年始")
        for schedule in schedules
        if schedule.pk not in closed
    ]
    Closure.objects.bulk_create(closures)
    return len(closures)
