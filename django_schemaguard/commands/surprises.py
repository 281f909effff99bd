"""What a database refused where nobody expected it, in one line with a hint."""

from __future__ import annotations

import re
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

from django.db import InterfaceError, OperationalError, connections
from django.db.utils import DatabaseErrorWrapper

from django_schemaguard.backends.connect import CHECK, one_line
from django_schemaguard.backends.error_codes import error_code
from django_schemaguard.core.command_lines import completed
from django_schemaguard.exceptions import DatabaseUnreadable, NotPermitted
from django_schemaguard.executor.tables import MODELS
from django_schemaguard.models import QuerySnapshot, QueryStat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db import Error
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Model

    from django_schemaguard.exceptions import SchemaguardError

# A lack of privileges, of PostgreSQL and of MariaDB.
_DENIED = frozenset({"42501", 1044, 1142, 1143, 1227})
# Of a session or a server that takes no writes.
_READ_ONLY = frozenset({"25006", 1290, 1792})
_WRITABLE = (
    "Connect to the primary server, as a role and with OPTIONS that do not make the"
    " session read-only."
)
_COMMAND = re.compile(r"([A-Z, ]+) command denied")  # MariaDB tells what is lacking.
_LOOK = "Run 'manage.py schemaguard validate': the database may lack something."
_TABLE = re.compile(
    r"(?:table|relation) [`'\"]?(?:[^`'\".\s]+[`'\"]?\.[`'\"]?)?([^\s`'\"]+)"
)


def told(error: Error, options: Mapping[str, Any]) -> SchemaguardError:
    """Return the error for the user, who gets no traceback of a driver.

    Args:
        error: What Django raised.
        options: Of the command; its `database` or `alias` is the one spoken of where
            the error does not tell which it came from.
    """
    names = options.get("database") or options.get("alias") or "default"
    alias = _origin(error) or (names if isinstance(names, str) else names[0])
    connection = connections[alias]
    said = one_line(error, connection).rstrip(".")
    message = f"Database '{alias}' refused: {said}."
    if _denied(error):
        return NotPermitted(message, _grant(said, connection, options))
    if _takes_no_writes(error, said):
        return NotPermitted(message, _WRITABLE)
    lost = isinstance(error, OperationalError | InterfaceError)
    return DatabaseUnreadable(message, CHECK if lost else completed(_LOOK, alias))


def _origin(error: Error) -> str:
    """Return the alias of the database that the error came from; "" if not known.

    Django wraps what a driver raises where it knows the connection, and names it
    nowhere but there.
    """
    for frame, _ in walk_tb(error.__traceback__):
        wrapper = frame.f_locals.get("self")
        if isinstance(wrapper, DatabaseErrorWrapper):
            return str(vars(wrapper)["wrapper"].alias)
    return ""


def _denied(error: Error) -> bool:
    return error_code(error) in _DENIED


def _takes_no_writes(error: Error, said: str) -> bool:
    return error_code(error) in _READ_ONLY or said.endswith("readonly database")


def _grant(
    said: str, connection: BaseDatabaseWrapper, options: Mapping[str, Any]
) -> str:
    role = connection.settings_dict["USER"]
    found = _TABLE.search(said)
    if found is None:
        return f"Let role '{role}' do that."
    privileges, tables = _needed(found[1], said, connection, options)
    # MariaDB takes one table in each.
    places = tables if connection.vendor == "mysql" else [", ".join(tables)]
    return " ".join(f'GRANT {privileges} ON {place} TO "{role}";' for place in places)


def _needed(
    table: str,
    said: str,
    connection: BaseDatabaseWrapper,
    options: Mapping[str, Any],
) -> tuple[str, list[str]]:
    """Return all privileges that the command needs, so that it asks only once."""
    journal, queries = _tables(MODELS), _tables((QuerySnapshot, QueryStat))
    if options.get("subcommand") == "history":  # It reads all of these, and no more.
        with connection.cursor() as cursor:
            there = connection.introspection.table_names(cursor)
        return "SELECT", [it for it in (*journal, queries[0]) if it in there] or [table]
    if table in journal:
        return "SELECT, INSERT, UPDATE", journal
    if table in queries:
        writes = options.get("action") == "snapshot"
        return "SELECT, INSERT, UPDATE, DELETE" if writes else "SELECT", queries
    denied = _COMMAND.match(said)
    return denied[1] if denied else "SELECT", [table]


def _tables(models: Iterable[type[Model]]) -> list[str]:
    return [model._meta.db_table for model in models]  # noqa: SLF001
