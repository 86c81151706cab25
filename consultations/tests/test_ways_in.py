"""Every way in: for somebody else, without a message, young, in a hurry, from abroad."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from cases.models import Case, Resident
from consultations.care import is_near
from consultations.choices import ConsentGiven
from consultations.forms import (
    AboutForm,
    CareForm,
    ContactForm,
    InterpreterForm,
    LanguagesForm,
    ModeForm,
    TopicForm,
)
from consultations.models import Booking, Draft
from consultations.services.making import PersonNotAsked
from consultations.steps import (
    ABOUT,
    CARE,
    CHECK,
    CONTACT,
    DONE,
    LANGUAGES,
    MODE,
    QUESTIONS,
    TIME,
    TOPIC,
    WHOM,
)
from consultations.summaries import summary_of
from consultations.tests.acts import ANSWERS, draft_holding, every_row, send_draft
from consultations.tests.factories import NOW, TOKYO, SlotFactory
from consultations.tests.flows import CONSENT, TYPED, Visitor
from notifications.models import Notice

pytestmark = pytest.mark.usefixtures("reference_data")

AGREED = CONSENT | {"person_agrees": "on"}
NOTHING = TYPED[CONTACT] | {"channel": "none", "email": ""}
TODAY = NOW.astimezone(TOKYO).date()
DAY = timedelta(days=1)


def text_of(response):
    return response.content.decode()


def visitor_for_other(language="en"):
    visitor = Visitor(language).begin()
    visitor.send(WHOM, {"for_whom": "other"})
    return visitor


# FOR SOMEBODY ELSE


@pytest.mark.parametrize(
    "form_class",
    [TopicForm, LanguagesForm, InterpreterForm, CareForm, ModeForm, ContactForm, AboutForm],
)
def test_a_helper_is_asked_about_the_person(form_class):
    own, other = form_class(), form_class(for_whom="other")

    changed = {name for name in own.fields if own.fields[name].label != other.fields[name].label}
    assert changed == set(form_class.labels_for_other)
    for name in changed:
        assert "person" in str(other.fields[name].label)
    assert [str(field.label) for field in form_class().fields.values()] == [
        str(field.label) for field in own.fields.values()
    ]


def test_the_pages_of_a_helper_speak_of_the_person_and_ask_for_the_persons_own_address():
    visitor = visitor_for_other()

    languages, contact = text_of(visitor.see(LANGUAGES)), text_of(visitor.see(CONTACT))

    assert "Which language does the person want to speak?" in languages
    assert "How can we reach the person safely?" in contact
    assert "own address or number, not yours." in contact
    assert "You cannot see other bookings of the person." in contact
    assert 'autocomplete="email"' not in contact


def test_who_books_for_themselves_reads_nothing_of_a_person():
    visitor = Visitor("en").begin().answer(WHOM)

    assert not any(
        "the person" in text_of(visitor.see(number)) for number in QUESTIONS if number > 1
    )


def test_a_helper_says_that_the_person_agrees():
    slot = SlotFactory()
    visitor = visitor_for_other()
    visitor.answer(*[number for number in TYPED if number != WHOM]).choose(slot)
    page = text_of(visitor.see(CHECK))
    before = every_row()

    refused = visitor.send(CHECK, CONSENT)

    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["person_agrees"]
    assert "The person knows about this booking and agrees to it." in page
    assert every_row() == before
    assert visitor.send(CHECK, AGREED).headers["Location"] == visitor.page(DONE)
    booking = Booking.objects.get()
    assert (booking.for_whom, booking.consent_given) == ("other", ConsentGiven.ORAL)
    assert "Please give the number and the code to the person" in text_of(visitor.see(DONE))


def test_who_books_for_themselves_has_agreed_on_the_page():
    booking = Visitor("vi").book(SlotFactory())

    assert (booking.for_whom, booking.consent_given) == ("self", ConsentGiven.SELF)


def test_the_agreement_of_the_person_is_asked_where_the_booking_is_made():
    draft = draft_holding(SlotFactory(), for_whom="other")

    with pytest.raises(PersonNotAsked):
        send_draft(draft)

    assert Booking.objects.count() == 0


# UNDER 18, AND A DATE


def test_age_and_date_are_kept_with_the_case():
    slot = SlotFactory()
    visitor = Visitor("en").begin()
    day = (timezone.now() + 3 * DAY).astimezone(TOKYO).date()

    visitor.answer(is_minor="True", date_worry="yes", critical_date=day.isoformat())
    visitor.choose(slot).send(CHECK, CONSENT)

    case = Case.objects.get()
    assert (case.is_minor, case.date_worry, case.critical_date) == (True, "yes", day)


def test_nobody_asks_for_parents_and_no_is_an_answer():
    visitor = Visitor("en").begin()

    page = text_of(visitor.see(CARE))
    empty = visitor.send(CARE, {})

    assert set(re.findall(r'<(?:input|select)[^>]+name="(?!csrf)(\w+)"', page)) == {
        "is_minor",
        "date_worry",
        "critical_date",
    }
    assert "Nobody has to ask their parents first." in page
    assert list(empty.context["form"].errors) == ["is_minor", "date_worry"]
    assert visitor.send(CARE, TYPED[CARE]).status_code == 302
    assert Draft.objects.get().answers["is_minor"] is False
    assert re.search(r'value="False"[^>]*checked', text_of(visitor.see(CARE)))


@pytest.mark.parametrize(
    ("day", "kept"),
    [
        ("", ""),
        (TODAY.isoformat(), TODAY.isoformat()),
        ((TODAY - 366 * DAY).isoformat(), (TODAY - 366 * DAY).isoformat()),
        ((TODAY + 3653 * DAY).isoformat(), (TODAY + 3653 * DAY).isoformat()),
        ("2030/04/20", "2030-04-20"),
    ],
)
def test_a_date_that_can_be_meant_is_kept(day, kept):
    form = CareForm({"is_minor": "False", "date_worry": "yes", "critical_date": day}, today=TODAY)

    assert form.is_valid()
    assert form.answers()["critical_date"] == kept


@pytest.mark.parametrize("days", [-367, 3654])
def test_a_date_that_is_far_away_is_asked_again(days):
    day = (TODAY + days * DAY).isoformat()

    form = CareForm({"is_minor": "False", "date_worry": "yes", "critical_date": day}, today=TODAY)

    assert form.has_error("critical_date", code="far_away")


@pytest.mark.parametrize("worry", ["no", "unknown", "yes"])
def test_a_date_nobody_worries_about_is_not_kept(worry):
    data = {"is_minor": "True", "date_worry": worry, "critical_date": TODAY.isoformat()}

    form = CareForm(data, today=TODAY)

    assert form.is_valid()
    assert form.answers()["critical_date"] == ("" if worry == "no" else TODAY.isoformat())


@pytest.mark.parametrize(
    ("days", "near"), [(-15, False), (-14, True), (0, True), (14, True), (15, False)]
)
def test_near_is_within_fourteen_days_by_the_calendar_of_japan(days, near):
    last_minute = NOW.replace(hour=23, minute=59)

    assert is_near(TODAY + days * DAY, last_minute) == near
    assert is_near((TODAY + days * DAY).isoformat(), last_minute) == near
    assert not is_near("", NOW)
    assert not is_near(None, NOW)


@pytest.mark.parametrize(("days", "shown"), [(3, True), (40, False)])
def test_a_near_date_does_not_wait_for_the_appointment(days, shown):
    visitor = Visitor("en").begin()
    day = (timezone.now() + days * DAY).astimezone(TOKYO).date()
    visitor.answer(date_worry="yes", critical_date=day.isoformat()).choose(SlotFactory())

    check = text_of(visitor.see(CHECK))
    visitor.send(CHECK, CONSENT)
    done = text_of(visitor.see(DONE))

    for page in (check, done):
        assert ("Do not wait for the appointment." in page) == shown


# NO MESSAGE AND NO CALL


def test_who_wants_no_message_gives_no_address_and_books():
    slot = SlotFactory()
    visitor = Visitor("en").begin().answer(*[number for number in TYPED if number < CONTACT])

    sent = visitor.send(CONTACT, {"channel": "none", "email": "lan@example.org", "phone": "12"})
    visitor.answer(ABOUT).choose(slot)
    check = text_of(visitor.see(CHECK))
    visitor.send(CHECK, CONSENT)
    done = text_of(visitor.see(DONE))

    assert sent.status_code == 302
    resident, booking = Resident.objects.get(), Booking.objects.get()
    assert (resident.channel, resident.reminders) == ("none", "none")
    assert (resident.email, resident.phone) == ("", "")
    assert "No message and no call. I will come back myself." in check
    assert "Reminders" not in check
    assert "We send no message and we do not call" in done
    assert 'href="/en/l/"' in done
    assert str(booking) in done
    assert booking.link_code in done
    assert "We send you an e-mail" not in done
    assert "We call you the day before" not in done
    assert not Notice.objects.filter(recipient_key=resident.key).exists()


def test_who_wants_no_message_but_the_telephone_for_the_session_gives_a_number():
    visitor = Visitor("en").begin().answer(WHOM, TOPIC, LANGUAGES, 4, CARE)
    visitor.send(MODE, {"mode": "phone"})

    without = visitor.send(CONTACT, NOTHING)
    with_number = visitor.send(CONTACT, NOTHING | {"phone": "090-1234-5678"})

    assert list(without.context["form"].errors) == ["phone"]
    assert with_number.status_code == 302
    assert Draft.objects.get().answers["phone"] == "+819012345678"


def test_the_way_back_is_number_and_code():
    booking = book_with("en", SlotFactory(), **NOTHING)
    elsewhere = Visitor("en")

    elsewhere.post("l/", {"number": booking.case.reference, "code": booking.link_code})

    assert "Your appointment" in text_of(elsewhere.get(elsewhere.link(booking)))


def book_with(language, slot, **changes):
    visitor = Visitor(language).begin().answer(**changes).choose(slot)
    visitor.send(CHECK, CONSENT)
    return Booking.objects.with_story().get(draft_key=visitor.draft_key)


def test_the_page_at_the_end_tells_each_channel_what_happens():
    told = {
        "email": "We send you an e-mail with a link",
        "phone": "We call you the day before",
        "none": "We send no message and we do not call",
    }
    for channel, sentence in told.items():
        visitor = Visitor("en").begin()
        visitor.answer(channel=channel, email=f"{channel}@example.org", phone="090-1234-5678")
        visitor.choose(SlotFactory()).send(CHECK, CONSENT)
        done = text_of(visitor.see(DONE))
        assert [text in done for text in told.values()] == [
            text == sentence for text in told.values()
        ]


def test_who_is_reached_by_telephone_and_wants_no_reminder_is_promised_none():
    visitor = Visitor("en").begin()
    visitor.answer(channel="phone", phone="090-1234-5678", reminders="none")
    visitor.choose(SlotFactory()).send(CHECK, CONSENT)

    done = text_of(visitor.see(DONE))

    assert "We call you the day before" not in done
    assert "We call only if something changes" in done


# FROM ABROAD


def test_who_is_abroad_reads_both_times_on_every_page():
    slot, other = SlotFactory(), SlotFactory()
    visitor = Visitor("en").begin().answer(time_zone="Asia/Kathmandu")

    times = text_of(visitor.see(TIME))
    check = text_of(visitor.choose(slot).see(CHECK))
    visitor.send(CHECK, CONSENT)
    booking = Booking.objects.with_story().get()
    visitor.reveal(booking)
    pages = [times, check, text_of(visitor.see(DONE))]
    pages += [
        text_of(visitor.get(visitor.link(booking, rest))) for rest in ("", "time/", "cancel/")
    ]

    assert booking.case.resident.time_zone == "Asia/Kathmandu"
    assert other.pk
    for page in pages:
        assert "(Nepal)" in page


def test_who_is_in_japan_reads_one_time():
    visitor = Visitor("en")
    booking = visitor.book(SlotFactory())

    assert booking.case.resident.time_zone == ""
    assert visitor.see(DONE).content.count(b"2030") == visitor.see(DONE).content.count(b"(JST)")


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Mars/Olympus", "../etc/passwd", "x" * 80])
def test_a_place_that_was_not_offered_is_refused(zone):
    visitor = Visitor("en").begin()

    response = visitor.send(CONTACT, TYPED[CONTACT] | {"time_zone": zone})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["time_zone"]


# THE PAGE TO CHECK


@pytest.mark.parametrize("for_whom", ["self", "other"])
def test_every_answer_is_shown_with_the_page_that_changes_it(for_whom):
    answers = ANSWERS | {
        "for_whom": for_whom,
        "is_minor": True,
        "date_worry": "yes",
        "critical_date": "2030-04-20",
        "time_zone": "Asia/Kathmandu",
    }

    rows = summary_of(answers)

    assert {row.step for row in rows} == set(QUESTIONS)
    care = {str(row.label): row.value for row in rows if row.step == CARE}
    assert care["Under 18"] == "Yes"
    assert "2030" in care["A date to worry about"]
    assert any("Nepal" in str(row.value) or "नेपाल" in str(row.value) for row in rows)
    speaks = [str(row.label) for row in rows if row.step == LANGUAGES][0]
    assert speaks == ("The person speaks" if for_whom == "other" else "You speak")
