"""The app whose tables older Djangos made."""

from django.apps import AppConfig


class VintageConfig(AppConfig):
    """Its keys are 32 bits wide, as they always were."""

    name = "tests.upgrades.vintage"
    label = "vintage"
    default_auto_field = "django.db.models.AutoField"
