"""When a place is open, minute by minute: slow, and written without the engine's ideas.

For every minute it asks each rule in words. No periods, no joining, no search.
"""

from datetime import date, datetime, time, timedelta

from schedules.hours import JAPAN
from schedules.opening import On, Target


def state_at(opening, holidays, moment, language=""):
    """ "open", "closed" or "unknown" at one minute."""
    place = _state(opening, holidays, moment, [r for r in opening.rules if not r.languages], True)
    if not language:
        return place
    rules = [r for r in opening.rules if language in r.languages]
    if not rules:
        return "closed" if place == "closed" else "unknown"
    spoken = _state(opening, holidays, moment, rules, False)
    for state in ("closed", "unknown"):
        if state in (place, spoken):
            return state
    return "open"


def _state(opening, holidays, moment, rules, is_place):
    """Today's hours, and those of yesterday that last beyond midnight."""
    local = moment.astimezone(JAPAN)
    today, clock = local.date(), local.time()
    states = {
        _on_day(opening, holidays, today, clock, False, rules, is_place),
        _on_day(opening, holidays, today - timedelta(1), clock, True, rules, is_place),
    }
    return next(state for state in ("open", "unknown", "closed") if state in states)


def _on_day(opening, holidays, day, clock, is_after_midnight, rules, is_place):
    verdict, hours = _verdict(opening, holidays, day, rules, is_place)
    if verdict == "closed":
        return "closed"
    if hours is None:
        return "closed" if is_after_midnight else "unknown"
    if not any(_covers(span, clock, is_after_midnight) for span in hours):
        return "closed"
    if opening.doubt or verdict == "perhaps":
        return "unknown"
    is_late = opening.last_entry and (is_after_midnight or clock >= opening.last_entry)
    return "unknown" if is_late else "open"


def _covers(span, clock, is_after_midnight):
    if span.closes > span.opens:
        return not is_after_midnight and span.opens <= clock < span.closes
    return clock < span.closes if is_after_midnight else clock >= span.opens


def _verdict(opening, holidays, day, rules, is_place):
    """ "sure", "perhaps" or "closed", and the hours (None: nobody knows them)."""
    is_holiday = day in holidays and not opening.open_on_holidays
    by_rank = [
        [r for r in rules if r.dates and r.dates[0] <= day <= r.dates[1]],
        [r for r in rules if not r.dates and r.yearly and _in_season(r.yearly, day)],
    ]
    if by_rank[0] or by_rank[1]:
        chosen = by_rank[0] or by_rank[1]
        return _combined(opening, chosen, all(r.is_certain for r in chosen))
    plain = [r for r in rules if not r.dates and not r.yearly and _names(r, day, is_holiday)]
    for_holidays = [r for r in plain if r.on is On.HOLIDAYS]
    off = _off(opening, holidays, day) if is_place else None
    if off == "surely":
        return "closed", ()
    if off and not for_holidays:
        return "perhaps", _everything(opening, rules)
    some_weeks = [r for r in plain if r.on is not On.HOLIDAYS and (r.weeks or r.after)]
    some_days = [r for r in plain if r.on is not On.HOLIDAYS and len(r.weekdays) < 7]
    chosen = for_holidays or some_weeks or some_days or plain
    if not chosen:
        if opening.days_known or not is_place:
            return "closed", ()
        return "perhaps", opening.usual
    at_year_end = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    is_sure = all(
        r.is_certain and not (at_year_end and r.spans != ()) and not (is_holiday and r.on is On.ANY)
        for r in chosen
    )
    return _combined(opening, chosen, is_sure)


def _combined(opening, rules, is_sure):
    hours = []
    for rule in rules:
        spans = opening.usual if rule.spans is None else rule.spans
        if spans is None:
            return "perhaps", None
        hours += spans
    if not is_sure:
        return "perhaps", _with_usual(opening, hours)
    if not hours:
        return "closed", ()
    return "perhaps" if any(r.spans == () for r in rules) else "sure", hours


def _everything(opening, rules):
    if any(r.spans is None for r in rules) and opening.usual is None:
        return None
    return _with_usual(opening, [span for r in rules for span in r.spans or ()])


def _with_usual(opening, hours):
    if opening.usual is not None:
        return [*hours, *opening.usual]
    return hours if opening.days_known else None


def _names(rule, day, is_holiday):
    if rule.on is On.HOLIDAYS and not is_holiday:
        return False
    if rule.on is On.WORKDAYS and is_holiday:
        return False
    if day.weekday() not in rule.weekdays:
        return False
    if rule.weeks and _count(day) not in rule.weeks:
        return False
    if rule.after:
        weekday, week = rule.after
        before = day - timedelta(1)
        while before.weekday() != weekday:
            before -= timedelta(1)
        return _count(before) == week
    return True


def _count(day):
    """How many such weekdays its month has had, this one included."""
    return sum(
        date(day.year, day.month, d).weekday() == day.weekday() for d in range(1, day.day + 1)
    )


def _in_season(season, day):
    """Whether going on from the first day one meets this day before the last is past."""
    (month, number), last = season
    for year in (day.year - 1, day.year):
        try:
            each = date(year, month, number)
        except ValueError:
            each = date(year, 3, 1)
        for _ in range(366):
            if each == day:
                return True
            if (each.month, each.day) == last:
                break
            each += timedelta(1)
            if last == (2, 29) and (each.month, each.day) == (3, 1):
                break
    return False


def _off(opening, holidays, day):
    found = None
    for shift in opening.shifts:
        for number in range(-14, 15):
            due = day + timedelta(number)
            if due.weekday() != shift.weekday or (shift.weeks and _count(due) not in shift.weeks):
                continue
            if due not in holidays:
                if due == day:
                    return "surely"
                continue
            if due == day:
                found = found or "lifted"
            landing = _landing(shift, due, holidays)
            if landing == {day}:
                return "surely"
            if day in landing:
                found = "perhaps"
    return found


def _landing(shift, due, holidays):
    def works(each):
        return each.weekday() < 5 and each not in holidays

    if shift.target is Target.NEXT_DAY:
        return {due + timedelta(1)}
    days = [due + timedelta(n) for n in range(-14, 15) if n]
    if shift.target is Target.NEXT_WEEKDAY:
        return {next(d for d in days if d > due and d.weekday() == shift.target_weekday)}
    if shift.target is Target.NEXT_WORKDAY:
        return {next(d for d in days if d > due and works(d))}
    nearest = min(abs(d - due) for d in days if works(d))
    return {d for d in days if works(d) and abs(d - due) == nearest}


def minutes_of(day):
    """Every minute of a day in Japan."""
    midnight = datetime.combine(day, time.min, JAPAN)
    return [midnight + timedelta(minutes=number) for number in range(24 * 60)]
