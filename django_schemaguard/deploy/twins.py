"""Refuse migrations that another schema's relation would answer for the tenant's.

A tenant's schema is first on its search path, and what all share comes after it. SQL
that names a table without a schema, as Django's does, meets that of another where the
tenant has lost its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from django.db import router
from django.db.migrations.operations import RunSQL

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.home import home_of
from django_schemaguard.deploy.at_once import texts_of
from django_schemaguard.deploy.losses import flat
from django_schemaguard.deploy.naming import Named
from django_schemaguard.deploy.statements import planned
from django_schemaguard.exceptions import SchemaguardError
from django_schemaguard.expected import from_state, same_models
from django_schemaguard.lint.sql import statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations import Migration
    from django.db.migrations.state import ProjectState

    from django_schemaguard.deploy.executor import Executor

    Steps: TypeAlias = Sequence[tuple[Migration, bool]]

# An index counts where the schema has the table of that name, but not the index.
_ELSEWHERE = """
SELECT name, ns.nspname, rel.relkind IN ('i', 'I')
  FROM unnest(%s::text[]) AS name
  JOIN pg_catalog.pg_class rel ON rel.oid = to_regclass(quote_ident(name))
  JOIN pg_catalog.pg_namespace ns ON ns.oid = rel.relnamespace
  LEFT JOIN pg_catalog.pg_index ind ON ind.indexrelid = rel.oid
  LEFT JOIN pg_catalog.pg_class indexed ON indexed.oid = ind.indrelid
 WHERE ns.nspname <> %s AND ns.nspname !~ '^pg_'
   AND (indexed.oid IS NULL
        OR EXISTS (SELECT FROM pg_catalog.pg_class own
                     JOIN pg_catalog.pg_namespace home ON home.oid = own.relnamespace
                    WHERE own.relname = indexed.relname AND home.nspname = %s))
 ORDER BY name
 LIMIT 1
"""


class TwinInTheWay(SchemaguardError):
    """What is meant for a table of the schema would be done to that of another."""

    exit_code = 1


def refuse_twins(executor: Executor, state: ProjectState, steps: Steps) -> None:
    """Refuse to run migrations where they would change what another schema holds.

    A connection that stands for a whole database has no such schema.

    Args:
        executor: With a fresh loader.
        state: The project at the applied migrations; it is left as it is.
        steps: Django's plan: (migration, backwards).

    Raises:
        TwinInTheWay: With the first such table.
    """
    connection = executor.connection
    home = home_of(connection)
    if home is None or not steps:
        return
    promised = filter(home.owns, _promised(executor, state))
    lost = _elsewhere(connection, home.schema, promised)
    if lost is not None:
        name, other, _ = lost
        raise TwinInTheWay(
            f"Table '{name}' is missing in '{home.schema}'; a migration would change"
            f" that of '{other}'.",
            "Run 'manage.py schemaguard auto_fix' first.",
        )
    found = _elsewhere(connection, home.schema, _named(executor, steps))
    if found is not None:
        name, other, index = found
        raise TwinInTheWay(
            f"{'Index' if index else 'Relation'} '{name}', which a migration changes,"
            f" is not in '{home.schema}'; that of '{other}' would be changed.",
            "Run 'manage.py schemaguard auto_fix' first."
            if index
            else "Make it in the schema, or name the other schema in the SQL.",
        )


def _elsewhere(
    connection: BaseDatabaseWrapper, schema: str, names: Iterable[str]
) -> tuple[str, str, bool] | None:
    """Return the first name that another schema answers to, and which."""
    with connection.cursor() as cursor:
        cursor.execute(_ELSEWHERE, [sorted(names), schema, schema])
        found: tuple[str, str, bool] | None = cursor.fetchone()
    return found


def _promised(executor: Executor, state: ProjectState) -> Iterator[str]:
    """Yield the tables that the applied migrations have made in the schema."""
    connection, same = executor.connection, same_models(state)
    traits = backend_for(connection).traits(connection)
    for table in from_state(state.clone(), connection, traits, same=same):
        app = (table.model or "").partition(".")[0]
        if table.namespace is None and app in executor.loader.migrated_apps:
            yield table.name


def _named(executor: Executor, steps: Steps) -> set[str]:
    """Return what SQL of the migrations changes by a name without a schema."""
    named = Named()
    for text in _texts(executor, steps):
        for statement in statements(text):
            named.note(statement)
    home = home_of(executor.connection)
    return named.changed - (home.shared if home and home.shared else set())


def _texts(executor: Executor, steps: Steps) -> Iterator[str]:
    """Yield what the migrations run, as far as that can be told in advance."""
    alias = executor.connection.alias
    told = {each.name: each for each in planned(executor, steps, sql=True)}
    for migration, backwards in steps:
        plan = told[str(migration)]
        yield from plan.sql
        for operation in flat(migration.operations) if plan.problem else ():
            app = migration.app_label
            if isinstance(operation, RunSQL) and router.allow_migrate(
                alias, app, **operation.hints
            ):
                yield from texts_of(
                    operation.reverse_sql if backwards else operation.sql
                )
