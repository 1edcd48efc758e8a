"""Django's registration of the organisations app."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "bihuan.organisations"
    label = "organisations"
    default_auto_field = "django.db.models.BigAutoField"
