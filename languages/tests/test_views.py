import pytest

from languages.views import path_in

SMALL_SITE = pytest.mark.urls("languages.tests.urls")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/ja/b/3/?from=day", "/vi/b/3/?from=day"),
        ("/ja-simple/", "/vi/"),
        ("/vi/", "/vi/"),
        ("/", "/"),
        ("/languages/", "/languages/"),
        ("/fil/b/3/", "/fil/b/3/"),
        ("/ja", "/ja"),
        ("/open/?next=/ja/", "/open/?next=/ja/"),
    ],
)
def test_path_in_changes_only_the_language(path, expected):
    assert path_in(path, "vi") == expected


@SMALL_SITE
def test_switch_remembers_the_language_and_returns_to_the_same_page(client):
    response = client.get("/language/vi/", {"next": "/ja/b/3/?from=day"})

    assert (response.status_code, response.url) == (302, "/vi/b/3/?from=day")
    cookie = response.cookies["language"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("vi", True, "Lax")
    assert "no-store" in response.headers["Cache-Control"]


@SMALL_SITE
@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "\t//evil.example",
        "evil",
        "",
    ],
)
def test_switch_never_leaves_the_site(client, elsewhere):
    assert client.get("/language/vi/", {"next": elsewhere}).url == "/vi/"


@SMALL_SITE
def test_switch_survives_line_breaks_in_the_path(client):
    response = client.get("/language/vi/", {"next": "/ja/\r\nX: 1"})

    assert response.status_code == 302
    assert "\n" not in response.headers["Location"]


@SMALL_SITE
@pytest.mark.parametrize("code", ["xx", "ko", "VI", "tl"])
def test_a_language_that_is_not_offered_is_not_found(client, code):
    response = client.get(f"/language/{code}/", {"next": "/ja/"})

    assert response.status_code == 404
    assert "language" not in response.cookies


@SMALL_SITE
def test_switching_is_asked_for_with_get_alone(client):
    assert client.post("/language/vi/").status_code == 405


@SMALL_SITE
@pytest.mark.parametrize("state", ["on", "off"])
def test_readings_are_remembered(client, state):
    response = client.get(f"/readings/{state}/", {"next": "/ja-simple/page/"})

    assert (response.status_code, response.url) == (302, "/ja-simple/page/")
    assert response.cookies["readings"].value == state


@SMALL_SITE
def test_readings_know_on_and_off_only(client):
    assert client.get("/readings/maybe/").status_code == 404


@pytest.mark.django_db
def test_the_language_page_shows_each_language_in_its_own_script(client):
    response = client.get("/languages/")

    for own_name in [
        'href="/language/ja-simple/" lang="ja-simple" hreflang="ja-simple" dir="ltr">やさしい日本語',
        'href="/language/vi/" lang="vi" hreflang="vi" dir="ltr">Tiếng Việt',
        'href="/language/ur/" lang="ur" hreflang="ur" dir="rtl">اردو',
    ]:
        assert own_name in response.text
    assert "Filipino" not in response.text


@pytest.mark.django_db
def test_the_language_page_leads_back_to_where_one_came_from(client):
    response = client.get("/languages/", {"next": "/ja/b/3/"})

    assert 'href="/language/vi/?next=%2Fja%2Fb%2F3%2F"' in response.text
