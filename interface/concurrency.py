"""Nobody overwrites what somebody else has just saved.

A model that coordinators edit has `version = models.PositiveIntegerField(default=0,
editable=False)`, its admin class has `VersionedAdminMixin` before `ModelAdmin`.
"""

from django import forms
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import display_for_field, flatten_fieldsets
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured, ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _


class VersionedForm(forms.ModelForm):
    """Refuse what was typed against an older version, showing what is saved now."""

    version_seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version_seen"] = self.instance.version

    def clean(self):
        cleaned_data = super().clean()
        is_new = self.instance._state.adding
        if not is_new and self.cleaned_data.get("version_seen") != self.instance.version:
            self._refuse()
        return cleaned_data

    def _refuse(self):
        # The instance is still as the database has it: its fields are set after cleaning.
        for name, saved in self._saved_differently():
            self.add_error(name, _("Saved now: %(value)s") % {"value": saved})
        self.add_error(None, ValidationError(self._conflict(), code="conflict"))
        # Whoever saves again has seen what is there.
        self.data = self.data.copy()
        self.data[self.add_prefix("version_seen")] = self.instance.version

    def _saved_differently(self):
        for name in self.changed_data:
            if name in self.cleaned_data and name != "version_seen":
                yield name, self._in_words(name)

    def _in_words(self, name):
        try:
            model_field = self.instance._meta.get_field(name)
        except FieldDoesNotExist:
            return str(self[name].initial)
        if model_field.many_to_many:
            return ", ".join(str(each) for each in getattr(self.instance, name).all()) or "–"
        value = getattr(self.instance, name)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return display_for_field(value, model_field, "–")

    def _conflict(self):
        text = _(
            "Somebody else has saved this in the meantime. Nothing of yours is saved yet. "
            "Compare your answers with what is saved now, then save again."
        )
        if last := self._last_saved():
            return f"{text} {last}"
        return text

    def _last_saved(self):
        entry = (
            LogEntry.objects.filter(
                content_type=ContentType.objects.get_for_model(self.instance),
                object_id=self.instance.pk,
            )
            .select_related("user")
            .order_by("-action_time", "-pk")
            .first()
        )
        if entry is None:
            return ""
        return _("Last saved by %(name)s, %(moment)s.") % {
            "name": entry.user.get_full_name() or entry.user.get_username(),
            "moment": date_format(localtime(entry.action_time), "DATETIME_FORMAT"),
        }


class VersionedAdminMixin:
    """The change form carries the version it was opened with; saving raises it."""

    def __init__(self, model, admin_site):
        super().__init__(model, admin_site)
        if self.list_editable:
            raise ImproperlyConfigured(
                f"{type(self).__name__}: list_editable would save rows without a version check."
            )
        self.form = type(f"Versioned{self.form.__name__}", (VersionedForm, self.form), {})

    def get_object(self, request, object_id, from_field=None):
        saved = super().get_object(request, object_id, from_field)
        if saved and request.method == "POST" and transaction.get_connection().in_atomic_block:
            # Held until the save: two that arrive together are compared one after the other.
            rows = self.model._base_manager.select_for_update(of=("self",))
            try:
                saved.refresh_from_db(from_queryset=rows)
            except self.model.DoesNotExist:
                return None
        return saved

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or "version_seen" in flatten_fieldsets(fieldsets):
            return fieldsets
        if not self.has_change_permission(request, obj):
            return fieldsets
        (name, options), *others = fieldsets
        return [(name, {**options, "fields": [*options["fields"], "version_seen"]}), *others]

    def save_model(self, request, obj, form, change):
        if change:
            obj.version += 1
        super().save_model(request, obj, form, change)
