"""What `resume` answers where it is not told which way to take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.deploy.unfinished import note_stopped, refusal, unfinished
from django_schemaguard.exceptions import NotInTime, SchemaguardError
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.journal import Journal
from django_schemaguard.executor.lock import not_got, run_lock
from django_schemaguard.executor.tables import have_tables

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.executor.locks.base import Lock

AT_WORK = (
    "Run this again once it has finished. Where its process was killed, the server"
    " still works for it: wait for that, or end that session."
)


class NothingToResume(SchemaguardError):
    """No run stopped half-way."""


def nothing(connection: BaseDatabaseWrapper) -> NothingToResume:
    """Return what tells that there is nothing to settle."""
    return NothingToResume(f"No run on database '{connection.alias}' stopped half-way.")


def how_it_stands(connection: BaseDatabaseWrapper) -> SchemaguardError:
    """Return what tells where a run stopped, and the ways that are open.

    Of a run that died, that is written down; nothing else is done.

    Raises:
        NotInTime: A run is at work, or the server still is for one that died.
    """
    if not have_tables(connection) or not unfinished(connection):
        return nothing(connection)
    try:
        with run_lock(connection, Deadline(0)) as lock:
            return _under(lock)
    except NotInTime as error:
        error.hint = AT_WORK
        raise


def _under(lock: Lock) -> SchemaguardError:
    journal = Journal(lock.connection, lock)
    if lock.pooled and journal.alive() is not None:
        raise not_got(lock)
    runs = unfinished(lock.connection)
    for run in runs:
        if note_stopped(journal, run):
            return refusal(lock.connection, run)
    found = nothing(lock.connection)
    if runs:
        found.hint = (
            f"Run {runs[-1].pk} ({runs[-1].command}) was cut short between two"
            " migrations: 'manage.py schemaguard migrate' goes on from what stands."
        )
    return found
