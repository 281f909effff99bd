"""Note which schema a database has, beside what the runs note themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connections

from django_schemaguard.backends.connect import connect
from django_schemaguard.core.fingerprint import fingerprint
from django_schemaguard.core.snapshot import ACTUAL
from django_schemaguard.executor.deadline import Deadline
from django_schemaguard.executor.journal import Journal
from django_schemaguard.executor.lock import run_lock
from django_schemaguard.pipeline.taking import take

if TYPE_CHECKING:
    from django_schemaguard.pipeline import Job


def record_version(alias: str, job: Job) -> bool:
    """Note the schema of a database in its journal; return whether it is a new one.

    Raises:
        NotInTime: A run was at work all the time.
        JournalUnwritable: The role may not write it.
    """
    connection = connections[alias]
    connect(connection, job.limits.connect_seconds)
    with run_lock(connection, Deadline(job.settings.deadline)) as lock:
        journal = Journal(connection, lock)
        journal.ensure()
        return journal.seen(fingerprint(take(alias, ACTUAL, job).schema), "validate")
