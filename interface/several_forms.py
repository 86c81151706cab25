"""Several forms on one page, and one summary of what is wrong with them."""

from django.forms import Form


class SeveralForms:
    """What the error summary and the title of a page ask of a form, for several of them."""

    def __init__(self, *forms: Form | None):
        self.forms = [form for form in forms if form is not None]

    @property
    def errors(self) -> bool:
        return any(form.errors for form in self.forms)

    def non_field_errors(self):
        return [error for form in self.forms for error in form.non_field_errors()]

    def hidden_fields(self):
        return [field for form in self.forms for field in form.hidden_fields()]

    def visible_fields(self):
        return [field for form in self.forms for field in form.visible_fields()]
