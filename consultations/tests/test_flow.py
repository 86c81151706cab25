"""The way to a booking, page by page, as a browser without JavaScript goes it."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from consultations import forms
from consultations.models import Booking, Draft, Slot
from consultations.services.drafts import hold_slot
from consultations.steps import (
    ABOUT,
    CARE,
    CHECK,
    CONTACT,
    DONE,
    INTERPRETER,
    LANGUAGES,
    MODE,
    QUESTIONS,
    TIME,
    TOPIC,
    WHOM,
)
from consultations.tests.acts import begin_draft, book, every_row
from consultations.tests.factories import SlotFactory, TopicExpertKindFactory
from consultations.tests.flows import CONSENT, TYPED, Visitor
from interface.references import spoken
from languages import registry
from languages.readings import to_plain
from notifications.models import Notice
from taxonomy.tests.factories import TopicFactory

pytestmark = pytest.mark.usefixtures("reference_data")

CODES = settings.COMPLETE_LANGUAGES


def text_of(response):
    return response.content.decode()


def check_language(response, language):
    """The page says truly what it is written in."""
    known = registry.get(language)
    assert f'<html lang="{known.tag}" dir="{known.direction}"' in text_of(response)


def expire_draft(visitor):
    Draft.objects.filter(pk=visitor.draft_key).update(expires_at=timezone.now())


# THE WHOLE WAY


@pytest.mark.parametrize("language", CODES)
def test_a_resident_books_in_their_own_language(language):
    slot = SlotFactory()
    visitor = Visitor(language)
    pages = [visitor.get("consultations/book/")]
    visitor.begin()

    for number in QUESTIONS:
        pages.append(visitor.see(number))
        leads_to = visitor.send(number, TYPED[number])
        assert leads_to.headers["Location"] == visitor.page(number + 1)
    pages.append(visitor.see(TIME))
    assert visitor.send(TIME, {"slot": slot.pk}).headers["Location"] == visitor.page(CHECK)
    pages.append(visitor.see(CHECK))
    assert visitor.send(CHECK, CONSENT).headers["Location"] == visitor.page(DONE)
    pages.append(visitor.see(DONE))

    booking = Booking.objects.get()
    assert (booking.slot, booking.consent_language) == (slot, language)
    assert booking.case.resident.nickname == "Lan"
    assert [page.status_code for page in pages] == [200] * 12
    for page in pages:
        check_language(page, language)
    done = text_of(pages[-1])
    assert spoken(booking.case.reference) in done
    assert booking.link_code in done
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("number", QUESTIONS)
def test_a_page_sent_empty_says_what_is_missing_in_its_language(number, language):
    visitor = Visitor(language).begin()
    before = every_row()

    response = visitor.send(number, {})

    assert response.status_code == 422
    check_language(response, language)
    title = re.search(r"<title>(.*?)</title>", text_of(response), re.DOTALL)[1]
    with override(language):
        assert title.startswith(to_plain(_("Error:")))
    assert 'role="alert"' in text_of(response)
    assert every_row() == before


def test_titles_and_addresses_of_the_pages_tell_nothing():
    SlotFactory()
    visitor = Visitor("en").begin().answer()

    titles = [
        re.search(r"<title>(.*?)</title>", text_of(visitor.see(number)))[1]
        for number in (*QUESTIONS, TIME)
    ]

    assert titles == [f"Page {number}" for number in range(1, 10)]


def test_typed_values_are_kept_when_something_is_wrong():
    visitor = Visitor("en").begin()

    response = visitor.send(
        CONTACT,
        {"channel": "phone", "phone": "12 <b>", "email": "lan@", "discretion": "shared"},
    )

    page = text_of(response)
    assert response.status_code == 422
    assert 'value="12 &lt;b&gt;"' in page
    assert 'value="lan@"' in page
    assert re.search(r'value="shared"[^>]*checked', page)
    assert Draft.objects.get().answers == {}


def test_a_message_of_2000_characters_fits_and_one_more_does_not():
    visitor = Visitor("ur").begin()

    fits = visitor.send(ABOUT, {"nickname": "Lan", "message": "ا" * 2000})
    too_long = visitor.send(ABOUT, {"nickname": "Lan", "message": "ب" * 2001})

    assert fits.status_code == 302
    assert too_long.status_code == 422
    assert "ب" * 2001 in text_of(too_long)
    assert Draft.objects.get().answers["message"] == "ا" * 2000


# BACK AND FORTH


def test_language_switch_in_mid_flow_keeps_answers_and_hold():
    slot = SlotFactory()
    visitor = Visitor("vi").begin().answer().choose(slot)
    held = Slot.objects.values().get()
    answers = Draft.objects.get().answers

    for language in CODES:
        switched = visitor.client.get(f"/language/{language}/?next={visitor.page(CHECK)}")
        page = visitor.client.get(switched.headers["Location"])
        assert page.status_code == 200
        check_language(page, language)
        assert "My boss keeps my passport." in text_of(page)

    assert Slot.objects.values().get() == held
    assert Draft.objects.get().answers == answers
    assert Visitor("ja", visitor.client).send(CHECK, CONSENT).status_code == 302
    assert Booking.objects.get().slot == slot


@pytest.mark.parametrize("number", [*QUESTIONS, TIME])
def test_every_question_can_be_opened_in_another_language_with_its_answer(number):
    slot = SlotFactory()
    visitor = Visitor("vi").begin().answer().choose(slot)

    page = text_of(Visitor("ja", visitor.client).see(number))

    for value in [str(slot.pk)] if number == TIME else TYPED[number].values():
        assert value in page
    if number not in (CONTACT, ABOUT):
        assert re.search(r"(checked|selected)", page)


def test_going_back_and_changing_one_answer_returns_to_the_page_to_check():
    slot = SlotFactory()
    visitor = Visitor("en").begin().answer().choose(slot)

    response = visitor.send(ABOUT, {"nickname": "Hoa"})

    assert response.headers["Location"] == visitor.page(CHECK)
    page = text_of(visitor.see(CHECK))
    assert "Hoa" in page
    assert "My boss keeps my passport." not in page
    assert Slot.objects.get().held_by_draft_id == visitor.draft_key


def test_another_topic_gives_the_slot_back_and_asks_for_a_time_again():
    TopicExpertKindFactory(topic=TopicFactory(code="family"))
    slot = SlotFactory()
    visitor = Visitor("vi").begin().answer().choose(slot)

    response = visitor.send(TOPIC, {"topic": "family"})

    assert response.headers["Location"] == visitor.page(TIME)
    assert Slot.objects.get().held_until is None
    assert visitor.see(CHECK).headers["Location"] == visitor.page(TIME)
    assert visitor.send(CHECK, CONSENT).headers["Location"] == visitor.page(TIME)
    assert Booking.objects.count() == 0


def test_who_wants_to_talk_on_the_telephone_gives_a_number():
    SlotFactory()
    visitor = Visitor("vi").begin().answer(WHOM, TOPIC, LANGUAGES, INTERPRETER, CARE)
    visitor.send(MODE, {"mode": "phone"})

    without = visitor.send(CONTACT, TYPED[CONTACT])
    with_number = visitor.send(CONTACT, TYPED[CONTACT] | {"phone": "090-1234-5678"})

    assert without.status_code == 422
    assert list(without.context["form"].errors) == ["phone"]
    assert with_number.headers["Location"] == visitor.page(ABOUT)
    assert Draft.objects.get().answers["phone"] == "+819012345678"


def test_who_changes_to_the_telephone_later_is_asked_for_a_number_and_cannot_skip_it():
    slot = SlotFactory()
    visitor = Visitor("vi").begin().answer().choose(slot)

    changed = visitor.send(MODE, {"mode": "phone"})
    skipped = visitor.send(CHECK, CONSENT)

    assert changed.headers["Location"] == visitor.page(CONTACT)
    assert skipped.headers["Location"] == visitor.page(CONTACT)
    assert Booking.objects.count() == 0


@pytest.mark.parametrize(
    "number", ["090-1234-5678", "０９０１２３４５６７８", "+81 90 1234 5678", "(090) 1234 5678"]
)
def test_a_telephone_number_is_understood_as_people_write_it(number):
    visitor = Visitor("ja").begin().answer(WHOM, TOPIC, LANGUAGES, INTERPRETER, CARE, MODE)

    visitor.send(CONTACT, TYPED[CONTACT] | {"channel": "phone", "phone": number})

    assert Draft.objects.get().answers["phone"] == "+819012345678"


def test_pages_that_are_asked_for_too_early_lead_to_the_first_open_question():
    SlotFactory()
    visitor = Visitor("vi").begin()

    assert visitor.see(TIME).headers["Location"] == visitor.page(TOPIC)
    assert visitor.see(CHECK).headers["Location"] == visitor.page(WHOM)
    visitor.answer(WHOM, TOPIC, LANGUAGES)
    assert visitor.see(CHECK).headers["Location"] == visitor.page(INTERPRETER)
    assert visitor.send(CHECK, CONSENT).headers["Location"] == visitor.page(INTERPRETER)


def test_who_has_begun_is_led_back_to_where_they_were():
    visitor = Visitor("vi").begin().answer(WHOM, TOPIC, LANGUAGES)

    page = text_of(visitor.get("consultations/book/"))

    assert f'href="{visitor.page(INTERPRETER)}"' in page


def test_beginning_anew_forgets_what_was_answered_and_held():
    slot = SlotFactory()
    visitor = Visitor("vi").begin().answer().choose(slot)

    visitor.begin()

    assert Draft.objects.get().answers == {}
    assert Slot.objects.get().held_until is None


def test_booking_needs_the_agreement():
    slot = SlotFactory()
    visitor = Visitor("vi").begin().answer().choose(slot)
    before = every_row()

    response = visitor.send(CHECK, {})

    assert response.status_code == 422
    assert "My boss keeps my passport." in text_of(response)
    assert every_row() == before


def test_the_page_to_check_shows_the_address_large_and_the_time_it_is_kept():
    visitor = Visitor("en").begin().answer().choose(SlotFactory())

    page = text_of(visitor.see(CHECK))

    assert re.search(r'<strong class="summary__large">.*lan@example\.org', page)
    assert "We keep this time for you until" in page


# WHAT IS NO LONGER THERE


@pytest.mark.parametrize("language", CODES)
def test_a_draft_that_has_expired_says_so_on_every_page(language):
    slot = SlotFactory()
    visitor = Visitor(language).begin().answer().choose(slot)
    expire_draft(visitor)
    before = every_row()

    answers = [visitor.see(number) for number in (*QUESTIONS, TIME, CHECK, DONE)]
    answers += [visitor.send(number, TYPED[number]) for number in QUESTIONS]
    answers += [visitor.send(TIME, {"slot": slot.pk}), visitor.send(CHECK, CONSENT)]

    assert {answer.status_code for answer in answers} == {410}
    for answer in answers:
        check_language(answer, language)
    assert every_row() == before


def test_a_visitor_without_a_draft_finds_nothing_and_writes_nothing():
    before = every_row()

    answers = [Visitor("vi").see(number) for number in range(1, DONE + 1)]
    answers += [Visitor("vi").send(number, TYPED.get(number, CONSENT)) for number in range(1, DONE)]

    assert {answer.status_code for answer in answers} == {410}
    assert every_row() == before


def test_a_page_number_that_does_not_exist_is_not_found():
    visitor = Visitor("vi").begin()

    assert [visitor.see(number).status_code for number in (0, DONE + 1, 10**40)] == [404] * 3


def other_slots(response):
    return [value for value, _label in flat_choices(response.context["form"])]


def flat_choices(form):
    for _day, times in form.fields["slot"].choices:
        yield from times


@pytest.mark.parametrize("language", CODES)
def test_a_taken_time_is_answered_with_the_next_free_times(language):
    slot, next_slot = SlotFactory(), SlotFactory()
    visitor = Visitor(language).begin().answer()
    visitor.see(TIME)
    hold_slot(key=begin_draft(now=timezone.now()).key, slot_id=slot.pk, now=timezone.now())
    before = every_row()

    response = visitor.send(TIME, {"slot": slot.pk})

    assert response.status_code == 409
    check_language(response, language)
    assert other_slots(response) == [next_slot.pk]
    with override(language):
        taken = forms.SlotForm.base_fields["slot"].error_messages["invalid_choice"]
        assert list(response.context["form"].errors["slot"]) == [str(taken)]
    assert every_row() == before


@pytest.mark.parametrize("language", CODES)
def test_a_hold_lost_before_the_end_is_answered_with_the_next_free_times(language):
    slot, next_slot = SlotFactory(), SlotFactory()
    visitor = Visitor(language).begin().answer().choose(slot)
    Slot.objects.update(held_until=timezone.now())
    book(slot, now=timezone.now())
    before = every_row()

    response = visitor.send(CHECK, CONSENT)

    assert response.status_code == 409
    check_language(response, language)
    assert other_slots(response) == [next_slot.pk]
    assert every_row() == before


def test_when_all_times_are_gone_there_is_still_something_to_do():
    slot = SlotFactory()
    visitor = Visitor("en").begin().answer()
    book(slot, now=timezone.now())

    page = visitor.see(TIME)
    sent = visitor.send(TIME, {"slot": slot.pk})

    assert (page.status_code, sent.status_code) == (200, 409)
    for response in (page, sent):
        assert "There is no free time at the moment" in text_of(response)
        assert 'href="/en/consultations/"' in text_of(response)


def test_a_day_that_has_ended_offers_no_time():
    now = timezone.now()
    slot = SlotFactory(
        starts_at=now - timedelta(hours=1),
        day__booking_opens_at=now - timedelta(days=9),
        day__booking_closes_at=now + timedelta(hours=1),
    )
    visitor = Visitor("vi").begin().answer()
    before = every_row()

    response = visitor.send(TIME, {"slot": slot.pk})

    assert response.status_code == 409
    assert every_row() == before


@pytest.mark.parametrize("value", ["", "abc", "0", "-1", "9" * 40, "1; DROP TABLE"])
def test_a_time_that_was_never_offered_is_refused(value):
    SlotFactory()
    visitor = Visitor("vi").begin().answer()
    before = every_row()

    response = visitor.send(TIME, {"slot": value})

    assert response.status_code in {409, 422}
    assert every_row() == before


def test_a_slot_that_was_deleted_meanwhile_leads_to_another_time():
    slot, next_slot = SlotFactory(), SlotFactory()
    visitor = Visitor("vi").begin().answer().choose(slot)
    slot.delete()

    shown = visitor.see(CHECK)
    sent = visitor.send(CHECK, CONSENT)

    assert (shown.status_code, sent.status_code) == (409, 409)
    assert other_slots(shown) == other_slots(sent) == [next_slot.pk]


# ONCE, HOWEVER OFTEN


def test_sending_again_and_going_back_show_the_same_booking():
    visitor = Visitor("vi")
    booking = visitor.book(SlotFactory())
    before = every_row()

    answers = [visitor.send(CHECK, CONSENT), visitor.see(CHECK), visitor.see(TIME)]
    answers += [visitor.send(ABOUT, TYPED[ABOUT]), visitor.send(CHECK, {})]

    assert {answer.headers["Location"] for answer in answers} == {visitor.page(DONE)}
    assert spoken(booking.case.reference) in text_of(visitor.see(DONE))
    assert every_row() == before


def test_a_booking_tells_only_the_browser_that_made_it():
    Visitor("vi").book(SlotFactory())

    assert Visitor("vi").see(DONE).status_code == 410


def test_one_visitor_never_sees_the_answers_of_another():
    SlotFactory()
    Visitor("vi").begin().answer(email="canary@example.org", nickname="canary", message="canary")
    stranger = Visitor("vi").begin().answer()

    pages = [text_of(stranger.see(number)) for number in range(1, CHECK)]

    assert not any("canary" in page for page in pages)


def test_a_draft_cookie_that_is_no_key_of_ours_finds_nothing():
    visitor = Visitor("vi")
    visitor.client.cookies["b"] = "x" * 4000

    assert visitor.see(TOPIC).status_code == 410
    assert visitor.get("consultations/book/").status_code == 200


def test_confirmation_is_planned_once_for_a_booking():
    visitor = Visitor("vi")
    visitor.book(SlotFactory())
    visitor.send(CHECK, CONSENT)

    assert Notice.objects.filter(kind="booking_confirmed").count() == 1


# LEAVING


def test_leaving_takes_the_answers_and_gives_the_slot_back():
    slot = SlotFactory()
    visitor = Visitor("vi").begin().answer().choose(slot)
    other = begin_draft(now=timezone.now())

    response = visitor.client.post("/leave/")

    assert response.status_code == 303
    assert list(Draft.objects.all()) == [other]
    assert Slot.objects.get().held_until is None
    assert visitor.see(CHECK).status_code == 410


def test_leaving_after_the_booking_keeps_the_booking_and_shows_it_no_more():
    visitor = Visitor("vi")
    visitor.book(SlotFactory())

    visitor.client.post("/leave/")

    assert Booking.objects.count() == 1
    assert visitor.see(DONE).status_code == 410


@pytest.mark.parametrize("path", ["consultations/book/", "b/1/", "b/9/", "b/10/", "b/11/"])
def test_every_page_of_the_booking_has_the_way_out(path):
    visitor = Visitor("vi")
    visitor.begin().answer().choose(SlotFactory())
    if path == "b/11/":
        visitor.send(CHECK, CONSENT)

    page = text_of(visitor.get(path))

    assert '<form class="leave" method="post" action="/leave/">' in page
    assert 'href="/vi/danger/"' in page
