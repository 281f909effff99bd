"""What to say of a difference between two sides, and what to do about it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from django_schemaguard.core.advice import AUTO_FIX
from django_schemaguard.core.difference import lacking, retold
from django_schemaguard.core.finding import Cause
from django_schemaguard.core.kinds.default import Default
from django_schemaguard.core.kinds.missing_column import MissingColumn
from django_schemaguard.core.kinds.missing_constraint import MissingConstraint
from django_schemaguard.core.kinds.missing_index import MissingIndex
from django_schemaguard.core.kinds.missing_table import MissingTable
from django_schemaguard.core.report import Attributed
from django_schemaguard.pipeline.lagging import left_to_migrate
from django_schemaguard.pipeline.sources import Database, Migrations, Models, source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.history import History
    from django_schemaguard.pipeline.sources import Side, Source

BETWEEN = "Nothing to mend: the migrations between the two make the difference."
CAUSE = "Run 'manage.py schemaguard validate': what mends it depends on the cause."
UNRECORDED = "Run 'manage.py schemaguard validate': its effects may be there already."
UNMADE = "Run 'manage.py makemigrations' where no migration makes it yet."


def message(text: str, one: Side) -> str:
    """Return the message of a finding, told of the side that is the yardstick."""
    if isinstance(source(one.name), Models):
        return text
    text = lacking(text, one.name)
    return text if one.planned else retold(text, one.name)


def due_at(
    findings: Iterable[Finding], other: Side, history: History
) -> Mapping[Finding, Attributed]:
    """Return what a migration will make that is pending in the second.

    A migration none of whose effects is missing there may have lost its record alone.
    """
    if not isinstance(source(other.name), Database):
        return {}
    findings = tuple(findings)
    due = left_to_migrate(findings, history.pending, other.name)
    making = {it.migration for it in due.values()}
    return {
        finding: Attributed(finding, Cause.UNKNOWN, advice=UNRECORDED)
        for finding in findings
        if finding.kind == "migration_unapplied" and finding.object not in making
    } | dict(due)


def attributed(finding: Finding, one: Side, other: Side) -> Attributed:
    """Leave the cause open: nobody says which of the two is wrong."""
    return Attributed(finding, Cause.UNKNOWN, advice=_advice(finding, one, other))


def _advice(finding: Finding, one: Side, other: Side) -> str | None:
    if one.planned and other.planned:
        return BETWEEN if one.migrations and other.migrations else UNMADE
    if finding.kind == "migration_unknown":
        return f"Migrate back, or let '{one.name}' have it, too."
    if finding.kind.startswith("migration_"):
        return None
    if one.planned:
        return _repair(finding, source(one.name), source(other.name))
    return _alignment(finding, one, other)


def _alignment(finding: Finding, one: Side, other: Side) -> str:
    """Return how the second comes to be as the first, a database or what one held."""
    if _is_added(finding) and _takes(one, other):
        words = shlex.join(("--from", one.name, "--to", other.name))
        return f"Run 'manage.py schemaguard sync {words}'; with --yes it adds it."
    if finding.expected is None:
        return f"Drop it, or add it to '{one.name}' by a migration."
    return f"Bring it in line with '{one.name}' by a migration."


def _repair(finding: Finding, one: Source, other: Source) -> str | None:
    """Return the hint of `validate` where it would be the same, else where to look."""
    if not finding.fixable or not isinstance(other, Database):
        return None
    match one:
        case Migrations(point=""):
            return AUTO_FIX
        case Models():
            return CAUSE
        case _:
            return None


def _is_added(finding: Finding) -> bool:
    """Return whether it is of a kind that `sync` mends where it can."""
    match finding:
        case MissingTable(renamed=None) | MissingColumn(renamed=None):
            return True
        case MissingConstraint() | MissingIndex() | Default(fixable=True):
            return True
        case _:
            return False


def _takes(one: Side, other: Side) -> bool:
    """Return whether `sync` may bring the second to the first."""
    alike = one.schema.traits.vendor == other.schema.traits.vendor
    return alike and isinstance(source(other.name), Database)
