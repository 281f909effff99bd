"""What the kinds about single migrations share."""

from __future__ import annotations

from dataclasses import dataclass

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Finding


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
