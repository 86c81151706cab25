"""Letters and calls about a booking: when they are due, what they say, when they are not sent."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core import mail
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from accounts import roles
from accounts.tests.factories import UserFactory
from cases.models import Case, Resident
from cases.tests.factories import CaseFactory, ResidentFactory
from consultations import letters
from consultations.calendars import calendar_of
from consultations.choices import CanceledBy
from consultations.letters import EXPERT_LETTERS, EXPERT_LINES, RESIDENT_LETTERS
from consultations.models import Booking, Slot
from consultations.reminders import reminder_times
from consultations.services.bookings import (
    Role,
    cancel_booking,
    confirm_booking,
    expire_undecided_bookings,
    hold_booking_again,
    move_booking,
)
from consultations.tests.acts import BY_PHONE, WITH_INTERPRETER, book
from consultations.tests.factories import (
    NOW,
    BookingFactory,
    HeldBookingFactory,
    SlotFactory,
)
from interface.references import spoken
from languages.formatting import format_period
from languages.readings import to_plain
from notifications import registry
from notifications.choices import Channel
from notifications.letters import Call, Letter, Obsolete, Suppressed, build_message
from notifications.models import Notice
from notifications.services import send_due_notices

pytestmark = pytest.mark.django_db

TOKYO = ZoneInfo("Asia/Tokyo")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
LANGUAGES = settings.COMPLETE_LANGUAGES
ENDED = {
    "canceled": {"canceled_by": "coordinator"},
    "completed": {"outcome": "advice_given"},
    "no_show": {"no_show_party": "client"},
    "held": {"decide_by": NOW},
}


def at(hour, minute=0, *, day=8):
    return datetime(2030, 4, day, hour, minute, tzinfo=TOKYO)


def notice(booking, kind, **changes):
    is_for_expert = kind.startswith("expert")
    return Notice(
        kind=kind,
        subject_key=booking.key,
        recipient_key=booking.slot.expert.key if is_for_expert else booking.case.resident.key,
        revision=booking.revision,
        **changes,
    )


def compose(booking, kind, *, now=NOW, **changes):
    return registry.compose(notice(booking, kind, **changes), now)


def in_state(status, **fields):
    """A booking with the fields its status asks for."""
    return BookingFactory(status=status, **(ENDED.get(status, {}) | fields))


def in_every_language(booking):
    for language in LANGUAGES:
        Resident.objects.update(reading_language=language)
        yield language


def letters_to_residents():
    return [(kind, min(true_in)) for kind, (_write, true_in) in RESIDENT_LETTERS.items()]


# WHEN REMINDERS ARE DUE


def ahead_of(starts_at, **ahead):
    return reminder_times(starts_at, booked_at=starts_at - timedelta(**ahead))


def test_reminders_of_a_booking_made_a_week_ahead():
    assert ahead_of(at(10), days=7) == {
        "reminder_three_days": at(10, day=5),
        "reminder_day_before": at(10, day=7),
        "reminder_hour_before": at(9),
    }


@pytest.mark.parametrize(
    ("ahead", "kinds"),
    [
        (timedelta(days=4), {"three_days", "day_before", "hour_before"}),
        (timedelta(days=4) - MINUTE, {"day_before", "hour_before"}),
        (timedelta(hours=25), {"day_before", "hour_before"}),
        (timedelta(hours=25) - MINUTE, {"hour_before"}),
        (timedelta(hours=2), {"hour_before"}),
        (timedelta(hours=2) - MINUTE, set()),
    ],
)
def test_a_booking_made_later_has_fewer_reminders(ahead, kinds):
    times = reminder_times(at(14), booked_at=at(14) - ahead)

    assert set(times) == {f"reminder_{kind}" for kind in kinds}


def test_an_early_session_is_reminded_of_in_waking_hours_the_evening_before():
    assert ahead_of(at(7, 30), days=7) == {
        "reminder_three_days": at(8, day=5),
        "reminder_day_before": at(8, day=7),
        "reminder_hour_before": at(20, day=7),
    }


def test_a_late_session_is_reminded_of_the_same_evening():
    assert ahead_of(at(22, 30), days=2)["reminder_hour_before"] == at(20)


def test_an_early_session_booked_in_the_evening_before_is_not_repeated_at_once():
    assert reminder_times(at(7, 30), booked_at=at(19, 30, day=7)) == {}


MOMENTS = st.integers(0, 365 * 24 * 60).map(lambda minutes: NOW + minutes * MINUTE)


@given(starts_at=MOMENTS, ahead=st.timedeltas(MINUTE, timedelta(days=60)))
def test_reminders_come_in_waking_hours_after_the_booking_and_before_the_start(starts_at, ahead):
    booked_at = starts_at - ahead

    times = reminder_times(starts_at, booked_at=booked_at)

    assert len(times) <= 3
    for due_at in times.values():
        assert booked_at + HOUR <= due_at < starts_at
        assert 8 <= due_at.astimezone(TOKYO).hour < 21


# WHAT LETTERS SAY


@pytest.mark.parametrize(("kind", "status"), letters_to_residents())
def test_every_letter_to_a_resident_can_be_written_in_every_language(kind, status):
    booking = in_state(status, case__resident__discretion="private")
    slot = booking.slot

    for language in in_every_language(booking):
        letter = compose(booking, kind)

        message = build_message(letter, message_id="m")
        assert (letter.to, letter.language) == ("lan@example.org", language)
        assert format_period(slot.starts_at, slot.ends_at, language) in letter.text
        assert spoken(booking.case.reference) in letter.text
        assert f"/{language}/l/{booking.link_token}/" in letter.text
        assert bool(letter.helper_text) == (language not in {"ja", "ja-simple"})
        assert "{" not in message.subject + message.body


@pytest.mark.parametrize("discretion", ["shared", "unsure"])
@pytest.mark.parametrize(("kind", "status"), letters_to_residents())
def test_a_discreet_letter_says_only_that_there_is_something_to_see(kind, status, discretion):
    booking = in_state(status, case__resident__discretion=discretion)

    for language in in_every_language(booking):
        letter = compose(booking, kind)

        with override(language):
            expected = [
                letters._("There is news for you. Please open this link to see it."),
                letters.link_url(booking, language),
            ]
            subject = letters._("Reminder")
        assert letter.text == "\n\n".join(expected)
        assert (letter.subject, letter.helper_text, letter.discreet) == (subject, "", True)


def headers_and_preview(letter):
    message = build_message(letter, message_id="m")
    return f"{message.subject}\n{message.from_email}\n{message.body.splitlines()[0]}"


@pytest.mark.parametrize("discretion", ["private", "unsure"])
@pytest.mark.parametrize(("kind", "status"), letters_to_residents())
def test_neither_a_letter_nor_a_lock_screen_shows_a_canary(kind, status, discretion):
    booking = in_state(
        status,
        message="canary-message",
        language_variety="canary-variety",
        room_url="https://canary.example/room",
        case__resident__nickname="canary-name",
        case__resident__discretion=discretion,
        case__resident__speaking_language__name_en="canary-language",
        case__resident__speaking_language__name_ja="canary-language",
        case__resident__speaking_language__autonym="canary-language",
        case__primary_topic__name_en="canary-topic",
        case__primary_topic__name_ja="canary-topic",
        slot__expert__name="canary-expert",
        slot__expert__account__name="canary-expert",
    )

    for language in in_every_language(booking):
        letter = compose(booking, kind)

        shown = headers_and_preview(letter)
        with override(language):
            kind_of_expert = booking.slot.expert.get_kind_display()
        assert "canary" not in f"{shown}{letter.text}{letter.helper_text}"
        assert "CINGA" not in shown
        assert kind_of_expert not in shown


def test_all_letters_to_residents_have_one_of_two_subjects():
    subjects = {
        compose(in_state(status, case__resident__discretion=discretion), kind).subject
        for kind, status in letters_to_residents()
        for discretion in ("private", "unsure")
    }

    with override("vi"):
        assert subjects == {letters._("Your appointment"), letters._("Reminder")}


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(("kind", "true_in"), EXPERT_LETTERS.items())
def test_every_letter_to_an_expert_names_number_and_time_and_nobody(kind, true_in, language):
    booking = in_state(min(true_in), message="canary", case__resident__nickname="canary")
    account = booking.slot.expert.account
    account.language = language
    account.save()

    letter = compose(booking, kind)

    slot = booking.slot
    assert (letter.to, letter.language) == (account.email, language)
    assert format_period(slot.starts_at, slot.ends_at, language) in letter.text
    assert spoken(booking.case.reference) in letter.text
    assert "canary" not in f"{letter.subject}{letter.text}{letter.helper_text}"
    assert booking.link_token not in letter.text


def test_every_kind_has_a_composer_and_a_name_for_coordinators():
    kinds = {*RESIDENT_LETTERS, *EXPERT_LINES}

    assert kinds <= set(letters.NOTICE_LABELS)
    assert set(letters.NOTICE_LABELS) <= set(registry.KINDS)


def test_a_call_brings_the_language_the_safe_hours_and_what_to_say():
    resident = ResidentFactory(
        channel="phone", phone="+819012345678", email="", safe_hours=["morning", "evening"]
    )
    booking = BookingFactory(case=CaseFactory(resident=resident))

    with override("en"):
        call = compose(booking, "reminder_day_before", channel=Channel.CALL)

    slot = booking.slot
    assert isinstance(call, Call)
    assert (call.language, call.phone) == (resident.speaking_language_id, "+819012345678")
    assert call.safe_hours == "Morning (8:00 to 12:00) and Evening (17:00 to 21:00)"
    lines = call.script.split("\n")
    assert format_period(slot.starts_at, slot.ends_at, "ja") in lines
    with override("ja"):
        discreet = letters._(
            "Do not say who is calling before you are sure it is the right person."
        )
    assert lines[-1] == discreet


# THE SAME TIME EVERYWHERE


def booking_of(slot, **resident):
    """Unsaved: as much as a letter about a time looks at."""
    return Booking(slot=slot, case=Case(resident=Resident(**resident)))


@given(starts_at=MOMENTS, minutes=st.integers(15, 180), language=st.sampled_from(LANGUAGES))
def test_letter_page_and_calendar_file_name_the_same_time(starts_at, minutes, language):
    slot = Slot(starts_at=starts_at.astimezone(UTC), ends_at=starts_at + minutes * MINUTE)
    booking = booking_of(slot)

    shown = to_plain(letters.when(booking, language))
    with override(language):
        calendar = Calendar.from_ical(calendar_of(booking, now=NOW))

    [event] = calendar.events
    assert event["dtstart"].dt == starts_at
    assert event["dtend"].dt == starts_at + minutes * MINUTE
    assert "(JST)" in shown
    assert format_period(event["dtstart"].dt, event["dtend"].dt, language) == letters.when(
        booking, language
    )
    if language != "ja-simple":
        assert f"{starts_at:%H:%M}" in shown


@pytest.mark.usefixtures("reference_data")
def test_a_calendar_entry_keeps_its_name_and_counts_its_changes():
    booking = book(SlotFactory())
    entries = []

    for days in (1, 2, 3):
        entries.append(calendar_of(booking, now=NOW).decode())
        new_slot = SlotFactory(starts_at=booking.slot.starts_at + days * DAY)
        booking = move_booking(
            booking_id=booking.pk, slot_id=new_slot.pk, actor_role=Role.RESIDENT, now=NOW
        )
    events = [Calendar.from_ical(entry).events[0] for entry in entries]

    assert len({event["uid"] for event in events}) == 1
    assert [event["sequence"] for event in events] == [0, 1, 2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_calendar_entry_says_nothing_but_the_time(language):
    booking = BookingFactory(message="canary", case__resident__nickname="canary")

    with override(language):
        file = calendar_of(booking, now=NOW)
    [event] = Calendar.from_ical(file).events

    assert set(event) == {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS"}
    assert (event["class"], event.subcomponents) == ("PRIVATE", [])
    assert "{" not in event["summary"]
    assert b"canary" not in file
    assert booking.link_token.encode() not in file


# THE SECOND LOOK


@pytest.mark.parametrize(("kind", "status"), letters_to_residents())
def test_a_letter_of_an_older_revision_is_obsolete(kind, status):
    booking = in_state(status)
    old = notice(booking, kind)
    Booking.objects.update(revision=1)

    assert registry.compose(old, NOW) == Obsolete("revision_changed")


@pytest.mark.parametrize(("kind", "status"), letters_to_residents())
def test_no_letter_is_sent_once_the_session_has_begun(kind, status):
    booking = in_state(status)

    assert compose(booking, kind, now=booking.slot.starts_at) == Obsolete("already_started")


@pytest.mark.parametrize("status", ["canceled", "expired", "completed", "no_show", "held"])
@pytest.mark.parametrize(
    "kind",
    [
        "booking_confirmed",
        "reminder_three_days",
        "reminder_day_before",
        "reminder_hour_before",
        "expert_booked",
        "expert_moved",
        "expert_day_before",
    ],
)
def test_what_is_true_of_a_confirmed_booking_alone_is_not_sent_otherwise(kind, status):
    assert compose(in_state(status), kind) == Obsolete("status_changed")


def test_no_letter_is_sent_to_who_is_reached_by_telephone_now():
    booking = BookingFactory()
    Resident.objects.update(channel="phone", phone_digest="x" * 64)

    assert compose(booking, "booking_confirmed") == Suppressed("another_channel_is_safe")


def test_a_letter_about_a_booking_that_is_gone_is_obsolete():
    booking = BookingFactory()
    gone = notice(booking, "booking_confirmed")
    gone.subject_key = "booking:0"

    assert registry.compose(gone, NOW) == Obsolete("booking_gone")


def test_an_expert_without_an_account_gets_no_letter():
    booking = BookingFactory(slot__expert__account=None)

    assert compose(booking, "expert_booked") == Suppressed("no_account")


# WHAT ARRIVES, AND WHEN


@pytest.fixture
def coordinator():
    return UserFactory(role=roles.COORDINATOR)


def arrived(now):
    """Recipients and first lines of what goes out when the clock says `now`."""
    mail.outbox.clear()
    send_due_notices(now)
    return sorted((message.to[0], message.body.splitlines()[0]) for message in mail.outbox)


def said(text, language="vi"):
    with override(language):
        return to_plain(letters._(text))


@pytest.mark.usefixtures("reference_data")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reminders_arrive_when_the_clock_says_so_in_the_persons_language(language):
    booking = book(SlotFactory(), reading_language=language)
    starts_at = booking.slot.starts_at
    expert = booking.slot.expert.account.email
    soon = ("lan@example.org", said("You have an appointment soon.", language))

    assert ("lan@example.org", said("Your appointment is confirmed.", language)) in arrived(NOW)
    assert arrived(starts_at - 3 * DAY - MINUTE) == []
    assert arrived(starts_at - 3 * DAY) == [soon]
    assert arrived(starts_at - DAY - MINUTE) == []
    assert arrived(starts_at - DAY) == sorted([soon, (expert, "You have a consultation tomorrow.")])
    assert arrived(starts_at - HOUR) == [
        ("lan@example.org", said("Your appointment begins soon.", language))
    ]
    assert arrived(starts_at) == []
    assert [len(mail.outbox), Notice.objects.open().count()] == [0, 0]


@pytest.mark.usefixtures("reference_data")
def test_a_letter_in_vietnamese_has_its_link_and_a_part_for_helpers():
    booking = book(SlotFactory())

    arrived(NOW)

    [letter] = [message for message in mail.outbox if message.to == ["lan@example.org"]]
    html = letter.alternatives[0].content
    assert f"{settings.LINK_ORIGIN}/vi/l/{booking.link_token}/" in letter.body
    assert letters.when(booking, "vi") in letter.body
    assert letters.when(booking, "ja") in letter.body
    assert '<html lang="vi"' in html
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.usefixtures("reference_data")
def test_nothing_arrives_after_canceling():
    booking = book(SlotFactory())
    arrived(NOW)
    cancel_booking(booking_id=booking.pk, canceled_by=CanceledBy.RESIDENT, now=NOW + HOUR)
    expert = booking.slot.expert.account.email

    assert arrived(NOW + HOUR) == sorted(
        [
            ("lan@example.org", said("Your appointment is canceled, as you asked.")),
            (expert, "A consultation with you will not take place."),
        ]
    )
    assert Notice.objects.open().count() == 4
    assert arrived(booking.slot.starts_at - 3 * DAY) == []
    assert arrived(booking.slot.starts_at - DAY) == []
    assert arrived(booking.slot.starts_at - HOUR) == []
    fates = Notice.objects.filter(kind__startswith="reminder").values_list("state", "reason")
    assert set(fates) == {("obsolete", "status_changed")}


@pytest.mark.usefixtures("reference_data")
def test_no_reminder_names_the_time_before_a_move():
    booking = book(SlotFactory())
    old_start = booking.slot.starts_at
    arrived(NOW)
    move_booking(
        booking_id=booking.pk,
        slot_id=SlotFactory(starts_at=old_start + 7 * DAY).pk,
        actor_role=Role.RESIDENT,
        now=NOW,
    )
    arrived(NOW)

    assert arrived(old_start - DAY) == []
    assert arrived(old_start + 6 * DAY) != []
    old = Notice.objects.filter(revision=0, sent_at=None)
    assert {fate.state for fate in old} == {"obsolete"}


@pytest.mark.usefixtures("reference_data")
def test_what_was_due_long_ago_is_not_sent_twice_over():
    booking = book(SlotFactory())

    sent = arrived(booking.slot.starts_at - 30 * MINUTE)

    assert [line for to, line in sent if to == "lan@example.org"] == sorted(
        [said("Your appointment is confirmed."), said("Your appointment begins soon.")]
    )


@pytest.mark.usefixtures("reference_data")
def test_a_held_booking_tells_its_story(coordinator):
    booking = book(SlotFactory(starts_at=NOW + 30 * DAY), **WITH_INTERPRETER)
    starts_at = booking.slot.starts_at

    def resident_hears(now):
        return [line for to, line in arrived(now) if to == "lan@example.org"]

    assert resident_hears(NOW) == [said("We have received your booking. It is not confirmed yet.")]
    assert resident_hears(starts_at - 5 * DAY) == [
        said("We have not found an interpreter for your appointment yet.")
    ]
    confirm_booking(booking_id=booking.pk, confirmed_by=coordinator, now=starts_at - 4 * DAY)
    assert resident_hears(starts_at - 4 * DAY) == [said("Your appointment is confirmed.")]
    hold_booking_again(booking_id=booking.pk, held_by=coordinator, now=starts_at - 4 * DAY)
    assert resident_hears(starts_at - 4 * DAY) == [
        said(
            "Your appointment is not certain at the moment. We are looking for another interpreter."
        )
    ]
    expire_undecided_bookings(now=starts_at - DAY)
    assert resident_hears(starts_at - DAY) == [
        said("We are sorry. We did not find an interpreter. Your appointment cannot take place.")
    ]
    assert resident_hears(starts_at - HOUR) == []


@pytest.mark.usefixtures("reference_data")
def test_who_is_reached_by_telephone_never_gets_a_letter(coordinator):
    booking = book(SlotFactory(), **WITH_INTERPRETER, **BY_PHONE)
    confirm_booking(booking_id=booking.pk, confirmed_by=coordinator, now=NOW)

    sent = [arrived(NOW + hours * HOUR) for hours in range(0, 7 * 24)]

    expert = booking.slot.expert.account.email
    assert {to for letters in sent for to, _line in letters} == {expert}


# AN EXPERT'S TIME, GIVEN AND TAKEN


def moved(booking, slot):
    return move_booking(booking_id=booking.pk, slot_id=slot.pk, actor_role=Role.RESIDENT, now=NOW)


def freed(booking, expert, revision=1):
    row = Notice.objects.get(
        kind="expert_freed", recipient_key=expert.key, subject_key=booking.key, revision=revision
    )
    return registry.compose(row, NOW)


@pytest.mark.usefixtures("reference_data")
def test_the_expert_of_the_old_time_is_told_of_the_old_time():
    slot = SlotFactory()
    booking = moved(book(slot), SlotFactory(starts_at=slot.starts_at + DAY))
    cancel_booking(booking_id=booking.pk, canceled_by=CanceledBy.RESIDENT, now=NOW)

    letter = freed(booking, slot.expert)

    assert format_period(slot.starts_at, slot.ends_at, letter.language) in letter.text


@pytest.mark.usefixtures("reference_data")
def test_an_expert_whose_time_was_taken_back_is_told_nothing_of_the_detour():
    slot = SlotFactory()
    detour = SlotFactory(starts_at=slot.starts_at + DAY)
    booking = moved(moved(book(slot), detour), slot)

    assert freed(booking, slot.expert) == Obsolete("taken_again")
    assert isinstance(freed(booking, detour.expert, revision=2), Letter)


@pytest.mark.usefixtures("reference_data")
def test_an_expert_is_not_told_of_an_old_time_that_has_passed():
    slot = SlotFactory()
    booking = moved(book(slot), SlotFactory(starts_at=slot.starts_at + DAY))
    row = Notice.objects.get(kind="expert_freed", subject_key=booking.key)

    assert registry.compose(row, slot.starts_at) == Obsolete("already_started")


def test_held_booking_letters_wait_for_the_decision():
    booking = HeldBookingFactory()

    assert isinstance(compose(booking, "booking_undecided"), Letter)
    assert compose(booking, "reminder_day_before") == Obsolete("status_changed")
