from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db.migrations import Migration, RunSQL, SeparateDatabaseAndState
from django.db.migrations.loader import MigrationLoader
from django.test.utils import override_settings

from django_schemaguard.expected.extensions import created_extensions

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

pytestmark = pytest.mark.vendors("postgresql")


class Nowhere:
    """A router that lets no migration run."""

    def allow_migrate(self, *_place: str, **hints: Any) -> bool | None:
        return False if hints.get("elsewhere") else None


def create(name: str, **rest: Any) -> Any:
    from django.contrib.postgres.operations import CreateExtension

    return CreateExtension(name, **rest)


def created(connection: BaseDatabaseWrapper, *steps: Any) -> tuple[Any, ...]:
    """Return what is left by migrations of one operation each."""
    loader = MigrationLoader(None)
    nodes = []
    for number, operation in enumerate(steps):
        node = ("shop", f"000{number}")
        migration = Migration(node[1], node[0])
        migration.operations = [operation]
        loader.graph.add_node(node, migration)
        nodes.append(node)
    return created_extensions(loader, nodes, connection)


CITEXT = (("citext", "shop.0000"),)


@pytest.mark.parametrize(
    ("later", "left"),
    [
        pytest.param("SELECT 1", CITEXT, id="unrelated"),
        pytest.param("DROP EXTENSION citext", (), id="dropped"),
        pytest.param('drop extension if exists hstore, "citext"', (), id="one-of-two"),
        pytest.param(["SELECT 1", ("DROP EXTENSION citext", None)], (), id="in-a-list"),
        pytest.param("DROP EXTENSION citext2", CITEXT, id="another"),
    ],
)
def test_what_a_later_statement_drops_is_not_expected(
    connection: BaseDatabaseWrapper, later: Any, left: tuple[Any, ...]
) -> None:
    assert created(connection, create("citext"), RunSQL(later)) == left


def test_the_first_migration_that_creates_it_is_named(
    connection: BaseDatabaseWrapper,
) -> None:
    inside = SeparateDatabaseAndState(database_operations=[create("citext")])
    assert created(connection, inside, create("citext")) == CITEXT


@override_settings(DATABASE_ROUTERS=[Nowhere()])
def test_what_a_router_keeps_away_is_not_expected(
    connection: BaseDatabaseWrapper,
) -> None:
    away = create("hstore")
    away.hints = {"elsewhere": True}  # An argument from Django 6.0 on.
    assert created(connection, create("citext"), away) == CITEXT
