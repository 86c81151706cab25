"""What the letters and calls about a booking say, composed at the moment of sending.

Each composer looks again first: still wanted, same revision, start in the future, channel safe?
"""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from cases.choices import ContactChannel
from cases.models import CaseEvent, Resident
from consultations.choices import BookingStatus, CanceledBy, Mode
from consultations.models import Booking, Expert, Slot
from consultations.notice_labels import NOTICE_LABELS
from consultations.notices import (
    CANCELED,
    CHANNELS,
    CONFIRMED,
    EXPERT_BOOKED,
    EXPERT_CANCELED,
    EXPERT_DAY_BEFORE,
    EXPERT_FREED,
    EXPERT_MOVED,
    EXPIRED,
    HELD_AGAIN,
    MOVED,
    RECEIVED,
    UNDECIDED,
)
from consultations.reminders import DAY_BEFORE, HOUR_BEFORE, THREE_DAYS
from consultations.services.interpreting import may_seek
from interface.references import spoken
from languages.formatting import format_list, format_period, format_period_abroad
from notifications import registry
from notifications.choices import Channel
from notifications.letters import Call, Letter, Obsolete, Suppressed

HELPERS_LANGUAGE = "ja"


def link_origin(resident: Resident) -> str:
    """The domain of links to a person: one that says nothing, where others may read it."""
    return settings.NEUTRAL_LINK_ORIGIN if resident.is_discreet else settings.LINK_ORIGIN


def link_url(booking: Booking, language: str) -> str:
    """The address that opens the booking, in the reader's language."""
    with override(language):
        return link_origin(booking.case.resident) + reverse(
            "consultations:link", kwargs={"token": booking.link_token}
        )


def when(booking: Booking, language: str) -> str:
    slot, zone = booking.slot, booking.case.resident.time_zone
    in_japan = format_period(slot.starts_at, slot.ends_at, language)
    abroad = format_period_abroad(slot.starts_at, slot.ends_at, language, zone)
    return f"{in_japan}\n{abroad}" if abroad else in_japan


def subject(discreet: bool) -> str:
    """The same few words for every letter: a lock screen tells nothing."""
    return _("Reminder") if discreet else _("Your appointment")


def _received(booking, language):
    return [
        _("We have received your booking. It is not confirmed yet."),
        when(booking, language),
        _("We are looking for an interpreter. We will write to you again."),
    ]


def _confirmed(booking, language):
    return [_("Your appointment is confirmed."), when(booking, language)]


def _moved(booking, language):
    lines = [_("Your appointment has a new time."), when(booking, language)]
    if booking.status == BookingStatus.HELD:
        lines.append(
            _(
                "The new time is not confirmed yet. We are looking for an interpreter. "
                "We will write to you again."
            )
        )
    return lines


def _canceled(booking, language):
    if booking.canceled_by == CanceledBy.RESIDENT:
        lines = [_("Your appointment is canceled, as you asked."), when(booking, language)]
    else:
        lines = [
            _("We are sorry. Your appointment cannot take place. It is canceled."),
            when(booking, language),
        ]
    return [*lines, _("You can book another time. It is free.")]


def _held_again(booking, language):
    return [
        _("Your appointment is not certain at the moment. We are looking for another interpreter."),
        when(booking, language),
        _("We will write to you again."),
    ]


def _undecided(booking, language):
    return [
        _("We have not found an interpreter for your appointment yet."),
        when(booking, language),
        *([] if may_seek(booking, booking.interpreter_request) else [_("We are still looking.")]),
        _(
            "With the link below you can choose another time, another language, two "
            "interpreters, or a telephone call, or cancel."
        ),
    ]


def _expired(booking, language):
    return [
        _("We are sorry. We did not find an interpreter. Your appointment cannot take place."),
        when(booking, language),
        _("Please book another time, or call us. We will look for a way together."),
    ]


def _reminder(booking, language):
    lines = [_("You have an appointment soon."), when(booking, language)]
    if booking.attendance_confirmed_at is None:
        lines.append(_will_you_come(booking))
    return lines


def _will_you_come(booking):
    if booking.case.resident.channel == ContactChannel.PHONE:
        return _("Will you come? You can also choose another time or cancel.")
    return _("Will you come? Please open the link below and tell us.")


def _joining(booking, language):
    if booking.mode == Mode.PHONE:
        how = _("Please keep your telephone near you. We will call you.")
    else:
        how = _(
            "To join, open the link below. The button to join appears 15 minutes before the start."
        )
    return [_("Your appointment begins soon."), when(booking, language), how]


# What a kind says, and in which states of the booking it is still true.
OPEN = {BookingStatus.HELD, BookingStatus.CONFIRMED}
RESIDENT_LETTERS = {
    RECEIVED: (_received, {BookingStatus.HELD}),
    CONFIRMED: (_confirmed, {BookingStatus.CONFIRMED}),
    MOVED: (_moved, OPEN),
    CANCELED: (_canceled, {BookingStatus.CANCELED}),
    HELD_AGAIN: (_held_again, {BookingStatus.HELD}),
    UNDECIDED: (_undecided, {BookingStatus.HELD}),
    EXPIRED: (_expired, {BookingStatus.EXPIRED}),
    THREE_DAYS: (_reminder, {BookingStatus.CONFIRMED}),
    DAY_BEFORE: (_reminder, {BookingStatus.CONFIRMED}),
    HOUR_BEFORE: (_joining, {BookingStatus.CONFIRMED}),
}


def compose_for_resident(notice, now):
    """The second look at a letter or call to the resident."""
    booking = booking_of(notice)
    write, true_in = RESIDENT_LETTERS[notice.kind]
    if obsolete := out_of_date(booking, notice, true_in, now):
        return obsolete
    resident = booking.case.resident
    if CHANNELS.get(resident.channel) != notice.channel:
        return Suppressed("another_channel_is_safe")
    if notice.channel == Channel.CALL:
        return Call(
            language=resident.speaking_language_id,
            phone=resident.phone,
            safe_hours=safe_hours(resident),
            script="\n".join(call_script(booking, write)),
        )
    return letter_for(booking, write)


def letter_for(booking: Booking, write) -> Letter:
    """A letter to the resident, in the language they read."""
    resident = booking.case.resident
    language = resident.reading_language
    helper_text = ""
    if not resident.is_discreet and language not in {"ja", "ja-simple"}:
        with override(HELPERS_LANGUAGE):
            helper_text = _body(booking, write, HELPERS_LANGUAGE)
    with override(language):
        return Letter(
            to=resident.email,
            language=language,
            subject=subject(resident.is_discreet),
            text=_body(booking, write, language),
            helper_text=helper_text,
            discreet=resident.is_discreet,
        )


def safe_hours(resident):
    return format_list(resident.safe_hours_labels, get_language() or HELPERS_LANGUAGE)


def _body(booking, write, language):
    """Discreet letters say only that there is something to see behind the link."""
    if booking.case.resident.is_discreet:
        paragraphs = [_("There is news for you. Please open this link to see it.")]
    else:
        paragraphs = [
            *write(booking, language),
            _("Your number: %(reference)s") % {"reference": spoken(booking.case.reference)},
            _("To see it, change the time or cancel, open this link:"),
        ]
    return "\n\n".join([*paragraphs, link_url(booking, language)])


def call_script(booking, write):
    """What to say, in Japanese: the coordinator or an interpreter puts it into words."""
    with override(HELPERS_LANGUAGE):
        lines = write(booking, HELPERS_LANGUAGE)
        if booking.case.resident.is_discreet:
            lines.append(_("Do not say who is calling before you are sure it is the right person."))
    return lines


def load_bookings(notices):
    """The bookings of many notices, by subject key, in one query."""
    numbers = {notice.subject_key.partition(":")[2] for notice in notices}
    bookings = Booking.objects.with_story().filter(pk__in=numbers)
    return {booking.key: booking for booking in bookings}


def booking_of(notice):
    if notice.subject:
        return notice.subject
    return Booking.objects.with_story().filter(pk=notice.subject_key.partition(":")[2]).first()


def out_of_date(booking, notice, true_in, now):
    if booking is None:
        return Obsolete("booking_gone")
    if booking.revision != notice.revision:
        return Obsolete("revision_changed")
    if booking.status not in true_in:
        return Obsolete("status_changed")
    if booking.slot.starts_at <= now:
        return Obsolete("already_started")
    return None


EXPERT_LINES = {
    EXPERT_BOOKED: gettext_lazy("A consultation has been booked with you."),
    EXPERT_MOVED: gettext_lazy("A consultation with you has a new time."),
    EXPERT_FREED: gettext_lazy("A consultation with you will not take place."),
    EXPERT_CANCELED: gettext_lazy("A consultation with you will not take place."),
    EXPERT_DAY_BEFORE: gettext_lazy("You have a consultation tomorrow."),
}
# In which state of the booking a letter to its expert is still true.
EXPERT_LETTERS = {
    EXPERT_BOOKED: {BookingStatus.CONFIRMED},
    EXPERT_MOVED: {BookingStatus.CONFIRMED},
    EXPERT_CANCELED: {BookingStatus.CANCELED, BookingStatus.EXPIRED},
    EXPERT_DAY_BEFORE: {BookingStatus.CONFIRMED},
}


def compose_for_expert(notice, now):
    """The second look at a letter to an expert. It names nobody."""
    booking = booking_of(notice)
    expert = Expert.objects.select_related("account").get(pk=notice.recipient_key.partition(":")[2])
    if not expert.account or not expert.account.is_active:
        return Suppressed("no_account")
    if notice.kind == EXPERT_FREED:
        slot = _slot_given_up(booking, notice)
        if slot.starts_at <= now:
            return Obsolete("already_started")
        if slot.pk == booking.slot_id:
            return Obsolete("taken_again")
    elif obsolete := out_of_date(booking, notice, EXPERT_LETTERS[notice.kind], now):
        return obsolete
    else:
        slot = booking.slot
    language = expert.account.language
    with override(language):
        mode = _("How: %(mode)s") % {"mode": booking.get_mode_display()}
        number = _("Number: %(reference)s") % {"reference": spoken(booking.case.reference)}
        return Letter(
            to=expert.account.email,
            language=language,
            subject=subject(discreet=False),
            text="\n\n".join(
                [
                    str(EXPERT_LINES[notice.kind]),
                    format_period(slot.starts_at, slot.ends_at, language),
                    f"{number}\n{mode}",
                    _("What you need to know of it is in your agenda: %(address)s")
                    % {"address": settings.LINK_ORIGIN + reverse("consultations:agenda")},
                ]
            ),
        )


def _slot_given_up(booking, notice):
    """The old slot of a move."""
    move = CaseEvent.objects.get(
        case_id=booking.case_id,
        verb="consultations.booking_moved",
        details__booking=booking.pk,
        details__revision=notice.revision,
    )
    return Slot.objects.get(pk=move.details["from_slot"])


def register_composers():
    for kind in RESIDENT_LETTERS:
        registry.register(kind, compose_for_resident, label=NOTICE_LABELS[kind], load=load_bookings)
    for kind in EXPERT_LINES:
        registry.register(kind, compose_for_expert, label=NOTICE_LABELS[kind], load=load_bookings)
