"""Why there is no backup."""

from __future__ import annotations

from django_schemaguard.exceptions import SchemaguardError


class BackupFailed(SchemaguardError):
    """No backup could be made, so nothing was changed."""
