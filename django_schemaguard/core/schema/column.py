"""Columns, and the SQL and addresses that everything else is made of."""

from __future__ import annotations

from dataclasses import dataclass

from django_schemaguard._typing import override
from django_schemaguard.core.schema.words import Facet, Identity


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
        validated: False where NOT NULL was never checked for rows from before.
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

    def retyped(self, type_name: str) -> Column:
        """Return the column with another type; `replace` takes several times longer."""
        return Column(
            self.name,
            type_name,
            self.nullable,
            self.default,
            self.generated,
            self.stored,
            self.collation,
            self.comment,
            self.identity,
            self.field,
            self.any_integer,
            self.validated,
            self.stated,
        )

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
