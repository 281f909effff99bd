"""The same repair as a migration, for databases that nobody may touch by hand."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db import connections
from django.db.migrations.loader import MigrationLoader

from django_schemaguard.backends.repair import for_connection
from django_schemaguard.core.finding import Finding, Severity
from django_schemaguard.core.schema import ForeignKey, Index, TableObject, Unique
from django_schemaguard.history import full_plan
from django_schemaguard.repair.homes import MigrationFile, NotWritable, home, leaf
from django_schemaguard.repair.migration_text import Addition, Missing, text
from django_schemaguard.repair.planning import plan
from django_schemaguard.repair.sources import sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django_schemaguard.backends.repair import Source, Sources, Writer
    from django_schemaguard.core.plan import Plan, PlannedStep, Stage
    from django_schemaguard.pipeline import Job
    from django_schemaguard.repair.planning import Choices

NAME = "schemaguard_repair"


def as_migrations(
    aliases: Iterable[str], job: Job, choices: Choices, into: str | None = None
) -> Written:
    """Plan the repair of databases, and return a migration for each app of it.

    It adds what is missing and does nothing where that is there, so it is harmless
    on sound databases; run backwards, it does nothing, since what it adds belongs to
    earlier migrations.

    Args:
        aliases: The databases.
        job: How they are validated.
        choices: What was asked for.
        into: The label of one app that takes all of it; None for each app its own.

    Raises:
        NotWritable: An app is a package of others, or has pending migrations.
        SchemaguardError: As from `plan`.
    """
    chapters: dict[str, _Chapter] = {}
    left_out: dict[str, None] = {}
    for alias in aliases:
        made = plan(alias, job, replace(choices, elsewhere=True))
        _refuse_pending(made)
        whole = _left_out(made)
        left_out.update(dict.fromkeys(whole.values()))
        left_out.update(dict.fromkeys(_refused(made)))
        steps = [step for step in made.steps if step.verdict.finding not in whole]
        if steps:
            found = sources(connections[alias], job)
            for step in steps:
                app = _app(step)
                chapter = chapters.setdefault(into or app, _Chapter())
                chapter.add(made, step, found, app)
    files = _files(MigrationLoader(None), chapters)
    return Written(tuple(files), tuple(left_out))


@dataclass(frozen=True, slots=True)
class Written:
    """The repair as migrations.

    Attributes:
        left_out: What is not in them, and why, one line each.
    """

    files: tuple[MigrationFile, ...]
    left_out: tuple[str, ...] = ()


@dataclass(slots=True)
class _Chapter:
    """What one migration is made of; the same of two databases stands once."""

    additions: dict[Addition, None] = field(default_factory=dict)
    apps: set[str] = field(default_factory=set)

    def add(self, made: Plan, step: PlannedStep, found: Sources, app: str) -> None:
        self.apps.add(app)
        writer = for_connection(connections[made.alias])
        self.additions.update(dict.fromkeys(_additions(writer, made, step, found)))


def _left_out(made: Plan) -> dict[Finding, str]:
    """Return why a finding is not mended; without its column, neither is an index."""
    reasons = ((step, _reason(step)) for step in made.steps)
    return {step.verdict.finding: reason for step, reason in reasons if reason}


def _refused(made: Plan) -> Iterator[str]:
    for refusal in made.refusals:
        if refusal.verdict.severity > Severity.INFO:
            yield f"{refusal.verdict.finding.message} {refusal.reason}"


def _refuse_pending(plan: Plan) -> None:
    if plan.pending:
        raise NotWritable(
            f"Database '{plan.alias}' has pending migrations, which would run first.",
            "Run 'manage.py migrate', then ask for the migration again.",
        )


def _app(step: PlannedStep) -> str:
    model = step.verdict.finding.table.model or step.verdict.migration or ""
    return model.partition(".")[0]


def _reason(step: PlannedStep) -> str | None:
    """Return why a step cannot be part of a migration; None where it can."""
    if any(stage.backfill is not None for stage in step.stages):
        return f"{step.why} Its rows are filled in batches, by auto_fix alone."
    if any(stage.target.table.namespace for stage in step.stages[:1] if not stage.due):
        named = step.stages[0].target.table.namespace != "public"
        return f"{step.why} It is not on the search path." if named else None
    return None


def _additions(
    writer: Writer, made: Plan, step: PlannedStep, found: Sources
) -> Iterator[Addition]:
    source = found.of(step.verdict.finding.table)
    rows = step.forbidden
    for stage in step.stages:
        target = stage.target
        left = writer.invalid(target.table, target.name)
        building = target.kind == "index" and stage.cleanup and not stage.due
        if building and left:
            # It has the name, and would pass for the one that is missing.
            yield Addition(made.vendor, step.why, left, stage.cleanup, atomic=False)
        yield Addition(
            made.vendor,
            step.why,
            _missing(stage, source),
            stage.statements,
            atomic=stage.atomic,
            unless=(*rows, (stage.precheck.loss, stage.precheck.says)),
        )
        rows = ()


def _missing(stage: Stage, source: Source | None) -> Missing | str:
    if stage.due:
        return stage.due
    target = stage.target
    thing = _thing(source, target.name) if source is not None else None
    columns: tuple[str, ...] = ()
    if thing is not None and not getattr(thing, "named", False):
        columns = _columns(thing)
    kind = _kind(thing) if columns else target.kind
    return Missing(kind, target.table.name, target.name, columns)


def _thing(source: Source | None, name: str) -> TableObject | None:
    if source is None:
        return None
    table = source.table
    things: tuple[TableObject, ...] = (
        *table.indexes,
        *table.uniques,
        *table.foreign_keys,
    )
    return next((it for it in things if it.name == name), None)


def _columns(thing: TableObject) -> tuple[str, ...]:
    """Return the columns by which an object is known that has no name of its own."""
    if isinstance(thing, ForeignKey):
        return thing.columns
    if isinstance(thing, Index | Unique):
        return tuple(key.column or "" for key in thing.keys)
    return ()


def _kind(thing: TableObject | None) -> str:
    if isinstance(thing, ForeignKey):
        return "foreign_key"
    if isinstance(thing, Unique):
        return "unique"
    patterns = isinstance(thing, Index) and any(key.opclass for key in thing.keys)
    return "pattern_index" if patterns else "plain_index"


def _files(
    loader: MigrationLoader, chapters: Mapping[str, _Chapter]
) -> Iterator[MigrationFile]:
    """Yield the files; each comes after the one before, whose tables it may need."""
    order = {node: at for at, node in enumerate(full_plan(loader))}
    before: tuple[tuple[str, str], ...] = ()
    for app in sorted(chapters, key=lambda app: order.get(leaf(loader, app), -1)):
        chapter = chapters[app]
        place = home(loader, app, NAME)
        leaves = {leaf(loader, each) for each in {app, *chapter.apps}}
        after = (*sorted(leaves), *before)
        content = text(after, chapter.additions)
        yield MigrationFile(app, place.path, content)
        before = ((app, place.name),)
