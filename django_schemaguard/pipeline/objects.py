"""Compare triggers, functions, views and the like with a snapshot, where one is set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django_schemaguard.core.difference import difference, retold
from django_schemaguard.core.history import NO_HISTORY
from django_schemaguard.core.kinds.missing_object import MissingObject
from django_schemaguard.core.kinds.write_hook import WriteHook
from django_schemaguard.core.releases import unlike
from django_schemaguard.core.report import Attributed
from django_schemaguard.core.schema import Schema, Skip, Traits
from django_schemaguard.core.snapshot import MalformedSnapshot, Snapshot, load
from django_schemaguard.exceptions import DatabaseUnreadable, UnusableFile
from django_schemaguard.files import read
from django_schemaguard.pipeline.whole import with_objects

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.report import Verdict
    from django_schemaguard.pipeline import Job

WHAT = "triggers, functions, views and grants"
TAKE = "Take it with 'manage.py schemaguard snapshot FILE' of a PostgreSQL database."
_KINDS = frozenset({"missing_object", "extra_object", "object_definition"})


@dataclass(frozen=True, slots=True)
class Others:
    """What differs in triggers, functions, views and the like.

    Attributes:
        attributed: The findings about them.
        triggers: Those that were compared, each as (table, name).
    """

    attributed: tuple[Attributed, ...] = ()
    skips: tuple[Skip, ...] = ()
    triggers: frozenset[tuple[str | None, str]] = frozenset()

    def beside(self, attributed: Iterable[Attributed]) -> tuple[Attributed, ...]:
        """Return all findings, none of them twice.

        A trigger that was compared is no news, and a missing extension is told with
        the migration that creates it.
        """
        others = [it for it in attributed if not self._is_compared(it.finding)]
        gone = {it.finding.object for it in others if _is_extension(it.finding)}
        own = (
            it
            for it in self.attributed
            if not (
                isinstance(it.finding, MissingObject)
                and it.finding.thing.label == "extension"
                and it.finding.thing.name in gone
            )
        )
        return (*others, *own)

    def _is_compared(self, finding: Finding) -> bool:
        if not isinstance(finding, WriteHook) or finding.hook.label != "trigger":
            return False
        return (finding.table.name, finding.hook.name) in self.triggers


def _is_extension(finding: Finding) -> bool:
    return finding.kind == "missing_extension"


def compare_objects(
    connection: BaseDatabaseWrapper, job: Job, version: str | None
) -> Others:
    """Return what differs from the snapshot that OBJECTS names; one statement.

    Nothing where it names none, of a single app or schema, and on other servers, whose
    objects no snapshot holds. Call it inside `Backend.bounded`.

    Raises:
        UnusableFile: The file cannot be read, or holds no such objects.
    """
    path = job.settings.objects
    if path is None or not job.whole or connection.vendor != "postgresql":
        return Others()
    snapshot = _read(path)
    traits = Traits(connection.vendor)
    try:
        found = with_objects(Schema(traits), connection)
    except DatabaseUnreadable as error:
        return Others(skips=(Skip(None, WHAT, str(error)),))
    expected = Schema(traits, objects=snapshot.schema.objects)
    doubt = unlike(connection.vendor, snapshot.server_version, version)
    comparison = difference(expected, found, NO_HISTORY, doubt)
    findings = (it for it in comparison.findings if it.kind in _KINDS)
    attributed = tuple(Attributed(it, it.cause, advice=_advice(it)) for it in findings)
    both = (*(expected.objects or ()), *(found.objects or ()))
    triggers = frozenset((it.table, it.name) for it in both if it.label == "trigger")
    return Others(attributed, comparison.skips, triggers)


def retold_objects(verdicts: tuple[Verdict, ...], job: Job) -> tuple[Verdict, ...]:
    """Return the verdicts in words that name the snapshot where they speak of one."""
    name = str(job.settings.objects)
    return tuple(
        replace(it, told=retold(it.message, name)) if it.finding.kind in _KINDS else it
        for it in verdicts
    )


def _advice(finding: Finding) -> str | None:
    if finding.kind != "extra_object":
        return None
    return "Drop it, or take the snapshot of OBJECTS anew."


def _read(path: Path) -> Snapshot:
    try:
        snapshot = load(read(path))
    except MalformedSnapshot as error:
        raise UnusableFile(f"Snapshot '{path}' {error}.", TAKE) from error
    if snapshot.schema.objects is None:
        raise UnusableFile(f"Snapshot '{path}' holds no {WHAT}.", TAKE)
    return snapshot
