from datetime import UTC, datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from centers.models import Center, Phone
from centers.services.table import load_centers

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
LIST = "admin:centers_center_changelist"


@pytest.fixture(autouse=True)
def table(db, settings, admin_client):
    load_centers(now=NOW)
    admin_client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def change_page(center):
    return reverse("admin:centers_center_change", args=[center.pk])


def typed(center, **changes):
    """The form as it stands, with what somebody changes."""
    fields = ["name", "address", "hours_text", "remarks", "source", "review", "position"]
    phones = center.phones.order_by("position", "pk")
    data = {name: getattr(center, name) for name in fields}
    data |= {
        "operator": center.operator_id,
        "as_of_date": "2020-03-31",
        "is_listed": "on",
        "version_seen": center.version,
        "visits-TOTAL_FORMS": 0,
        "visits-INITIAL_FORMS": 0,
        "phones-TOTAL_FORMS": len(phones),
        "phones-INITIAL_FORMS": len(phones),
    }
    for number, phone in enumerate(phones):
        values = {name: getattr(phone, name) for name in ("number", "label", "position")}
        values |= {"id": phone.pk, "center": center.pk}
        data |= {f"phones-{number}-{name}": value for name, value in values.items()}
    return data | changes


@pytest.mark.parametrize("query", ["多言語支援センターかながわ", "045-222", "高岡市"])
def test_a_center_is_found_by_name_operator_and_number(admin_client, query):
    page = admin_client.get(reverse(LIST), {"q": query})

    assert page.context["cl"].result_count == 1


def test_confirming_notes_the_day_and_who_asked(admin_client, admin_user):
    center = Center.objects.get(operator__name="高岡市")

    admin_client.post(reverse(LIST), {"action": "confirm_today", "_selected_action": [center.pk]})

    center.refresh_from_db()
    assert center.verified_on == timezone.localdate()
    assert LogEntry.objects.get().user == admin_user


def test_a_change_by_hand_is_kept_by_the_next_import(admin_client):
    center = Center.objects.get(operator__name="高岡市")

    answer = admin_client.post(change_page(center), typed(center, hours_text="9:00~17:00"))

    assert answer.status_code == 302
    load_centers(now=NOW)
    center.refresh_from_db()
    assert (center.hours_text, center.is_manual) == ("9:00~17:00", True)


def test_a_wrong_number_can_be_taken_out(admin_client):
    center = Center.objects.get(position=1)

    admin_client.post(change_page(center), typed(center) | {"phones-0-DELETE": "on"})

    assert not Phone.objects.filter(center=center).exists()


def test_the_second_of_two_is_shown_what_the_first_has_saved(admin_client):
    center = Center.objects.get(position=1)
    mine, theirs = typed(center, remarks="mine"), typed(center, remarks="theirs")
    admin_client.post(change_page(center), theirs)

    answer = admin_client.post(change_page(center), mine)

    assert "Saved now: theirs" in answer.text
    center.refresh_from_db()
    assert center.remarks == "theirs"


@pytest.mark.parametrize("listed", [1, 3])
def test_the_list_takes_the_same_statements_however_long(
    admin_client, listed, django_assert_num_queries
):
    # The operator filter reads no table; session, user, count, rows, numbers.
    Center.objects.exclude(position__lte=listed).delete()
    admin_client.get(reverse(LIST))

    with django_assert_num_queries(5):
        admin_client.get(reverse(LIST))


def test_centers_are_never_deleted(admin_client):
    center = Center.objects.get(position=1)

    page = reverse("admin:centers_center_delete", args=[center.pk])
    assert admin_client.post(page).status_code == 403
