"""The page behind a capability link."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar

from consultations import letters
from consultations.cookies import SHOWN_FOR
from consultations.models import Booking, ConsultationDay, Slot
from consultations.services.drafts import SlotTaken
from consultations.tests.acts import WITH_INTERPRETER, book, every_row, planned_kinds
from consultations.tests.factories import BookingFactory, SlotFactory
from consultations.tests.flows import Visitor
from interface.references import spoken
from languages import registry
from languages.readings import to_plain
from notifications.services import send_due_notices

pytestmark = pytest.mark.usefixtures("reference_data")

CODES = settings.COMPLETE_LANGUAGES
MINUTE = timedelta(minutes=1)
SUB_PAGES = ["", "show/", "hide/", "coming/", "time/", "cancel/", "calendar/"]


@pytest.fixture
def booking():
    return book(SlotFactory(), now=timezone.now(), nickname="Canary")


@pytest.fixture
def owner(booking):
    """The browser of somebody who has given the code and asked to see."""
    visitor = Visitor("vi")
    assert visitor.reveal(booking, booking.link_code).status_code == 302
    return visitor


def text_of(response):
    return response.content.decode()


def begins(booking, at, **lasting):
    Slot.objects.update(starts_at=at, ends_at=at + timedelta(**lasting or {"minutes": 45}))
    return Booking.objects.with_story().get(pk=booking.pk)


# MASKED


@pytest.mark.parametrize("language", CODES)
def test_the_link_opens_masked_and_asks_a_new_browser_for_the_code(booking, language):
    visitor = Visitor(language)

    response = visitor.get(visitor.link(booking))

    page = text_of(response)
    known = registry.get(language)
    assert response.status_code == 200
    assert f'<html lang="{known.tag}" dir="{known.direction}"' in page
    assert 'name="code"' in page
    for secret in (spoken(booking.case.reference), "Canary", letters.when(booking, language)):
        assert secret not in page
    with override(language):
        assert str(booking.slot.expert.get_kind_display()) not in page


def test_the_right_code_shows_the_booking(booking, owner):
    page = text_of(owner.get(owner.link(booking)))

    assert letters.when(booking, "vi") in page
    assert spoken(booking.case.reference) in page


@pytest.mark.parametrize("language", ["my", "ne", "ur"])
def test_the_code_may_be_typed_in_any_script(booking, language):
    digits = {"my": "၀၁၂၃၄၅၆၇၈၉", "ne": "०१२३४५६७८९", "ur": "۰۱۲۳۴۵۶۷۸۹"}[language]
    typed = booking.link_code.translate(str.maketrans("0123456789", digits))
    visitor = Visitor(language)

    response = visitor.reveal(booking, f" {typed[:3]}-{typed[3:]} ")

    assert response.status_code == 302


def test_a_wrong_code_shows_nothing_and_is_counted(booking):
    visitor = Visitor("vi")

    answers = [visitor.reveal(booking, "000000x") for _each in range(5)]
    answers.append(visitor.reveal(booking, booking.link_code))

    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert spoken(booking.case.reference) not in text_of(visitor.get(visitor.link(booking)))
    booking.refresh_from_db()
    assert booking.link_wrong_codes == 5


def test_a_locked_code_does_not_lock_out_the_browser_that_booked():
    visitor = Visitor("vi")
    booking = visitor.book(SlotFactory())
    for _each in range(6):
        Visitor("vi").reveal(booking, "1")

    assert visitor.reveal(booking).status_code == 302
    assert spoken(booking.case.reference) in text_of(visitor.get(visitor.link(booking)))


def test_the_browser_that_booked_opens_masked_too_but_needs_no_code():
    visitor = Visitor("vi")
    booking = visitor.book(SlotFactory())

    page = text_of(visitor.get(visitor.link(booking)))

    assert 'name="code"' not in page
    assert spoken(booking.case.reference) not in page


def test_hiding_masks_it_again(booking, owner):
    owner.post(owner.link(booking, "hide/"))

    assert spoken(booking.case.reference) not in text_of(owner.get(owner.link(booking)))


def test_it_masks_itself_after_a_quarter_of_an_hour(booking, owner, monkeypatch):
    clock = timezone.now().timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: clock + SHOWN_FOR + 1)

    assert spoken(booking.case.reference) not in text_of(owner.get(owner.link(booking)))


def test_the_code_of_one_booking_opens_no_other(booking, owner):
    other = BookingFactory()

    assert owner.get(owner.link(other, "cancel/")).headers["Location"] == owner.path(
        owner.link(other)
    )
    assert owner.reveal(other, booking.link_code).status_code == 422
    owner.post(owner.link(other, "cancel/"))
    other.refresh_from_db()
    assert other.status == "confirmed"


# LINKS THAT OPEN NOTHING


@pytest.mark.parametrize("language", CODES)
def test_links_that_open_nothing_all_answer_the_same(booking, language):
    old_token = booking.link_token
    booking.revoke_link()
    tokens = [old_token, "x" * 43, "ß∂", "a", booking.link_token[:-1], "x" * 2000]
    visitor = Visitor(language)
    before = every_row()

    answers = {rest: [visitor.get(f"l/{token}/{rest}") for token in tokens] for rest in SUB_PAGES}
    posts = [visitor.post(f"l/{token}/{rest}") for token in tokens for rest in SUB_PAGES[1:]]

    for response in [*sum(answers.values(), []), *posts]:
        assert response.status_code == 404
        with override(language):
            heading = to_plain(_("This link does not work"))
        assert f"<title>{heading}</title>" in text_of(response)
    first = [without_own_address(response) for response in answers[""]]
    assert len(set(first)) == 1
    assert every_row() == before


def without_own_address(response):
    """The page without the addresses by which its language links lead back to itself."""
    return re.sub(r'href="/(language|readings)/[^"]*"', "", text_of(response))


def test_a_revoked_link_is_dead_and_the_new_one_lives(booking):
    visitor = Visitor("vi")
    old = visitor.link(booking)
    booking.revoke_link()

    assert visitor.get(old).status_code == 404
    assert visitor.get(visitor.link(booking)).status_code == 200


# SCANNERS


def test_a_thousand_requests_of_a_mail_scanner_change_nothing(booking):
    scanner = Visitor("vi")
    prefetch = {"HTTP_PURPOSE": "prefetch", "HTTP_SEC_PURPOSE": "prefetch;prerender"}
    before = every_row()

    codes = set()
    for _round in range(84):
        for rest in SUB_PAGES:
            path = scanner.path(scanner.link(booking, rest))
            codes.add(scanner.client.get(path, **prefetch).status_code)
            codes.add(scanner.client.head(path).status_code)

    assert codes == {200, 302}
    assert every_row() == before
    assert Visitor("vi").reveal(booking, booking.link_code).status_code == 302


def test_a_scanner_with_the_owners_cookies_changes_nothing_either(booking, owner):
    SlotFactory()
    before = every_row()

    for rest in SUB_PAGES:
        owner.client.get(owner.path(owner.link(booking, rest)))
        owner.client.head(owner.path(owner.link(booking, rest)))

    assert every_row() == before


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
@pytest.mark.parametrize("rest", SUB_PAGES)
def test_other_methods_are_refused(booking, owner, method, rest):
    before = every_row()

    response = getattr(owner.client, method)(owner.path(owner.link(booking, rest)))

    assert response.status_code == 405
    assert every_row() == before


# MOVING AND CANCELING


def test_moving_from_the_page_changes_the_time_and_tells(booking, owner):
    new_slot = SlotFactory(starts_at=booking.slot.starts_at + timedelta(days=1))
    page = text_of(owner.get(owner.link(booking, "time/")))
    assert f'value="{new_slot.pk}"' in page

    response = owner.post(owner.link(booking, "time/"), {"slot": new_slot.pk})

    booking.refresh_from_db()
    assert response.headers["Location"] == owner.path(owner.link(booking))
    assert (booking.slot, booking.revision) == (new_slot, 1)
    assert "booking_moved" in planned_kinds(1)


def test_moving_says_when_an_interpreter_is_sought_again():
    booking = book(SlotFactory(), now=timezone.now(), **WITH_INTERPRETER)
    SlotFactory()
    visitor = Visitor("en")
    visitor.reveal(booking, booking.link_code)

    page = text_of(visitor.get(visitor.link(booking, "time/")))

    assert "For a new time we look for an interpreter again." in page


@pytest.mark.parametrize("language", CODES)
def test_moving_to_a_taken_time_shows_the_next_free_ones(booking, language):
    taken, free = SlotFactory(), SlotFactory()
    book(taken, now=timezone.now(), email="other@example.org")
    visitor = Visitor(language)
    visitor.reveal(booking, booking.link_code)
    before = every_row()

    response = visitor.post(visitor.link(booking, "time/"), {"slot": taken.pk})

    assert response.status_code == 409
    assert f'value="{free.pk}"' in text_of(response)
    assert every_row() == before


def test_a_time_lost_in_the_last_moment_shows_the_next_free_ones(booking, owner, monkeypatch):
    lost, free = SlotFactory(), SlotFactory()
    before_choice = every_row()

    def be_too_late(**kwargs):
        raise SlotTaken

    monkeypatch.setattr("consultations.views.link.move_booking", be_too_late)

    response = owner.post(owner.link(booking, "time/"), {"slot": lost.pk})

    assert response.status_code == 409
    assert f'value="{free.pk}"' in text_of(response)
    assert 'role="alert"' in text_of(response)
    assert every_row() == before_choice


def test_moving_without_a_choice_asks_for_one(booking, owner):
    SlotFactory()
    before = every_row()

    response = owner.post(owner.link(booking, "time/"), {})

    assert response.status_code == 422
    assert every_row() == before


def test_canceling_from_the_page_frees_the_time_and_tells(booking, owner):
    response = owner.post(owner.link(booking, "cancel/"))

    booking.refresh_from_db()
    assert response.headers["Location"] == owner.path(owner.link(booking))
    assert (booking.status, booking.canceled_by) == ("canceled", "resident")
    assert set(Slot.objects.free(timezone.now())) == {booking.slot}
    assert "booking_canceled" in planned_kinds()


def test_canceling_twice_is_canceling_once(booking, owner):
    owner.post(owner.link(booking, "cancel/"))
    before = every_row()

    again = owner.post(owner.link(booking, "cancel/"))

    assert again.status_code == 302
    assert every_row() == before


@pytest.mark.parametrize("rest", ["time/", "cancel/", "calendar/"])
def test_acts_need_the_booking_to_be_shown(booking, rest):
    slot = SlotFactory()
    stranger = Visitor("vi")
    before = every_row()

    response = stranger.post(stranger.link(booking, rest), {"slot": slot.pk})

    assert response.headers["Location"] == stranger.path(stranger.link(booking))
    assert every_row() == before


@pytest.mark.parametrize("rest", ["time/", "cancel/"])
@pytest.mark.parametrize("language", CODES)
def test_what_has_begun_is_changed_no_more(booking, rest, language):
    slot = SlotFactory(starts_at=booking.slot.starts_at + timedelta(days=1))
    Slot.objects.filter(pk=booking.slot_id).update(starts_at=timezone.now() - MINUTE)
    visitor = Visitor(language)
    visitor.reveal(booking, booking.link_code)
    before = every_row()

    response = visitor.post(visitor.link(booking, rest), {"slot": slot.pk})

    assert response.status_code == 409
    assert f'lang="{registry.get(language).tag}"' in text_of(response)
    assert every_row() == before


@pytest.mark.parametrize("rest", ["time/", "cancel/"])
def test_what_was_canceled_is_shown_as_canceled(booking, owner, rest):
    booking.cancel(canceled_by="coordinator", at=timezone.now())

    page = owner.get(owner.link(booking))
    offer = f'href="{owner.path(owner.link(booking, rest))}"'

    assert page.status_code == 200
    assert offer not in text_of(page)


# JOINING


@pytest.mark.parametrize(
    ("minutes_to_go", "is_offered"),
    [(16, False), (14, True), (0, True), (-44, True), (-46, False)],
)
def test_joining_is_offered_from_a_quarter_of_an_hour_before_until_the_end(
    booking, owner, minutes_to_go, is_offered
):
    Booking.objects.get(pk=booking.pk).put_room("https://zoom.example/j/1")
    begins(booking, timezone.now() + minutes_to_go * MINUTE)

    page = text_of(owner.get(owner.link(booking)))

    assert (f'action="{owner.path(owner.link(booking, "join/"))}"' in page) == is_offered
    assert "zoom.example" not in page


def test_the_room_of_an_unconfirmed_booking_is_not_shown():
    booking = book(SlotFactory(), now=timezone.now(), **WITH_INTERPRETER)
    Booking.objects.get(pk=booking.pk).put_room("https://zoom.example/j/1")
    begins(booking, timezone.now() + MINUTE)
    visitor = Visitor("vi")
    visitor.reveal(booking, booking.link_code)

    assert "zoom.example" not in text_of(visitor.get(visitor.link(booking)))


# THE CALENDAR FILE


def test_the_calendar_file_comes_on_request_only(booking, owner):
    response = owner.post(owner.link(booking, "calendar/"))

    [event] = Calendar.from_ical(response.content).events
    assert response.headers["Content-Type"] == "text/calendar"
    assert "no-store" in response.headers["Cache-Control"]
    assert event["dtstart"].dt == booking.slot.starts_at
    assert owner.get(owner.link(booking, "calendar/")).status_code == 302


def test_there_is_no_calendar_file_of_a_canceled_booking(booking, owner):
    owner.post(owner.link(booking, "cancel/"))

    assert owner.post(owner.link(booking, "calendar/")).status_code == 409


# FROM THE LETTER


def test_the_link_in_the_letter_opens_this_booking(booking):
    send_due_notices(timezone.now())
    [letter] = [message for message in mail.outbox if message.to == ["lan@example.org"]]
    [path] = set(re.findall(rf"{re.escape(settings.LINK_ORIGIN)}(/vi/l/\S+)", letter.body))

    response = Visitor().client.get(path)

    assert path == f"/vi/l/{booking.link_token}/"
    assert response.status_code == 200


def test_a_withdrawn_day_leaves_its_bookings_their_page(booking, owner):
    ConsultationDay.objects.update(is_published=False)

    assert letters.when(booking, "vi") in text_of(owner.get(owner.link(booking)))
