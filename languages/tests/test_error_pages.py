"""Error pages speak the reader's language and say which it is."""

import re

import pytest

from languages import registry


def opening_tag(response):
    return re.search(r"<html[^>]*>", response.text)[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "accepts", "code"),
    [
        ("/ur/nowhere/", "vi", "ur"),
        ("/ja-simple/nowhere/", "vi", "ja-simple"),
        ("/nowhere/", "vi", "vi"),
        ("/fil/", "my", "my"),
        ("/fil/", "", "en"),
        ("/xx/consultations/", "ne", "ne"),
    ],
)
def test_a_missing_page_is_in_the_readers_language(client, path, accepts, code):
    language = registry.get(code)

    response = client.get(path, headers={"accept-language": accepts})

    assert response.status_code == 404
    assert opening_tag(response) == f'<html lang="{language.tag}" dir="{language.direction}">'
    assert f"/language/ja/?next={path.replace('/', '%2F')}" in response.text
