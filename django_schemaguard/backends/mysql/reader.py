"""The schema of the connected database."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django_schemaguard.backends.mysql.catalog import Catalog, read_catalog
from django_schemaguard.backends.mysql.columns import column_from
from django_schemaguard.backends.mysql.constraints import (
    checks_from,
    foreign_keys_from,
    keys_from,
)
from django_schemaguard.backends.mysql.numbering import numbering_from
from django_schemaguard.backends.mysql.session import (
    is_mariadb,
    may_ignore,
    server_facts,
)
from django_schemaguard.core.schema import (
    Access,
    Facet,
    Hook,
    RelationKind,
    Schema,
    Skip,
    Table,
    Traits,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

UNSEEN = frozenset(
    {
        Facet.NAMESPACES,
        Facet.DEFERRABLE,
        Facet.EXCLUSIONS,
        Facet.VALIDATION,
        Facet.INDEX_VALIDITY,
        Facet.ROW_SECURITY,
        Facet.EXTENSIONS,
    }
)
_KINDS = {
    "BASE TABLE": RelationKind.TABLE,
    "SYSTEM VERSIONED": RelationKind.TABLE,
    "VIEW": RelationKind.VIEW,
}
LOCKED = "Another session is changing it, so it cannot be read."
PARTIAL = "The role has privileges on some of its columns only."
SINGLE_TABLES = (
    "The role has no privilege on the whole database, so what it may not see looks"
    " missing."
)
NO_CHECKS = "The role has no privilege on the whole database, so they are hidden."
NO_ACTIONS = "The role needs more than SELECT on both tables to be told them."


def traits_of(connection: BaseDatabaseWrapper) -> Traits:
    """Return how the server keeps names and what the reader sees."""
    seen = frozenset(Facet) - UNSEEN
    if is_mariadb(connection):
        seen -= {Facet.ENFORCEMENT}
    if may_ignore(connection):
        seen |= {Facet.INDEX_VALIDITY}
    return Traits(
        vendor="mysql",
        folds_tables=bool(server_facts(connection)["lower_case_table_names"]),
        folds_columns=True,
        sees=seen,
    )


def read_schema(connection: BaseDatabaseWrapper) -> Schema:
    """Return tables and views by name; what could not be seen is a `Skip`."""
    catalog = read_catalog(connection)
    traits = traits_of(connection)
    skips = list(_skips(catalog))
    hidden = dict(_hidden(catalog))
    traits = replace(traits, sees=traits.sees - hidden.keys())
    skips += [Skip(None, facet.value, reason) for facet, reason in hidden.items()]
    mariadb = is_mariadb(connection)
    return Schema(
        traits=traits,
        tables=tuple(
            _table(catalog, name, mariadb=mariadb)
            for name in sorted(catalog.tables)
            if catalog.tables[name][0] in _KINDS
        ),
        skips=tuple(skips),
        concealed=None if catalog.sight.all_tables else SINGLE_TABLES,
        session=catalog.session,
    )


def _skips(catalog: Catalog) -> Iterator[Skip]:
    for name in sorted(catalog.tables):
        kind = str(catalog.tables[name][0])
        # A temporary table belongs to this session alone.
        if kind not in _KINDS and kind != "TEMPORARY":
            yield Skip(name, None, f"It is a {kind.lower()}, which is not compared.")


def _hidden(catalog: Catalog) -> Iterator[tuple[Facet, str]]:
    """Yield what the server does not show to a role of few privileges, and why."""
    if not catalog.sight.all_tables:
        yield Facet.CHECKS, NO_CHECKS
    if _lacks_actions(catalog):
        yield Facet.FOREIGN_KEY_ACTIONS, NO_ACTIONS


def _lacks_actions(catalog: Catalog) -> bool:
    return any(
        {row[0] for row in rows} - {row[0] for row in catalog.actions.get(name, ())}
        for name, rows in catalog.key_columns.items()
    )


def _table(catalog: Catalog, name: str, *, mariadb: bool) -> Table:
    kind, engine, collation, comment, upcoming = catalog.tables[name]
    if kind == "VIEW":
        comment = ""
    obstacle = _obstacle(catalog, name)
    if obstacle is not None:
        return Table(name, locked=obstacle)
    foreign_keys = foreign_keys_from(
        catalog.key_columns.get(name, ()), catalog.actions.get(name, ())
    )
    keys = keys_from(catalog.statistics.get(name, ()), engine, foreign_keys)
    columns = tuple(
        column_from(row, collation, mariadb=mariadb)
        for row in catalog.columns.get(name, ())
    )
    return Table(
        name=name,
        columns=columns,
        kind=_KINDS[kind],
        primary_key=keys.primary_key,
        foreign_keys=foreign_keys,
        uniques=keys.uniques,
        checks=checks_from(catalog.checks.get(name, ()), mariadb=mariadb),
        indexes=keys.indexes,
        comment=comment or "",
        engine=engine.upper() if engine else None,
        collation=collation,
        numbering=numbering_from(columns, upcoming),
        access=Access(catalog.rights.lacking(name)),
        hooks=tuple(
            Hook(trigger, "trigger", timing, (event,))
            for trigger, timing, event in catalog.triggers.get(name, ())
        ),
    )


def _obstacle(catalog: Catalog, name: str) -> str | None:
    kind, engine, _, comment, _ = catalog.tables[name]
    if name in catalog.locked:
        return LOCKED
    if name in catalog.sight.partial:
        return PARTIAL
    if engine is None and kind != "VIEW":
        return f"The server cannot open it: {str(comment).rstrip('.')}."
    return None
