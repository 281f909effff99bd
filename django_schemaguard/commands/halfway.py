"""Say that a run stopped half-way, where findings about migrations may come from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import DatabaseError, connections

from django_schemaguard.backends.connect import one_line
from django_schemaguard.core.command_lines import completed
from django_schemaguard.deploy.unfinished import stopped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_schemaguard.commands.terminal import Terminal
    from django_schemaguard.core.report import Verdict

_MIGRATIONS = "SG7"


def tell_halfway(alias: str, verdicts: Iterable[Verdict], terminal: Terminal) -> None:
    """Name the run that `resume` has to settle before the hints hold; only read."""
    if not any(it.finding.code.startswith(_MIGRATIONS) for it in verdicts):
        return
    connection = connections[alias]
    try:
        run = stopped(connection)
    except DatabaseError as error:
        said = one_line(error, connection)
        terminal.note(f"The journal of '{alias}' cannot be read: {said}")
        return
    if run is not None:
        said = (
            f"Run {run.pk} of {run.command} on '{alias}' stopped half-way: settle it"
            " first; 'manage.py schemaguard resume' tells how."
        )
        terminal.note(completed(said, alias))
