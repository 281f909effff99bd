"""Keys, constraints and indexes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from django_schemaguard.core.schema.column import Expression, TableRef
from django_schemaguard.core.schema.words import Absence, Deferral


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
        ignored: The server plans no query with it, yet keeps it (MariaDB's IGNORED).
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
    ignored: bool = False
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
        unique: Actual side: it stands in a plain one's place, and rejects rows.
        method: Access method: "btree", "hash", "gin", "fulltext", …
        options: Storage parameters as sorted "name=value" words.
        valid: False after a failed concurrent build.
        ignored: The server plans no query with it, yet keeps it (MariaDB's IGNORED).
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
    ignored: bool = False
    unique: bool = False
    implied: bool = False
    deterministic: str | None = None
    opaque: bool = False
    absence: Absence = Absence.REPORTED

    @property
    def definition(self) -> str:
        """The index as SQL, for people."""
        kind = "UNIQUE INDEX" if self.unique else "INDEX"
        text = f"{kind} USING {self.method} " + _keys(self.keys)
        text += _tail(self.include, self.condition)
        if self.options:
            text += f" WITH ({', '.join(self.options)})"
        return text


TableObject: TypeAlias = ForeignKey | Unique | Check | Exclusion | Index
