"""The actual schema of a SQLite database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django_schemaguard.backends.sqlite.belongings import without_belongings
from django_schemaguard.backends.sqlite.catalog import read_catalog
from django_schemaguard.backends.sqlite.columns import build_columns, build_primary_key
from django_schemaguard.backends.sqlite.constraints import (
    build_checks,
    build_foreign_keys,
    build_uniques,
)
from django_schemaguard.backends.sqlite.indexes import (
    build_indexes,
    parse_indexes,
    unique_indexes,
)
from django_schemaguard.backends.sqlite.table_ddl import parse_table
from django_schemaguard.backends.sqlite.tokens import NotUnderstood
from django_schemaguard.backends.sqlite.triggers import hook
from django_schemaguard.core.schema import (
    Facet,
    RelationKind,
    Schema,
    Skip,
    Table,
    Traits,
)

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.base import Scope
    from django_schemaguard.backends.sqlite.catalog import Relation
    from django_schemaguard.backends.sqlite.ddl import TableText

TRAITS: Final = Traits(
    vendor="sqlite",
    folds_tables=True,
    folds_columns=True,
    sees=frozenset(Facet)
    - {
        Facet.COMMENTS,
        Facet.NAMESPACES,
        Facet.EXCLUSIONS,
        Facet.VALIDATION,
        Facet.ENFORCEMENT,
        Facet.INDEX_VALIDITY,
        Facet.SEQUENCES,
        Facet.PRIVILEGES,
        Facet.ROW_SECURITY,
        Facet.EXTENSIONS,
    },
)

# What no PRAGMA tells, so it is lost where the CREATE TABLE is not understood.
IN_STATEMENT_ONLY: Final = frozenset(
    {
        Facet.CHECKS,
        Facet.COLLATIONS,
        Facet.DEFERRABLE,
        Facet.GENERATED,
        Facet.IDENTITY,
    }
)


def read_schema(connection: BaseDatabaseWrapper, scope: Scope) -> Schema:
    """Return the tables and views of the main database, by name.

    Left out are SQLite's own tables and those that a virtual table or SpatiaLite
    keeps for itself, unless a model expects their name.
    """
    expected = frozenset(name.lower() for name in scope.names)
    relations = read_catalog(connection, expected)
    keys = {
        name.lower(): tuple(
            row.name
            for row in sorted(relation.columns, key=lambda row: row.pk)
            if row.pk
        )
        for name, relation in relations.items()
    }
    tables: list[Table] = []
    skips: list[Skip] = []
    for relation in without_belongings(relations, expected):
        table, own_skips = _build(relation, keys)
        tables.append(table)
        skips += own_skips
    tables.sort(key=lambda table: table.name)
    return Schema(TRAITS, tuple(tables), skips=tuple(skips))


def _build(
    relation: Relation, keys: dict[str, tuple[str, ...]]
) -> tuple[Table, list[Skip]]:
    if relation.problem is not None:
        reason = f"Its columns could not be read: {relation.problem}"
        return Table(relation.name, kind=_kind(relation), locked=reason), []
    if _kind(relation) is not RelationKind.TABLE:
        columns = build_columns(relation, None)
        return Table(relation.name, columns, kind=_kind(relation)), []
    text, problem = _parse(relation)
    indexes, skips = parse_indexes(relation)
    uniques = build_uniques(relation, text) + unique_indexes(relation, text, indexes)
    table = Table(
        relation.name,
        build_columns(relation, text),
        primary_key=build_primary_key(relation, text),
        foreign_keys=build_foreign_keys(relation, text, keys),
        uniques=tuple(sorted(uniques, key=lambda unique: unique.name)),
        checks=build_checks(text),
        indexes=build_indexes(relation, text, indexes),
        locked=problem,
        hooks=tuple(map(hook, relation.triggers)),
        unseen=frozenset() if text else IN_STATEMENT_ONLY,
    )
    return table, skips


def _kind(relation: Relation) -> RelationKind:
    if relation.type == "view":
        return RelationKind.VIEW
    return RelationKind.FOREIGN if relation.virtual else RelationKind.TABLE


def _parse(relation: Relation) -> tuple[TableText | None, str | None]:
    """Return the statement read, or why it could not be; PRAGMAs have to agree."""
    try:
        text = parse_table(relation.sql)
    except NotUnderstood as error:
        return None, f"its CREATE TABLE statement was not understood: {error}"
    columns = [row.name.lower() for row in relation.columns]
    references = {row.id for row in relation.references}
    if columns != [column.name.lower() for column in text.columns] or len(
        references
    ) != len(text.foreign_keys):
        return (
            None,
            "its CREATE TABLE statement does not agree with SQLite's own reading",
        )
    return text, None
