"""Inspect; where that is allowed and helps, repair, and inspect again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.startup.inspection import Budget, aliases, inspect

if TYPE_CHECKING:
    from django_schemaguard.conf import Settings
    from django_schemaguard.core.report import Report


def inspect_and_repair(settings: Settings) -> Report:
    """Return the findings that are left."""
    budget = Budget.of(settings.startup_timeout)
    return inspect(settings, aliases(settings), budget)
