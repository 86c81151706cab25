"""What the letters and calls to somebody on the waiting list say.

Each composer looks again first: same revision, same status, still time to answer, channel safe?
"""

from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from cases.models import Case
from consultations.choices import WaitingStatus
from consultations.letters import HELPERS_LANGUAGE, link_origin, safe_hours, subject, when
from consultations.models import Slot, WaitingEntry
from consultations.notice_labels import NOTICE_LABELS
from consultations.notices import CHANNELS
from consultations.waiting_notices import FIRST, JOINED, LAPSED, OFFERED, STANDBY, WITHDRAWN
from interface.references import spoken
from languages.formatting import format_moment
from notifications import registry
from notifications.choices import Channel
from notifications.letters import Call, Letter, Obsolete, Suppressed
from notifications.models import Notice


def page_url(entry: WaitingEntry, language: str) -> str:
    """The page of the entry, in the reader's language."""
    with override(language):
        return link_origin(entry.case.resident) + reverse(
            "consultations:waiting", kwargs={"token": entry.link_token}
        )


class _Meeting(NamedTuple):
    """What a letter needs to know to write a time as the reader's clocks show it."""

    slot: Slot
    case: Case


def _when(slot, entry, language):
    return when(_Meeting(slot, entry.case), language)


def _joined(entry, language):
    return [
        _("You are on the waiting list."),
        _("When a time becomes free for you, we tell you and keep it for you for some hours."),
    ]


def _offered(entry, language):
    return [
        _("A time is free. We keep it for you."),
        _when(entry.slot, entry, language),
        _("Please answer before this time: %(moment)s")
        % {"moment": format_moment(entry.claim_until, language)},
        _("If you do not answer, we offer the time to the next person."),
    ]


def _withdrawn(entry, language):
    return [
        _("We are sorry. The time that we kept for you is no longer possible."),
        _("You are still on the waiting list, at the same place. We tell you of the next time."),
    ]


def _lapsed(entry, language):
    return [
        _("You did not answer, so we offered the time to the next person."),
        _("You are no longer on the waiting list. With one button you can come back to it."),
    ]


def _standby(entry, language):
    return [
        _("A time may become free soon. It is not certain yet."),
        _when(entry.standby_slot, entry, language),
        _("Please keep yourself ready. If it becomes free, we offer it to you first."),
    ]


def _first(entry, language):
    lines = []
    if entry.replaces:
        lines = [
            _("We are sorry. Your appointment cannot take place:"),
            _when(entry.replaces.slot, entry, language),
        ]
    if entry.status == WaitingStatus.OFFERED:
        return lines + _offered(entry, language)
    return [
        *lines,
        _("You are first in line. We offer you the next free time before everybody else."),
    ]


# What a kind says, and in which states of the entry it is still true.
LETTERS = {
    JOINED: (_joined, {WaitingStatus.WAITING}),
    OFFERED: (_offered, {WaitingStatus.OFFERED}),
    WITHDRAWN: (_withdrawn, {WaitingStatus.WAITING}),
    LAPSED: (_lapsed, {WaitingStatus.EXPIRED}),
    STANDBY: (_standby, {WaitingStatus.WAITING}),
    FIRST: (_first, {WaitingStatus.WAITING, WaitingStatus.OFFERED}),
}


def compose(notice, now):
    """The second look at a letter or call."""
    entry = notice.subject or _entry_of(notice)
    if obsolete := out_of_date(entry, notice, now):
        return obsolete
    resident = entry.case.resident
    if CHANNELS.get(resident.channel) != notice.channel:
        return Suppressed("another_channel_is_safe")
    write, _true_in = LETTERS[notice.kind]
    if notice.channel == Channel.CALL:
        return Call(
            language=resident.speaking_language_id,
            phone=resident.phone,
            safe_hours=safe_hours(resident),
            script="\n".join(waiting_script(notice, entry)),
        )
    language = resident.reading_language
    helper_text = ""
    if not resident.is_discreet and language not in {"ja", "ja-simple"}:
        with override(HELPERS_LANGUAGE):
            helper_text = _body(entry, write, HELPERS_LANGUAGE)
    with override(language):
        return Letter(
            to=resident.email,
            language=language,
            subject=subject(resident.is_discreet),
            text=_body(entry, write, language),
            helper_text=helper_text,
            discreet=resident.is_discreet,
        )


def out_of_date(entry: WaitingEntry | None, notice: Notice, now) -> Obsolete | None:
    """Why nobody wants the letter or call any more."""
    if entry is None:
        return Obsolete("entry_gone")
    if entry.revision != notice.revision:
        return Obsolete("revision_changed")
    _write, true_in = LETTERS[notice.kind]
    if entry.status not in true_in:
        return Obsolete("status_changed")
    if entry.status == WaitingStatus.OFFERED and entry.claim_until <= now:
        return Obsolete("offer_lapsed")
    if notice.kind == STANDBY and _slot_in(notice) != str(entry.standby_slot_id):
        return Obsolete("another_time")
    return None


def waiting_script(notice: Notice, entry: WaitingEntry) -> list[str]:
    """What to say on the telephone, in Japanese."""
    write, _true_in = LETTERS[notice.kind]
    with override(HELPERS_LANGUAGE):
        lines = write(entry, HELPERS_LANGUAGE)
        if entry.case.resident.is_discreet:
            lines.append(_("Do not say who is calling before you are sure it is the right person."))
    return lines


def _body(entry, write, language):
    """Discreet letters say only that there is something to see behind the link."""
    if entry.case.resident.is_discreet:
        paragraphs = [_("There is news for you. Please open this link to see it.")]
    else:
        paragraphs = [
            *write(entry, language),
            _("Your number: %(reference)s") % {"reference": spoken(entry.case.reference)},
            _("To see it, to answer or to leave the list, open this link:"),
        ]
    return "\n\n".join([*paragraphs, page_url(entry, language)])


def _slot_in(notice):
    return notice.subject_key.split(":")[2]


def load_entries(notices: list[Notice]) -> dict[str, WaitingEntry]:
    """The entries of many notices, by subject key, in one query."""
    numbers = {notice.subject_key: int(notice.subject_key.split(":")[1]) for notice in notices}
    entries = WaitingEntry.objects.with_story().in_bulk(set(numbers.values()))
    return {key: entries[number] for key, number in numbers.items() if number in entries}


def _entry_of(notice):
    return load_entries([notice]).get(notice.subject_key)


def register_composers():
    for kind in LETTERS:
        registry.register(kind, compose, label=NOTICE_LABELS[kind], load=load_entries)
