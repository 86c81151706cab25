"""The directory of centers in a browser: found, read, and reached by keyboard."""

import gzip

import pytest
from django.conf import settings
from django.utils import timezone

from centers.choices import Origin
from centers.models import Center, Correction
from centers.services.table import load_caravans, load_centers
from centers.services.upkeep import confirm_center, propose_correction, written
from cinga.tests.browser.journey import put

pytestmark = pytest.mark.browser
DESKTOP = {"width": 1280, "height": 800}
# What a page looks like is the same over every database.
once = pytest.mark.only_on("sqlite3")


@pytest.fixture(autouse=True)
def table(transactional_db):
    load_centers(now=timezone.now())


@once
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


@once
@pytest.mark.parametrize("language", settings.COMPLETE_LANGUAGES)
def test_everything_around_the_directory_is_accessible(language, new_page, assert_accessible):
    load_caravans()
    viewport = {"width": 320, "height": 640}
    page = new_page(viewport=viewport)
    told = Center.objects.get(operator__name="横浜市")
    told.opening_text = "月~金:10:00~17:00\n第2・4土曜日:10:00~13:00"
    told.save()
    confirm_center(center_id=told.pk, on=timezone.localdate(), now=timezone.now())
    paths = [
        *(
            "centers/?open=now&prefecture=27",
            "centers/?language=vi",
            "centers/print/27/",
            "centers/caravan/",
        ),
        *(f"centers/{told.pk}/", f"centers/{told.pk}/correct/", "centers/corrected/"),
        *(f"c/{told.link_token}/", f"c/{told.link_token}/fix/", "c/wrong/"),
    ]

    for path in paths:
        page.goto(f"/{language}/{path}")
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.goto(f"/{language}/centers/{told.pk}/correct/")
    page.locator("main button[type=submit]").click()
    assert page.locator("[role=alert]").is_visible()
    assert_accessible(page)


def test_a_wrong_number_is_told_by_keyboard_alone_and_without_javascript(new_page):
    center = Center.objects.get(operator__name="京都市")
    page = new_page(javascript=False)
    page.goto(f"/en/centers/{center.pk}/")
    page.locator("a[href$='/correct/']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/correct/")

    page.locator("[name=message]").focus()
    page.keyboard.type("Nobody answers")
    for _field in ("gone", "phones"):
        page.keyboard.press("Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("075-000-0001")
    for _field in ("hours", "address", "remarks", "send"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.wait_for_url("**/corrected/")
    correction = Correction.objects.get()
    assert correction.proposed == {"phones": "075-000-0001"}
    assert correction.message == "Nobody answers"


@once
def test_a_correction_is_accepted_in_the_admin_with_one_click(desk):
    center = Center.objects.get(operator__name="京都市")
    correction = propose_correction(
        center=center,
        origin=Origin.PUBLIC,
        proposed=written(center) | {"phones": "075-000-0001"},
        says_gone=False,
        message="Nobody answers",
        now=timezone.now(),
    )
    desk.open_path("/admin/")
    desk.open_path(f"/admin/centers/correction/{correction.pk}/change/")

    desk.press("button:has-text('Accept')")

    assert [phone.number for phone in center.phones.all()] == ["075-000-0001"]
    desk.press("text=See it or take it back")
    desk.press("button:has-text('Take the decision back')")
    assert center.phones.count() == 2


@once
def test_a_table_is_looked_at_on_a_phone_before_it_is_taken_over(desk):
    desk.open_path("/admin/centers/center/import/")
    row = "東京都,見本市,見本窓口,見本市1-1,03-0000-0000,9:00~17:00,"
    table = "prefecture,operator,name,address,phones,hours,remarks\n" + row
    file = {"name": "table.csv", "mimeType": "text/csv", "buffer": table.encode()}
    desk.page.locator("[name=file]").set_input_files(file)
    put(desk.page, "source", "見本")
    desk.press("main [type=submit]")
    assert desk.page.get_by_text("1 to be added").is_visible()

    desk.press("main [type=submit]")

    assert Center.objects.filter(name="見本窓口").exists()


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


@once
@pytest.mark.parametrize("language", ["ja-simple", "ur", "my", "en"])
def test_the_longest_list_is_small(language, page):
    answer = page.goto(f"/{language}/centers/?q=0")
    everything = page.goto(f"/{language}/centers/?q=-")

    assert answer.status == everything.status == 200
    assert len(gzip.compress(page.content().encode())) <= 40_000
