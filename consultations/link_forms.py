"""What is asked on the page behind a link."""

from django.utils.translation import gettext_lazy as _

from consultations import forms as booking_forms


class NewContactForm(booking_forms.ContactForm):
    """How to reach the person from now on; what else was wished stays."""

    heading = _("How can we reach you safely?")
    reminders = None
    time_zone = None
    kept = ("channel", "email", "phone", "discretion", "safe_hours")

    def plan(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.kept}
