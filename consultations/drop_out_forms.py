"""What coordinators choose when an expert cannot come."""

from django import forms
from django.utils.translation import gettext_lazy as _

from consultations.models import Expert
from languages.formatting import JAPAN


class JapanMoment(forms.DateTimeField):
    """A moment by the clocks of Japan."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    input_formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]

    def to_python(self, value):
        moment = super().to_python(value)
        return moment and moment.replace(tzinfo=JAPAN)


class ExpertAbsenceForm(forms.Form):
    expert = forms.ModelChoiceField(label=_("Expert"), queryset=Expert.objects.none())
    starts = JapanMoment(label=_("Cannot come from"), help_text=_("Japan time"))
    ends = JapanMoment(label=_("Cannot come until"), help_text=_("Japan time"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["expert"].queryset = Expert.objects.order_by("name", "pk")

    def clean(self):
        cleaned = super().clean()
        if not self.errors and cleaned["starts"] >= cleaned["ends"]:
            self.add_error("ends", _("This must be later than the beginning."))
        return cleaned
