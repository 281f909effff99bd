"""A read-only transaction that costs no round trip of its own.

BEGIN, the settings and COMMIT travel with the statements that they are for, so that
no transaction is open while nothing is read. A statement of anybody else in the
block finds one begun, which stays open.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import Error as DjangoDatabaseError

from django_schemaguard.backends.postgresql.session import failure
from django_schemaguard.exceptions import DatabaseUnreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.backends.base import Limits

# libpq's PGTransactionStatusType, in both drivers.
_IDLE, _FAILED = 0, 3
_MARK = "schemaguard"

# What decides how the server prints an expression. The search path and the time
# zone stay: by the one the application finds its tables, by the other Django
# writes its literals.
_PINNED = {
    "datestyle": "ISO, MDY",
    "intervalstyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "quote_all_identifiers": "off",
    "transaction_read_only": "on",
    # A catalog query looks costly enough to be compiled, which takes longer.
    "jit": "off",
}


@dataclass(slots=True)
class Transaction:
    """A transaction of a connection, or a savepoint in the one that is open.

    Attributes:
        settings: The statement that sets them, for the transaction only.
        begin: Empty where the driver begins by itself.
        commit: What may follow its last statement in one message. Empty within
            somebody's transaction: one wrong sign fails a whole message, even the
            savepoint in it.
        undo: What undoes it at any time; empty where the driver does.
    """

    connection: BaseDatabaseWrapper
    settings: str
    begin: str
    commit: str
    undo: str
    open: bool = False
    _ours: bool = False

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,  # noqa: FBT001  Django's execute_wrapper calls it so.
        context: dict[str, Any],
    ) -> Any:
        """Begin before a statement that is not sent by `rows`."""
        if not self._ours:
            self.start()
        return execute(sql, params, many, context)

    def start(self) -> None:
        """Begin, unless that is done."""
        before = _joined(*self._before())
        if before:
            self._ours = True  # Even what a backend runs to make a cursor.
            with self._sending() as cursor:
                cursor.execute(before)
        self.open = True

    def rows(self, statements: Sequence[str]) -> list[list[Any]]:
        """Return the rows of each statement; after a failure, end the transaction.

        They go to the server in one round trip if the driver gives back the rows of
        more than the last, else one by one.

        Args:
            statements: Each may follow others that return no rows, after a
                semicolon.
        """
        if not self.commit:
            self.start()
        try:
            with self._sending() as cursor:
                if gives_all(self.connection):
                    return self._together(cursor, statements)
                return self._each(cursor, statements)
        except DjangoDatabaseError:
            self.open = True
            self.end()
            raise

    def end(self) -> None:
        """Undo it, unless it is not begun or the connection is lost."""
        session = self.connection.connection
        if not self.open or session is None or session.closed:
            return
        self.open = False
        if not self.undo:
            self.connection.rollback()
        elif _status(self.connection) != _IDLE:
            # The driver's own cursor: Django's refuses in a broken transaction.
            with self.connection.wrap_database_errors, session.cursor() as cursor:
                cursor.execute(self.undo)

    def _together(self, cursor: Any, statements: Sequence[str]) -> list[list[Any]]:
        after = "" if self.open else self.commit
        cursor.execute(_joined(*self._before(), *statements, after))
        found = list(_results(cursor))
        return found[len(found) - len(statements) :]

    def _each(self, cursor: Any, statements: Sequence[str]) -> list[list[Any]]:
        found = []
        for statement in statements:
            cursor.execute(_joined(*self._before(), statement))
            self.open = True
            found.append(cursor.fetchall())
        return found

    def _before(self) -> Iterator[str]:
        if not self.open:
            yield self.begin
            if self.commit:
                yield _zone(self.connection)
            yield self.settings

    @contextmanager
    def _sending(self) -> Iterator[Any]:
        """Give a cursor whose statements are not taken for somebody else's."""
        try:
            with self.connection.cursor() as cursor:
                self._ours = True
                yield cursor
        finally:
            self._ours = False


def gives_all(connection: BaseDatabaseWrapper) -> bool:
    """Return whether the driver gives back the rows of more than the last statement.

    psycopg does, psycopg2 does not.
    """
    return hasattr(connection.connection, "pgconn")


def rows(connection: BaseDatabaseWrapper, statements: Sequence[str]) -> list[list[Any]]:
    """Return the rows of each statement, read inside the bounds if there are any."""
    transaction = _current(connection)
    if transaction is not None:
        return transaction.rows(statements)
    with _transaction(connection, "") as transaction:
        return transaction.rows(statements)


@contextmanager
def spared(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """End the transaction where a statement of the block fails: another may begin."""
    try:
        yield
    except DjangoDatabaseError:
        transaction = _current(connection)
        if transaction is not None:
            transaction.end()
        raise


@contextmanager
def bounded(connection: BaseDatabaseWrapper, limits: Limits) -> Iterator[None]:
    """Run the block in a read-only transaction with bounded waits; undo it.

    Every setting is local to the transaction, or to a savepoint of the one that is
    open, so nothing of it is left in the session, and a pooler may hand the server
    connection to somebody else afterwards.
    """
    try:
        connection.ensure_connection()
    except DjangoDatabaseError as error:
        raise failure(connection, error, "connect to") from error
    with _transaction(connection, _settings(limits)):
        yield


def _settings(limits: Limits) -> str:
    settings = {
        "lock_timeout": f"{limits.lock_ms:d}ms",
        "statement_timeout": f"{limits.statement_ms:d}ms",
        **_PINNED,
    }
    calls = (f"set_config('{name}', '{word}', true)" for name, word in settings.items())
    return f"SELECT {', '.join(calls)}"


@contextmanager
def _transaction(
    connection: BaseDatabaseWrapper, settings: str
) -> Iterator[Transaction]:
    """Let the statements of the block run in a transaction.

    Not `atomic`: that looks the connection up by its alias, and it commits.
    """
    connection.ensure_connection()
    outer = _current(connection)
    if outer is not None:
        outer.start()
    transaction = Transaction(connection, settings, *_marks(connection))
    automatic = connection.get_autocommit()
    # For Django alone; to the driver BEGIN is a statement as any other.
    connection.autocommit = False
    try:
        with connection.execute_wrapper(transaction):
            yield transaction
    finally:
        connection.autocommit = automatic
        transaction.end()
        if connection.connection is None or connection.connection.closed:
            connection.close()  # The next use connects anew.
        elif _zone(connection) and automatic:
            connection.ensure_timezone()


def _marks(connection: BaseDatabaseWrapper) -> tuple[str, str, str]:
    """Return how to begin, to commit and to undo."""
    alias = connection.alias
    status, automatic = _status(connection), connection.get_autocommit()
    if status == _FAILED:
        raise DatabaseUnreadable(
            f"Cannot open a savepoint in database '{alias}': its transaction failed."
        )
    if automatic and status != _IDLE:
        raise DatabaseUnreadable(
            f"Cannot open a transaction in database '{alias}': one was begun by hand.",
            "End it first, or use atomic().",
        )
    if automatic:
        return "BEGIN READ ONLY", "COMMIT", "ROLLBACK"
    if status == _IDLE and not connection.in_atomic_block:
        return "", "", ""
    undo = _joined(f"ROLLBACK TO SAVEPOINT {_MARK}", f"RELEASE SAVEPOINT {_MARK}")
    return f"SAVEPOINT {_MARK}", "", undo


def _status(connection: BaseDatabaseWrapper) -> int:
    return int(connection.connection.info.transaction_status)


def _zone(connection: BaseDatabaseWrapper) -> str:
    """Return what sets the time zone that Django wants; empty where it is set."""
    wanted = connection.timezone_name
    if not wanted or connection.connection.info.parameter_status("TimeZone") == wanted:
        return ""
    query = "SELECT set_config('TimeZone', %s, false)"
    return str(connection.ops.compose_sql(query, [wanted]))  # type: ignore[attr-defined]


def _current(connection: BaseDatabaseWrapper) -> Transaction | None:
    """Return the innermost transaction that is being run."""
    wrappers = reversed(connection.execute_wrappers)
    return next((it for it in wrappers if isinstance(it, Transaction)), None)


def _joined(*statements: str) -> str:
    return ";\n".join(filter(None, statements))


def _results(cursor: Any) -> Iterator[list[Any]]:
    """Yield the rows of each statement that returns rows."""
    while True:
        if cursor.description is not None:
            yield cursor.fetchall()
        if not cursor.nextset():
            return
