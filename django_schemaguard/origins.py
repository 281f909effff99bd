"""Which migration made each table, column, constraint and index."""

from __future__ import annotations

from functools import singledispatchmethod
from typing import TYPE_CHECKING

from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    RenameField,
    RenameIndex,
    RenameModel,
    SeparateDatabaseAndState,
)

from django_schemaguard.core.history import Origins
from django_schemaguard.history import full_plan, word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.operations.base import Operation


def read_origins(loader: MigrationLoader) -> Origins:
    """Return the last migration that made or altered each part of each model.

    Applied and pending migrations count; only state operations do, since those
    are what the models show.
    """
    book = _Book()
    for node in full_plan(loader):
        for operation in _flat(loader.graph.nodes[node].operations):
            book.note(operation, node[0], word(node))
    return Origins(book.made)


def _flat(operations: list[Operation]) -> Iterator[Operation]:
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            yield from _flat(list(operation.state_operations))
        else:
            yield operation


class _Book:
    """Follows models through their history, renames included."""

    def __init__(self) -> None:
        self.made: dict[tuple[str, str], str] = {}

    @singledispatchmethod
    def note(self, operation: Operation, app: str, migration: str) -> None:
        """Remember what the operation makes; most make nothing of interest."""

    @note.register
    def _(self, operation: CreateModel, app: str, migration: str) -> None:
        model = f"{app}.{operation.name}".lower()
        self.made[model, ""] = migration
        for name, _field in operation.fields:
            self.made[model, name] = migration
        for kind in ("indexes", "constraints"):
            for thing in operation.options.get(kind, ()):
                self.made[model, thing.name] = migration

    @note.register(AddField)
    @note.register(AlterField)
    def _(self, operation: AddField | AlterField, app: str, migration: str) -> None:
        self.made[f"{app}.{operation.model_name}".lower(), operation.name] = migration

    @note.register
    def _(self, operation: AddIndex, app: str, migration: str) -> None:
        model = f"{app}.{operation.model_name}".lower()
        self.made[model, operation.index.name] = migration

    @note.register
    def _(self, operation: AddConstraint, app: str, migration: str) -> None:
        model = f"{app}.{operation.model_name}".lower()
        self.made[model, operation.constraint.name] = migration

    @note.register
    def _(self, operation: RenameIndex, app: str, migration: str) -> None:
        model = f"{app}.{operation.model_name}".lower()
        self.made.pop((model, operation.old_name or ""), None)
        self.made[model, operation.new_name] = migration

    @note.register
    def _(self, operation: RenameField, app: str, migration: str) -> None:
        model = f"{app}.{operation.model_name}".lower()
        self.made.pop((model, operation.old_name), None)
        self.made[model, operation.new_name] = migration

    @note.register
    def _(self, operation: RenameModel, app: str, migration: str) -> None:
        old = f"{app}.{operation.old_name}".lower()
        new = f"{app}.{operation.new_name}".lower()
        parts = {key: node for key, node in self.made.items() if key[0] == old}
        for (_, part), node in parts.items():
            del self.made[old, part]
            self.made[new, part] = node
        self.made[new, ""] = migration
