"""Django's migration executor, with the record in the transaction of the DDL.

Django records a migration after its transaction wherever SQL was deferred (a foreign
key, an index), and always when it unapplies one (tickets 29721 and 32374). A process
that dies in between leaves tables without a record, or a record without tables.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Any, Protocol, cast

from django.db import transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.executor import MigrationExecutor

from django_schemaguard._typing import override
from django_schemaguard.deploy.initial import refuse_if_different

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations import Migration
    from django.db.migrations.state import ProjectState


class Watcher(Protocol):
    """Is told of each migration; what it writes in `finished` commits with it."""

    def starting(self, migration: Migration, *, backwards: bool) -> None:
        """Before anything is done, outside of any transaction of ours."""

    def opened(self, migration: Migration, *, whole: bool) -> None:
        """Inside the transaction, where there is one."""

    def watched(self, migration: Migration) -> Migration:
        """Return the migration to run in place of one that is not whole."""

    def finished(self, migration: Migration, *, fake: bool) -> None:
        """After the record, and before the transaction commits."""

    def committed(self, migration: Migration, *, fake: bool, seconds: float) -> None:
        """After the commit."""


class Silent:
    """A watcher that does nothing."""

    def starting(self, migration: Migration, *, backwards: bool) -> None:
        """Do nothing."""

    def opened(self, migration: Migration, *, whole: bool) -> None:
        """Do nothing."""

    def watched(self, migration: Migration) -> Migration:
        """Return the migration itself."""
        return migration

    def finished(self, migration: Migration, *, fake: bool) -> None:
        """Do nothing."""

    def committed(self, migration: Migration, *, fake: bool, seconds: float) -> None:
        """Do nothing."""


class Executor(MigrationExecutor):
    """Applies each migration and its record as one, where the server can.

    Make a new one after a failure: the project state of this one has moved on.
    """

    def __init__(
        self,
        connection: BaseDatabaseWrapper,
        progress_callback: Any = None,
        watcher: Watcher | None = None,
    ) -> None:
        super().__init__(connection, progress_callback)
        self.watcher = watcher or Silent()

    def state(self, *, applied: bool) -> ProjectState:
        """Return the project before all migrations, or after the applied ones."""
        make: Any = getattr(self, "_create_project_state")  # noqa: B009
        return cast("ProjectState", make(with_applied_migrations=applied))

    def state_before(self, migration: Migration) -> ProjectState:
        """Return the project after the applied ones, a migration left out."""
        state = self.state(applied=False)
        full = self.migration_plan(self.loader.graph.leaf_nodes(), clean_start=True)
        for each, _ in full:
            node = (each.app_label, each.name)
            if node in self.loader.applied_migrations and each is not migration:
                state = each.mutate_state(state, preserve=False)
        return state

    def states_before(
        self, names: Collection[str]
    ) -> Iterator[tuple[Migration, ProjectState]]:
        """Yield migrations, each with the project before it, in their order.

        Args:
            names: As "app.name"; those before them count where they are applied.
        """
        state = self.state(applied=False)
        full = self.migration_plan(self.loader.graph.leaf_nodes(), clean_start=True)
        for each, _ in full:
            if str(each) in names:
                yield each, state.clone()
            if (each.app_label, each.name) in self.loader.applied_migrations:
                state = each.mutate_state(state, preserve=False)

    def record(self, migration: Migration) -> None:
        """Record a migration as applied, with those that it replaces, but once."""
        applied = self.recorder.applied_migrations()
        for node in (*migration.replaces, (migration.app_label, migration.name)):
            if node not in applied:
                self.recorder.record_applied(*node)

    def unrecord(self, migration: Migration) -> None:
        """Delete that record, where it is."""
        for node in (*migration.replaces, (migration.app_label, migration.name)):
            self.recorder.record_unapplied(*node)

    @override
    def apply_migration(
        self,
        state: ProjectState,
        migration: Migration,
        fake: bool = False,
        fake_initial: bool = False,
    ) -> ProjectState:
        with self._step(migration, fake=fake, backwards=False) as step:
            if fake or fake_initial:  # Tables may be looked at before the editor.
                return super().apply_migration(state, step, fake, fake_initial)
            with _joined(self.connection):
                return super().apply_migration(state, step)

    @override
    def unapply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False
    ) -> ProjectState:
        with self._step(migration, fake=fake, backwards=True) as step:
            if fake:
                return super().unapply_migration(state, step, fake)
            with _joined(self.connection):
                return super().unapply_migration(state, step)

    @override
    def detect_soft_applied(
        self, project_state: ProjectState | None, migration: Migration
    ) -> tuple[bool, ProjectState]:
        """Detect it as Django does; then compare the tables, which Django does not.

        Raises:
            InitialDiffers: The tables are there, and not as the migration makes them.
        """
        # Not the one with watched operations: Django looks at their types.
        node = (migration.app_label, migration.name)
        migration = self.loader.graph.nodes.get(node, migration)
        applied, state = super().detect_soft_applied(project_state, migration)
        if applied:
            refuse_if_different(self.connection, migration, state)
        return applied, state

    @contextmanager
    def _step(
        self, migration: Migration, *, fake: bool, backwards: bool
    ) -> Iterator[Migration]:
        started = time.perf_counter()
        whole = is_whole(self.connection, migration)
        self.watcher.starting(migration, backwards=backwards)
        with in_one(self.connection, whole=whole):
            self.watcher.opened(migration, whole=whole)
            yield migration if whole else self.watcher.watched(migration)
            self.watcher.finished(migration, fake=fake)
        seconds = time.perf_counter() - started
        self.watcher.committed(migration, fake=fake, seconds=seconds)


def is_whole(connection: BaseDatabaseWrapper, migration: Migration) -> bool:
    """Return whether the server undoes all of the migration where it fails."""
    return bool(migration.atomic and connection.features.can_rollback_ddl)


@contextmanager
def in_one(connection: BaseDatabaseWrapper, *, whole: bool = True) -> Iterator[None]:
    """Run the block in one transaction, in which a schema editor may be used.

    Where a transaction is open already, the block is a savepoint of it.
    """
    if not whole:
        yield
        return
    sqlite = connection.vendor == "sqlite" and not connection.in_atomic_block
    # SQLite ignores the pragma inside a transaction, so an editor inside neither
    # switches the checks off nor on again.
    if sqlite:
        connection.disable_constraint_checking()
    try:
        with transaction.atomic(connection.alias), _unwound(connection):
            yield
    finally:
        if sqlite:
            connection.enable_constraint_checking()


@contextmanager
def _joined(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let the schema editor join the transaction, if one is open.

    It would make a savepoint as its first thing, and undo the same as the transaction.
    One that sends more at its end needs that, such as SQLite's.
    """
    plain = connection.SchemaEditorClass.__exit__ is BaseDatabaseSchemaEditor.__exit__
    if not (connection.in_atomic_block and plain):
        yield
        return
    own = vars(connection)

    def join() -> None:
        del own["savepoint"]

    own["savepoint"] = join
    try:
        yield
    finally:
        own.pop("savepoint", None)


@contextmanager
def _unwound(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """End the transaction of a schema editor that failed at its own end.

    Its `__exit__` runs the deferred SQL, and leaves its savepoint open where that
    fails; our own transaction would then end in its place, and stay open.
    """
    depth = len(connection.atomic_blocks)
    try:
        yield
    except BaseException as error:
        while len(connection.atomic_blocks) > depth:
            left = connection.atomic_blocks[-1]
            left.__exit__(type(error), error, error.__traceback__)
        raise


def with_operations(
    migration: Migration, operations: Iterable[object], *, first: int = 0
) -> Migration:
    """Return a copy of the migration that runs other operations.

    Args:
        migration: The whole one.
        operations: In their order.
        first: The number of the first of them in the whole one.
    """
    other: Any = copy(migration)
    other.operations = list(operations)
    other.first_operation = first
    return cast("Migration", other)


def first_operation(migration: Migration) -> int:
    """Return the number of a copy's first operation in the whole migration."""
    return int(getattr(migration, "first_operation", 0))
