"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig


class SchemaguardConfig(AppConfig):
    """Register the management command."""

    name = "django_schemaguard"
    label = "schemaguard"
    verbose_name = "Schemaguard"
