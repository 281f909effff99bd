"""The law: damage is found and mended; undone, it is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.damage.harness import Damage, case, findings, restored, run
from tests.repair.applying import apply, planned, undo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

ALL = [
    case("column-nullable", "ALTER TABLE catalogue_product DROP COLUMN weight"),
]
POSTGRESQL = [
    *ALL,
    case("index", "DROP INDEX address_place"),
]
SQLITE = [
    *ALL,
    case("table", "DROP TABLE orders_payment"),
    case("many-to-many-table", "DROP TABLE catalogue_product_tags"),
    case("index", "DROP INDEX address_place"),
]
MARIADB = [
    *ALL,
    case("index", "DROP INDEX address_place ON customers_address"),
]


@pytest.fixture(autouse=True)
def as_before(alias: str, connection: BaseDatabaseWrapper) -> Iterator[None]:
    if connection.vendor != "mysql":
        yield
        return
    with restored(connection):
        yield


def obeys(alias: str, connection: BaseDatabaseWrapper, damage: Damage) -> None:
    run(connection, damage)
    before = findings(alias)
    assert before
    plan = planned(alias)
    assert plan.refusals == ()
    apply(plan)
    assert findings(alias) == ()
    assert planned(alias).steps == ()
    undo(plan)
    assert findings(alias) == before


@pytest.mark.vendors("postgresql")
@pytest.mark.parametrize("damage", POSTGRESQL)
def test_the_law_on_postgresql(
    alias: str, connection: BaseDatabaseWrapper, damage: Damage
) -> None:
    obeys(alias, connection, damage)


@pytest.mark.vendors("sqlite")
@pytest.mark.parametrize("damage", SQLITE)
def test_the_law_on_sqlite(
    alias: str, connection: BaseDatabaseWrapper, damage: Damage
) -> None:
    obeys(alias, connection, damage)


@pytest.mark.vendors("mariadb")
@pytest.mark.parametrize("damage", MARIADB)
def test_the_law_on_mariadb(
    alias: str, connection: BaseDatabaseWrapper, damage: Damage
) -> None:
    obeys(alias, connection, damage)
