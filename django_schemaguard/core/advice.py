"""What to do about a finding whose cause says more than its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.core.finding import Cause

if TYPE_CHECKING:
    from django_schemaguard.core.finding import Finding


def advice(
    finding: Finding, cause: Cause, migration: str | None, *, whole: bool
) -> str | None:
    """Return the hint that the cause calls for; None where the finding's own fits.

    Args:
        finding: What was found.
        cause: Where it comes from.
        migration: The migration concerned, as "app.name".
        whole: All of that migration's work is in the database.
    """
    if finding.kind.startswith("migration_") and cause is finding.cause:
        return None
    app, _, name = (migration or "").partition(".")
    match cause:
        case Cause.FAKE_APPLIED if migration:
            return f"Run what 'manage.py sqlmigrate {app} {name}' prints."
        case Cause.UNRECORDED if migration and whole:
            return f"Run 'manage.py migrate --fake {app} {name}' to record it."
        case Cause.UNRECORDED if migration:
            return f"Undo it by hand, then run 'manage.py migrate {app}'."
        case Cause.UNMADE:
            return (
                "Run 'manage.py makemigrations', then record it with 'migrate --fake'."
            )
        case _:
            return None
