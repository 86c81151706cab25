import csv
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from taxonomy.models import Language, Topic

LANGUAGE_FIELDS = (
    "name_ja",
    "name_kana",
    "name_en",
    "autonym",
    "aliases",
    "scripts",
    "is_spoken",
    "is_sign",
    "position",
)
TOPIC_FIELDS = ("parent_id", "position", "name_ja", "name_en", "isa_code")


class Loaded(NamedTuple):
    created: int
    updated: int


@transaction.atomic
def load_taxonomy() -> Loaded:
    """Bring languages and topics to the state of the files under fixtures/.

    Missing rows are created, rows nobody has touched follow the file, rows a coordinator
    has changed are left alone, and no row is ever deleted.
    """
    languages = _load(Language, _languages(), LANGUAGE_FIELDS)
    topics = _load(Topic, _topics(), TOPIC_FIELDS)
    return Loaded(languages.created + topics.created, languages.updated + topics.updated)


def _languages():
    for row in _rows("languages.csv"):
        row["is_spoken"] = row["is_spoken"] == "1"
        row["is_sign"] = row["is_sign"] == "1"
        row["position"] = int(row["position"]) if row["position"] else None
        yield Language(**row)


def _topics():
    for row in _rows("topics.csv"):
        row["parent_id"] = row.pop("parent") or None
        row["position"] = int(row["position"])
        yield Topic(**row)


def _rows(name):
    with (settings.BASE_DIR / "fixtures" / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _load(model, wanted, fields):
    present = model.objects.in_bulk()
    missing, changed = [], []
    for row in wanted:
        known = present.get(row.pk)
        if known is None:
            missing.append(row)
        elif not known.is_manual and _values(known, fields) != _values(row, fields):
            changed.append(row)
    if missing:
        model.objects.bulk_create(missing)
    if changed:
        model.objects.bulk_update(changed, fields)
    return Loaded(len(missing), len(changed))


def _values(row, fields):
    return [getattr(row, field) for field in fields]
