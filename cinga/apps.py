from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class CingaConfig(AppConfig):
    name = "cinga"


class PortalAdminConfig(admin_apps.AdminConfig):
    """The stock admin with the board as its first page."""

    default_site = "cinga.admin_site.PortalAdminSite"
    default = False
