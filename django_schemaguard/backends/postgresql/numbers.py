"""How far sequences have come, and the highest number of each column they number.

The only rows of a project that a validation looks at: the last entry of an index,
for tables that hold rows at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import Error as DjangoDatabaseError

from django_schemaguard.backends.postgresql import results
from django_schemaguard.backends.postgresql.session import (
    failure,
    first_line,
    is_lost,
)
from django_schemaguard.backends.postgresql.words import quoted
from django_schemaguard.core.schema import Skip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.postgresql.catalog import Catalog, NumberingRow

# Each table is locked with all its indexes until the batch is undone; the server
# has room for 64 locks for each session that it allows.
_BATCH = 200
_MARK = "schemaguard_numbers"
_INTEGERS = frozenset({"smallint", "integer", "bigint"})


@dataclass(frozen=True, slots=True)
class Number:
    """The next number, and the highest one in use; None for none, or not read."""

    next: int | None
    highest: int | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """What was read, by table and column; and what was not."""

    found: dict[tuple[str, int], Number] = field(default_factory=dict)
    skips: tuple[Skip, ...] = ()

    def of(self, row: NumberingRow) -> Number | None:
        """Return the numbers of a column, or None where they were not read."""
        return self.found.get((row.relation, row.number))


NOT_READ = Numbers()


def read(
    connection: BaseDatabaseWrapper, catalog: Catalog, undo: Callable[[], None]
) -> Numbers:
    """Read the numbers, in one round trip where the driver can.

    Args:
        connection: In a transaction.
        catalog: Which sequences there are.
        undo: Gives the locks back, and makes the transaction usable again.
    """
    select = _Select.of(catalog)
    found: dict[tuple[str, int], Number] = {}
    skips = list(select.skips())
    rows = select.readable
    batches = [rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH)]
    for together in _together(connection, batches):
        try:
            found.update(_fetched(connection, [select.union(it) for it in together]))
        except DjangoDatabaseError as error:
            if is_lost(connection, error):
                raise failure(connection, error, "read the sequences of") from error
            count = sum(map(len, together))
            skips.append(_skip(f"{count} could not be read: {first_line(error)}."))
        undo()
    return Numbers(found, tuple(skips))


def _together(
    connection: BaseDatabaseWrapper, batches: list[list[NumberingRow]]
) -> Iterator[list[list[NumberingRow]]]:
    """Yield the batches that are sent at once."""
    if not results.gives_all(connection):
        yield from ([batch] for batch in batches)
    elif batches:
        yield batches


def _fetched(
    connection: BaseDatabaseWrapper, selects: list[str]
) -> Iterator[tuple[tuple[str, int], Number]]:
    """Yield the numbers; the locks of one SELECT are given back before the next."""
    mark, back = f"SAVEPOINT {_MARK}", f"ROLLBACK TO SAVEPOINT {_MARK}"
    statements = [mark, *(text for it in selects for text in (it, back))]
    for rows in results.of_each(connection, statements):
        for relation, number, upcoming, highest in rows:
            yield (str(relation), number), Number(int(upcoming), highest)


def _skip(reason: str) -> Skip:
    return Skip(None, "sequences", reason)


@dataclass(frozen=True, slots=True)
class _Select:
    rows: list[NumberingRow]
    tables: dict[str, str]
    columns: dict[tuple[str, int], tuple[str, str]]
    filtered: frozenset[str]
    closed: frozenset[str]
    leading: frozenset[tuple[str, int]]

    @classmethod
    def of(cls, catalog: Catalog) -> _Select:
        return cls(
            catalog.numbering,
            {
                r.oid: f"{quoted(r.namespace)}.{quoted(r.name)}"
                for r in catalog.relations
            },
            {(r.relation, r.number): (r.name, r.type) for r in catalog.attributes},
            frozenset(row.oid for row in catalog.relations if row.row_security),
            frozenset(catalog.session.closed or ()),
            frozenset(
                (row.relation, int(row.keys.split()[0]))
                for row in catalog.indexes
                if row.method == "btree" and row.valid and not row.has_condition
            ),
        )

    @property
    def readable(self) -> list[NumberingRow]:
        return [row for row in self.rows if self._may_read(row) and row.increment > 0]

    def _may_read(self, row: NumberingRow) -> bool:
        return row.readable and row.namespace not in self.closed

    def skips(self) -> Iterator[Skip]:
        reasons = Counter(filter(None, map(self._obstacle, self.rows)))
        for reason, count in sorted(reasons.items()):
            yield _skip(f"{count} of {len(self.rows)} {reason}.")

    def _obstacle(self, row: NumberingRow) -> str | None:
        readable = self._may_read(row) and row.table_readable
        if not readable or row.relation in self.filtered:
            return "were not read: the role may not read them, or not their tables"
        if row.size is None:
            return "were not compared: their tables are partitioned, unlogged or locked"
        return None

    def union(self, rows: list[NumberingRow]) -> str:
        """Return the SELECT of several sequences."""
        return " UNION ALL ".join(map(self.sql, rows))

    def sql(self, row: NumberingRow) -> str:
        """Return the SELECT of one sequence; the table is a part of it."""
        # A numeric: the number after the last bigint is none.
        step = f"CASE WHEN is_called THEN {row.increment:d} ELSE 0 END"
        upcoming = f"last_value::numeric + {step}"
        sequence = f"{quoted(row.namespace)}.{quoted(row.name)}"
        highest = "NULL::bigint"
        if self._is_counted(row):
            column = quoted(self.columns[row.relation, row.number][0])
            table = self.tables[row.relation]
            highest = f"(SELECT max({column})::bigint FROM ONLY {table})"  # noqa: S608
        return (
            f"SELECT {int(row.relation)}::bigint, {row.number:d}, {upcoming}, {highest}"  # noqa: S608
            f" FROM {sequence}"
        )

    def _is_counted(self, row: NumberingRow) -> bool:
        """Whether the highest number may be looked up, and an index tells it."""
        address = (row.relation, row.number)
        return (
            self._obstacle(row) is None
            and bool(row.size)
            # With steps, several servers may number one table by turns.
            and row.increment == 1
            and self.columns[address][1] in _INTEGERS
            and address in self.leading
        )
