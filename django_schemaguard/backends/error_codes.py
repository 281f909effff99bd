"""By what a server itself tells one failure from another."""

from __future__ import annotations

# Of PostgreSQL: no such table, column or schema; of MariaDB: table, column, database.
_ABSENT = frozenset({"42P01", "42703", "3F000", 1146, 1054, 1049})
# SQLite has no code for it.
_ABSENT_ON_SQLITE = ("no such table", "no such column", "unknown database")


def error_code(error: BaseException) -> str | int | None:
    """Return PostgreSQL's SQLSTATE or MariaDB's number; None where there is neither.

    Args:
        error: Of a driver, or as Django raised it from one.
    """
    cause = error.__cause__ or error
    state = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
    if state:
        return str(state)
    number = error.args[0] if error.args else None
    return number if isinstance(number, int) else None


def is_absent(error: BaseException) -> bool:
    """Return whether a query failed since a table or column of it is not there.

    Args:
        error: As Django raised it.
    """
    code = error_code(error)
    if code is not None:
        return code in _ABSENT
    return str(error).startswith(_ABSENT_ON_SQLITE)
