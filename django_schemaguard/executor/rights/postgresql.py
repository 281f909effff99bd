"""PostgreSQL: a table is altered by its owner, and objects need CREATE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django_schemaguard.backends.home import address
from django_schemaguard.core.schema import TableRef
from django_schemaguard.executor.rights.lack import Lack, tables_of
from django_schemaguard.executor.tables import MODELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.plan import Stage

_SERVER = """
SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on',
  quote_ident(current_user), coalesce(quote_ident(current_schema()), 'public'),
  coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)
"""
_TABLE = """
SELECT c.relowner::regrole::text, pg_has_role(c.relowner, 'USAGE'),
  has_table_privilege(c.oid, 'REFERENCES'),
  has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
    AND has_table_privilege(c.oid, 'UPDATE'),
  c.relnamespace::regnamespace::text, has_schema_privilege(c.relnamespace, 'CREATE')
FROM pg_class c WHERE c.oid = to_regclass(%s)
"""


class _Table(NamedTuple):
    owner: str
    owns: bool
    may_refer: bool
    may_write: bool
    namespace: str
    may_create: bool


def lacking(
    connection: BaseDatabaseWrapper, stages: tuple[Stage, ...]
) -> Iterator[Lack]:
    """Yield what the role lacks for the stages and for the journal."""
    standby, read_only, role, namespace, may_create = _row(connection, _SERVER)
    alias = connection.alias
    if standby:
        problem = f"Database '{alias}' is a standby; it takes no writes."
        yield Lack(problem, "Run it on the primary.")
    elif read_only:
        yield Lack(
            f"Transactions of role {role} on database '{alias}' are read-only.",
            f"ALTER ROLE {role} SET default_transaction_read_only TO off;",
        )
    else:
        yield from _on_tables(connection, stages, role)
        yield from _journal(connection, role)
        if not may_create and _creates(connection, stages):
            yield _create(namespace, role)


def _on_tables(
    connection: BaseDatabaseWrapper, stages: tuple[Stage, ...], role: str
) -> Iterator[Lack]:
    for ref, altered in tables_of(stages):
        table = _table(connection, ref)
        if table is None:
            continue
        if altered and not table.owns:
            problem = f"Role {role} does not own table '{ref.brief}'."
            yield Lack(
                problem,
                f"Run it as the owner of table '{ref.brief}' (role '{table.owner}').",
            )
        elif altered and not table.may_create:
            yield _create(table.namespace, role)
        elif not altered and not table.may_refer:
            yield Lack(
                f"Role {role} may not refer to table '{ref.brief}'.",
                f"GRANT REFERENCES ON {address(connection, ref)} TO {role};",
            )


def _journal(connection: BaseDatabaseWrapper, role: str) -> Iterator[Lack]:
    for ref in _journal_tables():
        table = _table(connection, ref)
        if table is not None and not table.may_write:
            name = address(connection, ref)
            grant = f"GRANT SELECT, INSERT, UPDATE ON {name} TO {role};"
            yield Lack(f"Role {role} may not write to the journal.", grant)


def _creates(connection: BaseDatabaseWrapper, stages: tuple[Stage, ...]) -> bool:
    """Return whether a table is made in the schema where tables are made."""
    refs = [ref for ref, _ in tables_of(stages) if ref.namespace is None]
    return any(_table(connection, ref) is None for ref in (*refs, *_journal_tables()))


def _create(namespace: str, role: str) -> Lack:
    problem = f"Role {role} may not create in schema {namespace}."
    return Lack(problem, f"GRANT CREATE ON SCHEMA {namespace} TO {role};")


def _journal_tables() -> tuple[TableRef, ...]:
    return tuple(TableRef(None, model._meta.db_table) for model in MODELS)  # noqa: SLF001


def _table(connection: BaseDatabaseWrapper, ref: TableRef) -> _Table | None:
    row = _row(connection, _TABLE, [address(connection, ref)])
    return None if row is None else _Table(*row)


def _row(
    connection: BaseDatabaseWrapper, sql: str, params: list[str] | None = None
) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()
