"""Live models stand for a project state where, and only where, nothing differs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.test.utils import isolate_apps
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from django_schemaguard.backends import backend_for
from django_schemaguard.expected import (
    EVERYTHING,
    Same,
    from_state,
    leaf_state,
    same_models,
)
from django_schemaguard.expected.same_fields import same_thing
from django_schemaguard.expected.same_models import (
    same_managers,
)
from django_schemaguard.expected.same_tables import makes_the_same_tables
from django_schemaguard.unmade import detected, narrowed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper
    from pytest_django.fixtures import SettingsWrapper

    from django_schemaguard.core.schema import Schema

PAYMENT = ("orders", "payment")


@pytest.fixture
def leaf() -> ProjectState:
    return leaf_state(MigrationLoader(None))


def _schemas(
    state: ProjectState, connection: BaseDatabaseWrapper
) -> tuple[Schema, Schema]:
    """Return the schema by the live models as far as they go, and by none."""
    traits = backend_for(connection).traits(connection)
    same = same_models(state)
    return (
        from_state(state, connection, traits, EVERYTHING, same),
        from_state(state, connection, traits),
    )


def _detected(state: ProjectState) -> dict[str, Any]:
    live = ProjectState.from_apps(apps)
    return MigrationAutodetector(state, live).changes(graph=MigrationLoader(None).graph)


def _detected_narrowly(state: ProjectState) -> dict[str, Any]:
    narrow = narrowed(state, same_models(state))
    return detected(*narrow, MigrationLoader(None))


def _told(changes: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (app, repr(operation.deconstruct()))
        for app in sorted(changes)
        for migration in changes[app]
        for operation in migration.operations
    ]


def test_every_model_of_a_tidy_project_stands_for_itself(
    leaf: ProjectState, connection: BaseDatabaseWrapper
) -> None:
    same = same_models(leaf)

    assert same.whole
    assert len(makes_the_same_tables(same, leaf, connection)) > 0.8 * len(leaf.models)


def test_the_schema_is_the_one_of_the_rendered_state(
    leaf: ProjectState, connection: BaseDatabaseWrapper
) -> None:
    by_models, by_state = _schemas(leaf, connection)

    assert by_models == by_state


@pytest.mark.vendors("sqlite", "postgresql")
def test_automatic_keys_are_those_of_the_setting(
    leaf: ProjectState, connection: BaseDatabaseWrapper, settings: SettingsWrapper
) -> None:
    """A state knows nothing of what an application says of its keys."""
    settings.DEFAULT_AUTO_FIELD = "django.db.models.SmallAutoField"
    by_models, by_state = _schemas(leaf, connection)

    assert by_models == by_state


class ByAttribute:
    """Keeps out what bears a mark, which a historic model does not bear."""

    def allow_migrate(self, *names: str, model: Any = None, **hints: Any) -> bool:
        del names, hints
        return not getattr(model, "kept_out", False)


@pytest.mark.vendors("sqlite")
def test_a_router_is_shown_no_attribute_of_a_class(
    leaf: ProjectState,
    connection: BaseDatabaseWrapper,
    settings: SettingsWrapper,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.DATABASE_ROUTERS = [f"{__name__}.ByAttribute"]
    monkeypatch.setattr(apps.get_model(*PAYMENT), "kept_out", True, raising=False)

    by_models, by_state = _schemas(leaf, connection)

    assert by_models == by_state
    assert by_models.table("orders_payment") is not None


def _altered(app: str, model: str, name: str, field: models.Field[Any, Any]) -> Any:
    def change(state: ProjectState) -> None:
        state.alter_field(app, model, name, field, preserve_default=True)

    return change


def _optioned(app: str, model: str, **options: Any) -> Any:
    def change(state: ProjectState) -> None:
        state.alter_model_options(app, model, options, options)

    return change


def _field(name: str) -> models.Field[Any, Any]:
    return apps.get_model(*PAYMENT)._meta.get_field(name).clone()


def _with(name: str, **facts: Any) -> Any:
    """Return a change of one field of the payments to one with other arguments."""

    def change(state: ProjectState) -> None:
        _, _, args, kwargs = _field(name).deconstruct()
        field = type(_field(name))(*args, **{**kwargs, **facts})
        state.alter_field(*PAYMENT, name, field, preserve_default=True)

    return change


def _bases(state: ProjectState) -> None:
    state.models[PAYMENT].bases = ("orders.order",)


CHANGES = [
    pytest.param(_with("provider", max_length=99), id="length"),
    pytest.param(_with("provider", help_text="Other"), id="help"),
    pytest.param(_with("provider", null=True), id="null"),
    pytest.param(_with("provider", default="none"), id="default"),
    pytest.param(_with("provider", db_default="none"), id="database-default"),
    pytest.param(_with("provider", db_index=True), id="index"),
    pytest.param(_with("provider", unique=True), id="unique"),
    pytest.param(_with("provider", db_column="by"), id="column"),
    pytest.param(_with("provider", verbose_name="by"), id="verbose-name"),
    pytest.param(_with("provider", choices=[("a", "A")]), id="choices"),
    pytest.param(
        _with("provider", validators=[models.fields.validators.MinLengthValidator(2)]),
        id="validators",
    ),
    pytest.param(
        _altered(*PAYMENT, "provider", models.TextField()),
        id="class",
    ),
    pytest.param(
        _altered(*PAYMENT, "order", models.ForeignKey("orders.Order", models.SET_NULL)),
        id="relation",
    ),
    pytest.param(_optioned(*PAYMENT, ordering=["id"]), id="ordering"),
    pytest.param(_optioned(*PAYMENT, managed=False), id="managed"),
    pytest.param(_optioned(*PAYMENT, db_table="elsewhere"), id="table"),
    pytest.param(_optioned(*PAYMENT, db_table_comment="Money"), id="comment"),
    pytest.param(_optioned(*PAYMENT, unique_together={("id", "order")}), id="together"),
    pytest.param(
        lambda state: state.add_index(
            *PAYMENT, models.Index(fields=["provider"], name="orders_by")
        ),
        id="new-index",
    ),
    pytest.param(
        lambda state: state.add_constraint(
            *PAYMENT,
            models.CheckConstraint(
                condition=models.Q(id__gt=0), name="orders_positive"
            ),
        ),
        id="new-constraint",
    ),
    pytest.param(lambda state: state.remove_field(*PAYMENT, "provider"), id="added"),
    pytest.param(lambda state: state.remove_model(*PAYMENT), id="new-model"),
    pytest.param(
        lambda state: state.rename_field(*PAYMENT, "provider", "by"), id="renamed"
    ),
    pytest.param(
        lambda state: state.alter_model_managers(
            *PAYMENT, [("many", models.Manager())]
        ),
        id="managers",
    ),
    pytest.param(
        lambda state: state.remove_field("catalogue", "category", "name"),
        id="referred-to",
    ),
]


@pytest.mark.vendors("sqlite", "postgresql")
@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_model_does_not_stand_for_itself(
    leaf: ProjectState, connection: BaseDatabaseWrapper, change: Any
) -> None:
    change(leaf)

    by_models, by_state = _schemas(leaf, connection)

    assert by_models == by_state
    assert not same_models(leaf).whole
    assert _told(_detected(leaf)) == _told(_detected_narrowly(leaf)) != []


@pytest.mark.vendors("sqlite")
def test_other_parents_are_told_though_no_migration_would_change_them(
    leaf: ProjectState, connection: BaseDatabaseWrapper
) -> None:
    _bases(leaf)
    same = same_models(leaf)

    assert PAYMENT in same.models
    assert PAYMENT not in makes_the_same_tables(same, leaf, connection)


@pytest.mark.vendors("sqlite")
def test_a_class_that_keeps_something_to_itself_is_rendered(
    leaf: ProjectState, connection: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Like a metaclass that adds to a model after `Meta` was read."""
    options = apps.get_model(*PAYMENT)._meta
    monkeypatch.setattr(options, "unique_together", (("id", "order"),))

    by_models, by_state = _schemas(leaf, connection)

    assert by_models == by_state
    assert PAYMENT in same_models(leaf).models
    assert not _detected(leaf)


class _Asking(models.Manager):  # type: ignore[type-arg]
    use_in_migrations = True


@pytest.mark.vendors("sqlite")
@pytest.mark.parametrize(
    ("managers", "meta"),
    [
        pytest.param({}, {}, id="none"),
        pytest.param({"many": models.Manager()}, {}, id="renamed"),
        pytest.param(
            {"objects": models.Manager(), "many": models.Manager()}, {}, id="two"
        ),
        pytest.param(
            {"many": models.Manager(), "objects": models.Manager()}, {}, id="default"
        ),
        pytest.param({"objects": _Asking()}, {}, id="asking"),
        pytest.param({"objects": models.Manager(), "many": _Asking()}, {}, id="both"),
        pytest.param(
            {"objects": models.Manager(), "many": models.Manager()},
            {"base_manager_name": "many"},
            id="base",
        ),
        pytest.param(
            {"objects": models.Manager(), "many": models.Manager()},
            {"base_manager_name": "objects", "default_manager_name": "many"},
            id="both-named",
        ),
    ],
)
@isolate_apps("orders")
def test_managers_are_those_that_a_state_would_keep(
    managers: dict[str, Any], meta: dict[str, str]
) -> None:
    options = type("Meta", (), {"app_label": "orders", **meta})
    space = {"__module__": __name__, "Meta": options, **managers}
    model: Any = type("Managed", (models.Model,), space)
    state = ModelState.from_model(model)
    other = ModelState.from_model(model)
    other.managers = [*state.managers, ("others", models.Manager())]

    assert same_managers(state, model)
    assert not same_managers(other, model)


@pytest.mark.vendors("sqlite")
@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"name": "b"}, id="name"),
        pytest.param({"condition": models.Q(id__gt=1)}, id="condition"),
        pytest.param({"condition": ~models.Q(id__gt=0)}, id="negated"),
        pytest.param({"violation_error_message": "No"}, id="message"),
        pytest.param({"violation_error_code": "no"}, id="code"),
    ],
)
def test_constraints_are_compared_in_all_that_makes_them(other: dict[str, Any]) -> None:
    usual = {"name": "a", "condition": models.Q(id__gt=0)}
    ours = models.CheckConstraint(**usual)

    assert same_thing(ours, models.CheckConstraint(**usual))
    assert not same_thing(ours, models.CheckConstraint(**{**usual, **other}))


def _all_changes() -> Iterator[Any]:
    for parameter in CHANGES:
        yield parameter.values[0]


@pytest.mark.slow
@pytest.mark.vendors("sqlite")
@hypothesis_settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(changes=st.lists(st.sampled_from(list(_all_changes())), max_size=3))
def test_nothing_is_detected_where_all_is_the_same(
    connection: BaseDatabaseWrapper, changes: list[Any]
) -> None:
    state = leaf_state(MigrationLoader(None))
    for change in changes:
        try:
            change(state)
        except (LookupError, FieldDoesNotExist):  # Its field is gone.
            return
    same: Same = same_models(state)

    try:
        by_models, by_state = _schemas(state, connection)
    except FieldDoesNotExist:  # An index outlived its field.
        return

    assert by_models == by_state
    assert same.whole is not bool(_detected(state))
    assert _told(_detected_narrowly(state)) == _told(_detected(state))
