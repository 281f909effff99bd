"""The schema that migrations expect: at the applied ones, and at the leaves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from django.apps import apps as live_apps

from django_schemaguard.exceptions import StateUnusable
from django_schemaguard.expected.from_apps import EVERYTHING, Choice, from_models
from django_schemaguard.expected.historic import column_order
from django_schemaguard.expected.rendering import rendered
from django_schemaguard.expected.replaying import ReplayedState, naming
from django_schemaguard.expected.same_models import (
    with_references,
)
from django_schemaguard.expected.same_tables import makes_the_same_tables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState
    from django.db.models import Model

    from django_schemaguard.core.schema import Schema, Traits
    from django_schemaguard.expected.same_models import Same

Node: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class States:
    """The project as migrations describe it.

    Attributes:
        applied: After exactly the applied migrations.
        leaf: After all migrations; the same object where all are applied.
    """

    applied: ProjectState
    leaf: ProjectState


def applied_state(loader: MigrationLoader, applied: Collection[Node]) -> ProjectState:
    """Return the project state after exactly the applied migrations.

    Args:
        loader: With its graph built.
        applied: `loader.applied_migrations`, in which squashed migrations stand
            for those that they replace.
    """
    return _mutated(loader, (node for node in _plan(loader) if node in applied))


def leaf_state(loader: MigrationLoader) -> ProjectState:
    """Return the project state after all migrations."""
    return _mutated(loader, _plan(loader))


def states(loader: MigrationLoader, applied: Collection[Node]) -> States:
    """Return both states, at the cost of one where they agree up to the end.

    Args:
        loader: With its graph built.
        applied: `loader.applied_migrations`.
    """
    plan = tuple(_plan(loader))
    done = tuple(node for node in plan if node in applied)
    at_applied = _mutated(loader, done)
    if done == plan:
        return States(at_applied, at_applied)
    if done != plan[: len(done)]:
        return States(at_applied, _mutated(loader, plan))
    return States(at_applied, _replayed(loader, plan[len(done) :], at_applied.clone()))


def _plan(loader: MigrationLoader) -> Iterator[Node]:
    """Yield the nodes in the order in which `migrate` runs them from scratch."""
    seen: set[Node] = set()
    for leaf in loader.graph.leaf_nodes():
        for node in loader.graph.forwards_plan(leaf):
            if node not in seen:
                seen.add(node)
                yield node


def _mutated(loader: MigrationLoader, nodes: Iterable[Node]) -> ProjectState:
    return _replayed(loader, nodes, ReplayedState(real_apps=loader.unmigrated_apps))


def _replayed(
    loader: MigrationLoader, nodes: Iterable[Node], state: ProjectState
) -> ProjectState:
    for node in nodes:
        with naming(node):
            state = loader.graph.nodes[node].mutate_state(state, preserve=False)
    return state


def from_state(
    state: ProjectState,
    connection: BaseDatabaseWrapper,
    traits: Traits,
    choice: Choice = EVERYTHING,
    same: Same | None = None,
) -> Schema:
    """Return the schema that a project state expects.

    Apps without migrations have no state; `migrate` makes their tables from the
    live models, which are taken here, too. Renders the state, which takes some
    milliseconds a model, where the live models do not stand for it.

    Args:
        state: From this module.
        connection: The wrapper itself, `connections[alias]`.
        traits: The backend's.
        choice: Which models, and what else belongs.
        same: From `same_models`, of this state; None renders all of it.

    Raises:
        StateUnusable: The state refers to models that it does not have.
    """
    together = {
        f"{app_label}.{name}": sorted(model.options["index_together"])
        for (app_label, name), model in state.models.items()
        if model.options.get("index_together")
    }
    live = makes_the_same_tables(same, state, connection) if same else {}
    orders = {".".join(label): column_order(state.models[label]) for label in live}
    choice = replace(choice, index_together=together, historic=orders)
    models = (*live.values(), *models_of(state, live.keys()))
    return from_models(models, connection, traits, choice)


def models_of(
    state: ProjectState, live: Collection[Node] = frozenset()
) -> Iterator[type[Model]]:
    """Yield the models that the tables of a project state come from.

    Args:
        state: From this module.
        live: Models to leave out, since live ones stand for them.

    Raises:
        StateUnusable: The state refers to models that it does not have.
    """
    wanted = state.models.keys() - live
    for model in _rendered(state, wanted):
        options = model._meta  # noqa: SLF001
        if (options.app_label, options.model_name) in wanted:
            yield model
    # A state leaves the relations of these out, so they are not taken from it.
    for label in sorted(state.real_apps):
        config = live_apps.get_app_config(label)
        yield from config.get_models(include_swapped=True)


def _rendered(state: ProjectState, labels: Collection[Node]) -> Iterable[type[Model]]:
    if not labels:
        return ()
    try:
        registry = rendered(state, with_references(state, labels))
    except ValueError as error:  # InvalidBasesError is one, too.
        reason = str(error).splitlines()[0]
        raise StateUnusable(
            f"The models cannot be built from the migrations: {reason}",
            "Mend the migrations; Django cannot build these models, either.",
        ) from error
    return registry.get_models(include_swapped=True)
