"""One operation in its place: the states before and after, and who may be touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django_schemaguard.core.schema import TableRef
from django_schemaguard.lint.destroying import Fresh
from django_schemaguard.lint.live import Live
from django_schemaguard.lint.travel import Travel, table_of

if TYPE_CHECKING:
    from django.db.migrations.migration import Migration
    from django.db.migrations.operations.base import Operation
    from django.db.migrations.state import ProjectState
    from django.db.models import Model

Kind = TypeVar("Kind", bound="Operation")


class Placed:
    """One operation in its place.

    Attributes:
        position: Its place among the migration's operations, from 1.
        before: The project state before it, rendered.
        after: And after it.
        fresh: What the run had made before it.
    """

    def __init__(
        self,
        travel: Travel,
        migration: Migration,
        position: int,
        operation: Operation,
        states: tuple[ProjectState, ProjectState],
    ) -> None:
        self.travel = travel
        self.migration = migration
        self.position = position
        self.operation = operation
        self.before, self.after = states
        self.fresh = Fresh(set(travel.fresh), set(travel.fresh_columns))

    @property
    def app(self) -> str:
        """The label of the migration's app."""
        return self.migration.app_label

    @property
    def vendor(self) -> str:
        """Django's name of the kind of server."""
        return self.travel.vendor

    @property
    def live(self) -> Live | None:
        """The database, where it may be asked."""
        return self.travel.live

    @property
    def atomic(self) -> bool:
        """Whether the operation runs inside a transaction, where DDL can."""
        return bool(self.migration.atomic or self.operation.atomic)

    def is_a(self, name: str) -> bool:
        """Return whether the operation has a class of this name among its own.

        Those of `django.contrib.postgres` cannot be imported without a driver.
        """
        return any(kind.__name__ == name for kind in type(self.operation).__mro__)

    def plain(self, kind: type[Kind]) -> Kind | None:
        """Return the operation, if it does to the database what this kind does.

        A subclass that does something else, such as adding an index concurrently,
        is not of the kind.
        """
        operation = self.operation
        same = (
            isinstance(operation, kind)
            and type(operation).database_forwards is kind.database_forwards
        )
        return operation if same else None  # type: ignore[return-value]

    def model(self, name: str, *, after: bool = True) -> type[Model] | None:
        """Return a model of the app whose table the migration may touch, or None."""
        state = self.after if after else self.before
        try:
            model: type[Model] = state.apps.get_model(self.app, name)
        except LookupError:
            return None
        allowed = self.operation.allow_migrate_model(self.travel.alias, model)
        return model if allowed else None

    def ref(self, model: type[Model]) -> TableRef:
        """Return the table of a model."""
        return TableRef(None, table_of(model), model._meta.label)  # noqa: SLF001

    def existing(self, model: type[Model] | None) -> TableRef | None:
        """Return the table of a model, if it was there before the run."""
        if model is None or table_of(model) in self.travel.fresh:
            return None
        return self.ref(model)

    def type_of(self, field: Any) -> str:
        """Return the type of a column, as Django would write it."""
        return str(field.db_type(self.travel.connection) or "")
