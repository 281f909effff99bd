"""Whether migrations can be put back, and what would be lost by it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import singledispatch
from typing import TYPE_CHECKING, Any, cast

from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    AlterIndexTogether,
    AlterModelManagers,
    AlterModelOptions,
    AlterModelTable,
    AlterModelTableComment,
    AlterOrderWithRespectTo,
    AlterUniqueTogether,
    CreateModel,
    DeleteModel,
    RemoveConstraint,
    RemoveField,
    RemoveIndex,
    RenameField,
    RenameIndex,
    RenameModel,
    RunPython,
    RunSQL,
    SeparateDatabaseAndState,
)
from django.db.migrations.operations.base import Operation

from django_schemaguard._typing import override
from django_schemaguard.core.history import APP
from django_schemaguard.deploy.at_once import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.migrations import Migration
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState
    from django.db.models import Field

# What only changes tables, constraints and names; its reverse loses no row.
_LOSSLESS = (
    AddConstraint,
    AddField,
    AddIndex,
    AlterIndexTogether,
    AlterModelManagers,
    AlterModelOptions,
    AlterModelTable,
    AlterModelTableComment,
    AlterOrderWithRespectTo,
    AlterUniqueTogether,
    CreateModel,
    RemoveConstraint,
    RemoveIndex,
    RenameField,
    RenameIndex,
    RenameModel,
)
_POSTGRES = "django.contrib.postgres.operations"
_DATA = re.compile(
    r"\b(insert|update|delete|truncate|merge|replace|copy|drop)\b", re.IGNORECASE
)
# Integer types, by the size of what they hold.
_SIZES = {"smallint": 2, "integer": 4, "int": 4, "bigint": 8}


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
    found: list[Obstacle] = []
    fresh = _Fresh(state, everything=is_new(loader))
    for migration in migrations:
        if _partly_applied(migration, loader):
            reason = "replaces migrations that are partly applied"
            found.append(Obstacle(str(migration), reason))
        for operation in migration.operations:
            before = state.clone()
            operation.state_forwards(migration.app_label, state)
            reason = _irreversible(operation)
            final = bool(reason) or isinstance(operation, RemoveField | DeleteModel)
            if not (reason or fresh.concerns(operation, migration.app_label)):
                reason = _loss(operation, migration.app_label, before, state)
            if reason:
                found.append(Obstacle(str(migration), reason, final))
    return tuple(dict.fromkeys(found))


class _Fresh:
    """Knows the models that the run itself makes: they hold nothing to lose."""

    def __init__(self, state: ProjectState, *, everything: bool) -> None:
        self._old = set(state.models)
        self._everything = everything

    def concerns(self, operation: Operation, app: str) -> bool:
        """Return whether an operation is about such a model alone."""
        if self._everything:
            return True
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


def _irreversible(operation: Operation) -> str:
    if operation.reversible:
        return ""
    return f"cannot be reversed ({operation.describe()})"


def _partly_applied(migration: Migration, loader: MigrationLoader) -> bool:
    applied = [tuple(each) in loader.applied_migrations for each in migration.replaces]
    return any(applied) and not all(applied)


@singledispatch
def _loss(
    operation: Operation, app: str, before: ProjectState, after: ProjectState
) -> str:
    """Return what is lost for good when the operation is done, or ""."""
    del app, before, after
    if isinstance(operation, _LOSSLESS) or type(operation).__module__ == _POSTGRES:
        return ""
    return f"does what is not known to be reversible ({operation.describe()})"


@_loss.register(RemoveField)
@_loss.register(DeleteModel)
def _(
    operation: RemoveField | DeleteModel,
    app: str,
    before: ProjectState,
    after: ProjectState,
) -> str:
    del app, before, after
    return f"removes what its reverse cannot bring back ({operation.describe()})"


@_loss.register(RunPython)
def _(operation: RunPython, app: str, before: ProjectState, after: ProjectState) -> str:
    del app, before, after
    if operation.code is RunPython.noop:
        return ""
    return "runs Python that may change rows"


@_loss.register(RunSQL)
def _(operation: RunSQL, app: str, before: ProjectState, after: ProjectState) -> str:
    del app, before, after
    if any(_DATA.search(text) for text in texts_of(operation.sql)):
        return "runs SQL that may change rows"
    return ""


@_loss.register(SeparateDatabaseAndState)
def _(
    operation: SeparateDatabaseAndState,
    app: str,
    before: ProjectState,
    after: ProjectState,
) -> str:
    del after
    state = before.clone()
    for each in operation.database_operations:
        earlier = state.clone()
        each.state_forwards(app, state)
        reason = _irreversible(each) or _loss(each, app, earlier, state)
        if reason:
            return reason
    return ""


@_loss.register(AlterField)
def _(
    operation: AlterField, app: str, before: ProjectState, after: ProjectState
) -> str:
    key = (app, operation.model_name_lower)
    old = before.models[key].fields[operation.name]
    new = after.models[key].fields[operation.name]
    told = operation.describe()
    if old.null and not new.null:
        return f"fills NULLs, which its reverse does not bring back ({told})"
    if not _holds(old, new):
        return f"may cut values ({told})"
    return ""


def _holds(old: Field[Any, Any], new: Field[Any, Any]) -> bool:
    """Return whether the new column takes every value of the old one as it is."""
    before, after = _type(old), _type(new)
    if before == after:
        return _length(old) <= _length(new)
    if before in _SIZES and after in _SIZES:
        return _SIZES[before] <= _SIZES[after]
    return after == "text" and before in {"varchar", "text"}


def _type(field: Field[Any, Any]) -> str:
    """Return a word for what a field's column holds, whatever the server."""
    name = field.get_internal_type()
    if name in {"ForeignKey", "OneToOneField"}:
        target = cast("Any", field).remote_field.model
        return f"key of {target if isinstance(target, str) else target._meta.label}"  # noqa: SLF001
    if name in {"CharField", "SlugField", "FileField", "FilePathField"}:
        return "varchar"
    if name == "DecimalField":
        decimal = cast("Any", field)
        return f"decimal({decimal.max_digits},{decimal.decimal_places})"
    return {
        "TextField": "text",
        "SmallIntegerField": "smallint",
        "SmallAutoField": "smallint",
        "IntegerField": "integer",
        "AutoField": "integer",
        "BigIntegerField": "bigint",
        "BigAutoField": "bigint",
    }.get(name, name)


def _length(field: Field[Any, Any]) -> float:
    length = getattr(field, "max_length", None)
    return float("inf") if length is None else float(length)
