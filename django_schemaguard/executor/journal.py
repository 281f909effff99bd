"""Writes down what is done to a database, in that database.

A step that is a transaction is entered in it, so that there are both or neither. One
that is not, as with all DDL of MariaDB, is entered before, as an intent, and settled
after; what was killed between is settled by the next run, from what is really there.
"""

from __future__ import annotations

import os
import re
import socket
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import django
from django.db import Error
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Max
from django.utils import timezone

import django_schemaguard
from django_schemaguard.backends import backend_for
from django_schemaguard.backends.connect import one_line
from django_schemaguard.backends.home import home_of
from django_schemaguard.exceptions import JournalUnwritable, LockLost, NotInTime
from django_schemaguard.executor.audit import run_line, step_line
from django_schemaguard.executor.busy import bounded_busy, is_busy
from django_schemaguard.executor.tables import make_tables, read_all
from django_schemaguard.models import Run, SchemaVersion, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import QuerySet

    from django_schemaguard.executor.locks.base import Lock

# Behind a pooler, a run that was not seen alive for so long is dead.
LEASE_MS = 30_000

# What a run has that is at work, resumed included.
_OPEN = (Run.Status.RUNNING, Run.Status.NEEDS_RESUME, Run.Status.REVERT_BLOCKED)
_PASSWORD = re.compile(r"(://[^:/@\s]*:)[^@\s]*@")


class Journal:
    """The journal of one database, under the lock of a run.

    Raises:
        JournalUnwritable: From `ensure` and `start`. The others raise Django's
            errors, which undo the transaction that they are in.
        NotInTime: From the same, where another process writes to a SQLite file.
    """

    def __init__(self, connection: BaseDatabaseWrapper, lock: Lock) -> None:
        self.connection = connection
        self._lock = lock
        self._positions: dict[int, int] = {}

    @property
    def runs(self) -> QuerySet[Run]:
        """The runs on this database, the latest first."""
        return Run.objects.using(self.connection.alias)

    @property
    def steps(self) -> QuerySet[Step]:
        """The steps of all runs on this database."""
        return Step.objects.using(self.connection.alias)

    def ensure(self) -> bool:
        """Make the tables of the journal where they are absent, and see to the others.

        Returns:
            Whether any was made, so that the schema is another now.
        """
        with self._writable():
            made = make_tables(self.connection, self._lock)
            read_all(self.connection)
        return made

    def start(self, command: str, arguments: Iterable[str] = (), **facts: Any) -> Run:
        """Enter a run, committed at once.

        Args:
            command: The subcommand.
            arguments: What it was called with; passwords in URLs are blotted out.
            facts: Further fields of `Run`, such as `plan_hash`.
        """
        with self._writable():
            run = Run(
                command=command,
                arguments=[_PASSWORD.sub(r"\1***@", word) for word in arguments],
                applied_before=self._applied(),
                lock=self._lock.facts(),
                **self._whereabouts(),
                **facts,
            )
            run.save(using=self.connection.alias)
            self._lock.sign(str(run))
        run_line("run_started", run)
        return run

    def unfinished(self) -> tuple[Run, ...]:
        """Return the runs that never ended, the oldest first.

        Under the lock, none of them is still at work. A run that failed and wants
        to be resumed is among them.
        """
        open_ones = (Run.Status.RUNNING, Run.Status.NEEDS_RESUME)
        runs = self.runs.filter(status__in=open_ones).select_related("reverts")
        return tuple(runs.order_by("pk"))

    def beat(self, run: Run) -> None:
        """Note that the run is alive."""
        run.heartbeat = timezone.now()
        run.save(using=self.connection.alias, update_fields=["heartbeat"])

    def alive(self) -> Run | None:
        """Return a run that holds a lease, since no lock outlasts a transaction."""
        since = timezone.now() - timedelta(milliseconds=LEASE_MS)
        running = self.runs.filter(status=Run.Status.RUNNING, heartbeat__gte=since)
        return running.first()

    def fence(self, run: Run) -> None:
        """Make sure, in this transaction, that nobody took the run for dead.

        Raises:
            LockLost: Somebody did, and works in its place.
        """
        row = self.runs.select_for_update().filter(pk=run.pk).first()
        if row is None or row.status not in _OPEN:
            raise LockLost(
                f"Run {run.pk} was taken for dead, and another took over.",
                "See 'manage.py schemaguard history'.",
            )
        self.beat(run)

    def enter(self, run: Run, step: Step, status: Step.Status) -> None:
        """Write a step for the first time, at the end of its run.

        Args:
            run: From `start`.
            step: Not saved yet; `run` and `position` are set here.
            status: INTENT where its statements come after, in transactions of
                their own; else how it stands when this transaction commits.
        """
        step.run, step.status = run, status
        if step._state.adding:  # noqa: SLF001
            step.position = self._next_position(run)
        if status is not Step.Status.INTENT:
            step.finished = timezone.now()
        step.save(using=self.connection.alias)
        step_line(step)

    def settle(self, step: Step, status: Step.Status) -> None:
        """Write how a step stands that was entered before, with all its fields."""
        self.enter(step.run, step, status)

    def finish(self, run: Run, status: Run.Status, **facts: Any) -> None:
        """Write how a run ended.

        Args:
            run: From `start`.
            status: Anything but RUNNING.
            facts: Further fields of `Run`, such as `error` and `schema_after`.
        """
        run.status, run.finished = status, timezone.now()
        for name, fact in facts.items():
            setattr(run, name, fact)
        run.save(using=self.connection.alias)
        run_line("run_finished", run)

    def version(self, run: Run, fingerprint: str) -> None:
        """Note the schema that a run left, unless it is the one noted last."""
        self._note(fingerprint, run.command, run)

    def seen(self, fingerprint: str, source: str) -> bool:
        """Note the schema that is there, whoever made it; return whether it is new.

        Args:
            fingerprint: Of the actual schema.
            source: The subcommand that saw it.
        """
        return self._note(fingerprint, source, None)

    def _note(self, fingerprint: str, source: str, run: Run | None) -> bool:
        versions = SchemaVersion.objects.using(self.connection.alias)
        last = versions.order_by("-pk").first()
        applied = self._applied()
        if last and (last.fingerprint, last.applied) == (fingerprint, applied):
            return False
        facts = self._whereabouts()
        versions.create(
            fingerprint=fingerprint,
            applied=applied,
            app_version=facts["app_version"],
            django_version=facts["django_version"],
            server_version=facts["server_version"],
            source=source,
            run=run,
        )
        return True

    def _next_position(self, run: Run) -> int:
        """Return the next number; nobody else numbers while we hold the lock."""
        if run.pk not in self._positions:
            last = self.steps.filter(run=run).aggregate(last=Max("position"))["last"]
            self._positions[run.pk] = int(last or 0)
        self._positions[run.pk] += 1
        return self._positions[run.pk]

    def _applied(self) -> list[str]:
        nodes = MigrationRecorder(self.connection).applied_migrations()
        return sorted(f"{app}.{name}" for app, name in nodes)

    def _whereabouts(self) -> dict[str, Any]:
        connection = self.connection
        return {
            "alias": connection.alias,
            "vendor": connection.vendor,
            "server_version": backend_for(connection).server_version(connection),
            "database": _database(connection),
            "role": str(connection.settings_dict.get("USER") or ""),
            "host": socket.gethostname(),
            "os_pid": os.getpid(),
            "backend_pid": _backend_pid(connection),
            "app_version": django_schemaguard.__version__,
            "django_version": django.get_version(),
        }

    @contextmanager
    def _writable(self) -> Iterator[None]:
        try:
            with bounded_busy(self.connection, self._lock.deadline):
                yield
        except Error as error:
            if is_busy(error):
                raise NotInTime(
                    "Another process is writing to the database"
                    f" '{self.connection.alias}'.",
                    "Nothing was changed; try again.",
                ) from error
            said = one_line(error, self.connection).rstrip(".")
            raise JournalUnwritable(
                f"The journal cannot be written: {said}.",
                "Nothing was done. Let the role write to the tables"
                " 'schemaguard_run', 'schemaguard_step' and"
                " 'schemaguard_schemaversion', run 'manage.py migrate schemaguard', or"
                " mend by hand what 'manage.py schemaguard validate' tells of them.",
            ) from error


def _database(connection: BaseDatabaseWrapper) -> str:
    """Return its name, with the schema where the connection stands for one."""
    name, home = str(connection.settings_dict["NAME"]), home_of(connection)
    return f"{name}.{home.schema}" if home else name


def _backend_pid(connection: BaseDatabaseWrapper) -> int | None:
    sql = {
        "postgresql": "SELECT pg_backend_pid()",
        "mysql": "SELECT connection_id()",
    }.get(connection.vendor)
    if sql is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])
