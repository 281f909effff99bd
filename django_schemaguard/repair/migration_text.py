"""The text of a migration that adds what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Missing:
    """An object that is looked for before anything is run.

    Attributes:
        kind: "table", "column", "index", "constraint", "extension"; or, where it has
            no name of its own, "foreign_key", "unique", "plain_index",
            "pattern_index".
        columns: By which it is known where it has no name of its own.
    """

    kind: str
    table: str
    name: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Addition:
    """One operation.

    Attributes:
        missing: What is looked for, or a query that yields a row where it is due.
        unless: Queries that yield a row where it must not be run, each with the reason.
    """

    vendor: str
    why: str
    missing: Missing | str
    statements: tuple[str, ...]
    atomic: bool
    unless: tuple[tuple[str, str], ...] = ()


_HEAD = '''\
"""Adds what is missing in a database that was changed by hand.

Written by "manage.py schemaguard auto_fix --as-migration". Where nothing is missing
it does nothing. What it adds belongs to earlier migrations, so it is not undone.
"""

from django.core.management.base import CommandError
from django.db import migrations


def is_missing(connection, kind, table, name, columns):
    """Return whether the object is not in the database."""
    introspection = connection.introspection
    fold = str if connection.vendor == "postgresql" else str.lower
    with connection.cursor() as cursor:
        if kind == "extension":
            cursor.execute("SELECT 1 FROM pg_extension WHERE extname = %s", [name])
            return cursor.fetchone() is None
        if fold(table) not in map(fold, introspection.table_names(cursor)):
            return True
        if kind == "table":
            return False
        if kind == "column":
            found = introspection.get_table_description(cursor, table)
            return fold(name) not in (fold(column.name) for column in found)
        found = introspection.get_constraints(cursor, table)
    if not columns:
        return fold(name) not in map(fold, found)
    return not any(
        [fold(column) for column in it["columns"] or ()] == list(map(fold, columns))
        and is_of_kind(kind, key, it)
        for key, it in found.items()
    )


def is_of_kind(kind, name, found):
    """Return whether a constraint or index without a name of its own is the one."""
    if kind == "foreign_key":
        return bool(found["foreign_key"])
    if kind == "unique":
        return found["unique"] and not found["primary_key"]
    like = name.endswith("_like")
    return found["index"] and like == (kind == "pattern_index")


class AddMissing(migrations.RunSQL):
    """SQL for one vendor that runs only where its object is missing."""

    repeatable = True

    def __init__(self, vendor, missing, sql, atomic, unless=()):
        super().__init__(sql, migrations.RunSQL.noop)
        self.vendor = vendor
        self.missing = missing
        self.unless = unless
        self.atomic = atomic

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        connection = schema_editor.connection
        if connection.vendor != self.vendor or not self.is_due(connection):
            return
        for query, reason in self.unless:
            if self.finds(connection, query):
                raise CommandError(f"{reason}. This finds them: {query}")
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def is_due(self, connection):
        if isinstance(self.missing, str):
            return self.finds(connection, self.missing)
        return is_missing(connection, *self.missing)

    def finds(self, connection, query):
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone() is not None


class Migration(migrations.Migration):
'''


def text(leaves: Iterable[tuple[str, str]], additions: Iterable[Addition]) -> str:
    """Return the whole file.

    Args:
        leaves: The migrations that it comes after.
        additions: Its operations.
    """
    additions = tuple(additions)
    lines = []
    if not all(addition.atomic for addition in additions):
        lines += ["    atomic = False", ""]
    lines.append("    dependencies = [")
    lines += [f"        {leaf!r}," for leaf in leaves]
    lines += ["    ]", "", "    operations = ["]
    for addition in additions:
        lines += _operation(addition)
    return _HEAD + "\n".join([*lines, "    ]"]) + "\n"


def _operation(addition: Addition) -> list[str]:
    lines = [f"        # {_comment(addition.why)}"]
    missing = addition.missing
    if isinstance(missing, Missing):
        told = (missing.kind, missing.table, missing.name, missing.columns)
        return [*lines, *_call(addition, repr(told), addition.statements)]
    return [*lines, *_call(addition, repr(missing), addition.statements)]


def _comment(why: str) -> str:
    return why.encode("unicode_escape").decode("ascii")


def _call(addition: Addition, missing: str, statements: tuple[str, ...]) -> list[str]:
    lines = [
        "        AddMissing(",
        f"            {addition.vendor!r},",
        f"            {missing},",
        "            [",
        *(f"                {statement!r}," for statement in statements),
        "            ],",
        f"            atomic={addition.atomic},",
    ]
    unless = [f"                {pair!r}," for pair in addition.unless if pair[0]]
    if unless:
        lines += ["            unless=[", *unless, "            ],"]
    return [*lines, "        ),"]
