"""Whether a run would do anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.deploy.executor import Executor
from django_schemaguard.deploy.opening import open_database
from django_schemaguard.deploy.planning import prepare
from django_schemaguard.deploy.unfinished import unfinished
from django_schemaguard.executor.tables import have_tables

if TYPE_CHECKING:
    from django_schemaguard.deploy.request import Request


def is_due(request: Request) -> bool:
    """Return whether migrations are due, or a run never ended; write nothing.

    Raises:
        SchemaguardError: As from a run that does not begin.
    """
    connection = open_database(request)
    if have_tables(connection) and unfinished(connection):
        return True
    executor = Executor(connection)
    if prepare(executor, request).steps:
        return True
    return request.run_syncdb and bool(executor.loader.unmigrated_apps)
