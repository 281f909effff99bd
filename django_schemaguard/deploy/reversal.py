"""Whether migrations can be put back, and what would be lost by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.migrations.operations import CreateModel, DeleteModel, RenameModel

from django_schemaguard._typing import override
from django_schemaguard.core.history import APP
from django_schemaguard.deploy.lost import Place, irreversible, loss_of
from django_schemaguard.lint.destroying import Fresh

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.migrations import Migration
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.operations.base import Operation
    from django.db.migrations.state import ProjectState


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why the way back ends at a migration, once that is applied.

    Attributes:
        migration: As "app.name".
        reason: The end of a sentence about it.
        final: Not even on demand: no reverse is there, or it cannot bring back what
            was removed.
    """

    migration: str
    reason: str
    final: bool = False

    @override
    def __str__(self) -> str:
        return f"'{self.migration}' {self.reason}"

    @property
    def clause(self) -> str:
        """The migration and the reason, inside of a sentence."""
        return f"'{self.migration}', which {self.reason}"


def obstacles(
    migrations: Iterable[Migration], state: ProjectState, loader: MigrationLoader
) -> tuple[Obstacle, ...]:
    """Return why a run of these could not be put back; empty where it could.

    Args:
        migrations: Those to be applied, in their order.
        state: The project before them; it is changed.
        loader: With its graph built.
    """
    assert loader.connection is not None  # noqa: S101 - it has read what is applied.
    found: list[Obstacle] = []
    new = is_new(loader)
    fresh, made = _Fresh(state), Fresh()
    for migration in migrations:
        name, app = str(migration), migration.app_label
        if _partly_applied(migration, loader):
            reason = "replaces migrations that are partly applied"
            found.append(Obstacle(name, reason))
        for operation in migration.operations:
            # There is nothing to lose in a new database, and copies take their time.
            before = state if new else state.clone()
            operation.state_forwards(app, state)
            made.tables |= _tables_made(before, state)
            place = Place(app, before, state, loader.connection, made)
            lost = irreversible(operation)
            if not (lost or new or fresh.concerns(operation, app)):
                lost = loss_of(operation, place)
            if lost:
                found.append(Obstacle(name, lost.reason, lost.final))
    return tuple(dict.fromkeys(found))


def _tables_made(before: ProjectState, after: ProjectState) -> set[str]:
    return {
        after.models[key].options.get("db_table") or "_".join(key)
        for key in after.models.keys() - before.models.keys()
    }


class _Fresh:
    """Knows the models that the run itself makes: they hold nothing to lose."""

    def __init__(self, state: ProjectState) -> None:
        self._old = set(state.models)

    def concerns(self, operation: Operation, app: str) -> bool:
        """Return whether an operation is about such a model alone."""
        if isinstance(operation, RenameModel):
            key, new = (app, operation.old_name_lower), (app, operation.new_name_lower)
            if key in self._old:
                self._old.add(new)
        name = getattr(operation, "model_name", None)
        if name is None and isinstance(operation, CreateModel | DeleteModel):
            name = operation.name
        return name is not None and (app, name.lower()) not in self._old


def is_new(loader: MigrationLoader) -> bool:
    """Return whether the database has had no migration but the journal's."""
    return all(app == APP for app, _ in loader.applied_migrations)


def _partly_applied(migration: Migration, loader: MigrationLoader) -> bool:
    applied = [tuple(each) in loader.applied_migrations for each in migration.replaces]
    return any(applied) and not all(applied)
