"""Compare the tables that `--fake-initial` would record as made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.migrations.operations import CreateModel

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.base import Scope
from django_schemaguard.backends.settle import settle
from django_schemaguard.core.compare import compare
from django_schemaguard.core.finding import Severity
from django_schemaguard.exceptions import SchemaguardError
from django_schemaguard.expected import Choice, from_state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations import Migration
    from django.db.migrations.state import ProjectState

    from django_schemaguard.core.finding import Finding

# A later migration, also to be recorded, may be what made it.
_MORE = frozenset({"extra_table", "extra_column", "extra_constraint", "extra_index"})
_LIVE = "SG4"


class InitialDiffers(SchemaguardError):
    """A table is there, but not as the initial migration makes it."""

    exit_code = 1


def refuse_if_different(
    connection: BaseDatabaseWrapper, migration: Migration, state: ProjectState
) -> None:
    """Raise where a table of the migration is not as the migration makes it.

    Args:
        connection: To the database that has the tables.
        migration: An initial one.
        state: The project after it.

    Raises:
        InitialDiffers: With the first difference.
    """
    findings = differences(connection, migration, state)
    if findings:
        more = f" ({len(findings)} differences in all)" if len(findings) > 1 else ""
        raise InitialDiffers(
            f"'{migration}' cannot be recorded as applied:"
            f" {findings[0].message.removesuffix('.')}{more}.",
            "Bring the table to what the migration makes, or use --fake.",
        )


def differences(
    connection: BaseDatabaseWrapper, migration: Migration, state: ProjectState
) -> Sequence[Finding]:
    """Return in what the tables of a migration differ from what it makes."""
    backend = backend_for(connection)
    label = migration.app_label
    expected = from_state(
        state,
        connection,
        backend.traits(connection),
        Choice(app_labels=frozenset({label})),
    )
    scope = Scope(
        namespaces=frozenset(t.namespace for t in expected if t.namespace),
        names=frozenset(t.name for t in expected),
    )
    settled = settle(backend, connection, expected, backend.read(connection, scope))
    models = {
        f"{label}.{operation.name}".lower()
        for operation in migration.operations
        if isinstance(operation, CreateModel)
    }
    return tuple(
        finding
        for finding in compare(*settled).findings
        if finding.severity >= Severity.WARNING
        and finding.kind not in _MORE
        and finding.code < _LIVE
        and (finding.table.model or "").lower() in models
    )
