"""The desk's pages: they fit a phone, satisfy axe, and need neither mouse nor JavaScript."""

import pytest
from django.utils import timezone

from accounts import roles
from accounts.models import Membership
from accounts.tests.factories import PASSWORD, OrganizationFactory, UserFactory
from cinga.tests.browser.journey import Journey, put
from cinga.tests.browser.screen import check_fit
from cinga.tests.browser.test_keyboard import Keyboard
from consultations.choices import ExpertKind
from consultations.tests.factories import ExpertFactory
from desk.choices import Wish
from desk.models import Appointment, CannedText, Question
from desk.services import answering
from desk.services.appointments import free_times, plan_appointment
from desk.tests.factories import ArticleFactory, QuestionFactory, center
from schedules.selectors import load_calendar

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite3")]
PHONE = {"width": 360, "height": 740}
LONG = "国民健康保険と在留期間更新許可申請の関係について教えてください。" * 4


@pytest.fixture
def clerk():
    user = UserFactory(language="ja")
    organization = OrganizationFactory(approved=True, phone="03-0000-0000")
    Membership.objects.create(user=user, organization=organization)
    user.of = organization
    return user


@pytest.fixture
def answerer():
    user = UserFactory(role=roles.EXPERT)
    return ExpertFactory(kind=ExpertKind.SOCIAL_WORKER, account=user).account


@pytest.fixture
def signed_in(new_page, assert_accessible):
    def look(page):
        check_fit(page)
        assert_accessible(page)

    def start(user, language="ja", *, looks=True, **options):
        page = new_page(**{"viewport": PHONE} | options)
        here = Journey(page, language, *([look] if looks else []))
        here.open("desk/ask/")
        put(here.page, "login", user.email)
        put(here.page, "password", PASSWORD)
        here.press("main form:has([name=password]) button[type=submit]")
        return here

    return start


def planned(question, kind, by):
    now, calendar = timezone.now(), load_calendar("desk")
    return plan_appointment(
        question_id=question.pk,
        kind=kind,
        starts_at=free_times(calendar, lines=1, now=now)[0],
        phone="03-0000-0000",
        by=by,
        calendar=calendar,
        lines=1,
        now=now,
    )


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_page_fits_a_phone_and_satisfies_axe(language, clerk, answerer, signed_in):
    now = timezone.now()
    better = center()
    CannedText.objects.create(title="Greeting", text="Thank you.")
    ArticleFactory(title=LONG)
    ArticleFactory(published_at=None, published_by=None)
    question = QuestionFactory(asker=clerk, organization=clerk.of, text=LONG, asked_at=now)
    planned(question, Wish.MEETING, clerk)
    refused = QuestionFactory(asker=clerk, organization=clerk.of, asked_at=now)
    answering.refuse(question_id=refused.pk, by=answerer, reason="x", better_center=better, now=now)
    window = signed_in(clerk, language)
    for path in ("", "join/", "articles/", "months/2026-10/"):
        assert window.open(f"desk/{path}").status == 200
    for each in (question, refused):
        assert window.open(f"desk/q/{each.reference}/").status == 200
    assert window.open(f"desk/q/{question.reference}/talk/").status == 200
    # What is wrong is said where it is.
    window.page.locator("[name=phone]").fill("")
    window.page.locator("[name=kind][value=call]").check()
    window.send()

    desk = signed_in(answerer, language)
    for path in ("", "call/", "drafts/", "figures/"):
        assert desk.open(f"desk/queue/{path}").status == 200
    desk.open(f"desk/queue/{question.reference}/")
    desk.press("form:has([value=claim]) button")
    desk.press("button[value=insert]")
    desk.press("button[value=send]")


def test_a_call_is_chosen_without_javascript(clerk, signed_in):
    window = signed_in(clerk, "en", looks=False, javascript=False)
    window.page.locator("[name=text]").fill("How?")
    window.page.locator("[name=wish]").select_option("call")
    window.press("button[value='1'][name=keep]")
    window.press("main a[href$='/desk/ask/']")
    assert window.page.locator("[name=text]").input_value() == "How?", "the draft is there"
    window.press("main form:has([name=text]) button[type=submit]")
    question = Question.objects.get()
    assert window.page.url.endswith(f"/desk/q/{question.reference}/talk/")
    window.page.locator("[name=starts_at]").nth(1).check()
    window.send()
    assert Appointment.objects.get().phone == "03-0000-0000"
    assert "The desk calls you" in window.page.locator("main").inner_text()


def test_a_call_is_chosen_with_the_keyboard_alone(clerk, signed_in):
    question = QuestionFactory(asker=clerk, organization=clerk.of, asked_at=timezone.now())
    window = signed_in(clerk, "en", looks=False)
    window.open(f"desk/q/{question.reference}/talk/")
    keyboard = Keyboard(window.page)
    for _stop in range(40):
        keyboard.tab()
        if window.page.evaluate("() => document.activeElement.name") == "starts_at":
            break
    window.page.keyboard.press("Space")
    for _stop in range(10):
        keyboard.tab()
        if window.page.evaluate("() => document.activeElement.type") == "submit":
            break
    keyboard.enter()
    window.page.wait_for_url(f"**/desk/q/{question.reference}/")
    assert Appointment.objects.get().question == question
