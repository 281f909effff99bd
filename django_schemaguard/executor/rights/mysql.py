"""MariaDB and MySQL: privileges on the database, or on each table concerned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.backends.mysql.grants import privileges_from
from django_schemaguard.executor.rights.lack import Lack, tables_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.plan import Stage

ALL = "ALL PRIVILEGES"
_NEEDED = ("ALTER", "CREATE", "INDEX", "INSERT", "REFERENCES", "SELECT", "UPDATE")
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
    names = {ref.name for ref, _ in tables_of(stages)}
    missing = [
        need
        for need in _NEEDED
        if not _has(everywhere, need)
        and not (names and all(_has(held.get(it, frozenset()), need) for it in names))
    ]
    if missing:
        name, _, host = str(user).rpartition("@")
        what, place = ", ".join(missing), connection.ops.quote_name(database)
        yield Lack(
            f"User {user} lacks {what} on database '{database}'.",
            f"GRANT {what} ON {place}.* TO '{name}'@'{host}';",
        )


def _has(privileges: frozenset[str], need: str) -> bool:
    return need in privileges or ALL in privileges
