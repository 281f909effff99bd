from django.apps import AppConfig


class Kitchen61Config(AppConfig):
    """Schema features that came with Django 6.1."""

    name = "tests.apps.kitchen61"
    label = "kitchen61"
    default_auto_field = "django.db.models.BigAutoField"
