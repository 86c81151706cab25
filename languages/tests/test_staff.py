"""Staff pages come out in Japanese or English, whole, whatever language the address names."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from languages.context_processors import page_language
from languages.staff import staff_page


@staff_page
def page(request):
    known = page_language(request)
    shown = known["page_language"]
    is_offered = known["address_language"] in {
        link.language.code for link in known["language_links"]
    }
    return HttpResponse(f"{shown.code} {shown.direction} {known['address_language']} {is_offered}")


@pytest.mark.parametrize(
    ("language", "accepts", "shown"),
    [
        ("ja", "", "ja"),
        ("ja-simple", "en", "ja"),
        ("en", "ja", "en"),
        ("ur", "", "en"),
        ("ur", "ja", "ja"),
        ("my", "my, en;q=0.5", "en"),
    ],
)
def test_the_language_of_a_staff_page(language, accepts, shown):
    request = RequestFactory().get(f"/{language}/desk/", headers={"Accept-Language": accepts})
    with translation.override(language):
        answer = page(request)
        assert translation.get_language() == language, "other pages stay as they are"
    assert answer.text == f"{shown} ltr {language} True", "and can be gone back to"


def test_links_to_the_pages_for_everybody_keep_the_language(client, db):
    page = client.get("/ur/desk/", headers={"Accept-Language": "en"}).text
    assert '<html lang="en" dir="ltr">' in page
    for link in ("/ur/", "/ur/danger/", "/ur/centers/"):
        assert f'href="{link}"' in page
