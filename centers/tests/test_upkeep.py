"""The directory is kept true: proposed, decided, taken back, confirmed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from accounts.tests.clients import signed_in
from accounts.tests.factories import UserFactory
from centers.choices import Age, CorrectionStatus, Origin
from centers.models import Center, Correction, Leg, Visit
from centers.models.correction import StepNotAllowed
from centers.selectors import listed_centers
from centers.services.table import load_caravans, load_centers
from centers.services.upkeep import (
    EntryTaken,
    NothingProposed,
    accept_correction,
    confirm_center,
    decline_correction,
    propose_correction,
    reopen_correction,
    written,
)
from centers.views.corrections import MOST_CORRECTIONS

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
TODAY = date(2026, 11, 27)


@pytest.fixture(autouse=True)
def table(db):
    load_centers(now=NOW)


@pytest.fixture
def center():
    return Center.objects.get(operator__name="京都市")


@pytest.fixture
def coordinator():
    return UserFactory(role=roles.COORDINATOR)


def propose(center, *, origin=Origin.PUBLIC, says_gone=False, message="", **changes):
    return propose_correction(
        center=center,
        origin=origin,
        proposed=written(center) | changes,
        says_gone=says_gone,
        message=message,
        now=NOW,
    )


def accept(correction, by):
    return accept_correction(correction_id=correction.pk, by=by, today=TODAY, now=NOW)


def everything(center):
    return {
        **Center.objects.values().get(pk=center.pk),
        "phones": list(center.phones.order_by("position").values_list("number", "label")),
        "version": None,
        "changed_at": None,
    }


def test_only_what_differs_is_proposed(center):
    correction = propose(center, address=f"  {center.address} ", remarks="月曜休み")

    assert correction.proposed == {"remarks": "月曜休み"}
    assert correction.before == {"remarks": center.remarks}
    with pytest.raises(NothingProposed):
        propose(center)


def test_what_is_accepted_stands_in_the_entry(center, coordinator):
    correction = propose(
        center,
        phones="075-000-0001\n075-000-0002 内線 12",
        hours="火~日:9:00~17:00\n月曜日休み(祝日の場合は翌平日)",
        remarks="",
    )

    accept(correction, coordinator)

    center.refresh_from_db()
    numbers = center.phones.order_by("position").values_list("number", "extension")
    assert list(numbers) == [("075-000-0001", ""), ("075-000-0002", "12")]
    assert (center.remarks, center.days_known, center.is_manual) == ("", True, True)
    assert center.hours_written == "火~日:9:00~17:00\n月曜日休み(祝日の場合は翌平日)"
    # Somebody from outside has said it; nobody has asked the center.
    assert center.verified_on is None
    correction.refresh_from_db()
    assert (correction.status, correction.decided_by) == (CorrectionStatus.ACCEPTED, coordinator)


def test_hours_that_are_not_understood_stay_text_for_a_person(center, coordinator):
    accept(propose(center, hours="だいたい朝から"), coordinator)

    center.refresh_from_db()
    assert (center.hours_text, center.opening_text, center.days_known) == (
        "だいたい朝から",
        "",
        False,
    )
    assert "だいたい朝から" in center.not_understood


def test_what_the_center_says_counts_as_asked(center, coordinator):
    accept(propose(center, origin=Origin.CENTER, remarks=""), coordinator)

    center.refresh_from_db()
    assert center.verified_on == TODAY


def test_a_center_that_is_gone_is_listed_no_longer(center, coordinator):
    accept(propose(center, says_gone=True), coordinator)

    assert Client().get(f"/ja/centers/{center.pk}/").status_code == 404


def test_taking_back_restores_everything(center, coordinator):
    before = everything(center)
    correction = propose(
        center,
        origin=Origin.CENTER,
        says_gone=True,
        phones="075-000-0001",
        hours="月~金:9:00~17:00",
        address="別の場所",
        name="別の名前",
        remarks="別の備考",
    )
    accept(correction, coordinator)
    assert everything(center) != before

    reopen_correction(correction_id=correction.pk, now=NOW)

    assert everything(center) == before | {"is_manual": True}
    correction.refresh_from_db()
    assert (correction.status, correction.decided_by) == (CorrectionStatus.WAITING, None)


def test_nobody_decides_twice(center, coordinator):
    correction = propose(center, remarks="")
    decline_correction(correction_id=correction.pk, by=coordinator, now=NOW)
    before = everything(center)

    with pytest.raises(StepNotAllowed):
        accept(correction, coordinator)
    assert everything(center) == before


def test_the_database_knows_when_something_is_decided(center):
    correction = propose(center, remarks="")

    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.filter(pk=correction.pk).update(status=CorrectionStatus.ACCEPTED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.filter(pk=correction.pk).update(status="gone", decided_at=NOW)


def test_own_words_are_encrypted_where_they_lie(center):
    correction = propose(center, message="My name is Canary Hirondelle")

    with connection.cursor() as cursor:
        cursor.execute("SELECT message FROM centers_correction WHERE id = %s", [correction.pk])
        [(stored,)] = cursor.fetchall()
    assert "Canary" not in stored
    assert Correction.objects.get().message == "My name is Canary Hirondelle"


def test_a_number_that_stays_keeps_its_label_and_languages(coordinator):
    matsudo = Center.objects.get(operator__name="松戸市")
    before = list(matsudo.phones.order_by("position").values_list("number", "label", "languages"))
    assert any(languages for _number, _label, languages in before)

    accept(propose(matsudo, phones=written(matsudo)["phones"] + "\n047-000-0001"), coordinator)

    after = list(matsudo.phones.order_by("position").values_list("number", "label", "languages"))
    assert after == [*before, ("047-000-0001", "", "")]


def test_words_in_the_place_of_numbers_take_no_number_away(center, coordinator):
    accept(propose(center, phones="nobody answers"), coordinator)

    center.refresh_from_db()
    assert center.phones.count() == 2
    assert "nobody" in center.review


def test_a_label_of_any_length_is_accepted(center, coordinator):
    accept(propose(center, phones=f"{'長' * 200}:075-000-0001"), coordinator)

    assert center.phones.get().number == "075-000-0001"


def test_an_empty_name_or_address_says_nothing(center):
    with pytest.raises(NothingProposed):
        propose(center, name="", address=" ")


def test_what_would_be_another_entry_is_not_accepted(coordinator):
    first, second = Center.objects.filter(operator__name="湖南市").order_by("position")[:2]
    correction = propose(first, name=second.name, address=second.address)

    with pytest.raises(EntryTaken):
        accept(correction, coordinator)
    correction.refresh_from_db()
    assert correction.status == CorrectionStatus.WAITING


# BY THE PUBLIC


def test_somebody_tells_what_is_wrong(center):
    visitor = Client(headers={"accept-language": "my"})
    page = f"/my/centers/{center.pk}/correct/"
    shown = visitor.get(page)

    answer = visitor.post(page, written(center) | {"phones": "075-000-0009", "message": "မှားနေတယ်"})

    assert "no-store" in shown["Cache-Control"]
    assert answer.status_code == 302
    assert visitor.get(answer.url).status_code == 200
    correction = Correction.objects.get()
    assert (correction.origin, correction.proposed) == (Origin.PUBLIC, {"phones": "075-000-0009"})
    assert correction.message == "မှားနေတယ်"
    # Nothing is shown before a person has looked at it.
    assert "075-000-0009" not in Client().get(f"/my/centers/{center.pk}/").text


def test_a_public_form_cannot_rename_a_center(center):
    Client().post(f"/en/centers/{center.pk}/correct/", {"name": "x", "message": "hello"})

    assert "name" not in Correction.objects.get().proposed


@pytest.mark.parametrize(
    "changes", [{}, {"phones": "x" * 1001}, {"message": "x" * 501}, {"address": "x" * 201}]
)
def test_nothing_and_too_much_are_told(center, changes):
    answer = Client().post(f"/en/centers/{center.pk}/correct/", written(center) | changes)

    assert answer.status_code == 422
    assert not Correction.objects.exists()


def test_one_network_cannot_flood_the_queue(center):
    visitor = Client(REMOTE_ADDR="198.51.100.7")
    page = f"/en/centers/{center.pk}/correct/"
    for _each in range(MOST_CORRECTIONS):
        assert visitor.post(page, {"message": "wrong"}).status_code == 302

    assert visitor.post(page, {"message": "wrong"}).status_code == 429
    assert Correction.objects.count() == MOST_CORRECTIONS
    # Another network is not shut out.
    other = Client(REMOTE_ADDR="203.0.113.7")
    assert other.post(page, {"message": "wrong"}).status_code == 302


def test_a_center_there_is_not_cannot_be_corrected(center):
    Center.objects.filter(pk=center.pk).update(is_listed=False)

    assert Client().post(f"/en/centers/{center.pk}/correct/", {"message": "x"}).status_code == 404


# BY THE CENTER


def test_the_center_says_yes(center):
    page = f"/ja/c/{center.link_token}/"
    visitor = Client()
    shown = visitor.get(page)

    answer = visitor.post(f"{page}yes/")

    assert "no-store" in shown["Cache-Control"]
    assert shown["X-Robots-Tag"] == "noindex, nofollow"
    center.refresh_from_db()
    assert center.verified_on == timezone.localdate()
    assert visitor.get(answer.url).context["is_confirmed"]


def test_looking_at_the_link_confirms_nothing(center):
    Client().get(f"/ja/c/{center.link_token}/")

    assert Client().get(f"/ja/c/{center.link_token}/yes/").status_code == 405
    center.refresh_from_db()
    assert center.verified_on is None


def test_the_center_says_what_is_wrong(center):
    page = f"/ja/c/{center.link_token}/fix/"

    answer = Client().post(page, written(center) | {"name": "新しい名前"})

    assert answer.status_code == 302
    correction = Correction.objects.get()
    assert (correction.origin, correction.proposed) == (Origin.CENTER, {"name": "新しい名前"})


@pytest.mark.parametrize("path", ["", "fix/"])
def test_an_old_or_wrong_link_opens_nothing(center, path):
    old = center.link_token
    center.revoke_link()

    for token in (old, "x", "../admin"):
        answer = Client().get(f"/ja/c/{token}/{path}")
        assert answer.status_code == 404
        assert center.address not in answer.text
    assert Client().post(f"/ja/c/{old}/yes/").status_code == 404


def test_every_center_has_a_link_of_its_own():
    tokens = {center.link_token for center in Center.objects.all()}

    assert len(tokens) == 176
    assert Center.objects.for_token(Center.objects.first().link_token).count() == 1


# BY COORDINATORS


@pytest.fixture
def desk():
    return signed_in(roles.COORDINATOR)


def act(desk, correction, verb):
    return desk.post(reverse(f"admin:centers_correction_{verb}", args=[correction.pk]), follow=True)


def test_the_queue_is_decided_side_by_side(desk, center):
    correction = propose(center, remarks="新しい備考")
    following = propose(center, address="別の場所")
    page = desk.get(reverse("admin:centers_correction_change", args=[correction.pk])).text
    assert page.index("※月曜日") < page.index("新しい備考")

    answer = act(desk, correction, "accept")

    # The next one opens at once.
    assert answer.redirect_chain[-1][0].endswith(f"/{following.pk}/change/")
    center.refresh_from_db()
    assert center.remarks == "新しい備考"


def test_a_second_click_changes_nothing_and_says_so(desk, center):
    correction = propose(center, remarks="新しい備考")
    act(desk, correction, "decline")

    answer = act(desk, correction, "accept")

    assert "Somebody else has decided on this" in answer.text
    center.refresh_from_db()
    assert center.remarks != "新しい備考"


def test_what_would_be_another_entry_is_told(desk):
    first, second = Center.objects.filter(operator__name="湖南市").order_by("position")[:2]
    correction = propose(first, name=second.name, address=second.address)

    assert "Another entry has this name and address" in act(desk, correction, "accept").text


def test_what_has_moved_since_is_marked(desk, center):
    correction = propose(center, remarks="新しい備考")
    Center.objects.filter(pk=center.pk).update(remarks="間に変わった")

    page = desk.get(reverse("admin:centers_correction_change", args=[correction.pk])).text

    assert "間に変わった" in page
    assert "changed since this was sent" in page


def test_a_decision_is_taken_back_from_its_page(desk, center):
    correction = propose(center, remarks="新しい備考")
    act(desk, correction, "accept")

    act(desk, correction, "reopen")

    center.refresh_from_db()
    assert center.remarks.startswith("①")


@pytest.mark.parametrize("role", [roles.EXPERT, roles.INTERPRETER])
def test_nobody_else_decides(center, role):
    correction = propose(center, remarks="新しい備考")

    act(signed_in(role), correction, "accept")

    correction.refresh_from_db()
    assert correction.status == CorrectionStatus.WAITING


def test_hours_that_are_not_understood_are_refused_with_their_words(center):
    center.opening_text = "月~金:9:00~17:00\nときどき土曜"

    with pytest.raises(ValidationError, match="ときどき土曜"):
        center.full_clean()


def test_a_center_is_marked_as_asked(desk, center):
    desk.post(
        reverse("admin:centers_center_changelist"),
        {"action": "asked_today", "_selected_action": [center.pk]},
    )

    center.refresh_from_db()
    assert center.asked_at is not None
    assert center.verified_on is None


def test_the_admin_shows_how_hours_are_understood_and_the_link(desk, center):
    page = desk.get(reverse("admin:centers_center_change", args=[center.pk])).text

    assert f"/ja/c/{center.link_token}/" in page
    assert "今は受付時間外です" in page or "受け付けているかもしれません" in page


def test_ages_are_the_same_in_the_database_and_in_python():
    days = [None, *(TODAY - timedelta(days) for days in (0, 90, 91, 365, 366))]
    centers = list(Center.objects.in_order())
    for number, center in enumerate(centers):
        center.verified_on = days[number % 6]
        center.as_of_date = days[number // 6 % 6]
    Center.objects.bulk_update(centers, ["verified_on", "as_of_date"])

    for age in Age:
        expected = {center.pk for center in centers if center.age(TODAY) == age}
        assert {each.pk for each in Center.objects.of_age(age, TODAY)} == expected
        assert expected


def test_what_nobody_confirmed_for_a_year_is_on_the_board(desk):
    for center in listed_centers()[:170]:
        confirm_center(center_id=center.pk, on=timezone.localdate(), now=NOW)
    propose(Center.objects.first(), remarks="x")

    page = desk.get(reverse("admin:index")).text

    assert "6 centers were not confirmed for a year." in page
    assert "1 correction of the directory is waiting." in page


# THE CARAVAN


def test_eight_legs_are_loaded_once():
    assert load_caravans() == 8
    assert load_caravans() == 0

    legs = list(Leg.objects.all())
    assert [leg.days for leg in legs] == [3, 5, 2, 1, 4, 4, 2, 1]
    assert legs[0].starts_date == date(2019, 7, 29)
    assert legs[-1].ends_date == date(2020, 3, 9)


def test_the_caravan_is_shown_with_the_visits_that_are_marked(center):
    load_caravans()
    Visit.objects.create(leg=Leg.objects.get(number=2), center=center)

    page = Client().get("/en/centers/caravan/").text

    assert "Fiscal year 2019: 58 centers" in page
    assert page.count("<li>\n      <h3>") == 8
    assert "Kinki · Chugoku (west of Honshu)" in page
    assert page.count(center.name) == 1


def test_a_coordinator_marks_a_visit_and_takes_it_out(desk, center):
    load_caravans()
    leg = Leg.objects.get(number=2)
    page = reverse("admin:centers_leg_change", args=[leg.pk])
    typed = {
        "caravan": leg.caravan_id,
        "number": 2,
        "starts_date": "2019-08-05",
        "ends_date": "2019-08-09",
        "regions": leg.regions,
        "visits-TOTAL_FORMS": 1,
        "visits-INITIAL_FORMS": 0,
        "visits-0-center": center.pk,
        "visits-0-leg": leg.pk,
    }

    assert desk.post(page, typed).status_code == 302
    visit = Visit.objects.get()
    assert (visit.leg, visit.center) == (leg, center)
    gone = {"visits-INITIAL_FORMS": 1, "visits-0-id": visit.pk, "visits-0-DELETE": "on"}
    assert desk.post(page, typed | gone).status_code == 302
    assert not Visit.objects.exists()


# WHAT GOES


@pytest.mark.parametrize(("days", "goes"), [(91, True), (90, False)])
def test_own_words_go_when_a_decision_is_old(center, coordinator, days, goes):
    correction = propose(center, message="hello", remarks="x")
    waiting = propose(center, message="still waiting")
    accept(correction, coordinator)

    old = Correction.objects.with_old_words(NOW + timedelta(days=days) - timedelta(days=90))

    assert [each.pk for each in old] == ([correction.pk] if goes else [])
    assert waiting.message
