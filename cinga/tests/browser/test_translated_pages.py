"""A browser that translates pages rewrites them: every text ends up in elements of its own."""

import pytest

from consultations.models import Booking

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite3")]

# As Chrome does it; what says translate="no" is left alone.
TRANSLATE = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const text of texts) {
    if (!text.data.trim() || text.parentElement.closest('[translate=no], script, textarea')) continue;
    const [outer, inner] = [document.createElement('font'), document.createElement('font')];
    text.replaceWith(outer);
    outer.append(inner);
    inner.append('[' + text.data.trim() + ']');
  }
  document.documentElement.classList.add('translated-ltr');
  document.documentElement.lang = 'am';
}"""


def test_a_booking_is_made_moved_and_canceled_on_translated_pages(slots, journey):
    def translate(page):
        page.evaluate(TRANSLATE)

    here = journey("en", translate).book()
    booking = Booking.objects.with_story().get()
    done = here.page.locator("main")
    assert done.locator("font").count() > 5
    # What must be right to the digit is as it was.
    assert f"[{booking.link_code}]" not in done.inner_text()
    assert booking.link_code in done.inner_text()
    assert f"[{booking.case}]" not in done.inner_text()
    assert not here.page.locator("footer .phone font").count()

    here.open_link(booking)
    here.show()
    here.move_to(slots[3])
    here.cancel()

    booking.refresh_from_db()
    assert (booking.status, booking.slot) == ("canceled", slots[3])


def test_numbers_and_times_say_that_they_are_not_to_be_translated(slots, journey):
    found = {}

    def look(page):
        for selector in (
            ".reference",
            ".phone",
            "[href^='tel:']",
            ".panel strong",
            ".summary strong",
        ):
            for element in page.locator(selector).all():
                found.setdefault(selector, []).append(
                    element.evaluate(
                        "element => !!element.closest('[translate=no]')"
                        " || !!element.querySelector('[translate=no]')"
                    )
                )

    journey("my", look).book()

    assert set(found) == {
        ".reference",
        ".phone",
        "[href^='tel:']",
        ".panel strong",
        ".summary strong",
    }
    assert all(all(answers) for answers in found.values()), found
