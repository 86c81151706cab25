import re

import pytest
from django.contrib.admin import ModelAdmin
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client

from interface.concurrency import VersionedAdminMixin
from interface.tests.things import Thing, site

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("interface.tests.things"),
    pytest.mark.usefixtures("stock_django_alone"),
]


@pytest.fixture
def thing():
    with connection.schema_editor() as editor:
        editor.create_model(Thing)
    yield Thing.objects.create(name="Chair", color="red")
    with connection.schema_editor() as editor:
        editor.delete_model(Thing)


@pytest.fixture
def coordinator():
    return signed_in("mori@example.org")


@pytest.fixture
def colleague():
    return signed_in("sato@example.org")


def signed_in(email):
    user = get_user_model().objects.create_superuser(email=email, password="long enough 12")
    client = Client()
    client.force_login(user)
    return client


def address(thing):
    return f"/admin/interface_tests/thing/{thing.pk}/change/"


def version_in(response):
    return re.search(r'name="version_seen" value="(\d+)"', response.content.decode())[1]


def test_saving_raises_the_version(coordinator, thing):
    version = version_in(coordinator.get(address(thing)))

    response = coordinator.post(
        address(thing), {"name": "Stool", "color": "red", "version_seen": version}
    )

    thing.refresh_from_db()
    assert (response.status_code, thing.name, thing.version) == (302, "Stool", 1)


def test_the_second_of_two_is_told_who_saved_what(coordinator, colleague, thing):
    version = version_in(coordinator.get(address(thing)))
    colleague.post(address(thing), {"name": "Chair", "color": "blue", "version_seen": version})

    response = coordinator.post(
        address(thing), {"name": "Stool", "color": "red", "version_seen": version}
    )

    thing.refresh_from_db()
    assert (response.status_code, thing.name, thing.color) == (200, "Chair", "blue")
    form = response.context["adminform"].form
    assert form.errors["name"] == ["Saved now: Chair"]
    assert form.errors["color"] == ["Saved now: Blue"]
    conflict = form.non_field_errors()[0]
    assert conflict.startswith("Somebody else has saved this in the meantime.")
    assert "sato@example.org" in conflict


def test_saving_again_after_reading_the_conflict_is_allowed(coordinator, colleague, thing):
    version = version_in(coordinator.get(address(thing)))
    colleague.post(address(thing), {"name": "Chair", "color": "blue", "version_seen": version})
    typed = {"name": "Stool", "color": "red"}
    conflict = coordinator.post(address(thing), {**typed, "version_seen": version})

    response = coordinator.post(address(thing), {**typed, "version_seen": version_in(conflict)})

    thing.refresh_from_db()
    assert (response.status_code, thing.name, thing.version) == (302, "Stool", 2)


@pytest.mark.parametrize("version", ["", "99", "x"])
def test_without_a_true_version_nothing_is_saved(coordinator, thing, version):
    response = coordinator.post(
        address(thing), {"name": "Stool", "color": "red", "version_seen": version}
    )

    thing.refresh_from_db()
    assert (response.status_code, thing.name) == (200, "Chair")


def test_a_new_row_needs_no_version(coordinator, thing):
    response = coordinator.post(
        "/admin/interface_tests/thing/add/", {"name": "Table", "color": "red"}
    )

    assert response.status_code == 302
    assert Thing.objects.get(name="Table").version == 0


def test_lists_that_save_rows_are_refused():
    class CarelessAdmin(VersionedAdminMixin, ModelAdmin):
        list_display = ["pk", "name"]
        list_editable = ["name"]

    with pytest.raises(ImproperlyConfigured):
        CarelessAdmin(Thing, site)
