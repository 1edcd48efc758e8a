"""Django's registration of the intake."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "bihuan.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"
