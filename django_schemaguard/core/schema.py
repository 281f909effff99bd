"""What a database schema is made of, as plain values.

Both sides speak these words: the *expected* schema comes from models and
migrations, the *actual* one from a server's catalog. Every value is immutable;
tuples of objects are in a stable order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import ClassVar, TypeAlias

from .._typing import override


class Facet(StrEnum):
    """One aspect of a schema that a backend can or cannot read."""

    TABLES = "tables"
    COLUMNS = "columns"
    TYPES = "column types"
    NULLS = "nullability"
    DEFAULTS = "column defaults"
    GENERATED = "generated columns"
    COLLATIONS = "collations"
    COMMENTS = "comments"
    IDENTITY = "automatic numbering"
    RELATION_KINDS = "relation kinds"
    NAMESPACES = "namespaces"
    PRIMARY_KEYS = "primary keys"
    UNIQUES = "unique constraints"
    FOREIGN_KEYS = "foreign keys"
    FOREIGN_KEY_ACTIONS = "foreign key actions"
    DEFERRABLE = "deferrability"
    CHECKS = "check constraints"
    EXCLUSIONS = "exclusion constraints"
    VALIDATION = "constraint validation"
    ENFORCEMENT = "constraint enforcement"
    INDEXES = "indexes"
    INDEX_DETAILS = "index definitions"
    INDEX_VALIDITY = "index validity"


class RelationKind(StrEnum):
    """What stands in the database under a table's name."""

    TABLE = "table"
    PARTITIONED = "partitioned table"
    UNLOGGED = "unlogged table"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized view"
    FOREIGN = "foreign table"


class Identity(StrEnum):
    """How a column numbers new rows by itself."""

    BY_DEFAULT = "identity"
    ALWAYS = "identity, always"
    SERIAL = "serial"
    AUTOINCREMENT = "autoincrement"
    ROWID = "rowid"


class Deferral(StrEnum):
    """When a constraint is checked; `NOT_DEFERRABLE` is each server's default."""

    NOT_DEFERRABLE = "not deferrable"
    IMMEDIATE = "deferrable initially immediate"
    DEFERRED = "deferrable initially deferred"


class Absence(Enum):
    """What it means when an expected object is not in the database."""

    REPORTED = "reported"
    ARTEFACT = "artefact"  # Django's own migrations can leave it out: info.
    ALLOWED = "allowed"  # The server or an older Django rightly does without.


@dataclass(frozen=True, slots=True)
class Expression:
    """A piece of SQL: a check, a predicate, an index key, a default.

    Attributes:
        sql: The text, as Django would emit it or as the catalog prints it.
        canonical: The same in the server's own words; None until it was asked.
        problem: Why the server could not say it; None where it could.
    """

    sql: str
    canonical: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class TableRef:
    """The address of a table: namespace (None: found by search path) and name."""

    namespace: str | None
    name: str
    model: str | None = None

    @property
    def brief(self) -> str:
        """The name, with its namespace where that is not the usual one."""
        return self.name if self.namespace in {None, "public"} else str(self)

    @override
    def __str__(self) -> str:
        return f"{self.namespace}.{self.name}" if self.namespace else self.name


@dataclass(frozen=True, slots=True)
class Skip:
    """Something that was not compared, and why: neither clean nor drift.

    Attributes:
        table: The table's name; None where it is not about one table.
        object: The column, constraint, index or facet; None for the whole table.
        reason: One sentence for a person.
    """

    table: str | None
    object: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        name: Unquoted, truncated to what the server keeps.
        type: The type with its arguments, in the backend's canonical spelling
            once the backend has settled it (see `backends.base`).
        nullable: Whether the database accepts NULL. False for primary keys.
        default: The default *in the database*; None where there is none. The
            catalog's way of saying "default NULL" is None too.
        generated: The expression of a generated column, else None.
        stored: For a generated column: stored, not virtual.
        collation: Only where it differs from what a column of this type and
            table gets by itself.
        comment: "" where there is none.
        identity: How the database numbers it; None for an ordinary column.
        field: Expected side: the name of the model field.
        any_integer: Expected side: the width of the integer type is not
            compared (ids of automatic many-to-many tables, SQLite keys).
        stated: Expected side: the only facets to compare; None is all (tables
            declared in settings tell some). With `Facet.DEFAULTS` among them, a
            `default` of empty SQL stands for any default, number or generated
            value, None for none of them.
    """

    name: str
    type: str
    nullable: bool = True
    default: Expression | None = None
    generated: Expression | None = None
    stored: bool = False
    collation: str | None = None
    comment: str = ""
    identity: Identity | None = None
    field: str | None = None
    any_integer: bool = False
    validated: bool = True
    stated: frozenset[Facet] | None = None

    def states(self, facet: Facet) -> bool:
        """Return whether the expected side says anything of this facet."""
        return self.stated is None or facet in self.stated

    @property
    def definition(self) -> str:
        """The column as a person would write it, without its name."""
        parts = [self.type]
        if self.collation:
            parts.append(f"COLLATE {self.collation}")
        if self.generated:
            kind = "STORED" if self.stored else "VIRTUAL"
            parts.append(f"GENERATED ALWAYS AS ({self.generated.sql}) {kind}")
        if not self.nullable:
            parts.append("NOT NULL")
        if self.default:
            parts.append(f"DEFAULT {self.default.sql}")
        if self.identity:
            parts.append(str(self.identity))
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an index, unique or exclusion: a column or an expression.

    Exactly one of `column` and `expression` is set. The wrappers (order, operator
    class, collation) are never part of the expression.

    Attributes:
        column: Unquoted column name.
        expression: The key expression.
        descending: Sorted downwards.
        nulls_first: Where NULLs go; None is the server's default for the
            direction (readers return None for the default).
        opclass: Operator class, unless it is the default one for the type.
        default_opclass: Actual side: the default class's name, when that is in
            use, so that a model which names it explicitly compares equal.
        collation: Only where it differs from the column's.
        operator: Exclusion constraints: the operator, such as "&&".
        length: MariaDB: number of leading characters indexed.
    """

    column: str | None = None
    expression: Expression | None = None
    descending: bool = False
    nulls_first: bool | None = None
    opclass: str | None = None
    default_opclass: str | None = None
    collation: str | None = None
    operator: str | None = None
    length: int | None = None

    @property
    def definition(self) -> str:
        """The key as SQL, for people."""
        parts = [self.column or f"({self.expression.sql if self.expression else ''})"]
        if self.length is not None:
            parts[0] += f"({self.length})"
        if self.collation:
            parts.append(f"COLLATE {self.collation}")
        if self.opclass:
            parts.append(self.opclass)
        if self.descending:
            parts.append("DESC")
        if self.nulls_first is not None:
            parts.append("NULLS FIRST" if self.nulls_first else "NULLS LAST")
        if self.operator:
            parts.append(f"WITH {self.operator}")
        return " ".join(parts)


def _keys(keys: tuple[Key, ...]) -> str:
    return "(" + ", ".join(key.definition for key in keys) + ")"


def _tail(include: tuple[str, ...], condition: Expression | None) -> str:
    text = f" INCLUDE ({', '.join(include)})" if include else ""
    return text + (f" WHERE {condition.sql}" if condition else "")


@dataclass(frozen=True, slots=True)
class PrimaryKey:
    """The primary key; its columns are in key order. The name is never compared."""

    name: str
    columns: tuple[str, ...]

    @property
    def definition(self) -> str:
        """The key as SQL, for people."""
        return f"PRIMARY KEY ({', '.join(self.columns)})"


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key.

    Attributes:
        name: Path-dependent, so never compared.
        columns: In key order.
        target: The table referred to. On the actual side its namespace is None
            where the search path finds it.
        target_columns: In the order of `columns`.
        on_delete: "NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT".
        on_update: Likewise.
        deferral: When it is checked.
        validated: False after NOT VALID.
        enforced: False where the server does not enforce it (NOT ENFORCED).
        triggers_enabled: False where its constraint triggers are switched off.
    """

    label: ClassVar[str] = "foreign key"

    name: str
    columns: tuple[str, ...]
    target: TableRef
    target_columns: tuple[str, ...]
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"
    deferral: Deferral = Deferral.NOT_DEFERRABLE
    validated: bool = True
    enforced: bool = True
    triggers_enabled: bool = True
    field: str | None = None

    @property
    def definition(self) -> str:
        """The constraint as SQL, for people."""
        text = (
            f"FOREIGN KEY ({', '.join(self.columns)}) REFERENCES {self.target}"
            f" ({', '.join(self.target_columns)})"
        )
        if self.on_delete != "NO ACTION":
            text += f" ON DELETE {self.on_delete}"
        if self.deferral is not Deferral.NOT_DEFERRABLE:
            text += f" {self.deferral.upper()}"
        return text


@dataclass(frozen=True, slots=True)
class Unique:
    """A unique constraint or unique index: one kind, since both reject the same rows.

    Attributes:
        name: The name of the constraint or index.
        named: Expected side: the name comes from the model's Meta, so it is
            compared; otherwise Django generated it and it is not.
        keys: In key order.
        condition: Predicate of a partial unique index.
        include: Covering columns, in order.
        deferral: When it is checked.
        nulls_distinct: False where NULLs count as equal.
        method: Index access method.
        valid: False after a failed concurrent build.
        constraint: A constraint, not just an index (display only).
        absence: What it means when the database lacks it.
    """

    label: ClassVar[str] = "unique constraint"

    name: str
    keys: tuple[Key, ...]
    named: bool = False
    condition: Expression | None = None
    include: tuple[str, ...] = ()
    deferral: Deferral = Deferral.NOT_DEFERRABLE
    nulls_distinct: bool = True
    method: str = "btree"
    options: tuple[str, ...] = ()
    valid: bool = True
    constraint: bool = True
    absence: Absence = Absence.REPORTED

    @property
    def definition(self) -> str:
        """The constraint as SQL, for people."""
        text = "UNIQUE " if self.nulls_distinct else "UNIQUE NULLS NOT DISTINCT "
        text += _keys(self.keys) + _tail(self.include, self.condition)
        if self.options:
            text += f" WITH ({', '.join(self.options)})"
        if self.deferral is not Deferral.NOT_DEFERRABLE:
            text += f" {self.deferral.upper()}"
        return text


@dataclass(frozen=True, slots=True)
class Check:
    """A check constraint.

    Attributes:
        name: The constraint's name; "" where the server keeps none (SQLite,
            checks written without a name).
        named: Expected side: the name comes from the model's Meta.
        expression: The condition, without the word CHECK.
        opaque: Expected side: a constraint class of the project's own, whose
            condition is not known; compared by name only.
        implied: Actual side: the server added it by itself (MariaDB's
            json_valid), so it is never an extra.
    """

    label: ClassVar[str] = "check constraint"

    name: str
    expression: Expression
    named: bool = False
    validated: bool = True
    enforced: bool = True
    opaque: bool = False
    implied: bool = False
    absence: Absence = Absence.REPORTED

    @property
    def definition(self) -> str:
        """The constraint as SQL, for people."""
        return f"CHECK ({self.expression.sql})"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A PostgreSQL exclusion constraint; each key carries its operator."""

    label: ClassVar[str] = "exclusion constraint"

    name: str
    keys: tuple[Key, ...]
    method: str = "gist"
    named: bool = True
    condition: Expression | None = None
    include: tuple[str, ...] = ()
    deferral: Deferral = Deferral.NOT_DEFERRABLE
    absence: Absence = Absence.REPORTED

    @property
    def definition(self) -> str:
        """The constraint as SQL, for people."""
        text = f"EXCLUDE USING {self.method} " + _keys(self.keys)
        text += _tail(self.include, self.condition)
        if self.deferral is not Deferral.NOT_DEFERRABLE:
            text += f" {self.deferral.upper()}"
        return text


@dataclass(frozen=True, slots=True)
class Index:
    """A plain (not unique) index.

    Attributes:
        named: Expected side: the name comes from the model's Meta.
        method: Access method: "btree", "hash", "gin", "fulltext", …
        options: Storage parameters as sorted "name=value" words.
        valid: False after a failed concurrent build.
        implied: Actual side: the server made it for a foreign key (InnoDB). It
            may satisfy an expected index and is never an extra.
        deterministic: Expected side: collation that must be deterministic for
            Django to create the index (`_like` indexes); None where no
            collation matters.
        opaque: Expected side: an index class of the project's own, compared by
            name only.
    """

    label: ClassVar[str] = "index"

    name: str
    keys: tuple[Key, ...]
    named: bool = False
    method: str = "btree"
    condition: Expression | None = None
    include: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    valid: bool = True
    implied: bool = False
    deterministic: str | None = None
    opaque: bool = False
    absence: Absence = Absence.REPORTED

    @property
    def definition(self) -> str:
        """The index as SQL, for people."""
        text = f"INDEX USING {self.method} " + _keys(self.keys)
        text += _tail(self.include, self.condition)
        if self.options:
            text += f" WITH ({', '.join(self.options)})"
        return text


TableObject: TypeAlias = ForeignKey | Unique | Check | Exclusion | Index


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
    """

    traits: Traits
    tables: tuple[Table, ...] = ()
    elsewhere: tuple[TableRef, ...] = ()
    known: frozenset[str] = frozenset()
    skips: tuple[Skip, ...] = ()
    nondeterministic: frozenset[str] = frozenset()
    concealed: str | None = None
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
