"""A table of centers as a file: read strictly, compared with what is there. Writes nothing."""

import csv
import io
import uuid
from dataclasses import dataclass, field
from hashlib import sha256

from django.utils.translation import gettext as _

from centers.models import Center
from centers.phones import normalized, parse_phones
from centers.prefectures import CODES
from interface.spreadsheets import FORMULA_STARTS

COLUMNS = ["prefecture", "operator", "name", "address", "phones", "hours", "remarks"]
LONGEST = {"operator": 80, "name": 120, "address": 200}
LONGEST_CELL = 1000
MOST_ROWS = 5_000
MOST_BYTES = 5_000_000
# The identity of a window is what the source calls it; never change it.
IDENTITY = uuid.UUID("6f6d2c0e-5a0b-5c43-9d0e-3b1f4f5b6a01")


@dataclass(frozen=True)
class Row:
    """One window as a file has it."""

    line: int
    prefecture: str
    operator: str
    name: str
    address: str
    phones: str
    hours: str
    remarks: str

    @property
    def prefecture_code(self):
        return CODES[self.prefecture]

    @property
    def id(self):
        key = "|".join([self.prefecture_code, self.operator, self.name, self.address])
        return uuid.uuid5(IDENTITY, key)

    def facts(self):
        """What a center takes over from it."""
        return {"phones_text": self.phones, "hours_text": self.hours, "remarks": self.remarks}


@dataclass(frozen=True)
class Problem:
    """Why a line cannot be taken; line 0 is the whole file."""

    line: int
    text: str

    def __str__(self):
        return f"{self.line}: {self.text}"


@dataclass
class Reading:
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class Comparison:
    """What taking a file over would do."""

    added: list[Row] = field(default_factory=list)
    # Center, row, and the names of the fields that differ.
    changed: list[tuple[Center, Row, list[str]]] = field(default_factory=list)
    # The same for centers a person has confirmed or changed: they stay as they are.
    kept: list[tuple[Center, Row, list[str]]] = field(default_factory=list)
    removed: list[Center] = field(default_factory=list)
    unchanged: int = 0
    # Whether this has been done, and is not only what would be.
    is_taken: bool = False

    @property
    def digest(self) -> str:
        """Tells one comparison from another, so that nobody takes over what they did not see."""
        changes = [(center.pk, center.version, row, fields) for center, row, fields in self.changed]
        seen = (self.added, changes, [center.pk for center in self.removed])
        return sha256(repr(seen).encode()).hexdigest()[:32]


def read_table(data: bytes) -> Reading:
    """Rows and every problem of a CSV file in UTF-8. With a problem nothing may be taken."""
    if len(data) > MOST_BYTES:
        return Reading(problems=[Problem(0, _("The file is larger than 5 MB."))])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return Reading(problems=[Problem(line, _("The text is not UTF-8."))])
    try:
        return _read(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return Reading(problems=[Problem(0, _("The file is not a CSV table."))])


def _read(reader):
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
    if missing:
        text = _("These columns are missing: %(names)s.") % {"names": ", ".join(missing)}
        return Reading(problems=[Problem(1, text)])
    reading, lines = Reading(), {}
    for count, cells in enumerate(reader, start=1):
        if count > MOST_ROWS:
            reading.problems.append(Problem(0, _("The file has more than 5,000 rows.")))
            break
        line = reader.line_num
        problems = list(_problems(cells))
        if not problems:
            row = _row(line, cells)
            first = lines.setdefault(row.id, line)
            if first != line:
                problems = [_("The same center stands on line %(line)d.") % {"line": first}]
            reading.rows.append(row)
        reading.problems += [Problem(line, text) for text in problems]
    if not reading.rows and not reading.problems:
        reading.problems.append(Problem(0, _("The file has no rows.")))
    return reading


def _problems(cells):
    """What is wrong with one line."""
    if None in cells or None in cells.values():
        yield _("The line has another number of cells than the first line.")
        return
    if cells["prefecture"].strip() not in CODES:
        yield _("“%(name)s” is not a prefecture.") % {"name": cells["prefecture"][:20]}
    for name in ("operator", "name", "address"):
        if not cells[name].strip():
            yield _("The column %(name)s is empty.") % {"name": name}
    for name in COLUMNS:
        cell = cells[name]
        if cell.startswith(FORMULA_STARTS):
            yield _("The column %(name)s begins like a formula.") % {"name": name}
        if len(cell) > LONGEST.get(name, LONGEST_CELL):
            yield _("The column %(name)s is too long.") % {"name": name}
        if "\0" in cell:
            yield _("The column %(name)s holds a character that is no text.") % {"name": name}
    phones = parse_phones(cells["phones"]).phones
    if any(len(phone.label) > 60 or len(phone.extension) > 20 for phone in phones):
        yield _("The column %(name)s is too long.") % {"name": "phones"}


def _row(line, cells):
    cleaned = {name: cells[name].strip() for name in COLUMNS}
    for name in ("operator", "name", "address"):
        cleaned[name] = _in_one_line(cleaned[name])
    return Row(line=line, **cleaned)


def _in_one_line(text):
    """Cells of the source break where the page was narrow; a bracket follows directly."""
    pieces = text.split("\n")
    return pieces[0] + "".join(
        piece if piece.startswith("(") else f" {piece}" for piece in pieces[1:]
    )


def compare(rows: list[Row]) -> Comparison:
    """The file against every center that is there, in one statement."""
    known = Center.objects.select_related("operator").in_bulk()
    # Somebody may have typed a center in before the table had it.
    by_text = {_text_key(center): center.pk for center in known.values()}
    comparison = Comparison()
    for row in rows:
        text_key = (row.prefecture_code, row.operator, row.name, row.address)
        center = known.pop(row.id, None) or known.pop(by_text.get(text_key), None)
        if center is None:
            comparison.added.append(row)
        elif differing := _differing(center, row):
            protected = center.is_manual or center.verified_on
            target = comparison.kept if protected else comparison.changed
            target.append((center, row, differing))
        else:
            comparison.unchanged += 1
    comparison.removed = [
        center
        for center in known.values()
        if center.is_listed and not (center.is_manual or center.verified_on)
    ]
    return comparison


def _text_key(center):
    operator = center.operator
    return operator.prefecture_code, operator.name, center.name, center.address


def _differing(center, row):
    facts = row.facts()
    if center.is_manual or center.verified_on:
        # What a person has put right may be named otherwise than in the source.
        facts |= {"name": row.name, "address": row.address}
    differing = [
        name
        for name, value in facts.items()
        if normalized(getattr(center, name)) != normalized(value)
    ]
    return differing if center.is_listed else [*differing, "is_listed"]
