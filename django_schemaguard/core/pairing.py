"""Which expected object stands for which actual one.

Names that Django generates depend on the path a project took, so objects are
matched by structure first and by name second.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django_schemaguard.core.alike import alike
from django_schemaguard.core.history import NO_HISTORY, History
from django_schemaguard.core.schema import (
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Index,
    PrimaryKey,
    Schema,
    Table,
    TableRef,
    Unique,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Undecided(Generic[T]):
    """Two objects that are probably the same one, but could not be compared."""

    expected: T
    actual: T
    reason: str


@dataclass(frozen=True, slots=True)
class Matching(Generic[T]):
    """How the objects of one class in one table correspond.

    Attributes:
        same: (expected, actual) of equal structure; their names may differ.
        changed: (expected, actual) that are one object whose structure differs.
        undecided: Pairs whose expressions could not be compared.
        missing: Expected and not there. Objects on a missing column are left
            out, since that column is reported.
        extra: There and not expected. Objects on extra columns only, and those
            the server implied, are left out.
        duplicates: (extra, kept) where the extra repeats another object.
    """

    same: tuple[tuple[T, T], ...] = ()
    changed: tuple[tuple[T, T], ...] = ()
    undecided: tuple[Undecided[T], ...] = ()
    missing: tuple[T, ...] = ()
    extra: tuple[T, ...] = ()
    duplicates: tuple[tuple[T, T], ...] = ()


@dataclass(frozen=True, slots=True)
class TablePair:
    """An expected table beside the table that stands in the database.

    Attributes:
        columns: (expected, actual) of the same name.
        renamed_columns: (expected, actual): one missing and one extra column
            of equal definition, so most likely renamed by hand.
        missing_columns: Without the renamed ones.
        extra_columns: Without the renamed ones.
        unlike: Those of `columns` that may differ; the others are plainly the same.
        primary_keys: (expected, actual), renamed columns under their new names;
            (None, None) where it is not to be compared: a column of it is
            missing, or a view has none.
    """

    expected: Table
    actual: Table
    columns: tuple[tuple[Column, Column], ...] = ()
    renamed_columns: tuple[tuple[Column, Column], ...] = ()
    missing_columns: tuple[Column, ...] = ()
    extra_columns: tuple[Column, ...] = ()
    primary_keys: tuple[PrimaryKey | None, PrimaryKey | None] = (None, None)
    foreign_keys: Matching[ForeignKey] = Matching()
    uniques: Matching[Unique] = Matching()
    checks: Matching[Check] = Matching()
    exclusions: Matching[Exclusion] = Matching()
    indexes: Matching[Index] = Matching()
    unlike: tuple[tuple[Column, Column], ...] = field(init=False)

    def __post_init__(self) -> None:
        """Set the columns apart that are plainly the same."""
        unlike = tuple(pair for pair in self.columns if not alike(*pair))
        object.__setattr__(self, "unlike", unlike)

    @property
    def ref(self) -> TableRef:
        """The table's address as found, with the model expected there."""
        return TableRef(self.actual.namespace, self.actual.name, self.expected.model)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Both schemas, table by table.

    Attributes:
        tables: Expected tables that are there as ordinary tables (unlogged and
            partitioned ones too), or as foreign tables or views.
        hidden: Actual tables that are expected and could not be read.
        missing: Expected tables that are nowhere.
        renamed: (expected, actual): a missing table and an extra one with the
            same columns.
        misplaced: (expected, where it stands): in another namespace.
        extra: Actual tables that nothing declares.
        history: Which migrations the database says it has had.
    """

    expected: Schema
    actual: Schema
    tables: tuple[TablePair, ...] = ()
    hidden: tuple[Table, ...] = ()
    missing: tuple[Table, ...] = ()
    renamed: tuple[tuple[Table, Table], ...] = ()
    misplaced: tuple[tuple[Table, TableRef], ...] = ()
    extra: tuple[Table, ...] = ()
    history: History = NO_HISTORY
