"""Django's registration of the book."""

from django.apps import AppConfig


class BookConfig(AppConfig):
    name = "bihuan.book"
    label = "book"
    default_auto_field = "django.db.models.BigAutoField"
