from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import models
from django.db.migrations.loader import MigrationLoader
from django.utils import translation

from django_schemaguard.core.history import Unmade
from django_schemaguard.expected import leaf_state, same_models
from django_schemaguard.unmade import read_unmade

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.migrations.state import ProjectState
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.vendors("sqlite")


class NoPayments:
    """Keeps one model out of every database."""

    def allow_migrate(self, *names, model_name=None, **hints):
        del names, hints
        return False if model_name == "payment" else None


@pytest.fixture
def loader() -> MigrationLoader:
    return MigrationLoader(None)


@pytest.fixture
def leaf(loader: MigrationLoader) -> ProjectState:
    return leaf_state(loader)


def test_models_that_have_their_migrations_are_silent(
    loader: MigrationLoader, leaf: ProjectState, connection: BaseDatabaseWrapper
):
    assert read_unmade(loader, leaf, connection) == ()


def test_names_are_compared_untranslated(
    loader: MigrationLoader, leaf: ProjectState, connection: BaseDatabaseWrapper
):
    with translation.override("de"):
        assert same_models(leaf).whole
        assert read_unmade(loader, leaf, connection) == ()


def test_a_new_field_is_told(
    loader: MigrationLoader, leaf: ProjectState, connection: BaseDatabaseWrapper
):
    leaf.remove_field("orders", "payment", "provider")  # NOT NULL, without a default.

    assert read_unmade(loader, leaf, connection) == (
        Unmade("orders", ("Add field provider to payment",)),
    )


def test_each_app_is_told_for_itself(
    loader: MigrationLoader, leaf: ProjectState, connection: BaseDatabaseWrapper
):
    leaf.remove_field("orders", "payment", "receipt")
    leaf.remove_model("catalogue", "review")

    assert [it.app for it in read_unmade(loader, leaf, connection)] == [
        "catalogue",
        "orders",
    ]


@pytest.mark.parametrize(
    ("width", "touches"),
    [pytest.param(20, False, id="help-text"), pytest.param(10, True, id="length")],
)
def test_what_no_table_shows_is_told_apart(
    loader: MigrationLoader,
    leaf: ProjectState,
    connection: BaseDatabaseWrapper,
    width: int,
    touches: bool,
):
    field = models.CharField(max_length=width, help_text="Who collects it")
    leaf.alter_field("orders", "payment", "provider", field, preserve_default=True)

    assert read_unmade(loader, leaf, connection) == (
        Unmade("orders", ("Alter field provider on payment",), touches_schema=touches),
    )


def test_options_of_a_model_touch_no_table(
    loader: MigrationLoader, leaf: ProjectState, connection: BaseDatabaseWrapper
):
    leaf.alter_model_options("orders", "payment", {"ordering": ["id"]})

    assert [it.touches_schema for it in read_unmade(loader, leaf, connection)] == [
        False
    ]


def test_an_unmanaged_model_touches_no_table(
    loader: MigrationLoader, leaf: ProjectState, connection: BaseDatabaseWrapper
):
    leaf.remove_model("orders", "turnover")

    assert [it.touches_schema for it in read_unmade(loader, leaf, connection)] == [
        False
    ]


def test_a_package_is_told_from_the_project(
    loader: MigrationLoader, leaf: ProjectState, connection: BaseDatabaseWrapper
):
    leaf.remove_field("sites", "site", "name")

    assert read_unmade(loader, leaf, connection) == (
        Unmade("sites", ("Add field name to site",), installed=True),
    )


def test_keys_that_django_adds_are_told_apart(
    loader: MigrationLoader, leaf: ProjectState, connection: BaseDatabaseWrapper
):
    key = models.SmallAutoField(auto_created=True, primary_key=True, serialize=False)
    leaf.alter_field("sites", "site", "id", key, preserve_default=True)

    assert read_unmade(loader, leaf, connection) == (
        Unmade("sites", ("Alter field id on site",), installed=True, keys_only=True),
    )


def test_models_that_the_router_keeps_out_are_silent(
    loader: MigrationLoader,
    leaf: ProjectState,
    connection: BaseDatabaseWrapper,
    settings: SettingsWrapper,
):
    settings.DATABASE_ROUTERS = ["tests.history.test_unmade.NoPayments"]
    leaf.remove_field("orders", "payment", "provider")

    assert read_unmade(loader, leaf, connection) == ()
