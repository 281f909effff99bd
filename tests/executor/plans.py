"""Plans made by hand, and a run of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django_schemaguard.core.finding import Cause, Severity
from django_schemaguard.core.kinds.extra_table import ExtraTable
from django_schemaguard.core.plan import Guard, PlannedStep, Stage, Target
from django_schemaguard.core.report import Verdict
from django_schemaguard.core.schema import Table, TableRef
from django_schemaguard.executor.apply import Applied, apply
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.lock import run_lock
from django_schemaguard.executor.place import Place
from django_schemaguard.models import Run

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

SHOP = TableRef(None, "shop")


def planned(*stages: Stage, kind: str = "add_column") -> PlannedStep:
    """Return a step; what it mends does not matter here."""
    finding = ExtraTable(SHOP, Table("shop"))
    verdict = Verdict("private", finding, Severity.INFO, Cause.DRIFT)
    return PlannedStep(kind, verdict, stages, "A thing is missing.")


def column(connection: BaseDatabaseWrapper, name: str, text: str = "int") -> Stage:
    """Return the stage that adds a column to the shop."""
    quoted = connection.ops.quote_name(name)
    mysql = connection.vendor == "mysql"
    locks = {
        "mysql": ("LOCK TABLES shop WRITE",),
        "postgresql": ("LOCK TABLE shop IN ACCESS EXCLUSIVE MODE",),
        "sqlite": (),
    }
    return Stage(
        (f"ALTER TABLE shop ADD COLUMN {quoted} {text}",),
        Target("column", SHOP, name),
        atomic=not mysql,
        lock="ACCESS EXCLUSIVE on shop",
        locks=(SHOP,),
        reverse=(f"ALTER TABLE shop DROP COLUMN {quoted}",),
        guard=Guard(
            locks[connection.vendor],
            f"SELECT 1 FROM shop WHERE {quoted} IS NOT NULL LIMIT 1",
            f"column 'shop.{name}' holds values",
        ),
    )


def index(connection: BaseDatabaseWrapper, name: str, *, unique: bool = False) -> Stage:
    """Return the stage that builds an index on the shop's id."""
    word = "UNIQUE INDEX" if unique else "INDEX"
    target = Target("index", SHOP, name)
    match connection.vendor:
        case "postgresql":
            drop = f"DROP INDEX CONCURRENTLY IF EXISTS {name}"
            return Stage(
                (f"CREATE {word} CONCURRENTLY {name} ON shop (id)",),
                target,
                atomic=False,
                lock="SHARE UPDATE EXCLUSIVE on shop",
                locks=(SHOP,),
                patient=True,
                reverse=(drop,),
                cleanup=(drop,),
            )
        case "mysql":
            return Stage(
                (f"CREATE {word} {name} ON shop (id) ALGORITHM=INPLACE LOCK=NONE",),
                target,
                atomic=False,
                locks=(SHOP,),
                reverse=(f"ALTER TABLE shop DROP INDEX {name}",),
            )
        case _:
            return Stage(
                (f"CREATE {word} {name} ON shop (id)",),
                target,
                reverse=(f"DROP INDEX {name}",),
            )


@contextmanager
def place(
    connection: BaseDatabaseWrapper, seconds: float = 10, lock_ms: int = 500
) -> Iterator[Place]:
    """Hold the lock, with the journal ready."""
    deadline = Deadline(seconds)
    with run_lock(connection, deadline) as lock:
        found = Place.at(lock, deadline, lock_ms)
        found.journal.ensure()
        yield found


def applied(
    connection: BaseDatabaseWrapper, *steps: PlannedStep, seconds: float = 10
) -> tuple[Run, Applied]:
    """Apply steps in a run of their own."""
    with place(connection, seconds) as at:
        run = at.journal.start("auto_fix")
        done = apply(at, run, steps)
        at.journal.finish(run, done.status)
    return run, done
