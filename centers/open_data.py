"""The directory for machines: what `/open-data/centers.*` hold."""

import csv
import io
import json
from datetime import datetime

from centers.models import Center
from centers.prefectures import PREFECTURES
from interface.spreadsheets import guarded

# Nobody has decided on a license yet, so none is claimed.
LICENSE = (
    "The association has not chosen a license yet. Ask before publishing the whole: "
    "info@cinga.or.jp. Confirm with the center before relying on an entry."
)
COLUMNS = [
    "id",
    "prefecture_code",
    "prefecture",
    "operator",
    "name",
    "address",
    "phones",
    "hours_text",
    "remarks",
    "days_known",
    "verified_on",
]


def changed_at(centers: list[Center]) -> datetime | None:
    return max((center.changed_at for center in centers), default=None)


def as_json(centers: list[Center]) -> bytes:
    """The object of the portal's contract, in UTF-8."""
    document = {
        "as_of": max((c.as_of_date.isoformat() for c in centers if c.as_of_date), default=None),
        "source": " / ".join(dict.fromkeys(c.source for c in centers if c.source)),
        "license": LICENSE,
        "centers": [_facts(center) for center in centers],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def as_csv(centers: list[Center]) -> bytes:
    """One row per window, UTF-8 with BOM so that spreadsheets read Japanese."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, COLUMNS)
    writer.writeheader()
    for center in centers:
        facts = _facts(center)
        facts["phones"] = "\n".join(_in_words(phone) for phone in facts["phones"])
        facts["days_known"] = int(facts["days_known"])
        writer.writerow({name: guarded(value) for name, value in facts.items()})
    return buffer.getvalue().encode("utf-8-sig")


def _facts(center):
    return {
        "id": str(center.pk),
        "prefecture_code": center.operator.prefecture_code,
        "prefecture": PREFECTURES[center.operator.prefecture_code],
        "operator": center.operator.name,
        "name": center.name,
        "address": center.address,
        "phones": [_phone(phone) for phone in center.numbers],
        "hours_text": center.hours_written,
        "remarks": center.remarks,
        "days_known": center.days_known,
        "verified_on": center.verified_on and center.verified_on.isoformat(),
    }


def _phone(phone):
    return {
        "number": phone.number,
        "extension": phone.extension,
        "label": phone.label,
        "languages": phone.languages.split(),
    }


def _in_words(phone):
    words = [phone["label"], phone["number"], phone["extension"] and f"内線 {phone['extension']}"]
    return " ".join(filter(None, words))
