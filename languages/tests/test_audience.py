import pytest

from languages.audience import is_public


@pytest.mark.parametrize(
    "path",
    [
        "consultations/forms.py",
        "consultations/choices.py",
        "consultations/notices.py",
        "templates/consultations/day_list.html",
        "templates/interface/base.html",
        "languages/django_messages.py",
        "cinga/navigation.py",
    ],
)
def test_residents_meet_everything_but_what_the_table_names(path):
    assert is_public({path})


@pytest.mark.parametrize(
    "path",
    [
        "consultations/admin.py",
        "consultations/admin/day.py",
        "cinga/admin_site.py",
        "consultations/models/booking.py",
        "taxonomy/models.py",
        "cinga/board.py",
        "cinga/board/tasks.py",
        "accounts/forms.py",
        "cinga/management/commands/seed_demo.py",
        "templates/account/login.html",
        "templates/admin/base.html",
        "templates/mfa/index.html",
        "templates/cinga/board.html",
    ],
)
def test_staff_sources(path):
    assert not is_public({path})


def test_a_text_that_also_stands_on_a_public_page_is_public():
    assert is_public({"cases/admin.py", "templates/interface/base.html"})
