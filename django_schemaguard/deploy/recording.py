"""Journal each migration: with its transaction, else statement by statement."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db.migrations.operations import RunPython, RunSQL
from django.utils import timezone

from django_schemaguard.backends.connect import one_line
from django_schemaguard.deploy.at_once import is_done_at_once
from django_schemaguard.deploy.executor import first_operation, with_operations
from django_schemaguard.deploy.waiting import set_lock_timeout
from django_schemaguard.deploy.watch import Watched
from django_schemaguard.exceptions import NotInTime, NotPermitted
from django_schemaguard.expected.server import Server
from django_schemaguard.models import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import timedelta

    from django.db.migrations import Migration
    from django.db.migrations.operations.base import Operation

    from django_schemaguard.deploy.waiting import Patience
    from django_schemaguard.executor.journal import Journal
    from django_schemaguard.executor.locks.base import Lock
    from django_schemaguard.models import Run

_DDL = re.compile(r"\s*(create|alter|drop|rename|comment|truncate)\b", re.IGNORECASE)
_CONCURRENTLY = re.compile(r"\bconcurrently\b", re.IGNORECASE)

APPLY, UNAPPLY, OPERATION, STATEMENT = "apply", "unapply", "operation", "statement"


class Recorder:
    """Writes the steps of one run, and remembers what was done.

    Only DDL is kept word for word; the rest may hold the rows of users.

    Attributes:
        applied: The migrations done, in their order, as "app.name".
        stopped_at: The migration that was running last; None after its end.
        began: Something of it may stand, though it failed.
        single: All migrations are in one transaction.
    """

    def __init__(
        self,
        journal: Journal,
        run: Run,
        lock: Lock,
        patience: Patience,
        say: Callable[[str], None],
    ) -> None:
        self.connection = journal.connection
        self._journal, self._run, self._lock = journal, run, lock
        self.patience, self._say = patience, say
        self.applied: list[str] = []
        self.stopped_at: Migration | None = None
        self.began = False
        self.single = False
        self._statements: list[str] = []
        self._watching = False
        self._whole = True
        self._backwards = False
        self._operation: int | None = None
        self._started = timezone.now()
        self._step: Step | None = None

    @property
    def statement(self) -> str:
        """The DDL that was begun last; "" where none was."""
        return self._statements[-1] if self._statements else ""

    @property
    def unsettled(self) -> bool:
        """Whether the journal has a migration that began, and nobody knows how it went.

        Only of one that runs in no transaction.
        """
        return self._step is not None

    # What the executor tells.

    def starting(self, migration: Migration, *, backwards: bool) -> None:
        """Remember what runs."""
        self._lock.check()
        self.stopped_at, self._backwards = migration, backwards
        self._statements, self._started = [], timezone.now()
        self.began, self._operation = False, None

    def opened(self, migration: Migration, *, whole: bool) -> None:
        """Bound the waits of the transaction; or note that a migration began."""
        self._whole, self._watching = whole, True
        if whole:
            if not self._lock.enter():
                raise NotInTime("Another run is at work.", "Try again later.")
            if self._lock.pooled:
                self._journal.fence(self._run)
            set_lock_timeout(self.connection, self.patience.lock_ms)
            return
        if self._lock.pooled:
            raise NotPermitted(
                f"Migration '{migration}' runs outside of a transaction, which is not"
                " safe behind a pooler.",
                "Give the alias a direct connection to the server.",
            )
        self._step = self._write(APPLY, Step.Status.INTENT, migration, atomic=False)

    def watched(self, migration: Migration) -> Migration:
        """Return the migration with operations that are journalled one by one."""
        first = first_operation(migration)
        operations = [
            Watched(operation, self._around(migration, number, operation))
            for number, operation in enumerate(migration.operations, first)
        ]
        return with_operations(migration, operations, first=first)

    def finished(self, migration: Migration, *, fake: bool) -> None:
        """Write the step, in the transaction that it tells of."""
        self._watching = False
        if self._step is not None:
            self._close(self._step, Step.Status.DONE)
            self._step = None
            return
        kind = "fake" if fake else APPLY
        self._write(kind, Step.Status.DONE, migration, statements=self._statements)
        if self.single and self.connection.vendor == "postgresql":
            with self.connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    def committed(self, migration: Migration, *, fake: bool, seconds: float) -> None:
        """Say it."""
        self.applied.append(str(migration))
        self.stopped_at = None
        done = "unapplied" if self._backwards else "applied"
        self._say(f"  {migration}: {'recorded' if fake else done} ({seconds:.2f} s)")

    # What the run tells.

    def failed(self, error: BaseException) -> None:
        """Write which migration failed; call outside of any transaction."""
        self._watching = False
        problem = {"message": one_line(error, self.connection)}
        if self._step is not None:
            self._close(self._step, Step.Status.FAILED, problem)
            self._step = None
        elif self.stopped_at is not None:
            self._write(APPLY, Step.Status.ROLLED_BACK, self.stopped_at, error=problem)

    @contextmanager
    def capturing(self) -> Iterator[None]:
        """Look at each statement that Django runs inside the block."""
        with self.connection.execute_wrapper(self._execute):
            yield

    # Journal.

    def _around(self, migration: Migration, number: int, operation: Operation) -> Any:
        @contextmanager
        def around() -> Iterator[None]:
            self._operation = number
            step = self._write(OPERATION, Step.Status.INTENT, migration, atomic=False)
            before = self.began
            # What it does is not known, and not undone by anybody.
            self.began = before or not _undone_by_server(migration, operation)
            try:
                yield
            except Exception as error:
                if self.connection.is_usable() and not self.connection.needs_rollback:
                    problem = {"message": one_line(error, self.connection)}
                    self._close(step, Step.Status.FAILED, problem)
                    if self._is_refused(operation):
                        self.began = before
                raise
            self.began = True
            self._close(step, Step.Status.DONE)
            self._operation = None

        return around

    def _is_refused(self, operation: Operation) -> bool:
        """Return whether the operation that failed has done nothing."""
        back = self._backwards
        return is_done_at_once(self.connection, operation, backwards=back)

    def _execute(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,  # noqa: FBT001  Django's execute_wrapper calls it so.
        context: dict[str, Any],
    ) -> Any:
        if not self._watching or not _DDL.match(sql):
            return execute(sql, params, many, context)
        text = self._text(sql, params)
        self._statements.append(text)
        if self._whole:
            return execute(sql, params, many, context)
        with self._unwatched():
            assert self.stopped_at is not None  # noqa: S101  `starting` set it.
            step = self._write(
                STATEMENT,
                Step.Status.INTENT,
                self.stopped_at,
                statements=[text],
                atomic=False,
            )
            # One that fails leaves an index that is not valid.
            self.began = self.began or bool(_CONCURRENTLY.search(sql))
            with self._patient(sql):
                result = execute(sql, params, many, context)
            self.began = True
            self._close(step, Step.Status.DONE)
        return result

    @contextmanager
    def _patient(self, sql: str) -> Iterator[None]:
        """Let CONCURRENTLY wait for other transactions: a timeout spoils the index."""
        if self.connection.vendor != "postgresql" or not _CONCURRENTLY.search(sql):
            yield
            return
        with self.connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            before = cursor.fetchone()[0]
            cursor.execute("SELECT set_config('lock_timeout', '0', false)")
        try:
            yield
        finally:
            if self.connection.is_usable():
                with self.connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT set_config('lock_timeout', %s, false)", (before,)
                    )

    @contextmanager
    def _unwatched(self) -> Iterator[None]:
        self._watching = False
        try:
            yield
        finally:
            self._watching = True

    def _text(self, sql: str, params: Any) -> str:
        return Server(self.connection).fill(sql, params) if params else sql

    def _write(
        self, kind: str, status: Step.Status, migration: Migration, **facts: Any
    ) -> Step:
        """Enter a step; `facts` are further fields of it."""
        done = status is not Step.Status.INTENT
        now = timezone.now()
        step = Step(
            kind=UNAPPLY if self._backwards and kind == APPLY else kind,
            app=migration.app_label,
            migration=migration.name,
            operation=self._operation,
            attempts=self.patience.attempt + 1,
            waited_ms=round(self.patience.spent * 1000),
            duration_ms=_milliseconds(now - self._started) if done else 0,
            started=self._started if done else now,
            **facts,
        )
        self._journal.enter(self._run, step, status)
        return step

    def _close(
        self, step: Step, status: Step.Status, error: dict[str, str] | None = None
    ) -> None:
        step.error = error or {}
        step.duration_ms = _milliseconds(timezone.now() - step.started)
        self._journal.settle(step, status)


def _undone_by_server(migration: Migration, operation: Operation) -> bool:
    """Return whether what an operation did with rows is undone where it fails."""
    if not isinstance(operation, RunPython | RunSQL):
        return True
    return bool(
        operation.atomic or (migration.atomic and operation.atomic is not False)
    )


def _milliseconds(span: timedelta) -> int:
    return max(0, round(span.total_seconds() * 1000))
