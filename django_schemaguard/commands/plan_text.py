"""What people are told of migrations before these run."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from django_schemaguard.core.command_lines import completed
from django_schemaguard.deploy.promising import fate
from django_schemaguard.reporters.pending import by_app
from django_schemaguard.reporters.words import FEW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.deploy.planning import MigratePlan
    from django_schemaguard.deploy.statements import PlannedMigration
    from django_schemaguard.deploy.status import Status
    from django_schemaguard.reporters.page import Page


def show_plan(page: Page, alias: str, plan: MigratePlan) -> None:
    """Add how the migrations stand, and what a run would do."""
    page.blank()
    page.line((f"Database '{alias}'", "bold"))
    _pending(page, plan.status.pending)
    for name, listed in _standing(plan.status):
        page.line(f"{name}: {', '.join(listed)}", indent=2, hang=2)
    if plan.journal:
        made = ", ".join(plan.journal)
        page.line(f"made first, for the journal: {made}", indent=2, hang=2)
    if plan.migrations:
        page.line(completed(fate(plan), alias), indent=2, hang=2)
    for migration in plan.migrations:
        page.blank()
        show_migration(page, migration)
    page.blank()


def _pending(page: Page, names: tuple[str, ...]) -> None:
    if not names:
        return
    if len(names) <= FEW:
        page.line(f"pending: {', '.join(names)}", indent=2, hang=2)
        return
    page.line(f"pending: {len(names)} migrations", indent=2)
    for line in by_app(names):
        page.line(line, indent=4, hang=2)


def show_migration(page: Page, migration: PlannedMigration) -> None:
    """Add a migration and what it would run, or why that is not known."""
    facts = [
        *(["unapply"] if migration.backwards else _stage(migration)),
        *([] if migration.atomic else ["not atomic"]),
    ]
    told = f" ({', '.join(facts)})" if facts else ""
    page.line((migration.name, "bold"), told, indent=2)
    if migration.problem:
        for operation in migration.operations:
            page.line(operation, indent=4, hang=2)
        page.line(f"SQL not known: {migration.problem}", indent=4, hang=2)
    for statement in migration.sql:
        for line in dedent(statement).strip().splitlines():
            if line != "--":
                page.line(line, indent=4, hang=2)


def _stage(migration: PlannedMigration) -> list[str]:
    return [f"stage {migration.stage}"] if migration.stage else []


def _standing(status: Status) -> Iterator[tuple[str, tuple[str, ...]]]:
    rows = (
        ("recorded, and not on disk", status.unknown),
        (
            "out of order",
            tuple(f"{a}, which needs {b}" for a, b in status.out_of_order),
        ),
        (
            "conflicting",
            tuple(f"{app}.{n}" for app, names in status.conflicting for n in names),
        ),
        ("partly squashed", status.partly_squashed),
        ("fake-applied", status.fake_applied),
        ("half done", status.half_done),
        ("changed in models, and in no migration", status.unmade),
    )
    return ((name, listed) for name, listed in rows if listed)
