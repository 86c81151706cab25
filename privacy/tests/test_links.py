from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.links import CODE_ATTEMPTS, CODE_PAUSE, TooManyCodes, token_digest
from privacy.tests.things import Parcel, make_parcel

NOW = datetime(2030, 4, 1, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
OLD_KEY = "an old key of more than thirty-two characters"
NEW_KEY = "a new key of more than thirty-two characters!"


def opened_by(token):
    return list(Parcel.objects.for_token(token))


def test_a_token_opens_its_subject_and_is_32_bytes_long(parcels):
    parcel = make_parcel()

    assert opened_by(parcel.link_token) == [parcel]
    assert len(parcel.link_token) == 43


def test_the_database_holds_no_token_and_no_code(parcels):
    parcel = make_parcel()

    row = str(Parcel.objects.values().get())

    assert parcel.link_token not in row
    assert parcel.link_code not in row
    assert opened_by(parcel.link_digest) == []
    assert opened_by(str(parcel.link_id)) == []


def test_a_dump_without_the_link_keys_opens_nothing(parcels, settings):
    parcel = make_parcel()
    settings.LINK_KEYS = [NEW_KEY]
    stolen = Parcel.objects.get()

    assert stolen.link_token != parcel.link_token or opened_by(stolen.link_token) == []
    assert opened_by(stolen.link_token) == []


def test_old_links_go_on_working_after_a_rotation_and_letters_carry_them(parcels, settings):
    settings.LINK_KEYS = [OLD_KEY]
    parcel = make_parcel()
    old_token, old_code = parcel.link_token, parcel.link_code

    settings.LINK_KEYS = [NEW_KEY, OLD_KEY]
    known = Parcel.objects.get()

    assert opened_by(old_token) == [parcel]
    assert known.link_token == old_token
    assert known.check_code(old_code, NOW)


def test_new_links_are_made_with_the_new_key(parcels, settings):
    settings.LINK_KEYS = [NEW_KEY, OLD_KEY]
    parcel = make_parcel()

    settings.LINK_KEYS = [NEW_KEY]

    assert opened_by(Parcel.objects.get().link_token) == [parcel]


def test_revoking_kills_the_old_link_and_code_at_once(parcels):
    parcel = make_parcel()
    old_token, old_code = parcel.link_token, parcel.link_code

    parcel.revoke_link()

    known = Parcel.objects.get()
    assert opened_by(old_token) == []
    assert opened_by(known.link_token) == [parcel]
    assert known.link_generation == 2
    assert not known.check_code(old_code, NOW) or old_code == known.link_code


@given(st.lists(st.uuids(), min_size=2, max_size=8, unique=True), st.integers(1, 3))
def test_a_token_opens_no_other_subject(ids, generation):
    subjects = [Parcel(link_id=each, link_generation=generation) for each in ids]
    for subject in subjects:
        subject.set_link_digest()

    for subject in subjects:
        opened = [each for each in subjects if each.link_digest == token_digest(subject.link_token)]
        assert opened == [subject]


@given(st.uuids())
def test_a_code_has_six_digits_and_is_always_the_same(link_id):
    code = Parcel(link_id=link_id).link_code

    assert len(code) == 6
    assert code.isascii()
    assert code.isdigit()
    assert Parcel(link_id=link_id).link_code == code


def wrong_code(parcel):
    return "000000" if parcel.link_code != "000000" else "111111"


def test_the_right_code_is_right_and_writes_nothing(parcels, django_assert_num_queries):
    parcel = make_parcel()

    with django_assert_num_queries(0):
        assert parcel.check_code(parcel.link_code, NOW)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "\x00"])
def test_what_is_no_code_is_wrong(parcels, code):
    assert not make_parcel().check_code(code, NOW)


def test_after_five_wrong_codes_the_right_one_is_refused_for_a_while(parcels):
    parcel = make_parcel()
    for number in range(CODE_ATTEMPTS):
        assert not parcel.check_code(wrong_code(parcel), NOW + timedelta(seconds=number))
    last_try_at = NOW + timedelta(seconds=CODE_ATTEMPTS - 1)

    for at in (last_try_at, last_try_at + CODE_PAUSE - timedelta(seconds=1)):
        with pytest.raises(TooManyCodes):
            Parcel.objects.get().check_code(parcel.link_code, at)

    assert Parcel.objects.get().check_code(parcel.link_code, last_try_at + CODE_PAUSE)
    assert Parcel.objects.get().link_wrong_codes == 0


def test_wrong_codes_of_one_link_do_not_lock_another(parcels):
    parcel, other = make_parcel(), make_parcel()
    for _each in range(CODE_ATTEMPTS):
        parcel.check_code(wrong_code(parcel), NOW)

    assert other.check_code(other.link_code, NOW)


def test_the_right_code_forgives_the_wrong_ones(parcels):
    parcel = make_parcel()
    for _each in range(CODE_ATTEMPTS - 1):
        parcel.check_code(wrong_code(parcel), NOW)
    parcel.check_code(parcel.link_code, NOW)

    assert not parcel.check_code(wrong_code(parcel), NOW)
    assert Parcel.objects.get().link_wrong_codes == 1


def test_wrong_codes_of_long_ago_count_no_more(parcels):
    parcel = make_parcel()
    for _each in range(CODE_ATTEMPTS):
        parcel.check_code(wrong_code(parcel), NOW)

    assert not parcel.check_code(wrong_code(parcel), NOW + CODE_PAUSE)
    assert Parcel.objects.get().link_wrong_codes == 1


def test_wrong_codes_tried_at_once_are_counted_one_by_one(parcels):
    parcel = make_parcel()
    read_at_once = [Parcel.objects.get() for _each in range(CODE_ATTEMPTS + 1)]

    for tried in read_at_once[:-1]:
        assert not tried.check_code(wrong_code(parcel), NOW)

    with pytest.raises(TooManyCodes):
        read_at_once[-1].check_code(wrong_code(parcel), NOW)
