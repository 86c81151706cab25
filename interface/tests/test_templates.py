"""Pages and forms as they come out of the templates."""

import re
from types import SimpleNamespace

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Fieldset, Layout, Submit
from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

pytestmark = pytest.mark.usefixtures("stock_django_alone")

SLOTS = [
    ("Thursday", [("1", "10:00"), ("2", "10:30")]),
    ("Friday", [("3", "13:00")]),
]


class TopicSelect(forms.RadioSelect):
    def create_option(self, *args, **kwargs):
        option = super().create_option(*args, **kwargs)
        return option | {"hint": "About work", "lang": "vi", "dir": "ltr"}


class EveryField(forms.Form):
    page_heading = True

    topic = forms.ChoiceField(
        label="What is it about?",
        help_text="Choose one.",
        choices=[("work", "Work"), ("visa", "Visa")],
        widget=TopicSelect,
    )
    name = forms.CharField(label="Name", help_text="Any name", max_length=40)
    email = forms.EmailField(
        label="E-mail",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    slot = forms.ChoiceField(label="Time", choices=SLOTS, widget=forms.RadioSelect)
    channels = forms.MultipleChoiceField(
        label="Channels",
        choices=[("phone", "Phone"), ("email", "E-mail")],
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.ChoiceField(label="Language", choices=[("", "–"), ("vi", "Vietnamese")])
    day = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    start = forms.SplitDateTimeField(label="Start")
    message = forms.CharField(label="Message", widget=forms.Textarea)
    consent = forms.BooleanField(label="I agree", help_text="You may change your mind.")
    draft = forms.CharField(widget=forms.HiddenInput)


class OneQuestion(forms.Form):
    page_heading = True
    name = forms.CharField(label="What shall we call you?", required=False)


def render(source, **context):
    from_string = render_from_string(source)
    return from_string(context)


def render_from_string(source):
    from django.template import engines  # noqa: PLC0415 - engines follow the settings of the test

    template = engines["django"].from_string("{% load crispy_forms_tags %}" + source)
    return lambda context: template.render(context, RequestFactory().get("/"))


def ids(html):
    return re.findall(r'\sid="([^"]+)"', html)


def test_every_name_that_is_pointed_to_exists_once():
    form = EveryField({})
    html = render("{% include 'interface/_error_summary.html' %}{{ form|crispy }}", form=form)

    found = ids(html)
    assert len(found) == len(set(found))
    for pointer in re.findall(r'(?:for|aria-labelledby|aria-describedby)="([^"]+)"', html):
        assert set(pointer.split()) <= set(found)


def test_the_summary_links_to_the_first_control_of_each_field():
    form = EveryField({})

    html = render("{% include 'interface/_error_summary.html' %}", form=form)

    assert re.findall(r'href="#([^"]+)"', html) == [
        "id_topic_0",
        "id_name",
        "id_slot_0_0",
        "id_channels_0",
        "id_language",
        "id_day",
        "id_start_0",
        "id_message",
        "id_consent",
    ]
    assert "(Hidden field" not in html


def test_every_link_of_the_summary_reaches_a_control():
    form = EveryField({})
    summary = render("{% include 'interface/_error_summary.html' %}", form=form)
    fields = render("{{ form|crispy }}", form=form)

    for target in re.findall(r'href="#([^"]+)"', summary):
        assert re.search(rf'<(input|select|textarea)[^>]*\sid="{target}"', fields)


def test_the_summary_passes_over_options_that_cannot_be_chosen():
    class Full(forms.RadioSelect):
        def create_option(self, *args, **kwargs):
            option = super().create_option(*args, **kwargs)
            if option["value"] == "1":
                option["attrs"]["disabled"] = True
            return option

    class SlotForm(forms.Form):
        slot = forms.ChoiceField(choices=SLOTS, widget=Full)

    html = render("{% include 'interface/_error_summary.html' %}", form=SlotForm({}))

    assert 'href="#id_slot_0_1"' in html


def test_the_summary_of_a_question_without_options_reaches_its_group():
    class NoSlots(forms.Form):
        slot = forms.ChoiceField(choices=[], widget=forms.RadioSelect)

    html = render(
        "{% include 'interface/_error_summary.html' %}{{ form|crispy }}", form=NoSlots({})
    )

    assert 'href="#id_slot"' in html
    assert re.search(r'<fieldset[^>]*id="id_slot"[^>]*tabindex="-1"', html)


def test_a_form_without_errors_has_no_summary():
    for form in (EveryField(), OneQuestion({"name": "a"})):
        assert render("{% include 'interface/_error_summary.html' %}", form=form).strip() == ""


def test_errors_of_the_whole_form_come_first():
    form = OneQuestion({})
    form.add_error(None, "This time is taken.")
    form.add_error("name", "Too long.")

    html = render("{% include 'interface/_error_summary.html' %}", form=form)

    assert re.findall(r"<li>(.*?)</li>", html) == [
        "This time is taken.",
        '<a href="#id_name">Too long.</a>',
    ]


def test_a_fields_error_is_told_in_the_same_words():
    form = OneQuestion({})
    form.add_error("name", "Too <long>.")

    html = render("{{ form|crispy }}", form=form)

    assert "Too &lt;long&gt;." in html
    assert 'aria-invalid="true" aria-describedby="id_name_error"' in html


def test_label_hint_error_and_control_stand_in_this_order():
    html = render("{{ form.name|as_crispy_field }}", form=EveryField({}))

    places = [html.index(part) for part in ("<label", "Any name", "id_name_error", "<input")]
    assert places == sorted(places)
    assert html.count("aria-describedby") == 1
    assert 'aria-describedby="id_name_helptext id_name_error"' in html


def test_fields_say_whether_an_answer_is_needed():
    html = render("{{ form|crispy }}", form=EveryField())

    assert html.count('<span class="mark mark--required">') == 9
    assert html.count('<span class="mark">') == 1


def test_a_group_of_options_is_a_fieldset_described_as_a_whole():
    html = render("{{ form.topic|as_crispy_field }}", form=EveryField({}))

    assert re.search(
        r'<fieldset[^>]* id="id_topic" aria-describedby="id_topic_helptext id_topic_error"', html
    )
    assert html.count("aria-describedby") == 1
    assert "aria-invalid" not in html
    assert '<label for="id_topic_0" dir="ltr" lang="vi">Work' in html
    assert '<span class="choice__hint">About work</span>' in html


def test_grouped_times_stand_under_their_day():
    html = render("{{ form.slot|as_crispy_field }}", form=EveryField({"slot": "3"}))

    assert re.findall(r'class="slots__day" id="([^"]+)">(\w+)<', html) == [
        ("id_slot_group_0", "Thursday"),
        ("id_slot_group_1", "Friday"),
    ]
    assert re.findall(r'value="(\d)"[^>]*checked', html) == ["3"]


@pytest.mark.parametrize("form", [EveryField(), OneQuestion()])
def test_one_question_is_the_heading_of_its_page(form):
    html = render("{{ form|crispy }}", form=form)

    assert html.count("<h1") == 1


def test_what_was_typed_is_kept():
    typed = {
        "topic": "visa",
        "name": "Nguyễn <Văn>",
        "email": "not an address",
        "slot": "2",
        "channels": ["email"],
        "language": "vi",
        "day": "31 February",
        "message": "One\n\nTwo",
        "consent": "on",
    }

    html = render("{{ form|crispy }}", form=EveryField(typed))

    assert 'value="Nguyễn &lt;Văn&gt;"' in html
    assert 'value="not an address"' in html
    assert 'value="31 February"' in html
    assert "One\n\nTwo</textarea>" in html
    assert re.findall(r'value="(\w+)"[^>]*checked', html) == ["visa", "2", "email"]
    assert '<option value="vi" selected>' in html
    assert re.search(r'name="consent"[^>]*checked', html)
    assert 'autocomplete="email"' in html


def test_the_crispy_tag_makes_a_whole_form():
    form = OneQuestion()
    form.helper = FormHelper()
    form.helper.layout = Layout(Fieldset("About you", Field("name", autocomplete="name")))
    form.helper.add_input(Submit("send", "Continue"))

    html = render("{% crispy form %}", form=form)

    assert re.search(r'<form\s+method="post" novalidate>', html)
    assert 'name="csrfmiddlewaretoken"' in html
    assert '<legend class="group__legend">About you</legend>' in html
    assert 'autocomplete="name"' in html
    assert re.search(
        r'<button class="button" type="submit" name="send"[^>]*>Continue</button>', html
    )


def test_the_crispy_tag_without_a_layout_makes_every_field():
    html = render("{% crispy form %}", form=EveryField())

    assert all(f'name="{name}"' in html for name in EveryField.base_fields if name != "start")


def test_a_formset_keeps_its_management_form():
    formset = forms.formset_factory(OneQuestion, extra=2)()

    html = render("{% crispy formset %}", formset=formset)

    assert 'name="form-TOTAL_FORMS"' in html
    assert html.count('id="id_form-1-name"') == 1


def page(code="en", **context):
    with translation.override(code):
        return render_to_string("interface/base.html", context, RequestFactory().get("/"))


@pytest.mark.parametrize(("code", "direction"), [("ja", "ltr"), ("ur", "rtl")])
def test_a_page_names_its_language_and_direction(code, direction):
    assert f'<html lang="{code}" dir="{direction}">' in page(code)


def test_every_language_is_a_plain_link_in_its_own_language():
    html = page("ja")

    assert re.findall(r'hreflang="([^"]+)" dir="(\w+)"( aria-current="true")?', html) == [
        ("ja", "ltr", ' aria-current="true"'),
        ("ja-simple", "ltr", ""),
        ("en", "ltr", ""),
        ("vi", "ltr", ""),
        ("ne", "ltr", ""),
        ("my", "ltr", ""),
        ("ur", "rtl", ""),
    ]


def test_the_title_says_that_something_is_wrong():
    assert "<title>CINGA</title>" in page()
    assert "<title>Error: CINGA</title>" in page(form=EveryField({}))


def test_a_page_carries_what_it_is_given():
    html = page(
        danger_url="/en/danger/",
        navigation=[{"label": "Book", "url": "/en/book/", "is_current": True}],
        review_note=True,
        readings_switch=SimpleNamespace(url="/readings/off/", is_on=True),
        contact=SimpleNamespace(phone="03-6261-6225", is_open=False, next_opening="Tuesday"),
    )

    assert '<a class="danger-link" href="/en/danger/">In danger now</a>' in html
    assert '<a href="/en/book/" aria-current="page">Book</a>' in html
    assert "This translation has not yet been checked by a native speaker." in html
    assert '<a href="/readings/off/">Hide the readings above the kanji</a>' in html
    assert '<bdi dir="ltr" translate="no">03-6261-6225</bdi>' in html
    assert "Next time: Tuesday" in html


def test_a_page_without_extras_has_none():
    html = page()

    for extra in ("danger-link", "navigation", "quiet", "tel:", "messages"):
        assert extra not in html
