"""Whether a migration runs before the new code is deployed, or after.

The marks of django-syzygy (`Migration.stage`) and of django-safemigrate
(`Migration.safe`) are read by their words; neither package has to be installed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db.migrations.operations import DeleteModel, RemoveField

from django_schemaguard.exceptions import SchemaguardError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.migrations import Migration

_WORDS = {
    "pre": "pre",
    "pre_deploy": "pre",
    "before_deploy": "pre",
    "always": "pre",
    "post": "post",
    "post_deploy": "post",
    "after_deploy": "post",
}


class Stage(StrEnum):
    """When a migration is to run."""

    PRE = "pre"
    POST = "post"


class StageUnclear(SchemaguardError):
    """A migration that belongs to neither stage, or comes before its own turn."""

    exit_code = 1


def stage_of(migration: Migration) -> Stage:
    """Return the stage of a migration: its mark, else by what it does.

    Without a mark, one that only removes fields and models runs after the deploy;
    one that only does other things, before.

    Raises:
        StageUnclear: It does both and bears no mark, or its mark is unknown.
    """
    mark = _mark(migration)
    if mark is not None:
        return mark
    stages = {_stage_of_operation(operation) for operation in migration.operations}
    if len(stages) == 2:
        raise StageUnclear(
            f"Migration '{migration}' both adds and removes; its stage is unclear.",
            "Split it, or mark it with 'stage = \"pre\"' or 'stage = \"post\"'.",
        )
    return stages.pop() if stages else Stage.PRE


def only(
    plan: Sequence[tuple[Migration, bool]], stage: Stage | None
) -> list[tuple[Migration, bool]]:
    """Return the part of a forwards plan that is due at a stage.

    Before the deploy: what is to run then. After it: all that is left.

    Raises:
        StageUnclear: What is due before needs what is due after.
    """
    if stage is not Stage.PRE:
        return list(plan)
    due: list[tuple[Migration, bool]] = []
    later: dict[tuple[str, str], Migration] = {}
    for migration, backwards in plan:
        if stage_of(migration) is Stage.POST:
            later[migration.app_label, migration.name] = migration
            continue
        for dependency in migration.dependencies:
            if tuple(dependency) in later:
                raise StageUnclear(
                    f"Migration '{migration}' is due before the deploy, but needs"
                    f" '{'.'.join(dependency)}', which is due after it.",
                    "Reorder the two, or mark one of them with 'stage'.",
                )
        due.append((migration, backwards))
    return due


def _mark(migration: Migration) -> Stage | None:
    for name in ("stage", "safe"):
        value = getattr(migration, name, None)
        if value is not None:
            return _read(value, f"Migration '{migration}'")
    return None


def _stage_of_operation(operation: Any) -> Stage:
    value = getattr(operation, "stage", None)
    if value is not None:
        return _read(value, f"Operation '{operation.describe()}'")
    destructive = isinstance(operation, DeleteModel | RemoveField)
    return Stage.POST if destructive else Stage.PRE


def _read(value: Any, subject: str) -> Stage:
    """Read a word, a member of an enumeration, or safemigrate's `Safe`."""
    said = getattr(value, "when", value)
    for candidate in (said, getattr(said, "name", None), getattr(said, "value", None)):
        word = _WORDS.get(str(candidate).lower())
        if word is not None:
            return Stage(word)
    raise StageUnclear(
        f"{subject} has the unknown stage '{value}'.", "Mark it 'pre' or 'post'."
    )
