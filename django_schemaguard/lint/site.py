"""What one operation changes, in its place."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.migrations.operations import (
    AddField,
    AlterField,
    RemoveField,
    RenameField,
    RunSQL,
)

from django_schemaguard.core.schema import TableRef
from django_schemaguard.exceptions import in_one_line
from django_schemaguard.lint.destroying import Loss, losses
from django_schemaguard.lint.editor import NoDatabase, fills, recorded, recorder
from django_schemaguard.lint.live import Unknown
from django_schemaguard.lint.placed import Placed
from django_schemaguard.lint.sql import Statement, statements

if TYPE_CHECKING:
    from django.db.migrations.operations.base import Operation
    from django.db.models import Field, Model


@dataclass(frozen=True, slots=True)
class Added:
    """A column that an operation adds to a table that was there before.

    Attributes:
        filled: Django writes its default into the rows that are there.
    """

    operation: AddField
    model: type[Model]
    field: Field[Any, Any]
    table: TableRef
    filled: bool


@dataclass(frozen=True, slots=True)
class Altered:
    """A column that an operation changes, on a table that was there before."""

    operation: Operation
    model: type[Model]
    before: Field[Any, Any]
    after: Field[Any, Any]
    table: TableRef


class Site(Placed):
    """One operation in its place, and what it changes."""

    @cached_property
    def added(self) -> Added | None:
        """The column that is added to a table that was there before."""
        operation = self.plain(AddField)
        if operation is None:
            return None
        model = self.model(operation.model_name)
        table = self.existing(model)
        if model is None or table is None:
            return None
        field: Any = model._meta.get_field(operation.name)  # noqa: SLF001
        if field.many_to_many or not self.type_of(field):
            return None
        return Added(operation, model, field, table, fills(field, operation.field))

    @cached_property
    def altered(self) -> Altered | None:
        """The column that is changed, on a table that was there before."""
        operation = self.plain(AlterField)
        if operation is None:
            return None
        old_model = self.model(operation.model_name, after=False)
        model, table = self.model(operation.model_name), self.existing(old_model)
        if old_model is None or model is None or table is None:
            return None
        before: Any = old_model._meta.get_field(operation.name)  # noqa: SLF001
        after: Any = model._meta.get_field(operation.name)  # noqa: SLF001
        if not (self.type_of(before) and self.type_of(after)):
            return None
        editor = recorder(self.travel.connection)
        if not editor._field_should_be_altered(before, after):  # noqa: SLF001
            return None
        return Altered(operation, model, before, after, table)

    @cached_property
    def removed(self) -> tuple[Any, TableRef] | None:
        """The field that is removed, and its table, which was there before."""
        operation = self.plain(RemoveField)
        if operation is None:
            return None
        model = self.model(operation.model_name, after=False)
        table = self.existing(model)
        if model is None or table is None:
            return None
        return model._meta.get_field(operation.name), table  # noqa: SLF001

    @cached_property
    def renamed(self) -> Altered | None:
        """The column that gets another name, on a table that was there before."""
        operation = self.plain(RenameField)
        if operation is None:
            return self.altered
        old_model = self.model(operation.model_name, after=False)
        model, table = self.model(operation.model_name), self.existing(old_model)
        if old_model is None or model is None or table is None:
            return None
        before: Any = old_model._meta.get_field(operation.old_name)  # noqa: SLF001
        after: Any = model._meta.get_field(operation.new_name)  # noqa: SLF001
        return Altered(operation, model, before, after, table)

    def functions_in_default(self, field: Any) -> tuple[str, ...]:
        """Return the functions of a column's database default, in capitals."""
        text, _ = recorder(self.travel.connection).db_default_sql(field)
        found = [one.upper for one in statements(str(text))]
        return tuple(
            word
            for words in found
            for word, sign in itertools.pairwise(words)
            if sign == "(" and word.isidentifier()
        )

    @cached_property
    def scripts(self) -> tuple[tuple[Statement, ...], ...]:
        """The texts of a RunSQL operation, each as its statements."""
        operation = self.operation
        if not isinstance(operation, RunSQL):
            return ()
        given: Any = operation.sql
        parts = given if isinstance(given, list | tuple) else [given]
        texts = [part[0] if isinstance(part, list | tuple) else part for part in parts]
        return tuple(statements(str(text)) for text in texts)

    @property
    def sql(self) -> tuple[Statement, ...]:
        """The statements of a RunSQL operation."""
        return tuple(one for script in self.scripts for one in script)

    @cached_property
    def sql_losses(self) -> tuple[Loss, ...]:
        """What they throw away of what was there before the run."""
        return tuple(losses(self.sql, self.fresh))

    @property
    def old_sql(self) -> tuple[Statement, ...]:
        """Those about tables that were there before, or about none."""
        return self._old(self.sql)

    @property
    def stated(self) -> tuple[Statement, ...]:
        """Likewise, of operations that Django does not have itself, too.

        Raises:
            Unknown: They cannot be told without a database.
        """
        if type(self.operation).__module__.startswith("django."):
            return self.old_sql
        return self._old(self.emitted)

    def _old(self, given: tuple[Statement, ...]) -> tuple[Statement, ...]:
        return tuple(one for one in given if one.table not in self.travel.fresh)

    @cached_property
    def emitted(self) -> tuple[Statement, ...]:
        """The statements that Django would run for the operation.

        Raises:
            Unknown: They cannot be told without a database.
        """
        return tuple(one for text in recorded(self._run) for one in statements(text))

    @property
    def remade(self) -> tuple[str, ...]:
        """Names of the tables that SQLite would copy into new ones."""
        return tuple(self._run.remade)

    @cached_property
    def _run(self) -> Any:
        editor = recorder(self.travel.connection)
        if self.operation.reduces_to_sql:
            try:
                self._forwards(editor)
            except Exception as error:  # An operation is anybody's own code.
                said = in_one_line(error)
                raise Unknown(f"its SQL cannot be told: {said}") from error
        return editor

    def _forwards(self, editor: Any) -> None:
        """Run it on the editor; SQL that looks first whether it is due, as if it is."""
        given = (self.app, editor, self.before, self.after)
        try:
            self.operation.database_forwards(*given)
        except NoDatabase:
            if not isinstance(self.operation, RunSQL):
                raise
            RunSQL.database_forwards(self.operation, *given)

    def gains(self, operation: Any, option: str) -> list[tuple[str, ...]]:
        """Return the field names that an operation adds to a model's option."""
        before, after = self._together(operation.name, option)
        return sorted(after - before)

    def losses(self, operation: Any, option: str) -> list[tuple[str, ...]]:
        """Return the field names that an operation takes from a model's option."""
        before, after = self._together(operation.name, option)
        return sorted(before - after)

    def _together(
        self, name: str, option: str
    ) -> tuple[set[tuple[str, ...]], set[tuple[str, ...]]]:
        key = (self.app, name.lower())
        states = (self.before.models[key], self.after.models[key])
        before, after = (set(map(tuple, s.options.get(option) or ())) for s in states)
        return before, after


def is_repeatable(operation: Operation) -> bool:
    """Return whether an operation says that it looks whether its work is done."""
    return bool(getattr(operation, "repeatable", False))
