from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class CingaConfig(AppConfig):
    name = "cinga"


class PortalAdminConfig(AdminConfig):
    """The stock admin with the board as its first page."""

    default_site = "cinga.admin_site.PortalAdminSite"
