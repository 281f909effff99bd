"""By what a server itself tells one failure from another."""

from __future__ import annotations


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
