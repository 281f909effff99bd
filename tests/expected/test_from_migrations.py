from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ProjectState
from django.test.utils import override_settings

from django_schemaguard.backends import backend_for
from django_schemaguard.core.schema import Key
from django_schemaguard.exceptions import StateUnusable
from django_schemaguard.expected import (
    Choice,
    applied_state,
    from_state,
    leaf_state,
    states,
)
from django_schemaguard.expected.rendering import rendered
from django_schemaguard.expected.same_fields import same_value

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.core.schema import Schema

KITCHEN = Choice(frozenset({"kitchen"}))


def _up_to(loader: MigrationLoader, *last: str) -> set[tuple[str, str]]:
    """Return all nodes, of the kitchen's only those up to the last named."""
    kitchen = [name for app, name in sorted(loader.graph.nodes) if app == "kitchen"]
    later = kitchen[kitchen.index(last[0]) + 1 :]
    return {
        (app, name)
        for app, name in loader.graph.nodes
        if app != "kitchen" or name not in later
    }


def _schema(connection: BaseDatabaseWrapper, state: ProjectState) -> Schema:
    traits = backend_for(connection).traits(connection)
    return from_state(state, connection, traits, KITCHEN)


def test_all_applied_is_one_state() -> None:
    loader = MigrationLoader(None)

    both = states(loader, set(loader.graph.nodes))

    assert both.applied is both.leaf


def test_the_state_is_the_one_that_django_makes() -> None:
    """Though altered fields are replaced without looking for what refers to them."""
    loader = MigrationLoader(None)

    ours, theirs = leaf_state(loader).models, loader.project_state().models
    assert ours.keys() == theirs.keys()
    for label, model in ours.items():
        assert model.options == theirs[label].options
        assert same_value([*model.fields.items()], [*theirs[label].fields.items()])


def test_a_state_that_is_rendered_follows_an_altered_field() -> None:
    state = leaf_state(MigrationLoader(None))
    state.apps.get_model("orders", "payment")

    field = models.CharField(max_length=7)
    state.alter_field("orders", "payment", "provider", field, preserve_default=False)

    altered = state.apps.get_model("orders", "payment")._meta.get_field("provider")
    assert altered.max_length == 7


def test_state_stops_where_the_applied_migrations_stop(
    connection: BaseDatabaseWrapper,
) -> None:
    loader = MigrationLoader(None)

    both = states(loader, _up_to(loader, "0001_initial"))
    applied, leaf = _schema(connection, both.applied), _schema(connection, both.leaf)

    assert applied.table("kitchen_plate") is not None
    assert applied.table("kitchen_dish") is None
    assert leaf.table("kitchen_plate") is None
    assert leaf.table("kitchen_dish") is not None


def test_leaf_is_the_same_whichever_way_it_is_reached(
    connection: BaseDatabaseWrapper,
) -> None:
    loader = MigrationLoader(None)
    straight = _schema(connection, leaf_state(loader))

    # The last node in the plan is missing; then one in its middle is.
    for gap in ("0004_alter", "0001_initial"):
        both = states(loader, _up_to(loader, gap))
        assert _schema(connection, both.leaf) == straight
    first = next(iter(loader.graph.root_nodes()))
    assert _schema(connection, states(loader, {first}).leaf) == straight


def test_applied_state_is_the_one_of_states(connection: BaseDatabaseWrapper) -> None:
    loader = MigrationLoader(None)
    applied = _up_to(loader, "0003_retype")

    one = _schema(connection, applied_state(loader, applied))

    assert one == _schema(connection, states(loader, applied).applied)
    column = one.table("kitchen_altered")
    assert column is not None
    assert [c.name for c in column.columns if c.default] == ["undefaulted"]


def test_unknown_nodes_among_the_applied_are_passed_over() -> None:
    loader = MigrationLoader(None)
    nodes = {*loader.graph.nodes, ("gone", "0001_initial")}

    assert states(loader, nodes).applied.models.keys() == (
        leaf_state(loader).models.keys()
    )


def test_index_together_of_the_first_state_is_an_index(
    connection: BaseDatabaseWrapper,
) -> None:
    loader = MigrationLoader(None)
    state = applied_state(loader, _up_to(loader, "0001_initial"))

    table = _schema(connection, state).table("kitchen_together")

    assert table is not None
    assert [(i.keys, i.named) for i in table.indexes] == [((Key("a"), Key("b")), False)]


@override_settings(MIGRATION_MODULES={"kitchen": None})
def test_app_without_migrations_is_taken_from_its_models(
    connection: BaseDatabaseWrapper,
) -> None:
    loader = MigrationLoader(None)

    table = _schema(connection, leaf_state(loader)).table("kitchen_receipt")

    assert table is not None
    assert [key.target.name for key in table.foreign_keys] == ["kitchen_dish"]


def test_state_with_a_dangling_relation_says_so(
    connection: BaseDatabaseWrapper,
) -> None:
    state = ProjectState()
    key = models.ForeignKey("gone.Model", models.CASCADE)
    CreateModel(
        "Lost", [("id", models.AutoField(primary_key=True)), ("to", key)]
    ).state_forwards("lost", state)

    with pytest.raises(StateUnusable) as caught:
        _schema(connection, state)

    assert str(caught.value) == (
        "The models cannot be built from the migrations: The field lost.Lost.to was"
        " declared with a lazy reference to 'gone.model', but app 'gone' isn't"
        " installed."
    )
    assert caught.value.hint == (
        "Mend the migrations; Django cannot build these models, either."
    )


def test_a_field_that_bears_another_name_is_rendered_under_its_own() -> None:
    """Django's autodetector binds a state's fields to the names they would get."""
    state = ProjectState()
    label = models.CharField(max_length=9, unique=True)
    label.set_attributes_from_name("other")
    CreateModel(
        "Thing", [("id", models.AutoField(primary_key=True)), ("label", label)]
    ).state_forwards("things", state)

    (model,) = rendered(state).get_models()

    assert [field.column for field in model._meta.local_fields] == ["id", "label"]
    assert label.name == "other"
