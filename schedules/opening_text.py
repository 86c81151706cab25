"""Opening hours as offices write them in Japanese, read into an `Opening`.

The same text is what people see and what the rules come from, so the two cannot part. What
is not understood is told, never guessed:

    9:00~12:00、13:00~17:00          the usual hours
    土曜日・日曜日・祝日:9:00~12:00    hours of some days
    第2・4土曜日:10:00~13:00          only some in the month
    第1・3水曜日は休業                 closed
    休館日:月曜日(祝日の場合は翌平日)   closed, on a holiday another day instead
    12月29日~1月3日:休み              every year;  2026-12-28:休み  once
    [vi] 火曜日:13:00~16:00           the hours of a language, by its tag
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date, time
from functools import lru_cache
from typing import NamedTuple

from schedules.opening import DayRule, On, Opening, Rank, Reason, ShiftRule, Span, Target

WEEKDAYS = {"月": 0, "火": 1, "水": 2, "木": 3, "金": 4, "土": 5, "日": 6}
WORKDAYS = frozenset(range(5))
WEEKEND = frozenset({5, 6})
NUMBERS = {"一": "1", "二": "2", "三": "3", "四": "4", "五": "5"}
CIRCLED = "①②③④⑤⑥⑦⑧⑨"

CLOCK = r"([01]?\d|2[0-4]):([0-5]\d)"
SPAN = re.compile(rf"{CLOCK}\s*[~-]\s*{CLOCK}")
SPANS = re.compile(rf"[:は]?\s*((?:{SPAN.pattern}[\s・,と]*)+)")
CLOSED = r"(?:お?休(?:業|館|室|所|み)|閉(?:館|所|室)|定休)日?(?:です)?"
OPEN = r"(?:営業|開(?:館|所|室))(?:です)?"
# A day off that falls on a holiday, and where it goes.
MOVED = (
    r"\((?:[月火水木金土日]曜日が)?祝日等?の場合は,?"
    r"(?:翌(?P<day>日)|翌(?P<workday>平日)|直近の(?P<nearest>平日)"
    r"|(?:次の|翌)(?P<weekday>[月火水木金土日])曜日)(?:が?休み|に?休館)?\)"
)
IS_CLOSED = re.compile(
    rf"[:は]?\s*(?P<before>が?{CLOSED})?(?P<moved>{MOVED})?(?P<behind>は?{CLOSED})?"
)
IS_OPEN = re.compile(rf"[:は]?\s*{OPEN}")
ONLY = re.compile(rf"のみ(?:{OPEN})?")
ONLY_BEFORE = re.compile(rf"([月火水木金土日])曜日の{OPEN}は")
UNTIL = re.compile(rf"は?\s*{CLOCK}まで")
LAST_ENTRY = re.compile(rf"(?:相談)?受付は?\s*{CLOCK}まで")
DAY_OFF = re.compile(rf"{CLOSED}[:は]\s*")
DAY_AFTER = re.compile(rf"翌([月火水木金土日])曜日は{CLOSED}")
ALSO_ON_HOLIDAYS = re.compile(rf"祝日も{OPEN}")
HOLIDAY_AT_WEEKEND = re.compile(rf"祝日が土日の場合は{OPEN}")
OTHER_DAYS = re.compile(r"(?:他|その他)の曜日(?:について)?は適宜(?:対応)?")
LANGUAGES = re.compile(r"\[([A-Za-z-]{2,12}(?:[\s,]+[A-Za-z-]{2,12})*)\]\s*")

DAY_ATOM = re.compile(
    r"""[\s・,]*(?:及び|と)?\s*(?:
    (?P<year>\d{4})[-/年](?P<month>\d{1,2})[-/月](?P<day>\d{1,2})日?
      (?:~(?P<year2>\d{4})[-/年](?P<month2>\d{1,2})[-/月](?P<day2>\d{1,2})日?)?
    |(?:年末年始\(?)?(?P<from_month>\d{1,2})[/月](?P<from_day>\d{1,2})日?
      ~(?P<to_month>\d{1,2})[/月](?P<to_day>\d{1,2})日?\)?
    |(?P<year_end>年末年始)
    |第(?P<weeks>[1-5](?:[・,と~]第?[1-5])*)(?P<nth>[月火水木金土日])曜?日?
    |(?P<first>[月火水木金土日])(?:曜日?)?~(?P<last>[月火水木金土日])(?:曜日?)?
    |(?P<workdays>平日)|(?P<every>毎日)|(?P<holidays>祝日?)
    |(?P<one>[月火水木金土日])(?:曜日?)?
    )""",
    re.VERBOSE,
)
DASHES = str.maketrans({"〜": "~", "～": "~", "–": "~", "—": "~", "－": "-", "、": ","})


class Reading(NamedTuple):
    """What a text says, and the pieces of it that nobody understood."""

    opening: Opening
    not_understood: tuple[str, ...]


@lru_cache(maxsize=4096)
def read_opening(*texts: str, tell_days: bool = False) -> Reading:
    """The opening that texts describe, each following the one before.

    With `tell_days` the texts say on which days a place is open, once they name one:
    a weekday without hours is closed. Without it such a day may be open.
    """
    reader = _Reader()
    for text in texts:
        reader.read(text)
    return reader.result(tell_days)


@dataclass
class _Reader:
    usual: list[Span] = field(default_factory=list)
    rules: list[DayRule] = field(default_factory=list)
    shifts: list[ShiftRule] = field(default_factory=list)
    not_understood: list[str] = field(default_factory=list)
    last_entry: time | None = None
    open_on_holidays: bool = False
    # Days that stand before their hours, and how they were written.
    days: list[DayRule] = field(default_factory=list)
    days_text: str = ""
    # Hours that go on with the rules of the line before.
    current: list[int] = field(default_factory=list)
    # ① stands for one of several doors: its hours and its days.
    marks: dict[str, tuple[list[Span], list[DayRule]]] = field(default_factory=dict)

    def read(self, text):
        self.current = []
        for piece in _pieces(text):
            self._take(piece)
        self._drop_days()

    def result(self, tell_days):
        for spans, days in self.marks.values():
            self.rules += [replace(each, spans=tuple(spans)) for each in days]
            self.usual += spans
        usual = tuple(dict.fromkeys(self.usual)) or None
        days_known = tell_days and any(
            rule.spans != () and rule.rank < Rank.HOLIDAY and not rule.languages
            for rule in self.rules
        )
        named = [span for rule in self.rules for span in rule.spans or () if not rule.languages]
        if usual is None and named:
            usual = tuple(dict.fromkeys(named))
        doubt = Reason.NOT_UNDERSTOOD if self.not_understood else None
        if any(re.search(r"\d[:時]", piece) for piece in self.not_understood):
            # They may be hours beyond those that were understood.
            usual = None
        opening = Opening(
            usual=usual,
            rules=tuple(self.rules),
            shifts=tuple(self.shifts),
            days_known=days_known,
            open_on_holidays=self.open_on_holidays,
            last_entry=self.last_entry,
            doubt=doubt,
        )
        return Reading(opening, tuple(self.not_understood))

    def _take(self, piece):
        languages = frozenset()
        text = piece.lstrip("※ ")
        if found := LANGUAGES.match(text):
            languages = frozenset(re.split(r"[\s,]+", found[1]))
            text = text[found.end() :]
        if text[:1] in self.marks or text[:1] in tuple(CIRCLED):
            understood = not languages and self._take_marked(text)
        else:
            understood = (not languages and self._take_sentence(text)) or self._take_days(
                text, languages
            )
        if not understood:
            self._drop_days()
            self.not_understood.append(piece)

    def _take_sentence(self, text):
        """Sentences that do not begin with the days they are about."""
        if found := LAST_ENTRY.fullmatch(text):
            self.last_entry = _clock(*found.groups())
        elif ALSO_ON_HOLIDAYS.fullmatch(text):
            self.open_on_holidays = True
        elif HOLIDAY_AT_WEEKEND.fullmatch(text):
            self.rules.append(DayRule(None, weekdays=WEEKEND, on=On.HOLIDAYS))
        elif OTHER_DAYS.fullmatch(text):
            self.rules.append(DayRule(None, is_certain=False))
        elif found := DAY_AFTER.fullmatch(text):
            return self._close_after(found[1])
        elif found := DAY_OFF.match(text):
            days, rest = _days(text[found.end() :])
            return bool(days) and self._close(days, f"{rest}休み")
        elif found := ONLY_BEFORE.match(text):
            days, rest = _days(text[found.end() :])
            named = {weekday for each in days for weekday in each.weekdays}
            return named == {WEEKDAYS[found[1]]} and self._only(days, rest)
        else:
            return False
        return True

    def _take_days(self, text, languages):
        """Days and what is said of them; or hours alone, which go on with what was before."""
        days, rest = _days(text)
        days = [replace(each, languages=languages) for each in days]
        days, self.days = _merged([*self.days, *days]), []
        rest = rest.strip()
        if not days:
            return not languages and self._take_hours(rest)
        if rest in {"", ":"}:
            self.days, self.days_text = days, f"{self.days_text} {text}".strip()
            self.current = []
            return True
        self.days_text = ""
        if SPANS.fullmatch(rest):
            self._add([replace(each, spans=_spans(rest)) for each in days])
            return True
        if found := UNTIL.fullmatch(rest):
            return self._until(days, _clock(*found.groups()))
        if IS_OPEN.fullmatch(rest):
            self._add([replace(each, spans=None) for each in days])
            return True
        return self._only(days, rest) or self._close(days, rest)

    def _take_hours(self, text):
        if not SPANS.fullmatch(text):
            return False
        spans = _spans(text)
        if not self.current:
            self.usual += spans
        for place in self.current:
            rule = self.rules[place]
            self.rules[place] = replace(rule, spans=(*(rule.spans or ()), *spans))
        return True

    def _take_marked(self, text):
        spans, days = self.marks.setdefault(text[0], ([], []))
        self.current = []
        named, rest = _days(text[1:])
        if SPANS.fullmatch(rest.strip()):
            if named:
                self.rules += [replace(each, spans=_spans(rest)) for each in named]
            else:
                spans += _spans(rest)
            return True
        days += named
        return bool(named) and not rest.strip()

    def _add(self, rules):
        self.current = list(range(len(self.rules), len(self.rules) + len(rules)))
        self.rules += rules

    def _close(self, days, rest):
        found = IS_CLOSED.fullmatch(rest.strip())
        if not found or not (found["before"] or found["behind"]):
            return False
        self.current = []
        if not found["moved"]:
            self.rules += days
            return True
        if any(
            each.on is not On.ANY or each.yearly or each.dates or each.languages for each in days
        ):
            # Days off that move are weekdays of the place.
            return False
        target, weekday = _target(found)
        self.shifts += [
            ShiftRule(each_weekday, target, each.weeks, weekday)
            for each in days
            for each_weekday in sorted(each.weekdays)
        ]
        return True

    def _close_after(self, weekday):
        """The day off that follows an nth weekday which was named just before."""
        before = next((rule for rule in reversed(self.rules) if rule.weeks), None)
        if before is None or len(before.weekdays) != 1:
            return False
        (anchor,) = before.weekdays
        self.rules += [
            DayRule((), frozenset({WEEKDAYS[weekday]}), after=(anchor, week))
            for week in sorted(before.weeks)
        ]
        return True

    def _only(self, days, rest):
        if not ONLY.fullmatch(rest.strip()) or any(each.on is not On.ANY for each in days):
            return False
        self.current = []
        for each in days:
            self.rules.append(replace(each, spans=None))
            if each.weeks:
                self.rules.append(replace(each, spans=(), weeks=frozenset()))
        return True

    def _until(self, days, closes):
        """The usual hours with another end."""
        if not self.usual or closes <= self.usual[-1].opens:
            return False
        spans = (*self.usual[:-1], Span(self.usual[-1].opens, closes))
        self._add([replace(each, spans=spans) for each in days])
        return True

    def _drop_days(self):
        """Days with nothing said of them: open or closed, nobody knows."""
        if self.days:
            self.not_understood.append(self.days_text)
        self.days, self.days_text = [], ""


def _pieces(text):
    """Lines, and in them what commas part, but for commas in brackets."""
    text = "".join(
        char if char in CIRCLED else unicodedata.normalize("NFKC", char) for char in text
    )
    for line in text.translate(DASHES).replace("。", "\n").splitlines():
        piece, depth = "", 0
        for char in line:
            depth += {"(": 1, ")": -1}.get(char, 0)
            if char == "," and depth <= 0:
                yield from filter(None, [piece.strip()])
                piece = ""
            else:
                piece += char
        yield from filter(None, [piece.strip()])


def _days(text):
    """The days a text begins with, closed as yet, and the rest of it."""
    for kanji, number in NUMBERS.items():
        text = text.replace(f"第{kanji}", f"第{number}")
    days, end = [], 0
    while found := DAY_ATOM.match(text, end):
        try:
            days.append(_day(found))
        except ValueError:
            # There is no such date.
            return [], text
        end = found.end()
    return _merged(days), text[end:]


def _day(found):
    if found["year"]:
        first = date(int(found["year"]), int(found["month"]), int(found["day"]))
        last = first
        if found["year2"]:
            last = date(int(found["year2"]), int(found["month2"]), int(found["day2"]))
        if last < first:
            raise ValueError
        return DayRule(dates=(first, last))
    if found["year_end"]:
        return DayRule(yearly=((12, 29), (1, 3)))
    if found["from_month"]:
        return DayRule(
            yearly=(
                _month_and_day(found["from_month"], found["from_day"]),
                _month_and_day(found["to_month"], found["to_day"]),
            )
        )
    if found["weeks"]:
        return DayRule(weekdays=frozenset({WEEKDAYS[found["nth"]]}), weeks=_weeks(found["weeks"]))
    if found["first"]:
        first, last = WEEKDAYS[found["first"]], WEEKDAYS[found["last"]]
        return DayRule(weekdays=frozenset((first + n) % 7 for n in range((last - first) % 7 + 1)))
    if found["workdays"]:
        return DayRule(weekdays=WORKDAYS, on=On.WORKDAYS)
    if found["holidays"]:
        return DayRule(on=On.HOLIDAYS)
    if found["every"]:
        return DayRule()
    return DayRule(weekdays=frozenset({WEEKDAYS[found["one"]]}))


def _merged(days):
    """Plain weekdays beside each other as one rule."""
    merged = []
    for each in days:
        is_plain = each == DayRule(weekdays=each.weekdays)
        if is_plain and merged and merged[-1] == DayRule(weekdays=merged[-1].weekdays):
            each = DayRule(weekdays=merged.pop().weekdays | each.weekdays)
        merged.append(each)
    return merged


def _month_and_day(month, day):
    # A leap year has every date that any year has.
    date(2024, int(month), int(day))
    return int(month), int(day)


def _weeks(text):
    weeks = set()
    for part in re.split(r"[・,と]", text.replace("第", "")):
        first, _tilde, last = part.partition("~")
        weeks |= set(range(int(first), int(last or first) + 1))
    return frozenset(weeks)


def _spans(text):
    return tuple(
        Span(_clock(found[1], found[2]), _clock(found[3], found[4]))
        for found in SPAN.finditer(text)
    )


def _clock(hour, minute):
    # 24:00 is the midnight that ends the day.
    return time(int(hour) % 24, int(minute))


def _target(found):
    if found["weekday"]:
        return Target.NEXT_WEEKDAY, WEEKDAYS[found["weekday"]]
    if found["workday"]:
        return Target.NEXT_WORKDAY, 0
    return (Target.NEAREST_WORKDAY if found["nearest"] else Target.NEXT_DAY), 0
