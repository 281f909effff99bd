"""A run through the plan, as it is when one operation after the other is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django_schemaguard.lint.editor import offline
from django_schemaguard.lint.live import Live

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.migration import Migration
    from django.db.migrations.state import ProjectState, StateApps

    from django_schemaguard.lint.context import Context, Plan


@dataclass
class Travel:
    """What is known of the run so far.

    Attributes:
        fresh: Tables that the run itself creates: nobody else uses them yet.
        fresh_columns: Likewise columns, as (table, column).
        remade: Tables of SQLite that the run has made anew already.
    """

    plan: Plan
    context: Context
    fresh: set[str] = field(default_factory=set)
    fresh_columns: set[tuple[str, str]] = field(default_factory=set)
    remade: set[str] = field(default_factory=set)

    @property
    def alias(self) -> str:
        """The alias of the database."""
        return self.context.connection.alias

    @property
    def vendor(self) -> str:
        """Django's name of the kind of server."""
        return self.context.connection.vendor

    @cached_property
    def connection(self) -> BaseDatabaseWrapper:
        """A copy of the connection that never connects, for Django's own code."""
        return offline(self.context.connection, live=self.context.live)

    @cached_property
    def live(self) -> Live | None:
        """The database, where it may be asked."""
        if not self.context.live:
            return None
        return Live(self.context.connection, self.context.statement_ms)

    @cached_property
    def first(self) -> StateApps:
        """The models before the whole plan."""
        return self.context.state.clone().apps

    @property
    def migrations(self) -> tuple[Migration, ...]:
        """Those that are judged."""
        return tuple(
            migration
            for migration, backwards in self.plan
            if not backwards and self.context.judges(migration)
        )

    @cached_property
    def end(self) -> ProjectState:
        """The project after the whole plan, not rendered."""
        state = self.context.state.clone()
        state.__dict__.pop("apps", None)
        for migration, backwards in self.plan:
            if not backwards:
                state = migration.mutate_state(state, preserve=False)
        return state

    def start(self, *, initial: bool) -> None:
        """Forget what is new, where each migration is a run of its own.

        Args:
            initial: The migration is one of several that create an app's tables.
        """
        if self.context.apart and not initial:
            self.fresh.clear()
            self.fresh_columns.clear()


def table_of(model: Any) -> str:
    """Return the name of a model's table."""
    return str(model._meta.db_table)  # noqa: SLF001


def automatic_through(model: Any) -> Iterator[tuple[str, Any]]:
    """Yield (field, model) of each many-to-many table that Django makes by itself."""
    for each in model._meta.local_many_to_many:  # noqa: SLF001
        through = each.remote_field.through
        if through._meta.auto_created:  # noqa: SLF001
            yield each.name, through
