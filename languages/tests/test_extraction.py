import pytest

from languages.extraction import texts

VIEWS = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, npgettext_lazy, pgettext

def view(count):
    # Translators: on the button
    _("Book a time")
    gettext_lazy("One "
                 "sentence.")
    ngettext("%(count)d time", "%(count)d times", count)
    pgettext("status", "open")
    npgettext_lazy("list", "%d day", "%d days", "count")
    _(count)
"""
TEMPLATE = """{% extends "base.html" %}{% load i18n %}
  <p title="{% translate "It's a “title”" %}">{% translate 'open' context "door" %}</p>
      {% blocktranslate trimmed with day=slot.day %}
        Come on
        {{ day }}.
      {% endblocktranslate %}
{% blocktranslate trimmed count n=n %}{{ n }} page{% plural %}{{ n }} pages{% endblocktranslate %}
{% include "x.html" with label=_("A label") %} {{ value|default:_("Nothing yet") }}
{% translate "100% free" %}{% translate name %} "quoted" ' unbalanced ( text
{% comment %}Translators: for the sign{% endcomment %}{% translate "Closed" %}
"""


@pytest.fixture
def project(tmp_path):
    for path, content in {
        "clinic/apps.py": "",
        "clinic/views.py": VIEWS,
        "clinic/admin.py": 'from x import _\n_("Book a time")\n_("Only staff")\n',
        "clinic/tests/test_views.py": '_("Only a test")',
        "clinic/migrations/0001_initial.py": '_("Only a migration")',
        "other/views.py": '_("Not an app")',
        "templates/clinic/page.html": TEMPLATE,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8")
    return tmp_path


def test_every_marked_text_is_found(project):
    found = {(context, msgid): text.plural for (context, msgid), text in texts(project).items()}

    assert found == {
        (None, "Book a time"): None,
        (None, "Only staff"): None,
        (None, "One sentence."): None,
        (None, "%(count)d time"): "%(count)d times",
        ("status", "open"): None,
        ("list", "%d day"): "%d days",
        (None, "It's a “title”"): None,
        ("door", "open"): None,
        (None, "Come on %(day)s."): None,
        (None, "%(n)s page"): "%(n)s pages",
        (None, "A label"): None,
        (None, "Nothing yet"): None,
        (None, "100%% free"): None,
        (None, "Closed"): None,
    }


def test_a_text_knows_its_files_its_audience_and_its_note(project):
    found = texts(project)

    text = found[(None, "Book a time")]
    assert text.paths == {"clinic/views.py", "clinic/admin.py"}
    assert (text.is_public, text.comments) == (True, ["on the button"])
    assert found[(None, "Only staff")].is_public is False
    assert found[(None, "Closed")].comments == ["for the sign"]


def test_texts_are_sorted(project):
    keys = [(msgid, context or "") for context, msgid in texts(project)]

    assert keys == sorted(keys)


def test_a_broken_template_stops_everything(project):
    broken = project / "templates" / "broken.html"
    broken.write_text("{% load i18n %}{% blocktranslate %}{% if a %}{% endblocktranslate %}")

    with pytest.raises(SyntaxError, match="broken.html"):
        texts(project)
