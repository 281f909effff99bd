"""Tables, and the schema of a whole database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django_schemaguard.core.schema.column import Column, Skip, TableRef
from django_schemaguard.core.schema.constraint import (
    Check,
    Exclusion,
    ForeignKey,
    Index,
    PrimaryKey,
    Unique,
)
from django_schemaguard.core.schema.live import (
    NO_ACCESS,
    NO_SESSION,
    Access,
    Hook,
    Numbering,
    Session,
)
from django_schemaguard.core.schema.other import OtherObject
from django_schemaguard.core.schema.words import Facet, RelationKind


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or what stands in its place.

    Attributes:
        name: Unquoted, truncated to what the server keeps.
        namespace: PostgreSQL's schema. Expected side: None unless the model
            names one. Actual side: always set on PostgreSQL, None elsewhere.
        visible: Actual side: the search path finds it by its bare name.
        model: Expected side: "shop.Order"; for an automatic many-to-many table
            the label of its through model.
        required: Expected side: None, or what settings.TABLES said.
        partial: Expected side: only these columns are known, so others are not
            extra (tables declared in settings).
        engine: MariaDB: storage engine, in capitals.
        collation: MariaDB: the table's default collation.
        locked: Actual side: why parts of the table could not be read, as one
            sentence: another session's lock, a lack of privileges. Without
            columns, none of it could be, and it is not compared.
        unseen: Actual side: facets that could not be read of this table.
        numbering: Actual side: what numbers the rows; none for a rowid. No part
            of what makes two tables equal, no more than `access` is.
        access: Actual side: what the connected role may not do with it.
        hooks: Actual side: triggers and rules that writes set off, by name.
    """

    name: str
    columns: tuple[Column, ...] = ()
    namespace: str | None = None
    kind: RelationKind = RelationKind.TABLE
    primary_key: PrimaryKey | None = None
    foreign_keys: tuple[ForeignKey, ...] = ()
    uniques: tuple[Unique, ...] = ()
    checks: tuple[Check, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    indexes: tuple[Index, ...] = ()
    comment: str = ""
    visible: bool = True
    model: str | None = None
    required: bool | None = None
    partial: bool = False
    engine: str | None = None
    collation: str | None = None
    locked: str | None = None
    unseen: frozenset[Facet] = frozenset()
    numbering: tuple[Numbering, ...] = field(default=(), compare=False)
    access: Access = field(default=NO_ACCESS, compare=False)
    hooks: tuple[Hook, ...] = ()

    @property
    def ref(self) -> TableRef:
        """The table's address."""
        return TableRef(self.namespace, self.name, self.model)

    def column(self, name: str) -> Column | None:
        """Return the column of exactly this name, or None."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True)
class Traits:
    """How a server keeps names, and what the reader of its catalog can see.

    Attributes:
        vendor: Django's `connection.vendor`.
        folds_tables: Table names differing only in case are the same.
        folds_columns: Column, index and constraint names likewise.
        sees: The facets that the reader returns. A kind of finding whose facet
            is not among them is not run.
    """

    vendor: str
    folds_tables: bool = False
    folds_columns: bool = False
    sees: frozenset[Facet] = frozenset(Facet)

    def table_key(self, name: str) -> str:
        """Return the name under which a table is looked up."""
        return name.lower() if self.folds_tables else name

    def key(self, name: str) -> str:
        """Return the name under which a column, index or constraint is looked up."""
        return name.lower() if self.folds_columns else name


@dataclass(frozen=True, slots=True)
class Schema:
    """All tables of one database, or all that models expect of it.

    Attributes:
        traits: The server's ways.
        tables: Sorted by namespace and name.
        elsewhere: Actual side: relations that bear an expected name in a
            namespace outside the search path.
        known: Expected side: folded names of tables no model here makes, yet
            which belong (`django_migrations`, unmanaged models, cache tables),
            so they are never extra.
        skips: What the reader met and could not read.
        nondeterministic: Actual side: names of nondeterministic collations.
        concealed: Actual side: why a table may be there without being seen, as
            one sentence; None where every table is seen.
        objects: Triggers, functions, views and the like, by label, table and name;
            None where they were not read.
        session: Actual side: who read it, and what counts for all of it; no part of
            what makes two schemas equal.
    """

    traits: Traits
    tables: tuple[Table, ...] = ()
    elsewhere: tuple[TableRef, ...] = ()
    known: frozenset[str] = frozenset()
    skips: tuple[Skip, ...] = ()
    nondeterministic: frozenset[str] = frozenset()
    concealed: str | None = None
    objects: tuple[OtherObject, ...] | None = None
    session: Session = field(default=NO_SESSION, compare=False)
    _index: dict[tuple[str | None, str], Table] = field(
        init=False, repr=False, compare=False, hash=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Index the tables by address, and the visible ones by bare name."""
        for table in self.tables:
            name = self.traits.table_key(table.name)
            if table.namespace is not None:
                self._index[table.namespace, name] = table
            if table.visible:
                self._index.setdefault((None, name), table)

    def __iter__(self) -> Iterator[Table]:
        """Iterate over the tables in their order."""
        return iter(self.tables)

    def table(self, name: str, namespace: str | None = None) -> Table | None:
        """Return a table by address; without a namespace, the visible one."""
        return self._index.get((namespace, self.traits.table_key(name)))
