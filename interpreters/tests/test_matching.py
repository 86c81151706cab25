"""Who fits, why, and why not."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from interpreters.choices import Gender, GenderWish, Level, Modality
from interpreters.matching import Candidate, Hours, Need, Spoken, Weight, matches
from interpreters.places import Place, Setting

TALK = datetime(2026, 12, 17, 1, tzinfo=UTC)  # Thursday, 10:00 in Japan
NEED = Need(
    language="ti",
    starts_at=TALK,
    ends_at=TALK + timedelta(hours=2),
    travel=timedelta(hours=1),
    area="足立区",
    topic="medical",
    organization=7,
)
THURSDAY = Hours(time(9), time(17), weekday=3)
GOOD = Candidate(
    pk=1,
    name="Good",
    spoken=(Spoken("ti", Level.DIFFICULT),),
    gender=Gender.WOMAN,
    pledge_until=date(2027, 3, 31),
    availabilities=(THURSDAY,),
)


def findings(need=NEED, **changes):
    [match] = matches(need, [replace(GOOD, **changes)])
    return {finding.code: finding.weight for finding in match.findings}, match.fits


def test_the_one_who_is_free_on_thursday_fits():
    found, fits = findings()

    assert fits
    assert found == {"language": Weight.YES, "availability": Weight.YES}


@pytest.mark.parametrize(
    ("changes", "code", "weight"),
    [
        ({"spoken": (Spoken("am", Level.DIFFICULT),)}, "language", Weight.NO),
        ({"spoken": (Spoken("ti", 3, modality=Modality.SIGN),)}, "language", Weight.NO),
        ({"spoken": (Spoken("ti", 3, is_relay=True),)}, "relay", Weight.DOUBT),
        ({"pledge_until": None}, "pledge", Weight.NO),
        ({"pledge_until": date(2026, 12, 16)}, "pledge", Weight.NO),
        ({"blocked": frozenset({7})}, "blocked", Weight.NO),
        ({"areas": frozenset({"港区"})}, "area", Weight.DOUBT),
        ({"areas": frozenset({"足立区"})}, "area", Weight.YES),
        ({"topics": frozenset({"medical"})}, "topic", Weight.YES),
        ({"this_month": 8}, "workload", Weight.DOUBT),
        ({"offer_status": "declined"}, "asked", Weight.NO),
        ({"availabilities": ()}, "availability", Weight.DOUBT),
        ({"availabilities": (replace(THURSDAY, weekday=2),)}, "availability", Weight.NO),
        ({"availabilities": (replace(THURSDAY, ends=time(11)),)}, "availability", Weight.NO),
        (
            {
                "availabilities": (
                    THURSDAY,
                    Hours(time(0), time(23), day=date(2026, 12, 17), is_free=False),
                )
            },
            "availability",
            Weight.NO,
        ),
        (
            {"availabilities": (Hours(time(9), time(13), day=date(2026, 12, 17)),)},
            "availability",
            Weight.YES,
        ),
        (
            {"occupied": ((TALK - timedelta(hours=2), TALK - timedelta(minutes=30)),)},
            "occupied",
            Weight.NO,
        ),
    ],
)
def test_each_thing_that_counts_is_told(changes, code, weight):
    found, fits = findings(**changes)

    assert found[code] is weight
    assert fits is (weight is not Weight.NO)


def test_what_ends_when_one_has_to_leave_is_no_overlap():
    found, fits = findings(occupied=((TALK - timedelta(hours=3), TALK - timedelta(hours=1)),))

    assert fits
    assert "occupied" not in found


def test_remote_needs_no_way_there():
    need = replace(NEED, place=Place.REMOTE)
    until_ten = ((TALK - timedelta(hours=2), TALK),)

    assert findings(need, occupied=until_ten)[1]
    assert findings(need, is_remote=False)[0]["remote"] is Weight.NO


@pytest.mark.parametrize(
    ("gender", "fits"), [(Gender.WOMAN, True), (Gender.MAN, False), (Gender.UNSAID, True)]
)
def test_a_wish_for_a_woman(gender, fits):
    found, does_fit = findings(replace(NEED, gender_wish=GenderWish.WOMAN), gender=gender)

    assert does_fit is fits
    if gender == Gender.UNSAID:
        assert found["gender"] is Weight.DOUBT


def test_the_level_counts_where_a_wrong_word_harms():
    low = {"spoken": (Spoken("ti", Level.OFFICES),)}

    assert findings(replace(NEED, setting=Setting.HOSPITAL), **low)[0]["level"] is Weight.DOUBT
    assert "level" not in findings(NEED, **low)[0]


def test_the_nearest_fit_stands_first_and_then_who_worked_least():
    tired = replace(GOOD, pk=2, name="Tired", this_month=3)
    unknown = replace(GOOD, pk=3, name="Unknown", availabilities=())
    impossible = replace(GOOD, pk=4, name="Impossible", spoken=())

    found = matches(NEED, [impossible, unknown, tired, GOOD])

    assert [match.candidate.name for match in found] == ["Good", "Tired", "Unknown", "Impossible"]
