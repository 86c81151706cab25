"""What a person is told who left something out or wrote something that cannot be."""

import pytest
from django.utils.translation import gettext as _
from django.utils.translation import override

from cinga.tests.browser.journey import chosen
from consultations.steps import ABOUT, CHECK, CONTACT, LANGUAGES, QUESTIONS, TIME
from languages.readings import to_plain

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite3")]

FOCUSED = "() => document.activeElement.id"
CONTROLS = "input:not([type=hidden]), select, textarea"


def check_summary(page, language, *, least=1):
    """It is announced, and each of its lines leads to the control it speaks of."""
    with override(language):
        assert page.title().startswith(to_plain(_("Error:")))
    summary = page.locator(".error-summary")
    assert summary.get_attribute("role") == "alert"
    assert summary.evaluate("summary => summary === document.activeElement")
    links = summary.locator("a")
    assert links.count() == summary.locator("li").count() >= least
    for number in range(links.count()):
        link = links.nth(number)
        target = link.get_attribute("href").removeprefix("#")
        link.click()
        assert page.evaluate(FOCUSED) == target
        assert page.locator(f"[id='{target}']").evaluate(f"c => c.matches('{CONTROLS}')")


@pytest.mark.parametrize("language", ["ja-simple", "ur", "en"])
def test_every_line_of_a_summary_leads_to_its_control(language, slots, journey):
    here = journey(language).begin()

    for number in QUESTIONS:
        if here.at() == number and here.send().status == 422:
            check_summary(here.page, language)
            here.answer(number)
    assert here.at() == TIME
    here.send()
    check_summary(here.page, language)
    here.choose_time()
    here.send()
    check_summary(here.page, language)
    assert here.at() == CHECK


def test_finding_an_appointment_says_what_is_missing(journey):
    here = journey("ur", javascript=False)
    here.open("l/")

    assert here.send().status == 422

    check_summary(here.page, "ur", least=2)


def test_what_was_typed_stays_when_something_else_is_wrong(slots, journey):
    here = journey("ne", javascript=False).begin().answer(*range(1, CONTACT))
    typed = {
        "channel": "phone",
        "email": "lan@@example",
        "phone": "12 <b>&",
        "discretion": "shared",
        "safe_hours": "evening",
        "reminders": "none",
    }
    here.page.locator("[name=safe_hours][value=evening]").check()
    here.fill(CONTACT, **{name: typed[name] for name in typed if name != "safe_hours"})

    assert here.send().status == 422

    check_summary(here.page, "ne", least=2)
    assert {name: chosen(here.page, name) for name in typed} == typed


def test_a_long_message_stays_when_the_name_is_missing(slots, journey):
    here = journey("ur").begin().answer(*range(1, ABOUT))
    message = "پہلی سطر\nدوسری سطر {漢字|かんじ} " + "ا" * 1900
    here.fill(ABOUT, nickname="", message=message)

    assert here.send().status == 422

    assert chosen(here.page, "message") == message
    check_summary(here.page, "ur")


def test_wrong_answers_about_languages_are_said_at_both_questions(slots, journey):
    here = journey("my").begin().answer(*range(1, LANGUAGES))
    here.page.locator("[name=reading_language]:checked").evaluate("box => box.checked = false")

    assert here.send().status == 422

    check_summary(here.page, "my", least=2)
    assert here.at() == LANGUAGES
