"""Another language in the middle of a booking, by the plain links of every page."""

from itertools import cycle

import pytest
from django.conf import settings

from cinga.tests.browser.journey import check_language, chosen
from consultations.models import Booking, Draft, Slot
from consultations.steps import CHECK, CONTACT, DONE, QUESTIONS, TIME
from consultations.tests.flows import TYPED

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite3")]


def held():
    return list(Slot.objects.values_list("pk", "held_by_draft", "held_until").order_by("pk"))


def test_the_language_changes_at_every_step_and_nothing_is_lost(slots, journey):
    languages = cycle(settings.COMPLETE_LANGUAGES)
    here = journey(next(languages), javascript=False)
    here.open()

    def switch():
        step = here.at()
        here.switch_to(next(languages))
        check_language(here.page, here.language)
        assert here.at() == step

    switch()
    here.press(f"main a[href='{here.path('consultations/book/')}']")
    switch()
    here.send()
    for number in QUESTIONS:
        switch()
        typed = here.fill(number)
        here.send()
        after = here.at()
        here.step(number)
        switch()
        assert {name: chosen(here.page, name) for name in typed} == typed
        here.step(after)
    switch()
    here.choose_time()
    answers, before = Draft.objects.get().answers, held()
    for _language in settings.COMPLETE_LANGUAGES:
        switch()
        assert here.at() == CHECK
    assert (Draft.objects.get().answers, held()) == (answers, before)
    here.step(TIME)
    switch()
    assert chosen(here.page, "slot") == str(slots[0].pk)
    here.step(CHECK)
    here.agree()
    booking = Booking.objects.with_story().get()
    assert (booking.slot, booking.case.resident.email) == (slots[0], TYPED[CONTACT]["email"])

    for _language in settings.COMPLETE_LANGUAGES:
        switch()
        assert here.at() == DONE
        assert booking.link_code in here.page.locator("main").inner_text()


@pytest.mark.parametrize("sent", [False, True])
def test_the_language_of_the_page_behind_a_link_changes(sent, slots, journey):
    here = journey("ja").book()
    booking = Booking.objects.get()
    here.open_link(booking)
    if sent:
        here.show()
        here.press("main a[href$='/time/']")
        assert here.send().status == 422

    for language in settings.COMPLETE_LANGUAGES:
        here.switch_to(language)
        check_language(here.page, language)
        assert booking.link_token in here.page.url


@pytest.mark.parametrize("path", ["nowhere/", "b/3/", "l/nothing/", "?a=%00"])
def test_pages_about_errors_have_the_links_too(path, journey):
    here = journey("my")
    here.open(path)

    here.switch_to("ur")

    check_language(here.page, "ur")
