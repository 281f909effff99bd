from django.apps import AppConfig


class KitchenConfig(AppConfig):
    """Every schema feature that models have on all vendors, with a history."""

    name = "tests.apps.kitchen"
    label = "kitchen"
    default_auto_field = "django.db.models.BigAutoField"
