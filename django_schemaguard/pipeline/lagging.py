"""Which differences come from migrations that only one of two databases has had."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from django.db import connections

from django_schemaguard.backends import backend_for
from django_schemaguard.core.compare import compare
from django_schemaguard.core.finding import Cause
from django_schemaguard.core.report import Attributed
from django_schemaguard.expected import applied_state, from_state
from django_schemaguard.history import read_history, word
from django_schemaguard.origins import read_origins

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.history import Origins

Address: TypeAlias = tuple[str, str, str | None]


def left_to_migrate(
    findings: Iterable[Finding], pending: Collection[str], alias: str
) -> Mapping[Finding, Attributed]:
    """Return those of the differences that `migrate` will bring in line itself.

    They are what differs between the two states that the migrations make, too: that
    at the database's own record, and that with the pending ones.

    Args:
        findings: From the comparison with a database that has had more migrations.
        pending: Those that the database has not had, as "app.name".
        alias: The database.
    """
    findings = [it for it in findings if not it.kind.startswith("migration_")]
    if not (findings and pending):
        return {}
    made = _made(pending, alias)
    return {
        finding: Attributed(
            finding,
            Cause.PENDING,
            made[_address(finding)],
            f"Run 'manage.py migrate --database {alias}'.",
        )
        for finding in findings
        if _address(finding) in made
    }


def _made(pending: Collection[str], alias: str) -> dict[Address, str | None]:
    """Return what the pending migrations change, each with its migration."""
    connection = connections[alias]
    graph = read_history(connection)
    waiting = {node for node in graph.loader.graph.nodes if word(node) in pending}
    if not waiting - graph.applied:
        return {}
    traits = backend_for(connection).traits(connection)
    before, after = (
        from_state(applied_state(graph.loader, nodes), connection, traits)
        for nodes in (graph.applied, graph.applied | waiting)
    )
    origins = read_origins(graph.loader)
    return {
        _address(finding): _migration(finding, origins, pending)
        for finding in compare(after, before).findings
    }


def _migration(
    finding: Finding, origins: Origins, pending: Collection[str]
) -> str | None:
    model = finding.table.model
    found = origins.of(model, finding.object, finding.field)
    if found in pending or model is None:
        return found
    touching = sorted(origins.touching(model) & frozenset(pending))
    return touching[0] if len(touching) == 1 else None


def _address(finding: Finding) -> Address:
    return (finding.code, finding.table.name, finding.object)
