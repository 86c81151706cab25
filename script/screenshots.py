"""Takes the pictures of the README from a running script/server.

var/venv/bin/python script/screenshots.py [http://127.0.0.1:8000]
"""

import json
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "screenshots"
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
SUBMIT = "main form button[type=submit]"


def main():
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for language in ("ja", "ja-simple", "vi", "ur", "my"):
            page = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
            book(page, address, language)
        board(browser.new_context(viewport=DESKTOP, locale="en").new_page(), address)
        desk(browser.new_context(viewport=PHONE, locale="ja").new_page(), address)
        browser.close()


def book(page, address, language):
    """One booking from the first screen to the confirmation, three pictures of it."""
    page.goto(f"{address}/{language}/")
    save(page, f"home-{language}")
    page.goto(f"{address}/{language}/consultations/book/")
    page.click(SUBMIT)
    answer(page, "for_whom", "self")
    answer(page, "topic", "work")
    page.select_option("select[name=speaking_language]", "vi" if language == "vi" else "en")
    page.click(SUBMIT)
    answer(page, "interpreter_wish", "not_needed")
    page.check("input[name=is_minor] >> nth=1")
    answer(page, "date_worry", "no")
    answer(page, "mode", "video")
    page.check("input[name=channel][value=email]")
    page.fill("input[name=email]", f"resident-{language}@example.org")
    answer(page, "discretion", "private")
    page.fill("input[name=nickname]", "Mai")
    page.click(SUBMIT)
    page.check("input[name=slot] >> nth=0")
    save(page, f"times-{language}")
    page.click(SUBMIT)
    page.check("input[name=consent]")
    page.click(SUBMIT)
    save(page, f"done-{language}")


def answer(page, name, value):
    page.check(f"input[name={name}][value={value}]")
    page.click(SUBMIT)


def board(page, address):
    """A coordinator's first page."""
    sign_in(page, f"{address}/admin/", "coordinator@example.org")
    page.goto(f"{address}/admin/")
    save(page, "board")


def desk(page, address):
    """What waits for whoever answers at the support desk."""
    sign_in(page, f"{address}/ja/desk/ask/", "scrivener@example.org")
    page.goto(f"{address}/ja/desk/queue/")
    save(page, "desk-queue")


def sign_in(page, path, email):
    passwords = json.loads((ROOT / "var" / "demo-accounts.json").read_text(encoding="utf-8"))
    page.goto(path)
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", passwords[email])
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state("networkidle")


def save(page, name):
    page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
