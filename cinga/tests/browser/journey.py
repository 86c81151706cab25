"""One person at a browser, on the way to a booking, in any language.

Controls are found by name and value, as a form sends them: no word of a page is needed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from consultations.cookies import DRAFT
from consultations.models.draft import draft_key
from consultations.steps import CHECK, DONE, QUESTIONS, TIME, WHOM
from consultations.tests.flows import TYPED
from languages import registry

SEND = "main form button[type=submit]"


def only_look(page):
    """What a test does with every page of a journey; by itself nothing."""


@dataclass
class Journey:
    page: Page
    language: str
    # Called with the page each time a new one has come.
    look: Callable = only_look

    def path(self, rest=""):
        return f"/{self.language}/{rest}"

    def open(self, rest=""):
        """The answer of the server to a page of this language."""
        return self.open_path(self.path(rest))

    def open_path(self, path):
        answer = self.page.goto(path)
        self.look(self.page)
        return answer

    def step(self, number):
        return self.open(f"b/{number}/")

    def press(self, selector):
        """Press a link or button; the last answer of the server on the way it leads."""
        with self.page.expect_navigation() as arrival:
            self.page.locator(selector).first.click()
        self.look(self.page)
        return arrival.value

    def send(self):
        return self.press(SEND)

    def fill(self, number, **changes):
        """Choose and type what the page asks; what that was, by name."""
        typed = self.typed(number, **changes)
        for name, value in typed.items():
            put(self.page, name, value)
        return typed

    def typed(self, number, **changes):
        """What is chosen and typed on a page; letters are wanted in the page's language."""
        values = TYPED[number] | changes
        return (
            values | {"reading_language": self.language} if "reading_language" in values else values
        )

    def at(self):
        """The number of the step this page is, or None."""
        found = re.search(r"/b/(\d+)/(#.*)?$", self.page.url)
        return int(found[1]) if found else None

    def switch_to(self, language):
        """By the link that every page has."""
        self.page.locator(".languages__current").click()
        self.press(f".languages__list a[hreflang='{registry.get(language).tag}']")
        self.language = language

    @property
    def draft_key(self):
        return draft_key(self.cookie(DRAFT))

    def cookie(self, name):
        cookies = {cookie["name"]: cookie["value"] for cookie in self.page.context.cookies()}
        return cookies.get(name)

    # THE WAY

    def begin(self):
        """From the first page to the first question."""
        self.open()
        self.press(f"main a[href='{self.path('consultations/book/')}']")
        self.send()
        assert self.at() == WHOM
        return self

    def answer(self, *numbers, **changes):
        """Answer the questions, one page after the other."""
        for number in numbers or QUESTIONS:
            assert self.at() == number
            mine = {name: value for name, value in changes.items() if name in TYPED[number]}
            self.fill(number, **mine)
            self.send()
        return self

    def choose_time(self):
        """The first time that is free."""
        assert self.at() == TIME
        self.page.locator("[name=slot]").first.check()
        self.send()
        assert self.at() == CHECK
        return self

    def agree(self):
        self.page.locator("[name=consent]").check()
        self.send()
        assert self.at() == DONE
        return self

    def book(self):
        return self.begin().answer().choose_time().agree()

    # THE PAGE BEHIND THE LINK

    def open_link(self, booking):
        return self.open(f"l/{booking.link_token}/")

    def show(self, code=""):
        if code:
            self.page.locator("[name=code]").fill(code)
        return self.press("form[action$='/show/'] button")

    def move_to(self, slot):
        self.press("main a[href$='/time/']")
        put(self.page, "slot", str(slot.pk))
        return self.send()

    def cancel(self):
        self.press("main a[href$='/cancel/']")
        return self.send()


def put(page, name, value):
    """Choose or type a value, whatever kind of control has that name."""
    control = page.locator(f"main [name='{name}']").first
    kind = control.evaluate("control => control.type")
    if value == "on":
        control.check()
    elif kind in {"radio", "checkbox"}:
        page.locator(f"main [name='{name}'][value='{value}']").check()
    elif kind == "select-one":
        control.select_option(value)
    else:
        control.fill(value)


def chosen(page, name):
    """What a control of that name holds."""
    return page.locator(f"main [name='{name}']").evaluate_all(
        "controls => controls.filter(c => !['radio', 'checkbox'].includes(c.type) || c.checked)"
        ".map(c => c.value).join()"
    )


def check_language(page, language):
    """The page says truly what it is written in."""
    known = registry.get(language)
    root = page.locator("html")
    assert root.get_attribute("lang") == known.tag, page.url
    assert root.get_attribute("dir") == known.direction, page.url
