import pytest
from django.conf import settings

from languages import registry
from languages.catalogs import compile_catalogs

pytestmark = pytest.mark.urls("languages.tests.urls")

RUBY = "<ruby>予約<rp>(</rp><rt>よやく</rt><rp>)</rp></ruby>"
UNTOUCHED = '<textarea>{予約|よやく}</textarea><input value="{予約|よやく}">'


@pytest.fixture(autouse=True, scope="module")
def _catalogs():
    compile_catalogs()


@pytest.mark.parametrize("code", settings.COMPLETE_LANGUAGES)
def test_the_prefix_decides_the_language(client, code):
    client.cookies["language"] = "vi"

    response = client.get(f"/{code}/", headers={"accept-language": "my"})

    assert (response.status_code, response.text) == (200, code)
    assert response.headers["Content-Language"] == code
    assert "Accept-Language" not in response.headers.get("Vary", "")


@pytest.mark.parametrize(
    "code",
    [
        language.code
        for language in registry.LANGUAGES
        if language.code not in settings.COMPLETE_LANGUAGES
    ],
)
def test_a_language_that_is_not_offered_has_no_pages(client, code):
    assert client.get(f"/{code}/").status_code == 404


@pytest.mark.parametrize("prefix", ["xx", "JA", "ja-JP", "ja-easy", "ja_simple", "vi-VN", "en-us"])
def test_an_unknown_prefix_is_not_found(client, prefix):
    assert client.get(f"/{prefix}/page/").status_code == 404


def test_a_path_without_a_language_goes_to_the_visitors_own(client):
    response = client.get("/page/?a=1", headers={"accept-language": "vi"})

    assert response.status_code == 302
    assert response.url == "/vi/page/?a=1"
    assert set(response.headers["Vary"].split(", ")) == {"Accept-Language", "Cookie"}


@pytest.mark.parametrize(
    ("headers", "cookies", "code"),
    [
        ({"accept-language": "vi"}, {}, "vi"),
        ({"accept-language": "vi"}, {"language": "my"}, "my"),
        ({"accept-language": "ko"}, {}, "en"),
        ({}, {}, "en"),
    ],
)
def test_pages_without_a_prefix_follow_the_visitor(client, headers, cookies, code):
    for name, value in cookies.items():
        client.cookies[name] = value

    response = client.get("/plain/", headers=headers)

    assert response.text == code
    assert set(response.headers["Vary"].split(", ")) >= {"Accept-Language", "Cookie"}


@pytest.mark.parametrize(("accepts", "code"), [("vi", "ja"), ("en", "en"), ("ja-simple", "ja")])
def test_staff_pages_are_japanese_or_english(client, accepts, code):
    assert client.get("/admin/", headers={"accept-language": accepts}).text == code


def test_readings_stand_over_the_words_of_an_easy_page(client):
    response = client.get("/ja-simple/page/")

    assert response.text == f"<title>予約(よやく)</title><p>{RUBY}</p>{UNTOUCHED}"


def test_readings_can_be_switched_off(client):
    client.cookies["readings"] = "off"

    response = client.get("/ja-simple/page/")

    assert response.text == f"<title>予約</title><p>予約</p>{UNTOUCHED}"


@pytest.mark.parametrize("path", ["/ja/page/", "/ja-simple/text/"])
def test_other_languages_and_other_files_are_left_alone(client, path):
    assert client.get(path).text.startswith("<title>{予約|よやく}</title>")


def test_a_head_request_works(client):
    assert client.head("/ja-simple/page/").status_code == 200
