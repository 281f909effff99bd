"""Checks that nothing is lost by undoing a migration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import DatabaseError, transaction

from django_schemaguard.backends.error_codes import is_absent
from django_schemaguard.exceptions import SchemaguardError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.base.base import BaseDatabaseWrapper


class WouldLose(SchemaguardError):
    """Undoing would lose rows or values that have been written since."""

    def __init__(self, guard: Guard) -> None:
        super().__init__(
            f"Undoing would lose {guard.says}.",
            f"Back up, then undo it with 'manage.py migrate {guard.target}'.",
        )


@dataclass(frozen=True, slots=True)
class Guard:
    """A check to be made before a migration is undone, under a lock on the table.

    Attributes:
        table: Quoted, as a statement names it.
        loss: A query that yields a row where something would be lost.
        says: What would be, such as "rows of table 'shop_order'".
        params: Of the query.
        target: What `migrate` is told to go back to: app and migration.
        read: The table was read from SQL that may name one that is not there; then
            nothing is lost.
    """

    table: str
    loss: str
    says: str
    params: tuple[str | int | bool, ...] = ()
    target: str = ""
    read: bool = False


def first_loss(connection: BaseDatabaseWrapper, found: Iterable[Guard]) -> Guard | None:
    """Return the first check that fails now; nothing is locked."""
    return next((guard for guard in found if _fails(connection, guard)), None)


def refuse_loss(connection: BaseDatabaseWrapper, found: Iterable[Guard]) -> None:
    """Check that nothing would be lost now; nothing is locked.

    Raises:
        WouldLose: A query yields a row.
    """
    loss = first_loss(connection, found)
    if loss is not None:
        raise WouldLose(loss)


def check(connection: BaseDatabaseWrapper, found: Iterable[Guard]) -> None:
    """Lock the tables against writers and check that nothing would be lost.

    Run it in the transaction that undoes the migration. Where there is none, nothing
    is locked; nor on MariaDB, where DDL ends every transaction.

    Raises:
        WouldLose: A query yields a row.
    """
    locks = connection.vendor == "postgresql" and connection.in_atomic_block
    for guard in found:
        if _fails(connection, guard, lock=locks):
            raise WouldLose(guard)


def _fails(
    connection: BaseDatabaseWrapper, guard: Guard, *, lock: bool = False
) -> bool:
    if not guard.read:
        return _yields(connection, guard, lock=lock)
    try:
        with transaction.atomic(using=connection.alias):
            return _yields(connection, guard, lock=lock)
    except DatabaseError as error:
        if is_absent(error):
            return False
        raise


def _yields(connection: BaseDatabaseWrapper, guard: Guard, *, lock: bool) -> bool:
    with connection.cursor() as cursor:
        if lock:
            cursor.execute(f"LOCK TABLE {guard.table} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(guard.loss, guard.params)
        return cursor.fetchone() is not None
