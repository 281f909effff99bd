"""Connect within a time limit, and say in one line why it did not work."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, NotSupportedError

from django_schemaguard.backends.error_codes import error_code
from django_schemaguard.backends.sqlite.access import require_file
from django_schemaguard.exceptions import DatabaseUnreachable, DatabaseUnsupported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

UPGRADE = "Upgrade the server, or use the Django release that supports it."
CHECK = (
    "Check the database's name, that the server is running, the network and the"
    " credentials."
)
_HAS_CONNECT_TIMEOUT = frozenset({"postgresql", "mysql"})
_SHOWS_ROW = frozenset({"23502", "23514"})  # NOT NULL and CHECK.
_SHORT = 4  # Characters.


def connect(connection: BaseDatabaseWrapper, seconds: float) -> None:
    """Open the connection, unless it is open.

    Args:
        seconds: Longest wait for the server, rounded up to a whole second since
            the drivers know no fractions.

    Raises:
        DatabaseUnreachable: With the driver's reason, without the password.
        DatabaseUnsupported: With Django's reason.
    """
    if connection.connection is not None:
        return
    if connection.vendor == "sqlite":
        require_file(str(connection.settings_dict["NAME"]))
    try:
        with _connect_timeout(connection, seconds):
            connection.ensure_connection()
    except NotSupportedError as error:  # Django's check of the server's version.
        connection.close()  # Else the next use would take it for connected.
        raise DatabaseUnsupported(one_line(error, connection), UPGRADE) from error
    except (DatabaseError, InterfaceError, ImproperlyConfigured) as error:
        raise DatabaseUnreachable(one_line(error, connection), CHECK) from error


def connect_to_read(connection: BaseDatabaseWrapper, seconds: float) -> None:
    """Open the connection like `connect`, to enter `Backend.bounded` next.

    That sets the time zone along with its first statement, so that PostgreSQL need
    not be asked for it by itself.
    """
    if connection.vendor != "postgresql" or "pool" in connection.settings_dict.get(
        "OPTIONS", {}
    ):
        connect(connection, seconds)
        return
    # Django sets none where there is no name; the real one is worked out anew.
    connection.timezone_name = ""
    try:
        connect(connection, seconds)
    finally:
        del connection.timezone_name


def one_line(error: BaseException, connection: BaseDatabaseWrapper) -> str:
    """Return what the driver said as one line, without the password and any row."""
    said = error.args[1] if len(error.args) > 1 else error
    text = without_row(str(said), error)
    text = re.sub(r"(?<=\w)\n\t(?=[A-Z])", ". ", text)  # As libpq parts sentences.
    text = re.sub(r"\s+", " ", text).strip() or type(error).__name__
    return without_password(text, connection)


def without_row(text: str, error: BaseException) -> str:
    """Return the text without the row that PostgreSQL prints of NULLs and checks."""
    diagnosis = getattr(error.__cause__ or error, "diag", None)
    row = getattr(diagnosis, "message_detail", None)
    if not row or error_code(error) not in _SHOWS_ROW:
        return text
    before, _, after = text.partition(row)
    return before.rpartition("\n")[0] + after


def without_password(text: str, connection: BaseDatabaseWrapper) -> str:
    """Return the text with the password blotted out.

    A very short one is part of many words, so only where it stands alone.
    """
    password = re.escape(str(connection.settings_dict.get("PASSWORD") or ""))
    if not password:
        return text
    alone = len(password) < _SHORT
    pattern = rf"(?<!\w){password}(?!\w)" if alone else password
    return re.sub(pattern, "***", text)


@contextmanager
def _connect_timeout(connection: BaseDatabaseWrapper, seconds: float) -> Iterator[None]:
    """Set the driver's connect timeout, where the project's own is not shorter."""
    if connection.vendor not in _HAS_CONNECT_TIMEOUT:
        yield
        return
    options = connection.settings_dict.setdefault("OPTIONS", {})
    before = options.get("connect_timeout")
    wanted = max(1, -int(-seconds // 1))
    options["connect_timeout"] = min(wanted, int(before)) if before else wanted
    try:
        yield
    finally:
        if before is None:
            del options["connect_timeout"]
        else:
            options["connect_timeout"] = before
