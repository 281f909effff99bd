"""The rows of the catalog as tables of a schema."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django_schemaguard.backends.postgresql.columns import ColumnReader, printed
from django_schemaguard.backends.postgresql.indexed import IndexedReader, deferral
from django_schemaguard.backends.postgresql.keys import KeyReader
from django_schemaguard.backends.postgresql.live import Live, session
from django_schemaguard.backends.postgresql.numbers import Probes
from django_schemaguard.backends.postgresql.rows import (
    AttributeRow,
    Catalog,
    ConstraintRow,
    IndexRow,
    RelationRow,
)
from django_schemaguard.core.schema import (
    Check,
    Exclusion,
    ForeignKey,
    Index,
    RelationKind,
    Schema,
    Skip,
    Table,
    TableRef,
    Traits,
    Unique,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_KINDS = {
    "r": RelationKind.TABLE,
    "p": RelationKind.PARTITIONED,
    "f": RelationKind.FOREIGN,
    "v": RelationKind.VIEW,
    "m": RelationKind.MATERIALIZED_VIEW,
}
_ACTIONS = {
    "a": "NO ACTION",
    "r": "RESTRICT",
    "c": "CASCADE",
    "n": "SET NULL",
    "d": "SET DEFAULT",
}

_Row = TypeVar("_Row", ConstraintRow, IndexRow)
_Named = TypeVar("_Named", ForeignKey, Unique, Check, Exclusion, Index)


def schema(catalog: Catalog, traits: Traits) -> Schema:
    """Return the schema that the rows of one reading describe."""
    probes = Probes.of(catalog)
    reader = _Reader.of(catalog, probes)
    tables = sorted(
        (reader.table(row) for row in catalog.relations),
        key=lambda table: (table.namespace or "", table.name),
    )
    return Schema(
        traits,
        tuple(tables),
        elsewhere=tuple(TableRef(row.namespace, row.name) for row in catalog.elsewhere),
        skips=(
            *sorted(reader.skips, key=lambda skip: (skip.table, skip.object)),
            *probes.skips,
        ),
        nondeterministic=frozenset(
            row.name for row in catalog.collations if not row.deterministic
        ),
        session=session(
            catalog.session, frozenset(row.namespace for row in catalog.relations)
        ),
    )


def _grouped(rows: Iterable[_Row]) -> dict[str, list[_Row]]:
    groups = defaultdict(list)
    for row in rows:
        groups[row.relation].append(row)
    return groups


def _numbered(rows: Iterable[AttributeRow]) -> dict[str, dict[int, AttributeRow]]:
    groups: dict[str, dict[int, AttributeRow]] = defaultdict(dict)
    for row in rows:
        groups[row.relation][row.number] = row
    return groups


def _sorted(objects: Iterable[_Named]) -> tuple[_Named, ...]:
    return tuple(sorted(objects, key=lambda thing: thing.name))


@dataclass(frozen=True, slots=True)
class _Reader:
    columns: ColumnReader
    indexed: IndexedReader
    attributes: dict[str, dict[int, AttributeRow]]
    constraints: dict[str, list[ConstraintRow]]
    indexes: dict[str, list[IndexRow]]
    live: Live
    skips: list[Skip]

    @classmethod
    def of(cls, catalog: Catalog, probes: Probes) -> _Reader:
        collations = {
            row.oid: f"{row.namespace}.{row.name}" if row.namespace else row.name
            for row in catalog.collations
        }
        attributes = _numbered(catalog.attributes)
        skips: list[Skip] = []
        return cls(
            ColumnReader(collations),
            IndexedReader(KeyReader.of(catalog, attributes, collations), skips),
            attributes,
            _grouped(catalog.constraints),
            _grouped(catalog.indexes),
            Live.of(catalog, probes),
            skips,
        )

    def table(self, row: RelationRow) -> Table:
        problem = _lock_sentence(row) if row.hidden else None
        constraints = self.constraints.get(row.oid, [])
        indexes = self.indexes.get(row.oid, [])
        numbered = self.attributes.get(row.oid, {})
        attributes = [numbered[number] for number in sorted(numbered)]
        hides = problem is not None and _has_expressions(
            attributes, constraints, indexes
        )
        return Table(
            row.name,
            self.columns.columns(attributes, _unsure(constraints), problem),
            namespace=row.namespace,
            kind=_kind(row),
            primary_key=next(self.indexed.primary_keys(indexes), None),
            foreign_keys=_sorted(self._foreign_keys(row, constraints)),
            uniques=_sorted(self.indexed.uniques(row, indexes, problem)),
            checks=_sorted(_checks(constraints, problem)),
            exclusions=_sorted(self.indexed.exclusions(indexes, problem)),
            indexes=_sorted(self.indexed.plain_indexes(indexes, problem)),
            comment=row.comment or "",
            visible=bool(row.visible),
            locked=problem if hides else None,
            numbering=self.live.numbering_of(row, attributes),
            access=self.live.access_of(row),
            hooks=self.live.hooks_of(row),
        )

    def _foreign_keys(
        self, table: RelationRow, constraints: list[ConstraintRow]
    ) -> Iterator[ForeignKey]:
        for row in constraints:
            if row.type != "f":
                continue
            if row.period:
                self.skips.append(
                    Skip(
                        table.name,
                        row.name,
                        "Foreign keys with PERIOD are not compared.",
                    )
                )
                continue
            namespace = None if row.target_visible else row.target_namespace
            yield ForeignKey(
                row.name,
                self._names(row.relation, row.key),
                TableRef(namespace, row.target_name or ""),
                tuple(row.target_columns or ()),
                on_delete=self._on_delete(row),
                on_update=_ACTIONS[row.on_update],
                deferral=deferral(row),
                validated=row.validated,
                enforced=row.enforced,
                triggers_enabled=not row.triggers_off,
            )

    def _on_delete(self, row: ConstraintRow) -> str:
        action = _ACTIONS[row.on_delete]
        if row.set_columns:
            action += f" ({', '.join(self._names(row.relation, row.set_columns))})"
        return action

    def _names(self, relation: str, numbers: list[int] | None) -> tuple[str, ...]:
        return tuple(self.attributes[relation][number].name for number in numbers or ())


def _lock_sentence(row: RelationRow) -> str:
    if row.pid is None:
        return "The table is locked, so its expressions were not read."
    return (
        f"Session {row.pid} holds or awaits an exclusive lock on the table,"
        " so its expressions were not read."
    )


def _has_expressions(
    attributes: list[AttributeRow],
    constraints: list[ConstraintRow],
    indexes: list[IndexRow],
) -> bool:
    return (
        any(row.generated for row in attributes)
        or any(row.type == "c" for row in constraints)
        or any(row.has_condition or "0" in row.keys.split() for row in indexes)
    )


def _kind(row: RelationRow) -> RelationKind:
    kind = _KINDS[row.kind]
    if kind is RelationKind.TABLE and row.persistence == "u":
        return RelationKind.UNLOGGED
    return kind


def _checks(constraints: list[ConstraintRow], problem: str | None) -> Iterator[Check]:
    for row in constraints:
        if row.type == "c":
            yield Check(
                row.name,
                printed(row.expression, problem),
                validated=row.validated,
                enforced=row.enforced,
            )


def _unsure(constraints: list[ConstraintRow]) -> frozenset[int]:
    """Return the columns whose NOT NULL is not validated."""
    return frozenset(
        number for row in constraints if row.type == "n" for number in row.key or ()
    )
