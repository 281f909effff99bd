"""What migrations would run, forwards or backwards; nothing of it is run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django_schemaguard.backends.connect import one_line
from django_schemaguard.deploy.stages import StageUnclear, stage_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.migrations import Migration
    from django.db.migrations.state import ProjectState

    from django_schemaguard.deploy.executor import Executor


@dataclass(frozen=True, slots=True)
class PlannedMigration:
    """One migration of a plan.

    Attributes:
        name: As "app.name".
        backwards: It is to be unapplied.
        atomic: The server undoes all of it where it fails.
        stage: "pre", "post", or "" where that is unclear.
        operations: What each does, in words.
        sql: What Django would run, comments included; empty where not asked for.
        problem: Why the SQL cannot be shown; "" where it can.
    """

    name: str
    backwards: bool
    atomic: bool
    stage: str
    operations: tuple[str, ...]
    sql: tuple[str, ...] = ()
    problem: str = ""


def planned(
    executor: Executor, steps: Sequence[tuple[Migration, bool]], *, sql: bool
) -> tuple[PlannedMigration, ...]:
    """Return the migrations of a plan, in their order.

    Args:
        executor: With a fresh loader.
        steps: Django's plan: (migration, backwards).
        sql: Collect what Django would run.
    """
    told = _statements(executor, steps) if sql else {}
    rolls_back = bool(executor.connection.features.can_rollback_ddl)
    return tuple(
        PlannedMigration(
            str(migration),
            backwards,
            bool(migration.atomic and rolls_back),
            _stage(migration),
            tuple(each.describe() for each in migration.operations),
            *told.get(str(migration), ()),
        )
        for migration, backwards in steps
    )


def unapplied(executor: Executor, names: Iterable[str]) -> tuple[PlannedMigration, ...]:
    """Return applied migrations with the SQL that unapplies them, in the order given.

    Args:
        executor: With a fresh loader.
        names: Of the migrations, as "app.name".
    """
    nodes = {str(each): each for each in executor.loader.graph.nodes.values()}
    return planned(executor, [(nodes[name], True) for name in names], sql=True)


def _stage(migration: Migration) -> str:
    try:
        return stage_of(migration).value
    except StageUnclear:
        return ""


def _statements(
    executor: Executor, steps: Sequence[tuple[Migration, bool]]
) -> dict[str, tuple[tuple[str, ...], str]]:
    """Return the SQL of each migration and why that is not known, by name."""
    back = [str(migration) for migration, backwards in steps if backwards]
    found = {
        str(migration): _sql(executor, migration, state, backwards=True)
        for migration, state in executor.states_before(back)
    }
    state = executor.state(applied=True)
    for migration, backwards in steps:
        if not backwards:
            before = state.clone()
            found[str(migration)] = _sql(executor, migration, before, backwards=False)
            state = migration.mutate_state(state, preserve=False)
    return found


def _sql(
    executor: Executor, migration: Migration, state: ProjectState, *, backwards: bool
) -> tuple[tuple[str, ...], str]:
    """Return what Django would run, or why that cannot be told in advance."""
    connection = executor.connection
    run = migration.unapply if backwards else migration.apply
    try:
        with connection.schema_editor(
            collect_sql=True, atomic=migration.atomic
        ) as editor:
            run(state, editor, collect_sql=True)
    except Exception as error:  # noqa: BLE001  Operations look at tables to come.
        return (), one_line(error, connection)
    lines = tuple(map(str, editor.collected_sql))
    if backwards:
        titles = {f"-- {each.describe()}" for each in migration.operations}
        lines = tuple(
            f"-- Undo: {line.removeprefix('-- ')}" if line in titles else line
            for line in lines
        )
    return lines, ""
