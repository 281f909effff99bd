"""Repairs beside something else that is missing, and cannot be added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.damage.harness import findings
from tests.repair.applying import apply, planned
from tests.repair.damages import CATEGORIES
from tests.repair.test_refusals import PRODUCT, do

if TYPE_CHECKING:
    from django_schemaguard.core.plan import Plan

pytestmark = pytest.mark.vendors("postgresql")

NOW = "SET CONSTRAINTS ALL IMMEDIATE"


def reasons(plan: Plan, table: str) -> set[str]:
    """Return why things of a table are left alone."""
    return {
        it.reason
        for it in plan.refusals
        if it.verdict.finding.table.name == table
        and it.verdict.cause.value != "upgrade_residue"
    }


def kinds(plan: Plan) -> list[str]:
    return [it.kind for it in plan.steps if it.kind != "set_sequence"]


def test_a_lost_key_hinders_only_what_refers_to_it(alias, connection) -> None:
    do(connection, *CATEGORIES, PRODUCT.format(1, 1), NOW)
    do(
        connection,
        "ALTER TABLE catalogue_category DROP COLUMN id CASCADE",
        "DROP INDEX product_newest",
    )
    plan = planned(alias)
    assert kinds(plan) == ["add_index"]
    assert reasons(plan, "catalogue_product") == {
        "Column 'catalogue_category.id' is not there."
    }


def test_rows_without_a_key_are_counted_and_not_shown(alias, connection) -> None:
    do(connection, CATEGORIES[0], NOW)
    do(
        connection,
        "ALTER TABLE catalogue_product DROP CONSTRAINT product_price_not_negative",
        PRODUCT.format(1, -1),
        PRODUCT.format(2, -1),
        NOW,
        "ALTER TABLE catalogue_product DROP COLUMN id CASCADE",
    )
    (refusal,) = [it for it in planned(alias).refusals if it.count]
    assert (refusal.reason, refusal.count) == ("Rows break it.", 2)
    assert refusal.sample == ()
    assert refusal.query.startswith('SELECT * FROM "catalogue_product" WHERE NOT (')


def test_rows_that_nothing_tells_apart_are_not_given_values(alias, connection) -> None:
    do(connection, CATEGORIES[0], PRODUCT.format(1, 1), NOW)
    do(
        connection,
        "ALTER TABLE catalogue_product DROP COLUMN id CASCADE",
        "ALTER TABLE catalogue_product ALTER COLUMN active DROP NOT NULL",
        "UPDATE catalogue_product SET active = NULL",
        "ALTER TABLE catalogue_product DROP COLUMN slug",
    )
    plan = planned(alias, backfill=True)
    assert kinds(plan) == []
    assert (
        "Each row needs a value of its own, and the primary key that tells rows apart"
        " is missing." in reasons(plan, "catalogue_product")
    )


def test_nothing_refers_to_what_is_not_unique(alias, connection) -> None:
    do(connection, *CATEGORIES, NOW)
    do(
        connection,
        "ALTER TABLE catalogue_category DROP CONSTRAINT catalogue_category_pkey"
        " CASCADE",
        "UPDATE catalogue_category SET id = 1",
    )
    plan = planned(alias)
    assert kinds(plan) == []
    unkeyed = "Nothing keeps (id) of 'catalogue_category' unique."
    assert reasons(plan, "catalogue_product") == {unkeyed}
    assert reasons(plan, "catalogue_category") == {
        unkeyed,
        "Values stand more than once.",
    }


def test_what_stands_on_a_renamed_column_waits_for_its_name(alias, connection) -> None:
    do(
        connection,
        "DROP INDEX product_newest",
        "ALTER TABLE catalogue_product RENAME COLUMN created TO made",
    )
    plan = planned(alias)
    assert kinds(plan) == []
    assert reasons(plan, "catalogue_product") == {
        "No addition mends it.",
        "It stands on a column that may have another name.",
    }


def test_what_refers_to_a_lost_column_comes_back_with_it(alias, connection) -> None:
    before = findings(alias)
    do(connection, "ALTER TABLE kitchen_trunk DROP COLUMN name CASCADE")
    plan = planned(alias)
    assert "add_foreign_key" in kinds(plan)
    apply(plan)
    assert findings(alias) == before


def test_a_faked_migration_of_which_nothing_is_mended_is_told(
    alias, connection
) -> None:
    do(
        connection,
        "DROP TABLE customers_profile",
        "CREATE SEQUENCE customers_profile",
    )
    told = [it for it in planned(alias).refusals if it.verdict.severity.word == "error"]
    assert {it.verdict.finding.code: it.reason for it in told} == {
        "SG101": "The name 'customers_profile' is taken by a sequence.",
        "SG706": "All that it makes is left alone.",
    }
    assert told[-1].hint == "Mend what it makes first."


@pytest.mark.vendors("postgresql", "sqlite")
def test_a_table_whose_indexes_are_there_under_another_name_is_not_made(
    alias, connection
) -> None:
    do(
        connection,
        "ALTER TABLE orders_payment ADD COLUMN memo text",
        "ALTER TABLE orders_payment RENAME TO payments_of_old",
        "DROP INDEX product_newest",
    )
    plan = planned(alias)
    assert kinds(plan) == ["add_index"]
    (told,) = reasons(plan, "orders_payment")
    assert told.startswith("The name '")
    assert told.endswith("', which it needs, is taken by an index.")


def test_nothing_refers_to_a_view(alias, connection) -> None:
    do(
        connection,
        "ALTER TABLE catalogue_category RENAME TO categories_of_old",
        "CREATE VIEW catalogue_category AS SELECT * FROM categories_of_old",
        "DROP TABLE catalogue_product CASCADE",
    )
    plan = planned(alias)
    assert (
        "Foreign key (category_id) of 'catalogue_product' is missing."
        " 'catalogue_category' is no table as its model has it."
        in reasons(plan, "catalogue_product")
    )


def test_nothing_refers_to_a_table_that_is_not_made(alias, connection) -> None:
    do(
        connection,
        "DROP TABLE catalogue_category CASCADE",
        "CREATE SEQUENCE catalogue_category",
    )
    plan = planned(alias)
    assert kinds(plan) == []
    assert reasons(plan, "catalogue_product") == {
        "Table 'catalogue_category' is not there."
    }


def test_a_sequence_that_only_the_new_key_shows_behind_is_raised(
    alias, connection
) -> None:
    before = findings(alias)
    do(connection, *CATEGORIES)
    do(connection, NOW)
    do(
        connection,
        "ALTER TABLE catalogue_category DROP CONSTRAINT catalogue_category_pkey"
        " CASCADE",
    )
    plan = planned(alias)
    (raised,) = [it for it in plan.steps if it.kind == "set_sequence"]
    assert raised.why == "The sequence of 'catalogue_category.id' is behind."
    apply(plan)
    assert findings(alias) == before
