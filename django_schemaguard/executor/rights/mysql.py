"""MariaDB and MySQL: privileges on the database, or on each table concerned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.backends.identifiers import identifier
from django_schemaguard.backends.mysql.grants import privileges_from
from django_schemaguard.executor.rights.lack import Lack
from django_schemaguard.executor.tables import MODELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.plan import Stage

ALL = "ALL PRIVILEGES"
# Who has one of them writes to a read-only server all the same.
_OVERRIDES = frozenset({ALL, "SUPER", "READ_ONLY ADMIN", "READ ONLY ADMIN"})


def lacking(
    connection: BaseDatabaseWrapper, stages: tuple[Stage, ...]
) -> Iterator[Lack]:
    """Yield what the user lacks; nothing where the grants do not tell."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT @@global.read_only, database(), current_user()")
        read_only, database, user = cursor.fetchone()
        cursor.execute("SHOW GRANTS")
        lines = [str(row[0]) for row in cursor.fetchall()]
    held = privileges_from(lines, database)
    if held is None:
        return
    everywhere = held.get("*", frozenset())
    if str(read_only) not in {"0", "OFF"} and not _OVERRIDES & everywhere:
        yield Lack(f"Database '{connection.alias}' is read-only.", "Use its primary.")
        return
    place = str(user), str(database)
    if any(stage.locks for stage in stages) and not _has(everywhere, "LOCK TABLES"):
        # To see whether a table is in use, and to keep others out of it for a moment.
        yield _lack(connection, (*place, ""), ["LOCK TABLES"])
    for table, needed in _needed(connection, stages).items():
        having = everywhere | held.get(table, frozenset())
        missing = sorted(it for it in needed if not _has(having, it))
        if missing:
            yield _lack(connection, (*place, table), missing)


def _needed(
    connection: BaseDatabaseWrapper, stages: tuple[Stage, ...]
) -> dict[str, set[str]]:
    """Return the privileges that are needed, by table, and for the journal's."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    needed: dict[str, set[str]] = {}
    for stage in stages:
        for ref in stage.locks:
            if ref.name != stage.target.table.name:
                needed.setdefault(ref.name, set()).add("REFERENCES")
        table = needed.setdefault(stage.target.table.name, {"SELECT"})
        table.update(map(_of_statement, stage.statements))
        if stage.backfill is not None:
            table.add("UPDATE")
    for model in MODELS:
        name = model._meta.db_table  # noqa: SLF001
        makes = set() if name in there else {"CREATE", "INDEX", "REFERENCES", "ALTER"}
        needed[name] = {"SELECT", "INSERT", "UPDATE", *makes}
    return needed


def _of_statement(text: str) -> str:
    words = text.removeprefix("SET STATEMENT foreign_key_checks=0 FOR ").split()
    if words[0] == "ALTER":  # Keys and indexes are added by it, too.
        return "ALTER"
    return "CREATE" if words[1] == "TABLE" else "INDEX"


def _lack(
    connection: BaseDatabaseWrapper, place: tuple[str, str, str], missing: list[str]
) -> Lack:
    user, database, table = place
    name, _, host = user.rpartition("@")
    what = ", ".join(missing)
    subject = f"table '{table}'" if table else f"database '{database}'"
    whole = identifier(connection, table) if table else "*"
    address = f"{identifier(connection, database)}.{whole}"
    return Lack(
        f"User {user} lacks {what} on {subject}.",
        f"GRANT {what} ON {address} TO '{name}'@'{host}';",
    )


def _has(privileges: frozenset[str], need: str) -> bool:
    return need in privileges or ALL in privileges
