"""A schema that was read from a database, as what another one is expected to be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from django_schemaguard.core.expression import normal_text
from django_schemaguard.core.expressions_of import change_expressions
from django_schemaguard.core.schema import (
    Absence,
    Check,
    Exclusion,
    Index,
    RelationKind,
    Table,
    Unique,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from django_schemaguard.core.expressions_of import Place
    from django_schemaguard.core.schema import Expression, Schema

T = TypeVar("T", Unique, Check, Exclusion, Index)
_Made = TypeVar("_Made", Check, Index)

_VIEWS = frozenset({RelationKind.VIEW, RelationKind.MATERIALIZED_VIEW})


def as_expected(schema: Schema, known: Collection[str] = ()) -> Schema:
    """Return a schema as read, as the expected side of a comparison.

    Every name counts, since it is one that somebody can read in the database. What
    the search path finds is expected wherever the other's path finds it. A view is
    compared by its definition, if that was read, and not as a table.

    Args:
        schema: The actual schema of one database.
        known: Folded names of tables that belong, and are not compared.
    """
    return replace(
        schema,
        tables=tuple(
            _table(table)
            for table in schema
            if schema.traits.table_key(table.name) not in known
            and not (schema.objects is not None and table.kind in _VIEWS)
        ),
        elsewhere=(),
        known=schema.known | frozenset(known),
    )


def by_text(schema: Schema, problem: str | None = None) -> Schema:
    """Return a schema as read whose texts are taken for the server's own words.

    They are where the catalog prints them; two servers of one release print alike.

    Args:
        schema: The actual schema of one database.
        problem: Why the other side may have the same in another text; None where
            it cannot.
    """

    def spoken(place: Place, expression: Expression) -> Expression:
        del place
        if problem is not None:
            return replace(expression, problem=problem)
        return replace(expression, canonical=normal_text(expression.sql))

    return replace(
        schema, tables=tuple(change_expressions(table, spoken) for table in schema)
    )


def _table(table: Table) -> Table:
    return replace(
        table,
        namespace=None if table.visible else table.namespace,
        visible=True,
        uniques=tuple(map(_named, table.uniques)),
        checks=tuple(_implied(_named(check), check) for check in table.checks),
        exclusions=tuple(map(_named, table.exclusions)),
        indexes=tuple(_implied(_named(index), index) for index in table.indexes),
    )


def _named(thing: T) -> T:
    # SQLite numbers the indexes of nameless constraints in the order of their text.
    given = not thing.name.startswith("sqlite_")
    return replace(thing, named=bool(thing.name) and given)


def _implied(thing: _Made, found: Check | Index) -> _Made:
    """Let the other server do without what this one added by itself."""
    if not found.implied:
        return thing
    return replace(thing, implied=False, named=False, absence=Absence.ALLOWED)
