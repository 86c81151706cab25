import pytest
from django.test import RequestFactory
from django.utils import translation

from languages.context_processors import page_language

pytestmark = pytest.mark.urls("languages.tests.urls")


def context(path, code, **cookies):
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    with translation.override(code):
        return page_language(request)


def test_a_page_knows_its_language_and_links_to_itself_in_the_others():
    found = context("/vi/page/?a=1", "vi")

    assert found["page_language"].code == "vi"
    assert [link.language.code for link in found["language_links"]] == (
        ["ja", "ja-simple", "en", "vi", "ne", "my", "ur"]
    )
    assert [link.language.code for link in found["language_links"] if link.is_current] == ["vi"]
    assert found["language_links"][0].url == "/language/ja/?next=%2Fvi%2Fpage%2F%3Fa%3D1"


def test_staff_pages_link_to_the_staff_languages():
    found = context("/admin/", "ja")

    assert [link.language.code for link in found["language_links"]] == ["ja", "en"]


@pytest.mark.parametrize("code", [None, "en-us", "de"])
def test_a_page_outside_every_language_is_in_the_fallback(code):
    assert context("/nowhere/", code)["page_language"].code == "en"


def test_a_monstrous_path_is_not_repeated_in_every_link():
    found = context("/" + "x" * 5000, "en")

    assert found["language_links"][0].url == "/language/ja/"


@pytest.mark.parametrize(("code", "is_draft"), [("en", False), ("my", True)])
def test_drafts_are_marked(code, is_draft):
    assert context("/", code)["review_note"] is is_draft


def test_only_easy_japanese_has_a_switch_for_readings():
    assert context("/ja/", "ja")["readings_switch"] is None

    on = context("/ja-simple/", "ja-simple")["readings_switch"]
    off = context("/ja-simple/", "ja-simple", readings="off")["readings_switch"]

    assert (on.is_on, on.url) == (True, "/readings/off/?next=%2Fja-simple%2F")
    assert (off.is_on, off.url) == (False, "/readings/on/?next=%2Fja-simple%2F")
