"""A file that is looked at before it is taken over."""

import base64
import zlib

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centers.importing import MOST_BYTES, Comparison

FIELD_LABELS = {
    "name": gettext_lazy("name"),
    "address": gettext_lazy("address"),
    "phones_text": gettext_lazy("telephones"),
    "hours_text": gettext_lazy("opening hours"),
    "remarks": gettext_lazy("remarks"),
    "is_listed": gettext_lazy("listed"),
}


class ImportForm(forms.Form):
    """The file first; then the same file again, with what its comparison showed."""

    file = forms.FileField(
        label=gettext_lazy("table (CSV)"),
        help_text=gettext_lazy(
            "UTF-8, with the columns prefecture, operator, name, address, phones, hours, remarks. "
            "Nothing is changed before you have seen what it does."
        ),
        required=False,
    )
    source = forms.CharField(
        label=gettext_lazy("source"),
        max_length=200,
        help_text=gettext_lazy("Where the table comes from; the pages say so."),
    )
    as_of = forms.DateField(
        label=gettext_lazy("as of"),
        required=False,
        help_text=gettext_lazy("The day that the table tells about."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    # The file goes along with the page: nothing is kept on the way.
    packed = forms.CharField(required=False, widget=forms.HiddenInput)
    looked_at = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("file"):
            self.table_bytes = cleaned["file"].read(MOST_BYTES + 1)
            cleaned["looked_at"] = ""
        elif cleaned.get("packed"):
            self.table_bytes = _unpacked(cleaned["packed"])
        else:
            self.add_error("file", _("Choose a file."))
        return cleaned

    @property
    def is_looked_at(self):
        """Whether somebody has seen what this file does, and wants it."""
        return bool(self.cleaned_data["looked_at"])

    def to_look_at(self, comparison: Comparison) -> "ImportForm":
        """The form that takes over what is shown beside it."""
        packed = base64.b64encode(zlib.compress(self.table_bytes)).decode()
        return ImportForm(
            initial={
                "source": self.cleaned_data["source"],
                "as_of": self.cleaned_data["as_of"],
                "packed": packed,
                "looked_at": comparison.digest,
            }
        )


def rows_of(differences) -> list[dict]:
    """Center by center and field by field: what stands there, what the file has."""
    return [
        {
            "center": center,
            "fields": [
                {
                    "label": FIELD_LABELS[name],
                    "before": getattr(center, name),
                    "after": _value(row, name),
                }
                for name in fields
            ],
        }
        for center, row, fields in differences
    ]


def _value(row, name):
    facts = row.facts() | {"name": row.name, "address": row.address, "is_listed": True}
    return facts[name]


def _unpacked(packed):
    try:
        return zlib.decompressobj().decompress(base64.b64decode(packed), MOST_BYTES + 1)
    except (ValueError, zlib.error):
        raise forms.ValidationError(_("The file was lost on the way. Choose it again.")) from None
