"""SG561: SQL that throws away more than it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.lint.rule import BY_SQL, ERROR, Found, operation_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.lint.site import Site
    from django_schemaguard.lint.sql import Statement


@operation_rule(
    "SG561",
    ERROR,
    "Name what is to go, and drop it without CASCADE.",
    layers=BY_SQL,
    destructive=True,
)
def sql_destroys(site: Site) -> Iterator[Found]:
    """A ``RunSQL`` empties a table, drops a database or schema, or cascades.

    Why it matters:
        Rows are lost, and no rollback brings them back. CASCADE also takes whatever
        depends on it: views, constraints and, with TRUNCATE, other tables' rows.

    Fix:
        Name what is to go, and drop it without CASCADE. Where it is meant, allow it.
    """
    for statement in site.old_sql:
        if statement.starts("TRUNCATE"):
            yield Found(f"TRUNCATE empties '{_truncated(statement)}'.")
        elif statement.starts("DROP", "DATABASE") or statement.starts("DROP", "SCHEMA"):
            yield Found(f"{' '.join(statement.upper[:2])} is final.")
        elif statement.has("CASCADE") and _drops(statement):
            words = " ".join(statement.upper[:2])
            yield Found(f"{words} … CASCADE drops whatever depends on it.")


def _truncated(statement: Statement) -> str:
    name = statement.name_after("TRUNCATE", "TABLE") or statement.name_after("TRUNCATE")
    return name or "?"


def _drops(statement: Statement) -> bool:
    ends = statement.upper[-1] == "CASCADE" and statement.upper[-2:-1] != ("DELETE",)
    alters = statement.starts("ALTER", "TABLE") and statement.has("DROP")
    return (statement.starts("DROP") or alters) and ends
