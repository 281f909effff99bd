"""How far sequences have come, and the highest number of each column they number.

The only rows of a project that a validation looks at: the last entry of an index,
for tables that hold rows at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from django.db import Error as DjangoDatabaseError

from django_schemaguard.backends.postgresql import transaction
from django_schemaguard.backends.postgresql.session import (
    failure,
    first_line,
    is_lost,
)
from django_schemaguard.backends.postgresql.words import quoted
from django_schemaguard.core.schema import Numbering, Schema, Skip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.postgresql.rows import Catalog, NumberingRow

# Planning is superlinear in the arms of a UNION ALL.
_BATCH = 20
# Where each batch is a round trip. Its tables are locked with all their indexes until
# it is undone; the server has room for 64 locks for each session that it allows.
_ALONE = 200
_MARK = "schemaguard_numbers"
_INTEGERS = frozenset({"smallint", "integer", "bigint"})


_UNREADABLE = "were not read: the role lacks SELECT"
_FEW = 3  # Schemas named in a GRANT.


@dataclass(frozen=True, slots=True)
class Probes:
    """What tells the numbers of each column, by table and column; and what is not read.

    Attributes:
        texts: Of each, a SELECT but for that word.
    """

    texts: Mapping[tuple[str, int], str]
    skips: tuple[Skip, ...] = ()

    @classmethod
    def of(cls, catalog: Catalog) -> Probes:
        """Return the probes of all sequences of which anything may be read."""
        select = _Select.of(catalog)
        texts = {(it.relation, it.number): select.sql(it) for it in select.readable}
        return cls(texts, tuple(select.skips()))


def statements(connection: BaseDatabaseWrapper, schema: Schema) -> list[str]:
    """Return what reads the numbers that a schema has probes for.

    The locks of each are given back with the next; the last one does nothing else.
    """
    probes = [f"SELECT {at}, {text}" for at, text in enumerate(_probes(schema))]
    size = _BATCH if transaction.gives_all(connection) else _ALONE
    batches = [
        " UNION ALL ".join(probes[start : start + size])
        for start in range(0, len(probes), size)
    ]
    back = f"ROLLBACK TO SAVEPOINT {_MARK}"
    return [
        f"{back if at else f'SAVEPOINT {_MARK}'};\n{select}"
        for at, select in enumerate([*batches, "SELECT NULL"] if batches else [])
    ]


def completed(schema: Schema, rows: Iterable[list[Any]]) -> Schema:
    """Return the schema with the numbers in the rows of its statements."""
    answers = (answer for batch in rows for answer in batch if len(answer) > 1)
    found = {at: (int(upcoming), highest) for at, upcoming, highest in answers}
    order = count()

    def numbered(each: Numbering) -> Numbering:
        if each.probe is None:
            return each
        upcoming, highest = found.get(next(order), (None, None))
        return replace(each, next=upcoming, highest=highest, probe=None)

    return replace(
        schema,
        tables=tuple(
            replace(table, numbering=tuple(map(numbered, table.numbering)))
            if any(each.probe for each in table.numbering)
            else table
            for table in schema.tables
        ),
    )


def _probes(schema: Schema) -> list[str]:
    each = chain.from_iterable(table.numbering for table in schema.tables)
    return [it.probe for it in each if it.probe is not None]


def read(connection: BaseDatabaseWrapper, schema: Schema) -> Schema:
    """Return the schema with its numbers, or with a skip where that fails."""
    asked = statements(connection, schema)
    if not asked:
        return schema
    try:
        return completed(schema, transaction.rows(connection, asked))
    except DjangoDatabaseError as error:
        if is_lost(connection, error):
            raise failure(connection, error, "read the sequences of") from error
        total = len(_probes(schema))
        skip = _skip(f"{total} could not be read: {first_line(error)}.")
        bare = completed(schema, ())
        return replace(bare, skips=(*bare.skips, skip))


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
    role: str

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
            quoted(catalog.session.role),
        )

    @property
    def readable(self) -> list[NumberingRow]:
        return [row for row in self.rows if self._may_read(row) and row.increment > 0]

    def _may_read(self, row: NumberingRow) -> bool:
        return row.readable and row.namespace not in self.closed

    def skips(self) -> Iterator[Skip]:
        found = map(self._obstacle, self.rows)
        reasons = Counter(
            self._with_remedy(reason) if reason == _UNREADABLE else reason
            for reason in filter(None, found)
        )
        for reason, times in sorted(reasons.items()):
            yield _skip(f"{times} of {len(self.rows)} {reason}.")

    def _obstacle(self, row: NumberingRow) -> str | None:
        if not self._may_read(row):
            return _UNREADABLE
        if not row.table_readable or row.relation in self.filtered:
            return "were not read: the role may not read all rows of their tables"
        if row.size is None:
            return "were not compared: their tables are partitioned, unlogged or locked"
        return None

    def _with_remedy(self, reason: str) -> str:
        places = {row.namespace for row in self.rows if not self._may_read(row)}
        if self.closed & places or len(places) > _FEW:
            return f"{reason} in their schemas"
        where = ", ".join(map(quoted, sorted(places)))
        grant = f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA {where} TO {self.role}"
        return f"{reason}; run {grant}"

    def sql(self, row: NumberingRow) -> str:
        """Return what to select of one sequence; the table is a part of it."""
        # A numeric: the number after the last bigint is none.
        step = f"CASE WHEN is_called THEN {row.increment:d} ELSE 0 END"
        upcoming = f"last_value::numeric + {step}"
        sequence = f"{quoted(row.namespace)}.{quoted(row.name)}"
        highest = "NULL::bigint"
        if self._is_counted(row):
            column = quoted(self.columns[row.relation, row.number][0])
            table = self.tables[row.relation]
            highest = f"(SELECT max({column})::bigint FROM ONLY {table})"  # noqa: S608
        return f"{upcoming}, {highest} FROM {sequence}"

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
