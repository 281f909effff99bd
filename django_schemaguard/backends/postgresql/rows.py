"""Catalog rows as schema values."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from django_schemaguard.backends.postgresql.catalog import (
    AttributeRow,
    Catalog,
    ConstraintRow,
    IndexRow,
    RelationRow,
)
from django_schemaguard.backends.postgresql.columns import ColumnReader, printed
from django_schemaguard.backends.postgresql.keys import KeyReader
from django_schemaguard.backends.postgresql.live import Live, session
from django_schemaguard.backends.postgresql.numbers import Probes
from django_schemaguard.core.schema import (
    Check,
    Deferral,
    Exclusion,
    Expression,
    ForeignKey,
    Index,
    PrimaryKey,
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
    keys: KeyReader
    attributes: dict[str, dict[int, AttributeRow]]
    constraints: dict[str, list[ConstraintRow]]
    indexes: dict[str, list[IndexRow]]
    live: Live
    skips: list[Skip] = field(default_factory=list)

    @classmethod
    def of(cls, catalog: Catalog, probes: Probes) -> _Reader:
        collations = {
            row.oid: f"{row.namespace}.{row.name}" if row.namespace else row.name
            for row in catalog.collations
        }
        attributes = _numbered(catalog.attributes)
        return cls(
            ColumnReader(collations),
            KeyReader.of(catalog, attributes, collations),
            attributes,
            _grouped(catalog.constraints),
            _grouped(catalog.indexes),
            Live.of(catalog, probes),
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
            primary_key=next(self._primary_keys(indexes), None),
            foreign_keys=_sorted(self._foreign_keys(row, constraints)),
            uniques=_sorted(self._uniques(row, indexes, problem)),
            checks=_sorted(_checks(constraints, problem)),
            exclusions=_sorted(self._exclusions(indexes, problem)),
            indexes=_sorted(self._plain_indexes(indexes, problem)),
            comment=row.comment or "",
            visible=bool(row.visible),
            locked=problem if hides else None,
            numbering=self.live.numbering_of(row, attributes),
            access=self.live.access_of(row),
            hooks=self.live.hooks_of(row),
        )

    def _primary_keys(self, indexes: list[IndexRow]) -> Iterator[PrimaryKey]:
        for row in indexes:
            if row.constraint_type == "p":
                columns = tuple(key.column or "" for key in self.keys.keys(row, None))
                yield PrimaryKey(row.constraint_name or row.name, columns)

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
                deferral=_deferral(row),
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

    def _uniques(
        self, table: RelationRow, indexes: list[IndexRow], problem: str | None
    ) -> Iterator[Unique]:
        for row in indexes:
            if not row.unique or row.constraint_type not in {None, "u"}:
                continue
            if row.period:
                self.skips.append(
                    Skip(table.name, row.name, "WITHOUT OVERLAPS is not compared.")
                )
                continue
            yield Unique(
                row.name,
                self.keys.keys(row, problem),
                condition=_condition(row, problem),
                include=self.keys.include(row),
                deferral=_deferral(row),
                nulls_distinct=not row.nulls_not_distinct,
                method=row.method,
                options=tuple(sorted(row.options or ())),
                valid=row.valid,
                constraint=row.constraint_type == "u",
            )

    def _exclusions(
        self, indexes: list[IndexRow], problem: str | None
    ) -> Iterator[Exclusion]:
        for row in indexes:
            if row.constraint_type == "x":
                yield Exclusion(
                    row.name,
                    self.keys.keys(row, problem),
                    method=row.method,
                    condition=_condition(row, problem),
                    include=self.keys.include(row),
                    deferral=_deferral(row),
                )

    def _plain_indexes(
        self, indexes: list[IndexRow], problem: str | None
    ) -> Iterator[Index]:
        for row in indexes:
            if row.constraint_type is None and not row.unique:
                yield Index(
                    row.name,
                    self.keys.keys(row, problem),
                    method=row.method,
                    condition=_condition(row, problem),
                    include=self.keys.include(row),
                    options=tuple(sorted(row.options or ())),
                    valid=row.valid,
                )


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


def _condition(row: IndexRow, problem: str | None) -> Expression | None:
    return printed(row.condition, problem) if row.has_condition else None


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


def _deferral(row: ConstraintRow | IndexRow) -> Deferral:
    if not row.deferrable:
        return Deferral.NOT_DEFERRABLE
    return Deferral.DEFERRED if row.deferred else Deferral.IMMEDIATE
