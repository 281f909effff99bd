"""From operation to operation through a plan, each with the states around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.migrations.operations import (
    AddField,
    RenameModel,
    RunSQL,
    SeparateDatabaseAndState,
)

from django_schemaguard.expected.replaying import naming
from django_schemaguard.lint.destroying import Fresh
from django_schemaguard.lint.site import Site
from django_schemaguard.lint.travel import Travel, automatic_through, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.migrations.migration import Migration
    from django.db.migrations.operations.base import Operation
    from django.db.migrations.state import ProjectState
    from django.db.models import Model


def walk(travel: Travel) -> Iterator[tuple[Migration, Iterator[Site]]]:
    """Yield each migration that is judged with its operations.

    The sites of one must be used up before the next is asked for. Database
    operations inside of SeparateDatabaseAndState are sites of their own; its state
    operations change the state alone.
    """
    state = travel.context.state.clone()
    for migration, backwards in travel.plan:
        if backwards:
            continue
        if not travel.context.judges(migration):
            # Rendering is what takes long, and nothing looks at these.
            state.__dict__.pop("apps", None)
            with naming((migration.app_label, migration.name)):
                state = migration.mutate_state(state, preserve=False)
            continue
        travel.start(initial=bool(migration.initial))
        yield migration, _sites(travel, migration, state)


def _sites(travel: Travel, migration: Migration, state: ProjectState) -> Iterator[Site]:
    node = (migration.app_label, migration.name)
    with naming(node):
        state.apps  # noqa: B018 - rendered once, and kept up to date from then on.
    for position, operation in enumerate(migration.operations, 1):
        before = state.clone()
        with naming(node):
            operation.state_forwards(migration.app_label, state)
        yield from _site(travel, migration, position, operation, (before, state))


def _site(
    travel: Travel,
    migration: Migration,
    position: int,
    operation: Operation,
    states: tuple[ProjectState, ProjectState],
) -> Iterator[Site]:
    site = Site(travel, migration, position, operation, states)
    if not isinstance(operation, SeparateDatabaseAndState):
        _note_new(travel, site)
        yield site
        return
    yield site
    inner = states[0].clone()
    for each in operation.database_operations:
        before = inner.clone()
        each.state_forwards(migration.app_label, inner)
        yield from _site(travel, migration, position, each, (before, inner))


def _note_new(travel: Travel, site: Site) -> None:
    """Remember the tables and columns that an operation has created."""
    operation = site.operation
    made = Fresh(set(travel.fresh), set(travel.fresh_columns))
    for statement in site.sql:
        made.note(statement)
        name = statement.name_after("CREATE", "TABLE")
        if name:
            travel.fresh.add(name)
    travel.fresh |= made.tables
    travel.fresh_columns |= made.columns
    if isinstance(operation, RunSQL):
        return
    if isinstance(operation, RenameModel):
        _follow(travel, site, operation.old_name, operation.new_name)
    else:
        for _, name in site.after.models.keys() - site.before.models.keys():
            _note_table(travel, site.model(name))
        _note_same(travel, site)
    if isinstance(operation, AddField):
        _note_field(travel, site, operation)


def _follow(travel: Travel, site: Site, old: str, new: str) -> None:
    before, after = site.model(old, after=False), site.model(new)
    if before and after and table_of(before) in travel.fresh:
        _note_table(travel, after)


def _note_same(travel: Travel, site: Site) -> None:
    """Follow a new table whose name an operation changes."""
    for key in site.after.models.keys() & site.before.models.keys():
        options = (site.before.models[key].options, site.after.models[key].options)
        if options[0].get("db_table") != options[1].get("db_table"):
            _follow(travel, site, key[1], key[1])


def _note_table(travel: Travel, model: type[Model] | None) -> None:
    if model is None:
        return
    travel.fresh.add(table_of(model))
    for _, through in automatic_through(model):
        travel.fresh.add(table_of(through))


def _note_field(travel: Travel, site: Site, operation: AddField) -> None:
    model = site.model(operation.model_name)
    if model is None:
        return
    field: Any = model._meta.get_field(operation.name)  # noqa: SLF001
    if field.many_to_many:
        made = dict(automatic_through(model))
        if operation.name in made:
            travel.fresh.add(table_of(made[operation.name]))
    elif not field.many_to_many and getattr(field, "column", None):
        travel.fresh_columns.add((table_of(model), field.column))
