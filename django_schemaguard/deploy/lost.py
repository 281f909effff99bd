"""What an operation takes for good when it is done: no reverse brings it back."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import TYPE_CHECKING, Any

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

from django_schemaguard.deploy.at_once import texts_of
from django_schemaguard.deploy.losses_by_sql import whole_losses
from django_schemaguard.lint.conversions import Values, values_after
from django_schemaguard.lint.destroying import Fresh, losses
from django_schemaguard.lint.sql import statements

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.state import ProjectState

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


@dataclass(frozen=True, slots=True)
class Lost:
    """What an operation takes for good.

    Attributes:
        reason: As of an obstacle.
        final: Likewise.
    """

    reason: str
    final: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where an operation stands: the states around it, and what was made before."""

    app: str
    before: ProjectState
    after: ProjectState
    connection: BaseDatabaseWrapper
    made: Fresh


def irreversible(operation: Operation) -> Lost | None:
    """Return that an operation has no reverse; None where it has."""
    if operation.reversible:
        return None
    return Lost(f"cannot be reversed ({operation.describe()})", final=True)


@singledispatch
def loss_of(operation: Operation, place: Place) -> Lost | None:
    """Return what is lost for good when the operation is done; None for nothing."""
    del place
    if isinstance(operation, _LOSSLESS) or type(operation).__module__ == _POSTGRES:
        return None
    return Lost(f"does what is not known to be reversible ({operation.describe()})")


@loss_of.register(RemoveField)
@loss_of.register(DeleteModel)
def _(operation: RemoveField | DeleteModel, place: Place) -> Lost | None:
    del place
    return Lost(
        f"removes what its reverse cannot bring back ({operation.describe()})",
        final=True,
    )


@loss_of.register(RunPython)
def _(operation: RunPython, place: Place) -> Lost | None:
    del place
    if operation.code is RunPython.noop:
        return None
    return Lost("runs Python that may change rows")


@loss_of.register(RunSQL)
def _(operation: RunSQL, place: Place) -> Lost | None:
    texts = texts_of(operation.sql)
    given = [each for text in texts for each in statements(text)]
    for loss in list(losses(given, place.made)):
        if loss.whole:
            said = loss.says.removesuffix(".")
            return Lost(f"destroys what no reverse brings back ({said})", final=True)
    for loss in whole_losses(operation.reverse_sql):
        if not loss.table:  # Nothing that could be looked at beforehand.
            said = loss.says.removesuffix(".")
            return Lost(f"is undone by SQL that may take more than it made ({said})")
    if any(_DATA.search(text) for text in texts):
        return Lost("runs SQL that may change rows")
    return None


@loss_of.register(SeparateDatabaseAndState)
def _(operation: SeparateDatabaseAndState, place: Place) -> Lost | None:
    state = place.before.clone()
    for each in operation.database_operations:
        earlier = state.clone()
        each.state_forwards(place.app, state)
        inner = replace(place, before=earlier, after=state)
        lost = irreversible(each) or loss_of(each, inner)
        if lost:
            return lost
    return None


@loss_of.register(AlterField)
def _(operation: AlterField, place: Place) -> Lost | None:
    key = (place.app, operation.model_name_lower)
    old = place.before.models[key].fields[operation.name]
    new = place.after.models[key].fields[operation.name]
    told = operation.describe()
    if old.null and not new.null:
        return Lost(f"fills NULLs, which its reverse does not bring back ({told})")
    if not (_key(old) or _key(new)):
        values = values_after(place.connection, old, new)
        if values is Values.ROUNDED:
            return Lost(f"may round values ({told})")
        # Where values that do not fit are refused, none was changed.
        if values not in {Values.KEPT, Values.REFUSED}:
            return Lost(f"may cut values ({told})")
    elif _key(old) != _key(new):
        return Lost(f"may cut values ({told})")
    return None


def _key(field: Any) -> str:
    """Return what a field refers to, "" for none; its type cannot be told."""
    target = getattr(field.remote_field, "model", None)
    if target is None:
        return ""
    return str(target if isinstance(target, str) else target._meta.label)  # noqa: SLF001
