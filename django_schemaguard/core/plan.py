"""A plan of repairs: what would be run, in its order, and what would not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_schemaguard.core.report import Verdict
    from django_schemaguard.core.schema import TableRef


@dataclass(frozen=True, slots=True)
class Target:
    """The object that a stage adds or changes.

    Attributes:
        kind: "table", "column", "index", "constraint", "sequence", "extension".
        name: Of the column, index, …; "" for the table itself.
    """

    kind: str
    table: TableRef
    name: str = ""


@dataclass(frozen=True, slots=True)
class Guard:
    """What has to hold, under a lock, before a stage may be undone.

    Attributes:
        lock: The statements that keep others out; run first.
        loss: A query that yields a row where undoing would lose something.
        says: What would be lost, as the end of "refused: …".
    """

    lock: tuple[str, ...] = ()
    loss: str = ""
    says: str = ""


NO_GUARD = Guard()


@dataclass(frozen=True, slots=True)
class Backfill:
    """Values for the rows of a column that have none, written in batches by key.

    A batch is one transaction: keys are read, and each row is given its value. It
    ends with a batch of no keys. Begun anew, it goes on where it stopped.

    Attributes:
        first: Yields the keys of the first batch, in their order; no parameters.
        following: Likewise, of those above the last key; its values are the
            parameters.
        update: Writes one row; its parameters are the value, then the key's values.
        value: Makes the value of one row, ready for the driver.
    """

    first: str
    following: str
    update: str
    value: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Stage:
    """What is run as one: a transaction, or one statement outside of any.

    Attributes:
        statements: Complete SQL, without parameters.
        atomic: In one transaction with its entry in the journal; otherwise one
            statement in autocommit, journalled before and after.
        lock: The strongest lock, for people: "ACCESS EXCLUSIVE on shop_order".
        locks: The tables it locks, which others may be holding.
        target: What it adds or changes.
        patient: It waits for other transactions by design (CONCURRENTLY), so no
            lock timeout applies, only the deadline.
        reverse: The statements that undo it; empty where it cannot be undone, or
            where an earlier stage's reverse does.
        guard: What has to hold before `reverse` is run.
        kept: Why it is not undone, where that is so: "the values stay".
        cleanup: The statements that remove what a failed try leaves.
        precheck: What has to hold, under its lock, before `statements` are run.
        proof: A query that yields a row where the statements, though they did not
            fail, have not made what they should; `cleanup` is due then.
        backfill: Is run instead of statements, outside of a transaction.
        due: A query that yields a row where the stage has something to do; "" where
            that is told by whether the target is there.
    """

    statements: tuple[str, ...]
    target: Target
    atomic: bool = True
    lock: str = ""
    locks: tuple[TableRef, ...] = ()
    patient: bool = False
    reverse: tuple[str, ...] = ()
    guard: Guard = NO_GUARD
    kept: str = ""
    cleanup: tuple[str, ...] = ()
    precheck: Guard = NO_GUARD
    proof: str = ""
    backfill: Backfill | None = None
    due: str = ""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One repair.

    Attributes:
        kind: "create_table", "add_column", "add_index", …
        verdict: The finding that it mends.
        why: One line: what is missing, which the step adds.
        rows: Estimated rows of the table; None where the server has no idea.
        notes: What the reader should know, such as a value that is invented.
        forbidden: Queries that find rows in its way, each with what these rows do.
        warnings: What it leaves amiss, said before and after; a sentence each.
    """

    kind: str
    verdict: Verdict
    stages: tuple[Stage, ...]
    why: str
    rows: int | None = None
    notes: tuple[str, ...] = ()
    forbidden: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A finding that is left alone, and why.

    Attributes:
        reason: One line.
        count: Offending rows, capped at 1,001; None where rows are not the reason.
        sample: Keys of at most ten of them.
        query: The query that finds them all; "" where there is none.
        hint: What to do instead, imperative.
    """

    verdict: Verdict
    reason: str
    count: int | None = None
    sample: tuple[str, ...] = ()
    query: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All repairs of one database, and all that is left alone.

    Attributes:
        fingerprint: Of the actual schema that it was made for.
        pending: Findings that belong to a pending migration, left to `migrate`.
        server_version: As the vendor writes it; None where it was not read.
    """

    alias: str
    vendor: str
    fingerprint: str
    steps: tuple[PlannedStep, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    pending: tuple[Verdict, ...] = ()
    server_version: str | None = None
