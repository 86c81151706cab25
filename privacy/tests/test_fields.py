import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import FieldError
from hypothesis import given
from hypothesis import strategies as st

from privacy.fields import UnreadableValue, decrypt, encrypt
from privacy.tests.things import Parcel, make_parcel, raw_content

OLD_KEY, NEW_KEY = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_comes_back_as_it_was(text):
    token = encrypt(text)

    assert decrypt(token) == text
    assert token.isascii()


def test_the_same_text_is_never_written_the_same_way():
    assert encrypt("Lan") != encrypt("Lan")


@pytest.mark.parametrize(
    "content", ["Lan", "私は困っています。", "x" * 100_000, " spaces \n", "نام"]
)
def test_a_value_is_readable_through_the_model_alone(parcels, content):
    parcel = make_parcel(content)

    parcel.refresh_from_db()
    assert parcel.content == content
    assert content not in raw_content(parcel)
    assert decrypt(raw_content(parcel)) == content


def test_empty_stays_empty(parcels):
    parcel = make_parcel("")

    assert raw_content(parcel) == ""


def test_after_a_rotation_old_values_are_read_and_new_ones_written_with_the_new_key(
    parcels, settings
):
    settings.FIELD_ENCRYPTION_KEYS = [OLD_KEY]
    parcel = make_parcel("Lan")

    settings.FIELD_ENCRYPTION_KEYS = [NEW_KEY, OLD_KEY]
    parcel.refresh_from_db()
    assert parcel.content == "Lan"
    parcel.save()

    settings.FIELD_ENCRYPTION_KEYS = [NEW_KEY]
    parcel.refresh_from_db()
    assert parcel.content == "Lan"


def test_a_value_of_a_lost_key_is_unreadable_and_the_error_does_not_show_it(parcels, settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD_KEY]
    parcel = make_parcel("Lan")
    raw = raw_content(parcel)
    settings.FIELD_ENCRYPTION_KEYS = [NEW_KEY]

    with pytest.raises(UnreadableValue) as error:
        parcel.refresh_from_db()

    assert str(error.value) == ""
    assert error.value.__suppress_context__
    assert raw not in repr(error.value)


def test_a_changed_value_is_unreadable():
    token = encrypt("Lan")

    with pytest.raises(UnreadableValue):
        decrypt(token[:-4] + "AAA=")


@pytest.mark.parametrize("lookup", ["content", "content__contains", "content__in", "content__gt"])
def test_looking_for_an_encrypted_value_is_refused(lookup):
    with pytest.raises(FieldError, match="content is encrypted and cannot be searched"):
        Parcel.objects.filter(
            **{lookup: ["Lan"] if lookup.endswith("in") else "Lan"}
        ).query.sql_with_params()


def test_whether_there_is_a_value_may_be_asked(parcels):
    make_parcel("Lan")

    assert Parcel.objects.filter(content__isnull=False).count() == 1
