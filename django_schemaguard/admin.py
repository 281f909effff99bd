"""The journal in Django's admin: to be read and searched, never written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin

from django_schemaguard.health import admin_page
from django_schemaguard.models import Run, SchemaVersion, Step

if TYPE_CHECKING:
    from django.http import HttpRequest

    StepInline = admin.StackedInline[Step, Run]
    OfRuns = admin.ModelAdmin[Run]
    OfVersions = admin.ModelAdmin[SchemaVersion]
else:
    StepInline = admin.StackedInline
    OfRuns = OfVersions = admin.ModelAdmin


class _Readable:
    """Takes adding, changing and deleting away from an admin."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return no."""
        del request, obj
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return no."""
        del request, obj
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return no."""
        del request, obj
        return False


class StepsOfRun(_Readable, StepInline):
    """The steps of a run, below it."""

    model = Step
    extra = 0
    ordering = ("position",)


@admin.register(Run)
class RunAdmin(_Readable, OfRuns):
    """Runs, with their steps."""

    list_display = ("id", "command", "status", "alias", "role", "started", "finished")
    list_filter = ("status", "command", "alias")
    date_hierarchy = "started"
    search_fields = (
        "command",
        "alias",
        "database",
        "role",
        "host",
        "plan_hash",
        "steps__object_table",
        "steps__object_name",
        "steps__migration",
    )
    inlines: ClassVar = [StepsOfRun]


@admin.register(SchemaVersion)
class SchemaVersionAdmin(_Readable, OfVersions):
    """The versions of the schema."""

    list_display = ("id", "fingerprint", "source", "run", "recorded")
    list_filter = ("source",)
    date_hierarchy = "recorded"
    search_fields = ("fingerprint", "app_version")


admin_page.register(admin.site)
