"""The Django app."""

from __future__ import annotations

from django.apps import AppConfig

from django_schemaguard._typing import override


class SchemaguardConfig(AppConfig):
    """Registers the system checks and arms the startup guard; queries nothing."""

    name = "django_schemaguard"
    label = "schemaguard"
    verbose_name = "Schemaguard"
    default_auto_field = "django.db.models.BigAutoField"

    @override
    def ready(self) -> None:
        from django_schemaguard import checks, startup
        from django_schemaguard.health import periodic

        checks.register()
        startup.arm()
        periodic.arm()
