"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class SchemaguardConfig(AppConfig):
    """Offers the management command; does nothing when Django starts."""

    name = "django_schemaguard"
    label = "schemaguard"
    verbose_name = "Schemaguard"
    default_auto_field = "django.db.models.BigAutoField"
