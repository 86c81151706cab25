"""A booking finished with the keyboard alone, and the ring that shows where one is."""

import pytest

from consultations.models import Booking
from consultations.steps import DONE, TIME

pytestmark = [pytest.mark.browser, pytest.mark.only_on("sqlite3")]

# Eleven pages, thirteen questions; two pages more than sixty presses were for.
MOST_PRESSES = 75
# A browser takes no key before it has drawn the page.
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
# A box that is chosen by its label wears the ring on the label.
FOCUS = """() => {
  const element = document.activeElement;
  const ring = element.closest('.choice') ? element.parentElement.querySelector('label') : element;
  const style = getComputedStyle(ring);
  let ground = ring.parentElement;
  const clear = color => /^rgba\\(.*, 0\\)$/.test(color);
  while (ground.parentElement && clear(getComputedStyle(ground).backgroundColor)) {
    ground = ground.parentElement;
  }
  const box = ring.getBoundingClientRect();
  return {
    element: element.outerHTML.slice(0, 80),
    name: element.getAttribute('name'),
    type: element.type || '',
    rings: [
      [style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth), style.outlineColor],
      ...[...style.boxShadow.matchAll(/(rgb[^)]+[)]) 0px 0px 0px ([0-9]+)px/g)].map(
        ([, color, width]) => [parseFloat(width), color]),
    ],
    ground: getComputedStyle(ground).backgroundColor,
    isOnScreen: box.width > 1 && box.bottom > 0 && box.top < window.innerHeight,
  };
}"""


def luminance(color):
    channels = [
        int(part.split(".")[0]) / 255 for part in color[color.index("(") + 1 : -1].split(",")[:3]
    ]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


class Keyboard:
    """Presses keys and counts them; typing letters is not counted."""

    def __init__(self, page):
        self.page = page
        self.presses = 0
        page.evaluate(DRAWN)

    def press(self, key):
        self.presses += 1
        self.page.keyboard.press(key)

    def tab(self):
        self.press("Tab")
        focus = self.page.evaluate(FOCUS)
        # The ground of a page that names no color of its own is the white of the screen.
        ground = focus["ground"].replace("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)")
        # Two rings, dark and light: one of them is seen on any ground.
        assert any(
            width >= 2 and contrast(color, ground) >= 3 for width, color in focus["rings"]
        ), focus
        assert focus["isOnScreen"], focus
        return focus

    def go_to_content(self):
        """By the first link of the page, which leads over the header.

        A page that a form leads to opens there by itself: browsers keep the #content.
        """
        if self.page.url.endswith("#content"):
            return
        self.tab()
        self.press("Enter")
        self.page.wait_for_url("**/*#content")

    def tab_to(self, name):
        for _stop in range(30):
            if self.tab()["name"] == name:
                return
        raise AssertionError(f"{name} cannot be reached")

    def enter(self):
        with self.page.expect_navigation():
            self.press("Enter")
        self.page.evaluate(DRAWN)

    def choose(self, name):
        """The first answer of a question."""
        self.go_to_content()
        self.tab_to(name)
        self.press("Space")
        self.enter()


def test_a_booking_is_finished_with_the_keyboard_alone(slots, journey):
    here = journey("en")
    here.open()
    keyboard = Keyboard(here.page)

    for _page in ("home", "before the questions"):
        keyboard.go_to_content()
        keyboard.tab()
        keyboard.enter()
    keyboard.choose("for_whom")
    keyboard.choose("topic")
    keyboard.go_to_content()
    keyboard.tab_to("speaking_language")
    here.page.keyboard.type("Nepali")
    keyboard.tab_to("reading_language")
    keyboard.enter()
    keyboard.choose("interpreter_wish")
    keyboard.go_to_content()
    keyboard.tab_to("is_minor")
    keyboard.press("Space")
    keyboard.tab_to("date_worry")
    keyboard.press("Space")
    keyboard.enter()
    keyboard.choose("mode")
    keyboard.go_to_content()
    keyboard.tab_to("channel")
    keyboard.press("Space")
    keyboard.tab_to("email")
    here.page.keyboard.type("lan@example.org")
    keyboard.enter()
    keyboard.go_to_content()
    keyboard.tab_to("nickname")
    here.page.keyboard.type("Lan")
    keyboard.enter()
    assert here.at() == TIME
    keyboard.choose("slot")
    keyboard.go_to_content()
    keyboard.tab_to("consent")
    keyboard.press("Space")
    keyboard.enter()

    assert here.at() == DONE
    assert Booking.objects.get().slot == slots[0]
    assert keyboard.presses <= MOST_PRESSES


def test_arrows_move_between_answers(slots, journey):
    here = journey("ur").begin()
    keyboard = Keyboard(here.page)
    keyboard.go_to_content()
    keyboard.tab_to("for_whom")

    keyboard.press("ArrowDown")
    keyboard.press("ArrowDown")

    assert here.page.locator("[name=for_whom]:checked").count() == 1
    assert keyboard.page.evaluate(FOCUS)["rings"][0][0] >= 2


@pytest.mark.parametrize(
    "path", ["", "consultations/", "danger/", "consultations/book/", "nowhere/"]
)
def test_every_stop_of_a_page_shows_where_one_is(path, slots, journey):
    here = journey("ur")
    here.open(path)
    stops = here.page.locator("a[href]:visible, button:visible, summary:visible, input:visible")

    keyboard = Keyboard(here.page)
    seen = {keyboard.tab()["element"] for _stop in range(stops.count())}

    assert len(seen) >= stops.count() - 1
