"""The directory as Open Referral's Human Services Data Specification 3 has it.

Operators are organizations; each center is a service at a location of its own. Fields that
the specification requires and nobody knows here (postal codes) are empty, never guessed.
Source: https://docs.openreferral.org/en/latest/hsds/schema_reference.html
"""

import json
import re
import uuid

from centers.importing import IDENTITY
from centers.models import Center
from centers.open_data import LICENSE, changed_at
from centers.prefectures import PREFECTURES
from schedules.opening import On, Rank

VERSION = "3.0"
WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
# Hours from UTC, as the specification writes it.
JAPAN = 9
CITY = re.compile(
    r"^(?:北海道|東京都|(?:京都|大阪)府|..県|...県)?((?:[^市区町村郡]+郡)?.{1,6}?[市区町村])"
)


def tables(centers: list[Center]) -> dict[str, list[dict]]:
    """Every table by its name, each a list of its objects."""
    operators = {center.operator_id: center.operator for center in centers}
    return {
        "organizations": [organization(operator) for operator in operators.values()],
        "services": [service(center) for center in centers],
        "service_at_locations": [service_at_location(center) for center in centers],
        "locations": [location(center) for center in centers],
        "phones": [phone for center in centers for phone in phones(center)],
        "schedules": [each for center in centers for each in schedules(center)],
    }


def as_index(centers: list[Center], address: str) -> bytes:
    """What there is, and under which terms."""
    changed = changed_at(centers)
    return _json(
        {
            "version": VERSION,
            "profile": "https://docs.openreferral.org/en/latest/hsds/",
            "license": LICENSE,
            "last_modified": changed and changed.isoformat(),
            "tables": {name: f"{address}{name}.json" for name in tables(centers)},
        }
    )


def as_table(name: str, centers: list[Center]) -> bytes:
    """One table as one page of a list. Raises KeyError for a table there is not."""
    contents = tables(centers)[name]
    return _json(
        {
            "total_items": len(contents),
            "total_pages": 1,
            "page_number": 1,
            "size": len(contents),
            "first_page": True,
            "last_page": True,
            "empty": not contents,
            "contents": contents,
        }
    )


def organization(operator) -> dict:
    prefecture = PREFECTURES[operator.prefecture_code]
    facts = {
        "id": _key("organization", operator.prefecture_code, operator.name),
        "name": operator.name,
        "description": f"{prefecture} {operator.name}"
        if operator.name != prefecture
        else prefecture,
    }
    return facts | ({"alternate_name": operator.latin} if operator.latin else {})


def service(center: Center) -> dict:
    facts = {
        "id": _key("service", center.pk),
        "organization_id": organization(center.operator)["id"],
        "name": center.name,
        "status": "active",
        "description": center.remarks,
        "languages": _languages(center.spoken, "service", center.pk),
    }
    if center.verified_on:
        facts["assured_date"] = center.verified_on.isoformat()
    return facts


def service_at_location(center: Center) -> dict:
    return {
        "id": str(center.pk),
        "service_id": _key("service", center.pk),
        "location_id": _key("location", center.pk),
        "phones": phones(center),
        "schedules": schedules(center),
    }


def location(center: Center) -> dict:
    return {
        "id": _key("location", center.pk),
        "location_type": "physical",
        "organization_id": organization(center.operator)["id"],
        "name": center.name,
        "addresses": [
            {
                "id": _key("address", center.pk),
                "address_1": center.address,
                "city": _city(center),
                "state_province": PREFECTURES[center.operator.prefecture_code],
                "postal_code": "",
                "country": "JP",
                "address_type": "physical",
            }
        ],
    }


def phones(center: Center) -> list[dict]:
    return [_phone(center, phone) for phone in center.numbers]


def schedules(center: Center) -> list[dict]:
    """Repeating hours as far as they are certain; the words of the source always."""
    opening = center.reading.opening
    found = [
        _schedule(center, number, rule, span)
        for number, (rule, span) in enumerate(
            (rule, span)
            for rule in opening.rules
            if rule.is_certain and rule.rank in {Rank.USUAL, Rank.WEEKDAY, Rank.NTH_WEEKDAY}
            if rule.after is None and rule.on is not On.HOLIDAYS and not opening.doubt
            for span in (opening.usual if rule.spans is None else rule.spans) or ()
        )
    ]
    words = "\n".join(filter(None, [center.hours_written, center.remarks]))
    if words:
        found.append(
            {
                "id": _key("schedule", center.pk, "words"),
                "service_at_location_id": str(center.pk),
                "description": words,
                "notes": "" if center.days_known else "open days are not known: call first",
            }
        )
    return found


def _schedule(center, number, rule, span):
    days = [WEEKDAYS[day] for day in sorted(rule.weekdays)]
    if rule.weeks:
        days = [f"{week}{day}" for week in sorted(rule.weeks) for day in days]
    facts = {
        "id": _key("schedule", center.pk, number),
        "service_at_location_id": str(center.pk),
        "freq": "MONTHLY" if rule.weeks else "WEEKLY",
        "byday": ",".join(days),
        "opens_at": f"{span.opens:%H:%M}+09:00",
        "closes_at": f"{span.closes:%H:%M}+09:00",
        "timezone": JAPAN,
    }
    return facts | ({"notes": "for " + ", ".join(sorted(rule.languages))} if rule.languages else {})


def _phone(center, phone):
    key = _key("phone", center.pk, phone.number, phone.extension)
    facts = {
        "id": key,
        "service_at_location_id": str(center.pk),
        "number": f"+81-{phone.number.removeprefix('0')}",
        "type": "voice",
        "languages": _languages(phone.languages.split(), "phone", key),
    }
    if phone.label:
        facts["description"] = phone.label
    if phone.extension.isascii() and phone.extension.isdigit():
        facts["extension"] = int(phone.extension)
    elif phone.extension:
        # Several extensions are no number.
        facts["description"] = f"{phone.label} 内線 {phone.extension}".strip()
    return facts


def _languages(tags, *owner):
    return [{"id": _key("language", *owner, tag), "code": tag} for tag in sorted(tags)]


def _city(center):
    """The city, ward, town or village; empty where the address does not say it."""
    if center.operator.name != PREFECTURES[center.operator.prefecture_code]:
        return center.operator.name
    found = CITY.match(center.address)
    return found[1] if found else ""


def _key(*parts):
    """The same for the same thing at any time, in any installation."""
    return str(uuid.uuid5(IDENTITY, "|".join(str(part) for part in ("hsds", *parts))))


def _json(document):
    return json.dumps(document, ensure_ascii=False, indent=1).encode()
