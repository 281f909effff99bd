"""The ledger: event triggers that note who changes the schema, by which statement."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import Error, transaction

from django_schemaguard.backends.connect import one_line
from django_schemaguard.backends.postgresql import ledger_functions
from django_schemaguard.backends.postgresql.ledger_functions import COLUMNS, SCHEMA
from django_schemaguard.backends.postgresql.session import sqlstate
from django_schemaguard.backends.postgresql.words import quoted
from django_schemaguard.exceptions import NotPermitted, SchemaguardError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

VERSION = 1
_TITLE = "django-schemaguard ledger, version"
_TRIGGERS = {
    f"{SCHEMA}_end": ("ddl_command_end", f"{SCHEMA}.note_end"),
    f"{SCHEMA}_drop": ("sql_drop", f"{SCHEMA}.note_drop"),
}
_STATE = """
SELECT obj_description(ns.oid, 'pg_namespace'),
       (SELECT count(*) FROM pg_catalog.pg_event_trigger
         WHERE evtname = ANY (%(triggers)s) AND evtenabled = 'A'),
       has_schema_privilege(ns.oid, 'USAGE')
         AND has_table_privilege(rel.oid, 'SELECT')
  FROM pg_catalog.pg_namespace ns
  LEFT JOIN pg_catalog.pg_class rel
    ON rel.relnamespace = ns.oid AND rel.relname = 'entry'
 WHERE ns.nspname = %(schema)s
"""
_PATIENCE_MS = 5_000


@dataclass(frozen=True, slots=True)
class State:
    """A ledger that is there.

    Attributes:
        version: Of its table and functions; None where the schema is no ledger.
        noting: Both event triggers are there, and on.
        readable: The connected role may read it.
    """

    version: int | None
    noting: bool
    readable: bool


def read_state(connection: BaseDatabaseWrapper) -> State | None:
    """Return the ledger of a database; None where there is none."""
    given: dict[str, Any] = {"triggers": list(_TRIGGERS), "schema": SCHEMA}
    with connection.cursor() as cursor:
        cursor.execute(_STATE, given)
        row = cursor.fetchone()
    if row is None:
        return None
    title, triggers, readable = row
    found = re.fullmatch(rf"{_TITLE} (\d+)", title or "")
    version = int(found[1]) if found else None
    return State(version, triggers == len(_TRIGGERS), bool(readable))


def installation(state: State | None, readers: Iterable[str]) -> tuple[str, ...]:
    """Return the statements that install a ledger, or bring one up to date.

    Args:
        state: What is there.
        readers: Roles that may read it besides.
    """
    columns = [f"{name} {type_}" for name, type_ in COLUMNS]
    added = [f"ADD COLUMN IF NOT EXISTS {column}" for column in columns]
    upgrade = (f"ALTER TABLE {SCHEMA}.entry\n  " + ",\n  ".join(added),)
    return (
        *_drop_triggers(),
        f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}",
        f"COMMENT ON SCHEMA {SCHEMA} IS '{_TITLE} {VERSION}'",
        f"CREATE TABLE IF NOT EXISTS {SCHEMA}.entry (\n"
        "  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  "
        + ",\n  ".join(columns)
        + "\n)",
        *(upgrade if state is not None else ()),
        *(
            f"CREATE INDEX IF NOT EXISTS entry_{column} ON {SCHEMA}.entry ({column})"
            for column in ("at", "object_table", "object_name")
        ),
        ledger_functions.NOTE_END,
        ledger_functions.NOTE_DROP,
        *(statement for role in readers for statement in grants(role)),
        *_create_triggers(),
    )


def removal() -> tuple[str, ...]:
    """Return the statements that remove a ledger, and nothing that leans on it."""
    functions = (function for _, function in _TRIGGERS.values())
    return (
        *_drop_triggers(),
        *(f"DROP FUNCTION IF EXISTS {name}()" for name in functions),
        f"DROP TABLE IF EXISTS {SCHEMA}.entry",
        f"DROP SCHEMA IF EXISTS {SCHEMA}",
    )


def grants(role: str) -> tuple[str, ...]:
    """Return what lets a role read the ledger."""
    return (
        f"GRANT USAGE ON SCHEMA {SCHEMA} TO {quoted(role)}",
        f"GRANT SELECT ON {SCHEMA}.entry TO {quoted(role)}",
    )


def pruning(connection: BaseDatabaseWrapper, days: int) -> str:
    """Return the statement that forgets what is older."""
    query = f"DELETE FROM {SCHEMA}.entry WHERE at < now() - make_interval(days => %s)"  # noqa: S608
    return str(connection.ops.compose_sql(query, [days]))  # type: ignore[attr-defined]


def perform(connection: BaseDatabaseWrapper, statements: Sequence[str]) -> int:
    """Run statements as one; return how many rows the last one changed.

    Raises:
        NotPermitted: The role or the server does not allow it.
        SchemaguardError: It does not work; nothing was changed.
    """
    try:
        with (
            transaction.atomic(using=connection.alias),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SET LOCAL lock_timeout = {_PATIENCE_MS}")
            for statement in statements:
                cursor.execute(statement)
            return int(cursor.rowcount)
    except Error as error:
        raise _refused(connection, error) from error


def _refused(connection: BaseDatabaseWrapper, error: Error) -> SchemaguardError:
    alias = connection.alias
    said = one_line(error, connection).rstrip(".")
    match sqlstate(error):
        case "42501":  # insufficient_privilege
            return NotPermitted(
                f"The role may not change the ledger of database '{alias}': {said}.",
                "Event triggers need a superuser, or in the cloud its administrator"
                " (rds_superuser, say): give --database an alias of that role.",
            )
        case "25006":  # read_only_sql_transaction
            return NotPermitted(
                f"Database '{alias}' is read-only.", "Run it on the primary."
            )
        case _:
            return SchemaguardError(
                f"The ledger of database '{alias}' cannot be changed: {said}.",
                "Nothing was done.",
            )


def _drop_triggers() -> tuple[str, ...]:
    return tuple(f"DROP EVENT TRIGGER IF EXISTS {name}" for name in _TRIGGERS)


def _create_triggers() -> tuple[str, ...]:
    """Return what makes the triggers, for sessions that replicate, too."""
    return tuple(
        statement
        for name, (event, function) in _TRIGGERS.items()
        for statement in (
            f"CREATE EVENT TRIGGER {name} ON {event} EXECUTE FUNCTION {function}()",
            f"ALTER EVENT TRIGGER {name} ENABLE ALWAYS",
        )
    )
