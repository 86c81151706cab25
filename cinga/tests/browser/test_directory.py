"""The directory of centers in a browser: found, read, and reached by keyboard."""

import gzip

import pytest
from django.conf import settings
from django.utils import timezone

from centers.models import Center
from centers.services.table import load_centers

pytestmark = pytest.mark.browser
DESKTOP = {"width": 1280, "height": 800}


@pytest.fixture(autouse=True)
def table(transactional_db):
    load_centers(now=timezone.now())


@pytest.mark.parametrize("language", settings.COMPLETE_LANGUAGES)
@pytest.mark.parametrize("viewport", [{"width": 320, "height": 640}, DESKTOP])
def test_the_directory_is_accessible(language, viewport, new_page, assert_accessible):
    page = new_page(viewport=viewport)
    center = Center.objects.get(operator__name="京都市")

    for path in ("", "?prefecture=13", "?prefecture=47", f"{center.pk}/"):
        page.goto(f"/{language}/centers/{path}")
        assert_accessible(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport["width"], path


def test_a_number_is_reached_without_javascript_or_styles(new_page):
    page = new_page(javascript=False)
    page.route("**/*.css", lambda route: route.abort())
    page.goto("/en/centers/")

    page.locator("[name=q]").fill("yokohama")
    page.locator("main form button").click()
    page.locator("main ol a").first.click()

    assert page.locator("main a[href^='tel:045-222-1209']").is_visible()


def test_the_tiles_are_read_from_north_to_south_and_reached_by_keyboard(new_page):
    page = new_page(viewport=DESKTOP)
    page.goto("/en/centers/")
    page.locator("main button[type=submit]").focus()

    read = []
    for _tile in range(47):
        page.keyboard.press("Tab")
        read.append(page.evaluate("document.activeElement.getAttribute('href')"))

    assert read == [f"?prefecture={number:02}#found" for number in range(1, 48)]
    page.keyboard.press("Enter")
    page.wait_for_url("**/?prefecture=47#found")


@pytest.mark.parametrize("language", settings.COMPLETE_LANGUAGES)
def test_the_longest_list_is_small(language, page):
    answer = page.goto(f"/{language}/centers/?q=0")
    everything = page.goto(f"/{language}/centers/?q=-")

    assert answer.status == everything.status == 200
    assert len(gzip.compress(page.content().encode())) <= 40_000
