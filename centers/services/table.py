"""Taking a table of centers over, and what the project itself knows of them."""

import csv
import json
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from centers.importing import Comparison, compare, read_table
from centers.models import Caravan, Center, Leg, Operator, Phone
from centers.phones import parse_phones
from centers.prefectures import ALL
from schedules.opening_text import read_opening
from taxonomy.models import Language

# The association's own page, made from the ministry's list and its visits.
SOURCE = "全国外国人ワンストップ相談センター 一覧 (CINGA)"
AS_OF = date(2020, 3, 31)


class TableNotTaken(Exception):
    """The file has problems; `problems` tells each with its line."""

    def __init__(self, problems):
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


@transaction.atomic
def import_centers(
    *,
    data: bytes,
    source: str,
    as_of: date | None,
    now: datetime,
    dry_run: bool = False,
    expected: str | None = None,
) -> Comparison:
    """Take a table over and tell what that did, or with `dry_run` would do.

    `expected` is the digest of the comparison that somebody has looked at: when things have
    changed since, nothing is taken and the present comparison comes back, not taken.

    A center that a person has confirmed or changed stays as it is; one that the table
    lacks is listed no longer. Raises TableNotTaken with nothing changed.
    """
    reading = read_table(data)
    if reading.problems:
        raise TableNotTaken(reading.problems)
    # Two imports at once would both add.
    list(Center.objects.select_for_update().values_list("pk"))
    comparison = compare(reading.rows)
    if not dry_run and expected in {None, comparison.digest}:
        _take(comparison, reading.rows, {"source": source, "as_of_date": as_of, "changed_at": now})
        comparison.is_taken = True
    return comparison


def load_centers(*, now: datetime) -> Comparison:
    """The table of the project, for reference data. May be run at any time."""
    data = (settings.BASE_DIR / "fixtures" / "centers.csv").read_bytes()
    comparison = import_centers(data=data, source=SOURCE, as_of=AS_OF, now=now)
    _load_readings()
    return comparison


@transaction.atomic
def load_caravans() -> int:
    """The journeys of fixtures/caravan.json that are not there yet; how many were added."""
    path = settings.BASE_DIR / "fixtures" / "caravan.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    legs = facts.pop("legs")
    caravan, is_new = Caravan.objects.get_or_create(
        fiscal_year=facts["fiscal_year"], defaults=facts
    )
    if not is_new:
        # It belongs to the coordinators since.
        return 0
    Leg.objects.bulk_create(Leg(caravan=caravan, **leg) for leg in legs)
    return len(legs)


def _load_readings():
    """How the names of operators are read; what a person has typed stays."""
    with (settings.BASE_DIR / "fixtures" / "operator_readings.csv").open(encoding="utf-8") as file:
        readings = {row["operator"]: (row["kana"], row["latin"]) for row in csv.DictReader(file)}
    readings |= {prefecture.name_ja: (prefecture.kana, prefecture.latin) for prefecture in ALL}
    unread = list(Operator.objects.filter(kana="", latin="", name__in=readings))
    for operator in unread:
        operator.kana, operator.latin = readings[operator.name]
    Operator.objects.bulk_update(unread, ["kana", "latin"])


def _take(comparison, rows, facts):
    places = {row.id: place for place, row in enumerate(rows, start=1)}
    operators = _operators(comparison.added)
    spoken = dict(Language.objects.filter(name_ja__endswith="語").values_list("name_ja", "code"))
    added = [
        Center(
            id=row.id,
            position=places[row.id],
            operator=operators[row.prefecture_code, row.operator],
            name=row.name,
            address=row.address,
            review=_review(row),
            languages=_languages_named(row.name, spoken),
            **row.facts(),
            **facts,
        )
        for row in comparison.added
    ]
    for center in added:
        center.set_link_digest()
    Center.objects.bulk_create(added)
    for center, row, _differing in comparison.changed:
        _overwrite(center, row, places[row.id], facts)
    fields = ["position", "phones_text", "hours_text", "remarks", "review", "is_listed", "version"]
    changed = [center for center, _row, _differing in comparison.changed]
    Center.objects.bulk_update(changed, [*fields, *facts])
    Phone.objects.filter(center__in=changed).delete()
    taken = [(center.pk, center.phones_text) for center in [*added, *changed]]
    Phone.objects.bulk_create([phone for pair in taken for phone in phone_rows(*pair)])
    gone = Center.objects.filter(pk__in=[center.pk for center in comparison.removed])
    gone.update(is_listed=False, changed_at=facts["changed_at"])


def _overwrite(center, row, position, facts):
    values = row.facts() | facts | {"position": position, "review": _review(row)}
    for name, value in values.items():
        setattr(center, name, value)
    center.is_listed = True
    center.version += 1


def _operators(rows):
    keys = {(row.prefecture_code, row.operator): None for row in rows}
    wanted = [Operator(prefecture_code=code, name=name) for code, name in keys]
    Operator.objects.bulk_create(wanted, ignore_conflicts=True)
    return {(row.prefecture_code, row.name): row for row in Operator.objects.all()}


def phone_rows(center_id, text: str):
    """The numbers of a text as rows of a center, not saved."""
    # A number that is written twice is one number.
    phones = {(phone.number, phone.extension): phone for phone in parse_phones(text).phones}
    for position, phone in enumerate(phones.values()):
        yield Phone(
            center_id=center_id,
            position=position,
            number=phone.number,
            extension=phone.extension,
            label=phone.label,
            languages=" ".join(phone.languages),
        )


def _languages_named(name, spoken):
    """A window that is called 「ベトナム語生活相談」 speaks Vietnamese."""
    return " ".join(sorted(code for word, code in spoken.items() if word in name))


def _review(row):
    """What a person must look at: nothing that was not understood is dropped."""
    pieces = [*parse_phones(row.phones).review]
    pieces += read_opening(row.hours, row.remarks).not_understood
    return "\n".join(pieces)
