from hypothesis import given
from hypothesis import strategies as st

from privacy.digests import keyed_digest, lookup_digest

TEXT = st.text(st.characters(codec="utf-8"), max_size=20)


def test_a_digest_depends_on_value_purpose_and_key(settings):
    digest = lookup_digest("lan@example.org", "email")

    assert digest == lookup_digest("lan@example.org", "email")
    assert digest != lookup_digest("hoa@example.org", "email")
    assert digest != lookup_digest("lan@example.org", "phone")
    settings.LOOKUP_KEY = "another key of more than thirty-two characters"
    assert digest != lookup_digest("lan@example.org", "email")


def test_a_digest_shows_nothing_and_fits_its_column():
    assert len(lookup_digest("lan@example.org", "email")) == 64


def test_nothing_has_no_digest():
    assert lookup_digest("", "email") == ""


@given(first=st.lists(TEXT, max_size=3), second=st.lists(TEXT, max_size=3))
def test_parts_cannot_be_confused_with_each_other(first, second):
    same = keyed_digest("key", *first) == keyed_digest("key", *second)

    assert same == (first == second)
