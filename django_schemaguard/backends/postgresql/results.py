"""Several statements at once, where the driver can give back all their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper


def gives_all(connection: BaseDatabaseWrapper) -> bool:
    """Return whether the driver gives back the rows of more than the last statement.

    psycopg does, psycopg2 does not.
    """
    return hasattr(connection.connection, "pgconn")


def of_each(
    connection: BaseDatabaseWrapper, statements: Sequence[str]
) -> Iterator[list[Any]]:
    """Yield the rows of each statement that returns rows, in order.

    They go to the server in one round trip if the driver gives back all rows, else
    one by one.
    """
    texts = [";\n".join(statements)] if gives_all(connection) else statements
    with connection.cursor() as cursor:
        for text in texts:
            cursor.execute(text)
            yield from _results(cursor, many=gives_all(connection))


def _results(cursor: Any, *, many: bool) -> Iterator[list[Any]]:
    while True:
        if cursor.description is not None:
            yield cursor.fetchall()
        if not many or not cursor.nextset():
            return
