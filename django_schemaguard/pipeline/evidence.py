"""What is known of a project's history, to tell where each difference comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from django_schemaguard.backends.settle import settle
from django_schemaguard.core.cause import Evidence
from django_schemaguard.core.compare import compare
from django_schemaguard.core.finding import Finding, Severity
from django_schemaguard.core.history import MIGRATIONS, History, Work
from django_schemaguard.core.kinds.migration_partial import MigrationPartial
from django_schemaguard.core.pair import pair
from django_schemaguard.core.schema import TableRef
from django_schemaguard.core.standing import Ground
from django_schemaguard.origins import read_origins, read_works
from django_schemaguard.pipeline.narrowing import narrowed
from django_schemaguard.scripts import read_scripts
from django_schemaguard.unmade import read_unmade

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_schemaguard.backends.base import Backend
    from django_schemaguard.core.schema import Schema
    from django_schemaguard.pipeline.sides import Sides

# Sequences, privileges and triggers were read for the applied migrations' tables.
_LIVE = "SG4"


def full_history(sides: Sides, *, unmade: bool = True) -> History:
    """Return the history with what the applied migrations made.

    Args:
        sides: What is expected of the database.
        unmade: Find what `makemigrations` would write, too.
    """
    graph = sides.graph
    changes = (
        read_unmade(graph.loader, sides.leaf, sides.connection, sides.same)
        if unmade and not sides.same.whole
        else ()
    )
    works = read_works(graph.loader, graph.applied, rolls_back=_rolls_back(sides))
    recorded = frozenset(graph.history.applied)
    return replace(
        graph.history,
        works=tuple(work for work in works if work.name in recorded),
        unmade=tuple(it for it in changes if not sides.apps or it.app in sides.apps),
    )


def _rolls_back(sides: Sides) -> bool:
    return bool(sides.connection.features.can_rollback_ddl)


@dataclass(frozen=True)
class Inquiry:
    """A database that differs from what its applied migrations promise.

    Attributes:
        compared: What was expected and what is there, not settled yet.
        history: From `full_history`.
        findings: What differs.
    """

    backend: Backend
    sides: Sides
    compared: tuple[Schema, Schema]
    history: History
    findings: tuple[Finding, ...]

    def partial(self) -> tuple[tuple[Finding, ...], Evidence]:
        """Return the half-done migrations, and the evidence for all causes."""
        graph, pending = self.sides.graph, bool(self.history.pending)
        at_leaves, whole, halves = self._at_leaves() if pending else ((), None, ())
        at_models = self._at_models()
        schemas = (*([self.sides.at_models] if at_models else ()), self.sides.at_leaves)
        return (
            halves,
            Evidence(
                at_leaves=None if whole is None else at_leaves,
                at_models=at_models,
                origins=read_origins(graph.loader),
                models={t.name: t.model for it in schemas for t in it if t.model},
                waiting=frozenset(self.history.pending),
                whole=whole or frozenset(),
                begun=tuple(half.name for half in halves),
                code=frozenset(
                    work.name
                    for work in (*self.history.works, *self._waiting)
                    if work.code
                ),
                refused=bool(self.history.early),
                unknown=self.history.unknown,
                scripts=read_scripts(graph.loader, graph.applied),
                applied=self.history.applied,
            ),
        )

    def _at_leaves(
        self,
    ) -> tuple[tuple[Finding, ...], frozenset[str], tuple[MigrationPartial, ...]]:
        """Compare with the latest migrations; tell which pending ones are there."""
        expected, found = self._settled(self.sides.at_leaves)
        works = self._waiting
        findings = compare(expected, found, History(waiting=works)).findings
        ground = Ground(pair(expected, found))
        told = {f.name: f for f in findings if isinstance(f, MigrationPartial)}
        whole, halves = [], []
        for work in works:
            wrong = _wrong(work, works, findings)
            half = told.get(work.name) or _differing(ground, work, wrong)
            if half is not None:
                halves.append(half)
            elif _is_whole(ground, work, wrong):
                whole.append(work.name)
        return findings, frozenset(whole), tuple(halves)

    @cached_property
    def _waiting(self) -> tuple[Work, ...]:
        pending = frozenset(self.history.pending)
        if not pending:
            return ()
        loader = self.sides.graph.loader
        works = read_works(
            loader, loader.graph.nodes, rolls_back=_rolls_back(self.sides)
        )
        return tuple(work for work in works if work.name in pending)

    def _at_models(self) -> tuple[Finding, ...] | None:
        """Compare with the live models, where they have what no migration makes."""
        if not any(unmade.touches_schema for unmade in self.history.unmade):
            return None
        return compare(*self._settled(self.sides.at_models)).findings

    def _settled(self, expected: Schema) -> tuple[Schema, Schema]:
        models = _labels(self._waiting)
        both = narrowed(self.compared, expected, self.findings, models)
        return settle(self.backend, self.sides.connection, *both)


def _labels(works: Iterable[Work]) -> frozenset[str]:
    """Return the models that migrations touch, those between two models included."""
    return frozenset(
        label
        for work in works
        for model, name in (*work.made, *work.altered)
        for label in (model, f"{model}_{name}")
    )


def _is_whole(ground: Ground, work: Work, wrong: tuple[str, ...]) -> bool:
    """Return whether all that a migration makes is there, and as it makes it."""
    standing = ground.standing(work)
    return bool(standing.present) and not standing.absent and not wrong


def _differing(
    ground: Ground, work: Work, wrong: tuple[str, ...]
) -> MigrationPartial | None:
    """Return that a migration is half done of which all is there, but not as made."""
    if not (wrong and ground.is_begun(work)):
        return None
    record, present = TableRef(None, MIGRATIONS), ground.standing(work).present
    return MigrationPartial(record, work.name, present, (), wrong)


def _wrong(
    work: Work, works: Iterable[Work], findings: Iterable[Finding]
) -> tuple[str, ...]:
    """Return what is said of that which a migration was the last to make or alter."""
    later = {part for it in works if it is not work for part in it.altered}
    touched = {*work.made, *work.altered} - later
    return tuple(
        finding.message
        for finding in findings
        if finding.table.model is not None
        and finding.severity > Severity.INFO
        and finding.code < _LIVE
        and (finding.table.model.lower(), finding.field or finding.object or "")
        in touched
    )
