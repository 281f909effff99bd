"""What is wrong with a server itself, as findings."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django_schemaguard.core.command_lines import completed
from django_schemaguard.core.kinds.unreachable import Unreachable
from django_schemaguard.core.kinds.unsupported_server import UnsupportedServer
from django_schemaguard.core.report import Verdict
from django_schemaguard.core.schema import TableRef
from django_schemaguard.exceptions import DatabaseUnsupported

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.report import DatabaseReport
    from django_schemaguard.exceptions import DatabaseUnreachable

# The oldest servers that the tests run on.
_TESTED = {"PostgreSQL": (15,), "MariaDB": (10, 11)}


def unreachable(blank: DatabaseReport, error: DatabaseUnreachable) -> DatabaseReport:
    """Return the report of a database that could not be connected to."""
    place = TableRef(None, blank.alias)
    finding: Finding
    if isinstance(error, DatabaseUnsupported):
        finding = UnsupportedServer(place, str(error), refused=True)
    else:
        finding = Unreachable(place, str(error), error.hint)
    return replace(
        blank,
        error=str(error),
        hint=completed(error.hint, blank.alias),
        verdicts=(_verdict(blank.alias, finding),),
    )


def too_old(connection: BaseDatabaseWrapper) -> tuple[Verdict, ...]:
    """Return a warning where the server is older than any that was tested."""
    tested = _TESTED.get(connection.display_name)
    version = connection.get_database_version() if tested else ()
    if tested is None or version[: len(tested)] >= tested:
        return ()
    name, oldest, found = (
        connection.display_name,
        ".".join(map(str, tested)),
        ".".join(map(str, version)),
    )
    reason = f"{name} {oldest} is the oldest tested, this is {found}."
    finding = UnsupportedServer(TableRef(None, connection.alias), reason, refused=False)
    return (_verdict(connection.alias, finding),)


def _verdict(alias: str, finding: Finding) -> Verdict:
    return Verdict(alias, finding, finding.severity, finding.cause)
