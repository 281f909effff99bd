"""What a plan is judged with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from django_schemaguard.core.rules import Mode

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.migration import Migration
    from django.db.migrations.state import ProjectState

    from django_schemaguard.core.rules import Waiver

Node: TypeAlias = tuple[str, str]

# As `MigrationExecutor.migration_plan` gives it: (migration, whether backwards).
Plan: TypeAlias = "list[tuple[Migration, bool]]"


@dataclass(frozen=True, slots=True)
class Context:
    """What a plan is judged with.

    Attributes:
        connection: The wrapper itself, `connections[alias]`; opened only if `live`.
        state: The project before the first migration of the plan; left as it is.
        live: The database may be asked, and has had all migrations before the plan.
        loader: Of the plan, for what the graph of migrations tells.
        allow: The ALLOW setting.
        mode: In development no finding is an error.
        today: For the waivers' expiry.
        only: The migrations to judge; None for all of the plan.
        apart: Each migration is a run of its own, as when a project's history is
            looked at; otherwise what an earlier one creates is new to later ones.
        guarded: Whoever applies the plan bounds the waits for locks.
        style: Also look for matters of style.
        statement_ms: Longest wait for each query.
    """

    connection: BaseDatabaseWrapper
    state: ProjectState
    live: bool = False
    loader: MigrationLoader | None = None
    allow: tuple[Waiver, ...] = ()
    mode: Mode = Mode.PRODUCTION
    today: date = field(default_factory=date.today)
    only: frozenset[Node] | None = None
    apart: bool = False
    guarded: bool = False
    style: bool = False
    statement_ms: int = 5_000

    def judges(self, migration: Migration) -> bool:
        """Return whether the migration is to be judged."""
        return self.only is None or (migration.app_label, migration.name) in self.only
