"""Take a snapshot of the statistics, by itself or beside a run."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import DatabaseError, connections
from django.db.migrations.recorder import MigrationRecorder

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.connect import connect, one_line
from django_schemaguard.core.fingerprint import fingerprint
from django_schemaguard.core.snapshot import ACTUAL
from django_schemaguard.exceptions import SchemaguardError
from django_schemaguard.history import word
from django_schemaguard.perf.comparing import compare_windows
from django_schemaguard.perf.documents import regression
from django_schemaguard.perf.reading import Untold, read_statements
from django_schemaguard.perf.storing import has_tables, require_tables, store
from django_schemaguard.perf.windows import Compared
from django_schemaguard.pipeline.taking import take as take_schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.models import QuerySnapshot
    from django_schemaguard.pipeline import Job

MOST_SLOWER = 20  # Statements told of one snapshot, the worst.


def take(
    alias: str, job: Job, source: str = "command", schema: str | None = None
) -> QuerySnapshot | Untold:
    """Read the statistics and store them in the same database; reset nothing.

    Args:
        alias: The database.
        job: With the limits.
        source: What it is taken for.
        schema: The fingerprint of the schema, where it is known.

    Returns:
        The snapshot, or why the server has no statistics to tell.

    Raises:
        DatabaseUnreachable: It cannot be reached.
        DatabaseUnreadable: Its schema cannot be read.
        SchemaguardError: There is no table to store them in.
    """
    connection = connections[alias]
    connect(connection, job.limits.connect_seconds)
    backend = backend_for(connection)
    with backend.bounded(connection, job.limits):
        reading = read_statements(connection)
    if isinstance(reading, Untold):
        return reading
    require_tables(connection)
    known = schema or fingerprint(take_schema(alias, ACTUAL, job).schema)
    made = store(connection, reading, schema_version(connection, known), source)
    found = compare_windows(alias)
    if isinstance(found, Compared) and found.compared:
        made.slower = [regression(each) for each in found.slower[:MOST_SLOWER]]
        made.save(using=alias, update_fields=["slower"])
    return made


def take_beside(
    alias: str, job: Job, source: str, schema: str, say: Callable[[str], None]
) -> None:
    """Take one beside a run, which nothing that goes wrong here may end.

    Where the server counts nothing or is not asked to, there is nothing to say.
    """
    try:
        if not (job.settings.query_snapshots and has_tables(connections[alias])):
            return
        found = take(alias, job, source, schema)
    except DatabaseError as error:
        problem = one_line(error, connections[alias])
    except SchemaguardError as error:
        problem = str(error)
    else:
        problem = found.reason if isinstance(found, Untold) and found.refused else ""
    if problem:
        say(f"  no snapshot of query statistics: {problem}")


def schema_version(connection: BaseDatabaseWrapper, schema: str) -> str:
    """Return one word for a schema and the applied migrations."""
    applied = MigrationRecorder(connection).applied_migrations()
    words = "\n".join((schema, *sorted(map(word, applied))))
    return "sha256:" + hashlib.sha256(words.encode()).hexdigest()
