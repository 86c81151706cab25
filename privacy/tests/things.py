"""A small table with all that this app offers, for its tests."""

from django.db import models

from privacy.fields import EncryptedTextField
from privacy.links import CapabilityLink, CapabilityLinkQuerySet


class Parcel(CapabilityLink):
    content = EncryptedTextField(blank=True)

    objects = CapabilityLinkQuerySet.as_manager()

    class Meta:
        # Of no installed app: no migration, no content of the portal's own.
        app_label = "privacy_tests"

    def __str__(self):
        return str(self.pk)


def make_parcel(content=""):
    parcel = Parcel(content=content)
    parcel.set_link_digest()
    parcel.save()
    return parcel


def raw_content(parcel):
    """The column as somebody reads it who has stolen the database."""
    text = models.functions.Cast("content", models.TextField())
    return Parcel.objects.annotate(raw=text).values_list("raw", flat=True).get(pk=parcel.pk)
