import pytest
from django.test import RequestFactory

from languages.negotiation import preferred_language, staff_language


@pytest.fixture(autouse=True)
def all_offered(settings):
    settings.COMPLETE_LANGUAGES = [
        *["ja", "ja-simple", "en", "zh-hans", "zh-hant", "vi", "fil", "pt-br", "id", "my"]
    ]


def visitor(accepts="", chosen=None):
    request = RequestFactory().get("/", headers={"accept-language": accepts})
    if chosen:
        request.COOKIES["language"] = chosen
    return request


@pytest.mark.parametrize(
    ("accepts", "code"),
    [
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("en;q=0.5,my;q=0.9", "my"),
        ("tl-PH", "fil"),
        ("fil", "fil"),
        ("in", "id"),
        ("pt", "pt-br"),
        ("pt-PT", "pt-br"),
        ("zh-TW", "zh-hant"),
        ("zh-HK", "zh-hant"),
        ("zh-Hant-HK", "zh-hant"),
        ("zh-CN", "zh-hans"),
        ("zh", "zh-hans"),
        ("ja-JP", "ja"),
        ("ja-simple", "ja-simple"),
        ("ko, xx", None),
        ("my;q=0, xx", None),
        ("*", None),
        ("", None),
        (";;;q=,,%%", None),
        ("x" * 10_000, None),
    ],
)
def test_the_browser_gets_the_first_offered_language_it_asks_for(accepts, code):
    assert preferred_language(visitor(accepts)) == code


def test_an_earlier_choice_comes_first():
    assert preferred_language(visitor("vi", chosen="my")) == "my"


@pytest.mark.parametrize("stale", ["ko", "xx", "../../etc"])
def test_an_earlier_choice_that_is_not_offered_counts_for_nothing(stale):
    assert preferred_language(visitor("vi", chosen=stale)) == "vi"


@pytest.mark.parametrize(
    ("accepts", "chosen", "code"),
    [
        ("vi, en;q=0.5", None, "en"),
        ("vi", "vi", "ja"),
        ("en", "ja", "ja"),
        ("en", "ja-simple", "en"),
        ("ja-simple", None, "ja"),
    ],
)
def test_staff_pages_are_japanese_or_english(accepts, chosen, code):
    assert staff_language(visitor(accepts, chosen)) == code
