"""Which migration made each table, column, constraint and index."""

from __future__ import annotations

from functools import singledispatchmethod
from typing import TYPE_CHECKING, Any

from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
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

from django_schemaguard.alterations import FieldHistory
from django_schemaguard.core.history import Origins, Part, Work
from django_schemaguard.history import Node, full_plan, word

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.operations.base import Operation
    from django.db.models import Field


def read_origins(loader: MigrationLoader) -> Origins:
    """Return the last migration that made or altered each part of each model.

    Applied and pending migrations count; only state operations do, since those
    are what the models show.
    """
    book = _read(loader, full_plan(loader))
    return Origins(book.made, frozenset(book.altered), book.fields.retyped())


def read_works(
    loader: MigrationLoader, nodes: Collection[Node], *, rolls_back: bool
) -> tuple[Work, ...]:
    """Return what each of these migrations makes that no other of them removes.

    Parts that an earlier migration made and removed are left out, since finding
    them in a database would not tell which of the two made them.

    Args:
        loader: With its graph built.
        nodes: All others are taken as never having been.
        rolls_back: The server undoes DDL with its transaction.
    """
    plan = [node for node in full_plan(loader) if node in nodes]
    book = _read(loader, plan)
    made, altered = _by_migration(book.created), _by_migration(book.altered)
    return tuple(
        Work(
            word(node),
            made.get(word(node), ()),
            altered=altered.get(word(node), ()),
            reshaped=tuple(
                part
                for part in altered.get(word(node), ())
                if book.reshaped.get(part) == word(node)
            ),
            whole=rolls_back and bool(loader.graph.nodes[node].atomic),
            code=any(map(_runs_code, loader.graph.nodes[node].operations)),
            stated=frozenset(book.stated & {*made.get(word(node), ())}),
        )
        for node in plan
    )


def _by_migration(parts: Mapping[Part, str]) -> dict[str, tuple[Part, ...]]:
    found: dict[str, list[Part]] = {}
    for part, migration in parts.items():
        found.setdefault(migration, []).append(part)
    return {migration: tuple(parts) for migration, parts in found.items()}


def _runs_code(operation: Operation) -> bool:
    if isinstance(operation, SeparateDatabaseAndState):
        return any(map(_runs_code, operation.database_operations))
    return isinstance(operation, RunPython | RunSQL)


def _read(loader: MigrationLoader, plan: list[Node]) -> _Book:
    book = _Book()
    for node in plan:
        book.squashed = bool(loader.graph.nodes[node].replaces)
        for operation, book.real in _flat(loader.graph.nodes[node].operations):
            book.note(operation, node[0], word(node))
    return book


def _flat(
    operations: list[Operation], *, real: bool = True
) -> Iterator[tuple[Operation, bool]]:
    """Yield what changes the state, and whether it may change the database, too."""
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            acts = real and bool(operation.database_operations)
            yield from _flat(list(operation.state_operations), real=acts)
        else:
            yield operation, real


class _Book:
    """Follows models through their history, renames included.

    Attributes:
        made: Which migration made or altered each part last, removed ones too.
        created: Which migration made each part that is there at the end.
        altered: Which migration altered each field last.
        reshaped: Likewise, where the change shows in the column itself.
        stated: Parts that were made in the state only.
        squashed: The migration being read stands for several.
        real: The operation being read may change the database.
    """

    def __init__(self) -> None:
        self.made: dict[Part, str] = {}
        self.created: dict[Part, str] = {}
        self.altered: dict[Part, str] = {}
        self.reshaped: dict[Part, str] = {}
        self.fields = FieldHistory()
        self.stated: set[Part] = set()
        self.squashed = False
        self.real = True
        self._gone: set[Part] = set()

    def _make(
        self, part: Part, migration: str, field: Field[Any, Any] | None = None
    ) -> None:
        self.made[part] = migration
        if field is not None:
            self.fields.add(part, field, squashed=self.squashed)
            if self.squashed:
                self.altered[part] = migration
        if not self.real:
            self.stated.add(part)
        if part not in self._gone:
            self.created.setdefault(part, migration)

    def _remove(self, part: Part) -> None:
        self._gone.add(part)
        for book in (self.created, self.altered, self.reshaped):
            book.pop(part, None)

    def _rename(self, old: Part, new: Part) -> None:
        """Keep who created it; whatever bears the old name later is another."""
        creator = self.created.pop(old, None)
        self._gone.add(old)
        if creator is not None and new not in self._gone:
            self.created[new] = creator
        self.made.pop(old, None)
        for book in (self.altered, self.reshaped):
            if old in book:
                book[new] = book.pop(old)
        self.fields.rename(old, new)

    @singledispatchmethod
    def note(self, operation: Operation, app: str, migration: str) -> None:
        """Remember what the operation makes; most make nothing of interest."""

    @note.register
    def _(self, operation: CreateModel, app: str, migration: str) -> None:
        model = f"{app}.{operation.name}".lower()
        self._make((model, ""), migration)
        for name, field in operation.fields:
            self._make((model, name), migration, field)
        for kind in ("indexes", "constraints"):
            for thing in operation.options.get(kind, ()):
                self._make((model, thing.name), migration)

    @note.register
    def _(self, operation: DeleteModel, app: str, migration: str) -> None:
        del migration
        model = f"{app}.{operation.name}".lower()
        for part in [part for part in self.created if part[0] == model]:
            self._remove(part)

    @note.register
    def _(self, operation: AddField, app: str, migration: str) -> None:
        model = f"{app}.{operation.model_name}".lower()
        self._make((model, operation.name), migration, operation.field)

    @note.register
    def _(self, operation: AlterField, app: str, migration: str) -> None:
        part = (f"{app}.{operation.model_name}".lower(), operation.name)
        self.made[part] = self.altered[part] = migration
        if self.fields.alter(part, operation.field):
            self.reshaped[part] = migration

    @note.register
    def _(self, operation: AddIndex, app: str, migration: str) -> None:
        model = f"{app}.{operation.model_name}".lower()
        self._make((model, operation.index.name), migration)

    @note.register
    def _(self, operation: AddConstraint, app: str, migration: str) -> None:
        model = f"{app}.{operation.model_name}".lower()
        self._make((model, operation.constraint.name), migration)

    @note.register(RemoveConstraint)
    @note.register(RemoveField)
    @note.register(RemoveIndex)
    def _(
        self,
        operation: RemoveConstraint | RemoveField | RemoveIndex,
        app: str,
        migration: str,
    ) -> None:
        del migration
        self._remove((f"{app}.{operation.model_name}".lower(), operation.name))

    @note.register
    def _(self, operation: RenameIndex, app: str, migration: str) -> None:
        model = f"{app}.{operation.model_name}".lower()
        if operation.old_name:  # Else it had none, and came with the model's option.
            self._rename((model, operation.old_name), (model, operation.new_name))
        self.made[model, operation.new_name] = migration

    @note.register
    def _(self, operation: RenameField, app: str, migration: str) -> None:
        model = f"{app}.{operation.model_name}".lower()
        self._rename((model, operation.old_name), (model, operation.new_name))
        self.made[model, operation.new_name] = migration

    @note.register
    def _(self, operation: RenameModel, app: str, migration: str) -> None:
        old = f"{app}.{operation.old_name}".lower()
        new = f"{app}.{operation.new_name}".lower()
        parts = {key: node for key, node in self.made.items() if key[0] == old}
        for (_, part), node in parts.items():
            self._rename((old, part), (new, part))
            self.made[new, part] = node
        self.made[new, ""] = migration
