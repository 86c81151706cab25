"""Keeping the directory true: asked, corrected, accepted, taken back."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from centers.choices import CorrectionStatus, Origin
from centers.models import Center, Correction, Phone
from centers.models.correction import PROPOSABLE
from centers.phones import parse_phones
from centers.services.table import phone_rows
from schedules.opening_text import read_opening


class EntryTaken(Exception):
    """Another entry of this operator has this name and address."""


class NothingProposed(Exception):
    """Everything is as the entry has it, and nothing is said besides."""


def written(center: Center) -> dict[str, str]:
    """What an entry says now, in the fields that people can correct."""
    lines = (
        f"{phone.number} 内線 {phone.extension}" if phone.extension else phone.number
        for phone in center.numbers
    )
    return {
        "phones": "\n".join(lines),
        "hours": center.hours_written,
        "address": center.address,
        "name": center.name,
        "remarks": center.remarks,
    }


@transaction.atomic
def confirm_center(*, center_id, on: date, now: datetime) -> Center:
    """Note that somebody asked the center and everything here is right."""
    center = Center.objects.select_for_update().get(pk=center_id)
    center.confirm(on, now)
    return center


@transaction.atomic
def ask_center(*, center_id, now: datetime) -> Center:
    """Note that the center was sent its link, so that nobody asks it twice."""
    center = Center.objects.select_for_update().get(pk=center_id)
    center.asked_at = now
    center.save(update_fields=["asked_at"])
    return center


@transaction.atomic
def propose_correction(
    *,
    center: Center,
    origin: Origin,
    proposed: dict[str, str],
    says_gone: bool,
    message: str,
    now: datetime,
) -> Correction:
    """Keep what somebody says is wrong until a person looks at it.

    Only what differs is kept. Raises NothingProposed when nothing does and nothing is said.
    """
    now_written = written(center)
    differing = [name for name in PROPOSABLE if _differs(name, proposed, now_written)]
    if not (differing or says_gone or message):
        raise NothingProposed
    return Correction.objects.create(
        center=center,
        origin=origin,
        before={name: now_written[name] for name in differing},
        proposed={name: proposed.get(name, "").strip() for name in differing},
        says_gone=says_gone,
        message=message,
        created_at=now,
    )


@transaction.atomic
def accept_correction(*, correction_id: int, by, today: date, now: datetime) -> Correction:
    """The entry says from now on what was proposed.

    What the center itself says counts as asked on the day it said so. Raises
    StepNotAllowed when somebody has decided on it before, and EntryTaken with nothing
    changed when there would be two entries of one name and address.
    """
    correction = _locked(correction_id)
    correction.decide(CorrectionStatus.ACCEPTED, by=by, now=now)
    center = Center.objects.select_for_update().get(pk=correction.center_id)
    correction.replaced = _facts(center)
    _write(center, correction.proposed)
    if correction.says_gone:
        center.is_listed = False
    if correction.origin == Origin.CENTER:
        center.verified_on = today
    try:
        with transaction.atomic():
            _save(center, now)
    except IntegrityError:
        raise EntryTaken from None
    correction.save()
    return correction


@transaction.atomic
def decline_correction(*, correction_id: int, by, now: datetime) -> Correction:
    """The entry stays as it is. Raises StepNotAllowed when it was decided before."""
    correction = _locked(correction_id)
    correction.decide(CorrectionStatus.DECLINED, by=by, now=now)
    correction.save()
    return correction


@transaction.atomic
def reopen_correction(*, correction_id: int, now: datetime) -> Correction:
    """Take a decision back: the entry is what it was before, the correction waits again.

    Raises StepNotAllowed while it waits.
    """
    correction = _locked(correction_id)
    replaced = correction.replaced
    correction.reopen()
    if replaced:
        center = Center.objects.select_for_update().get(pk=correction.center_id)
        _restore(center, replaced)
        _save(center, now)
    correction.save()
    return correction


def _locked(correction_id):
    return Correction.objects.select_for_update().get(pk=correction_id)


def _differs(name, proposed, present):
    words = proposed.get(name, "").split()
    if not words and name in NEVER_EMPTY:
        return False
    return words != present[name].split()


def _write(center, proposed):
    for name in {"address", "name", "remarks"} & proposed.keys():
        setattr(center, name, proposed[name])
    if "hours" in proposed:
        _write_hours(center, proposed["hours"])
    if "phones" in proposed:
        _write_phones(center, proposed["phones"])


def _write_hours(center, text):
    """Hours that are understood whole count as told; others stay text, for a person to read."""
    if text and not read_opening(text, tell_days=True).not_understood:
        center.opening_text = text
    else:
        center.opening_text, center.hours_text = "", text


def _write_phones(center, text):
    """Numbers that stay keep what is known of them; words alone take no number away."""
    reading = parse_phones(text)
    center.review = "\n".join(filter(None, [center.review, *reading.review]))
    if text and not reading.phones:
        return
    known = {(phone.number, phone.extension): phone for phone in center.numbers}
    phones = list(phone_rows(center.pk, text))
    for phone in phones:
        if same := known.get((phone.number, phone.extension)):
            phone.label, phone.languages = same.label, same.languages
        phone.label = phone.label[: Phone._meta.get_field("label").max_length]
    _replace_phones(center, phones)


def _replace_phones(center, phones):
    center.phones.all().delete()
    center.phones.bulk_create(phones)
    center.numbers = phones


# An entry has them: an empty field says nothing.
NEVER_EMPTY = {"name", "address"}
KEPT = ["name", "address", "remarks", "hours_text", "opening_text", "review", "is_listed"]
OF_A_PHONE = ["position", "number", "extension", "label", "languages"]


def _facts(center):
    """Everything that accepting may change, as JSON."""
    return {
        **{name: getattr(center, name) for name in KEPT},
        "verified_on": center.verified_on and center.verified_on.isoformat(),
        "is_manual": center.is_manual,
        "phones": list(center.phones.values(*OF_A_PHONE)),
    }


def _restore(center, facts):
    for name in [*KEPT, "is_manual"]:
        setattr(center, name, facts[name])
    verified_on = facts["verified_on"]
    center.verified_on = date.fromisoformat(verified_on) if verified_on else None
    phones = [center.phones.model(center=center, **phone) for phone in facts["phones"]]
    _replace_phones(center, phones)


def _save(center, now):
    center.note_days()
    center.is_manual = True
    center.changed_at = now
    center.version += 1
    center.save()
