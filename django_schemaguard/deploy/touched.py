"""The tables that a migration touches: what each point of it promises, and is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.backends import backend_for
from django_schemaguard.backends.base import Scope
from django_schemaguard.backends.settle import settle
from django_schemaguard.core.compare import compare
from django_schemaguard.core.finding import Severity
from django_schemaguard.deploy.indexes import without_invalid
from django_schemaguard.deploy.verifying import identity
from django_schemaguard.expected import from_state

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations import Migration
    from django.db.migrations.state import ProjectState

    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.schema import Schema

# Django makes these at the end of a migration, and forgets them where it fails.
_DEFERRED = frozenset({"missing_index", "missing_constraint"})
_EXTRA = frozenset({"extra_table", "extra_column", "extra_constraint", "extra_index"})
_LIVE = "SG4"


class Touched:
    """Compares the database with each point of a migration.

    What differs in the same way from every point is older than the migration, and no
    affair of it.
    """

    def __init__(self, expected: list[Schema], found: list[Schema]) -> None:
        self._expected, self._found = expected, found
        names = {table.name for schema in expected for table in schema}
        self._tables = {
            name
            for name in names
            if len({schema.table(name) for schema in expected}) > 1
        }
        points = [self._at(point) for point in range(len(expected))]
        self._older = set.intersection(
            *({identity(each) for each in point if each.object} for point in points)
        )
        self._points = points

    @classmethod
    def read(
        cls,
        connection: BaseDatabaseWrapper,
        states: list[ProjectState],
        half: Migration | None = None,
    ) -> Touched:
        """Read the tables.

        Args:
            connection: To the database.
            states: The project at each point.
            half: A migration whose indexes do not count where they are not valid.
        """
        backend = backend_for(connection)
        traits = backend.traits(connection)
        schemas = [from_state(state.clone(), connection, traits) for state in states]
        names = {table.name for schema in schemas for table in schema}
        spaces = {t.namespace for schema in schemas for t in schema if t.namespace}
        actual = backend.read(connection, Scope(frozenset(spaces), frozenset(names)))
        if half is not None:
            actual = without_invalid(actual, half)
        pairs = [settle(backend, connection, schema, actual) for schema in schemas]
        return cls([pair[0] for pair in pairs], [pair[1] for pair in pairs])

    def findings(self, point: int) -> tuple[Finding, ...]:
        """Return in what the database is not as at one point."""
        found = self._points[point]
        return tuple(each for each in found if identity(each) not in self._older)

    def wrong(self, point: int) -> list[Finding]:
        """Return the same, but for what Django leaves to the end of a migration."""
        return [each for each in self.findings(point) if each.kind not in _DEFERRED]

    def nearest(self, point: int, other: int | None) -> int | None:
        """Return which of two points the database is at; None for neither.

        Args:
            point: The one that the journal tells of.
            other: The next one, which may have been reached before the journal was
                told; None where that cannot be.
        """
        if other is not None and not self.wrong(other):
            lacking = len(self.findings(other))
            if self.wrong(point) or lacking <= len(self.findings(point)):
                return other
        return None if self.wrong(point) else point

    def _at(self, point: int) -> tuple[Finding, ...]:
        found = compare(self._expected[point], self._found[point]).findings
        return tuple(
            finding
            for finding in found
            if finding.table.name in self._tables
            and finding.code < _LIVE
            and (finding.severity >= Severity.WARNING or finding.kind in _EXTRA)
        )


def wrong_after(
    connection: BaseDatabaseWrapper, migration: Migration, state: ProjectState
) -> tuple[Finding, ...]:
    """Return in what the database differs from what a migration itself makes.

    Args:
        connection: To the database.
        migration: The one.
        state: The project before it.
    """
    after = migration.mutate_state(state.clone(), preserve=False)
    return Touched.read(connection, [state, after]).findings(1)
