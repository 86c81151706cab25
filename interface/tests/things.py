"""A small versioned table with its admin, for tests of what every admin form must do."""

from django.contrib import admin
from django.db import models
from django.urls import path

from interface.concurrency import VersionedAdminMixin


class Thing(models.Model):
    name = models.CharField(max_length=50)
    color = models.CharField(max_length=10, choices=[("red", "Red"), ("blue", "Blue")])
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        # Of no installed app: no migration, no content of the portal's own.
        app_label = "interface_tests"

    def __str__(self):
        return self.name


class ThingAdmin(VersionedAdminMixin, admin.ModelAdmin):
    fieldsets = [("What it is", {"fields": ["name", "color"]})]


class BareSite(admin.AdminSite):
    def get_app_list(self, request, app_label=None):
        return []


site = BareSite(name="admin")
site.register(Thing, ThingAdmin)
urlpatterns = [path("admin/", site.urls)]
