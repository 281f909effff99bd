"""What to do about a finding whose cause says more than its kind."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from django_schemaguard.core.finding import Cause
from django_schemaguard.core.kinds._migrations import finish

if TYPE_CHECKING:
    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.report import Attributed


AUTO_FIX = "Run 'manage.py schemaguard auto_fix'."


class Way(Enum):
    """How the record of a migration comes to agree with the database."""

    FAKE = auto()  # All of its work is there.
    LOOK = auto()  # All of it that a schema shows is there; it runs code, too.
    INSERT = auto()  # Likewise, but `migrate` refuses to run.
    FINISH = auto()  # A part of its work is there.
    FINISH_AND_INSERT = auto()  # Likewise, but `migrate` refuses to run.


def advice(
    finding: Finding, cause: Cause, migration: str | None, way: Way
) -> str | None:
    """Return the hint that the cause calls for; None where the finding's own fits.

    Args:
        finding: What was found.
        cause: Where it comes from.
        migration: The migration concerned, as "app.name".
        way: How to record that migration.
    """
    own = finding.kind.startswith("migration_") and cause is finding.cause
    if own and cause is not Cause.UNRECORDED:
        return None
    app, _, name = (migration or "").partition(".")
    match cause:
        case Cause.DRIFT | Cause.FAKE_APPLIED if finding.fixable:
            return AUTO_FIX
        case Cause.FAKE_APPLIED if migration:
            return f"Run what 'manage.py sqlmigrate {app} {name}' prints."
        case Cause.UNRECORDED:
            return _recording(migration, way)
        case Cause.UNMADE:
            return (
                "Run 'manage.py makemigrations', then record it with 'migrate --fake'."
            )
        case _:
            return None


def _recording(migration: str | None, way: Way) -> str:
    """Return how the record comes to agree with what is there."""
    if not migration:
        return "Leave it: a migration that is not recorded makes it."
    app, _, name = migration.partition(".")
    return {
        Way.FAKE: f"Run 'manage.py migrate --fake {app} {name}' to record it.",
        Way.LOOK: "See whether its Python and SQL ran, too; only then run"
        f" 'manage.py migrate --fake {app} {name}'.",
        Way.INSERT: f"Insert '{migration}' into 'django_migrations' by hand.",
        Way.FINISH: finish(migration),
        Way.FINISH_AND_INSERT: finish(migration, refused=True),
    }[way]


def of_unknown(migration: str) -> str:
    """Return what to do about that which a migration left that is not on disk."""
    return f"Deploy the code that has '{migration}', which may have left it so."


def of_script(told: Attributed, migration: str) -> str:
    """Return what to do about that which a migration's own SQL left.

    Args:
        told: With the advice that fits where it did not.
        migration: Whose SQL names it, as "app.name".
    """
    if told.finding.expected is None:
        return (
            f"Give the RunSQL of '{migration}' state_operations, or waive it in"
            " SCHEMAGUARD['IGNORE']."
        )
    return (
        f"If the RunSQL of '{migration}' did it, give that state_operations;"
        f" else: {told.advice or told.finding.hint}"
    )
