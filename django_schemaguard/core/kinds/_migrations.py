"""What the kinds about single migrations share."""

from __future__ import annotations

from dataclasses import dataclass

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Finding


def finish(migration: str, *, refused: bool = False) -> str:
    """Return how a migration is finished by hand of which a part is there.

    Args:
        migration: As "app.name".
        refused: `migrate` refuses to record it.
    """
    app, _, name = migration.partition(".")
    record = f"insert '{migration}' into 'django_migrations'"
    if not refused:
        record = f"run 'manage.py migrate --fake {app} {name}'"
    return (
        "Do by hand what is missing of what"
        f" 'manage.py sqlmigrate {app} {name}' prints, then {record}."
    )


@dataclass(frozen=True, slots=True)
class OfMigration(Finding):
    """A finding about one migration.

    Attributes:
        name: As "app.name".
    """

    name: str

    @property
    @override
    def object(self) -> str | None:
        return self.name

    @property
    @override
    def migration(self) -> str | None:
        return self.name
