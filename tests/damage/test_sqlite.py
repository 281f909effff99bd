"""The example shop on SQLite, damaged by hand in many ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.damage.harness import Damage, case, findings, inspect, run

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

pytestmark = pytest.mark.vendors("sqlite")

ORDER_REFERENCE = 'REFERENCES "orders_order" ("id") DEFERRABLE INITIALLY DEFERRED'
ORDER_FK = "order_id"  # SQLite keeps no names of foreign keys.


@pytest.fixture(autouse=True)
def as_the_file_says(connection: BaseDatabaseWrapper) -> None:
    """Forget definitions that an earlier test edited, and that were rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA writable_schema = RESET")


def edited(table: str, before: str, after: str) -> tuple[str, ...]:
    """Return statements that change a table's definition in place.

    Whoever alters a SQLite table by hand makes it anew; the result is the same.
    """
    old, new = (text.replace("'", "''") for text in (before, after))
    return (
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_master SET sql = replace(sql, '{old}', '{new}')"
        f" WHERE name = '{table}' AND instr(sql, '{old}') > 0",
        "PRAGMA writable_schema = RESET",
    )


DAMAGES = [
    case("table-dropped", "DROP TABLE orders_payment", "error SG101 orders_payment"),
    case(
        "table-renamed",
        "ALTER TABLE orders_payment RENAME TO orders_payments",
        "error SG101 orders_payment",
    ),
    case(
        "table-replaced-by-a-view",
        (
            "ALTER TABLE orders_payment RENAME TO payment_rows",
            "CREATE VIEW orders_payment AS SELECT * FROM payment_rows",
        ),
        "error SG112 orders_payment",
        "info SG103 payment_rows",
    ),
    case("extra-table", "CREATE TABLE scratch (id integer)", "info SG103 scratch"),
    case(
        "column-dropped",
        "ALTER TABLE orders_payment DROP COLUMN amount",
        "error SG102 orders_payment.amount",
    ),
    case(
        "column-renamed",
        "ALTER TABLE orders_payment RENAME COLUMN token TO tokn",
        "error SG102 orders_payment.token",
    ),
    case(
        "column-in-a-check-renamed",
        "ALTER TABLE catalogue_product RENAME COLUMN stock TO stocked",
        "error SG102 catalogue_product.stock",
    ),
    case(
        "extra-column-nullable",
        "ALTER TABLE orders_payment ADD COLUMN memo text",
        "info SG104 orders_payment.memo",
    ),
    case(
        "extra-column-that-blocks-inserts",
        edited(
            "orders_payment",
            '"amount" decimal',
            '"memo" text NOT NULL, "amount" decimal',
        ),
        "error SG104 orders_payment.memo",
    ),
    case(
        "type-changed",
        edited("orders_payment", '"amount" decimal', '"amount" text'),
        "error SG105 orders_payment.amount",
    ),
    case(
        "length-changed",
        edited("orders_payment", "varchar(20)", "varchar(10)"),
        "info SG105 orders_payment.provider",
    ),
    case(
        "not-null-dropped",
        edited("orders_payment", '"amount" decimal NOT NULL', '"amount" decimal'),
        "warning SG106 orders_payment.amount",
    ),
    case(
        "not-null-added",
        edited("orders_payment", "BLOB NULL", "BLOB NOT NULL"),
        "error SG106 orders_payment.receipt",
    ),
    case(
        "default-dropped",
        edited("orders_order", "DEFAULT 'basket' ", ""),
        "error SG107 orders_order.status",
    ),
    case(
        "default-changed",
        edited("orders_order", "DEFAULT 'basket'", "DEFAULT 'placed'"),
        "warning SG107 orders_order.status",
    ),
    case(
        "default-function-changed",
        edited("catalogue_product", "%H:%M:%f", "%H:%M:%S"),
        "warning SG107 catalogue_product.created",
    ),
    case(
        "default-added",
        edited("orders_payment", "varchar(20)", "varchar(20) DEFAULT 'bank'"),
        "warning SG107 orders_payment.provider",
    ),
    case(
        "collation-changed",
        edited("orders_payment", "varchar(20)", "varchar(20) COLLATE NOCASE"),
        "warning SG108 orders_payment.provider",
    ),
    case(
        "generated-column-made-plain",
        edited(
            "orders_orderline",
            ' GENERATED ALWAYS AS ((CAST(("quantity" * "unit_price") AS NUMERIC)))'
            " STORED",
            "",
        ),
        "error SG110 orders_orderline.total",
    ),
    case(
        "generated-column-with-another-expression",
        edited(
            "orders_orderline", '"quantity" * "unit_price"', '"quantity" + "unit_price"'
        ),
        "error SG110 orders_orderline.total",
    ),
    case(
        "generated-column-made-virtual",
        edited("orders_orderline", "STORED", "VIRTUAL"),
        "warning SG110 orders_orderline.total",
    ),
    case(
        "autoincrement-dropped",
        edited("orders_payment", " AUTOINCREMENT", ""),
        "warning SG111 orders_payment.id",
    ),
    case(
        "primary-key-dropped",
        edited(
            "orders_payment",
            "integer NOT NULL PRIMARY KEY AUTOINCREMENT",
            "integer NOT NULL",
        ),
        "error SG111 orders_payment.id",
        "error SG201 orders_payment",
    ),
    case(
        "named-unique-dropped",
        (
            "CREATE TABLE copy AS SELECT * FROM catalogue_category",
            "DROP TABLE catalogue_category",
            'CREATE TABLE "catalogue_category" ("id" integer NOT NULL PRIMARY KEY'
            ' AUTOINCREMENT, "name" varchar(80) NOT NULL, "slug" varchar(80) NOT NULL,'
            ' "position" smallint unsigned DEFAULT 0 NOT NULL CHECK ("position" >= 0),'
            ' "parent_id" bigint NULL REFERENCES "catalogue_category" ("id")'
            " DEFERRABLE INITIALLY DEFERRED)",
            'CREATE INDEX "a" ON "catalogue_category" ("slug")',
            'CREATE INDEX "b" ON "catalogue_category" ("parent_id")',
            "DROP TABLE copy",
        ),
        "error SG202 catalogue_category.category_slug_once_in_parent",
    ),
    case(
        "partial-unique-dropped",
        "DROP INDEX order_one_basket_each",
        "error SG202 orders_order.order_one_basket_each",
    ),
    case(
        "check-dropped",
        edited(
            "orders_orderline",
            ', CONSTRAINT "line_quantity_positive" CHECK ("quantity" > 0)',
            "",
        ),
        "warning SG202 orders_orderline.line_quantity_positive",
    ),
    case(
        "foreign-key-dropped",
        edited("orders_orderline", f" {ORDER_REFERENCE}", ""),
        f"warning SG202 orders_orderline.{ORDER_FK}",
    ),
    case(
        "check-loosened",
        edited("orders_orderline", '"quantity" > 0', '"quantity" > -1'),
        "warning SG203 orders_orderline.line_quantity_positive",
    ),
    case(
        "check-list-extended",
        edited("orders_order", "'cancelled')", "'cancelled', 'paid')"),
        "warning SG203 orders_order.order_placed_has_date",
    ),
    case(
        "unique-predicate-changed",
        (
            "DROP INDEX order_one_basket_each",
            "CREATE UNIQUE INDEX order_one_basket_each ON orders_order (customer_id)"
            " WHERE status = 'placed'",
        ),
        "warning SG203 orders_order.order_one_basket_each",
    ),
    case(
        "extra-unique-index",
        "CREATE UNIQUE INDEX one_email ON catalogue_supplier (email)",
        "error SG204 catalogue_supplier.one_email",
    ),
    case(
        "extra-check",
        edited(
            "catalogue_tag", " UNIQUE)", " UNIQUE, CONSTRAINT no_x CHECK (name <> 'x'))"
        ),
        "error SG204 catalogue_tag.no_x",
    ),
    case(
        "foreign-key-to-another-table",
        edited(
            "orders_orderline",
            ORDER_REFERENCE,
            ORDER_REFERENCE.replace("orders_order", "orders_payment"),
        ),
        f"error SG206 orders_orderline.{ORDER_FK}",
    ),
    case(
        "foreign-key-cascades",
        edited(
            "orders_orderline",
            ORDER_REFERENCE,
            ORDER_REFERENCE.replace("DEFERRABLE", "ON DELETE CASCADE DEFERRABLE"),
        ),
        f"error SG207 orders_orderline.{ORDER_FK}",
    ),
    case(
        "foreign-key-not-deferrable",
        edited(
            "orders_orderline",
            ORDER_REFERENCE,
            ORDER_REFERENCE.removesuffix(" DEFERRABLE INITIALLY DEFERRED"),
        ),
        f"warning SG208 orders_orderline.{ORDER_FK}",
    ),
    case(
        "index-dropped",
        "DROP INDEX order_queue",
        "warning SG301 orders_order.order_queue",
    ),
    case(
        "foreign-key-index-dropped",
        "DROP INDEX orders_payment_order_id_bdccf250",
        "warning SG301 orders_payment.orders_payment_order_id_bdccf250",
    ),
    case(
        "index-direction-changed",
        (
            "DROP INDEX product_newest",
            "CREATE INDEX product_newest ON catalogue_product (category_id, created)",
        ),
        "warning SG302 catalogue_product.product_newest",
    ),
    case(
        "index-made-partial",
        (
            "DROP INDEX order_queue",
            "CREATE INDEX order_queue ON orders_order (status, placed)"
            " WHERE placed IS NOT NULL",
        ),
        "warning SG302 orders_order.order_queue",
    ),
    case(
        "index-expression-that-another-index-has",
        (
            "CREATE UNIQUE INDEX names ON catalogue_product (LOWER(name), id)",
            "DROP INDEX product_name_lower",
            "CREATE INDEX product_name_lower ON catalogue_product (upper(name))",
        ),
        "info SG306 catalogue_product.names",
        "warning SG302 catalogue_product.product_name_lower",
    ),
    case(
        "index-expression-changed",
        (
            "DROP INDEX product_name_lower",
            "CREATE INDEX product_name_lower ON catalogue_product (upper(name))",
        ),
        "warning SG302 catalogue_product.product_name_lower",
    ),
    case(
        "index-renamed",
        (
            "DROP INDEX order_queue",
            "CREATE INDEX order_line_up ON orders_order (status, placed)",
        ),
        "info SG304 orders_order.order_queue",
    ),
    case(
        "duplicate-index",
        "CREATE INDEX order_queue_2 ON orders_order (status, placed)",
        "info SG305 orders_order.order_queue_2",
    ),
    case(
        "extra-index",
        "CREATE INDEX by_note ON orders_order (note)",
        "info SG306 orders_order.by_note",
    ),
]

DAMAGES += [
    case(
        "audit-trigger",
        "CREATE TRIGGER t AFTER INSERT ON orders_order BEGIN SELECT 1; END",
        "info SG406 orders_order.t",
    ),
    case(
        "trigger-with-an-odd-name",
        'CREATE TRIGGER "after ""INSERT"" on" UPDATE OF note ON orders_order'
        " BEGIN SELECT 1; END",
        'info SG406 orders_order.after "INSERT" on',
    ),
]

HARMLESS = [
    case(
        "numbers-set-back-by-hand",
        (
            "INSERT INTO catalogue_tag (id, name) VALUES (7, 'red')",
            "UPDATE sqlite_sequence SET seq = 1 WHERE name = 'catalogue_tag'",
        ),
    ),
    case("view", "CREATE VIEW v AS SELECT * FROM orders_order"),
    case(
        "generated-index-renamed",
        (
            "DROP INDEX orders_payment_received_67dee1ec",
            "CREATE INDEX x ON orders_payment (received)",
        ),
    ),
    case(
        "check-in-other-words",
        edited("orders_orderline", 'CHECK ("quantity" > 0)', "check(( quantity>0 ))"),
    ),
    case(
        "key-words-in-small-letters",
        edited(
            "orders_payment",
            " NOT NULL PRIMARY KEY AUTOINCREMENT",
            " primary key autoincrement not null",
        ),
    ),
    case("type-in-capitals", edited("orders_payment", "varchar(20)", "VARCHAR( 20 )")),
    case("full-text-table", "CREATE VIRTUAL TABLE words USING fts5 (word)"),
    case("analysed", "ANALYZE"),
    case("rows", "INSERT INTO catalogue_tag (name) VALUES ('red')"),
]


def test_a_migrated_database_has_no_finding(
    alias: str, connection: BaseDatabaseWrapper
) -> None:
    assert findings(alias) == ()
    assert inspect(alias).databases[0].tables > 20


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damage_is_found_and_nothing_else(
    alias: str, connection: BaseDatabaseWrapper, damage: Damage
) -> None:
    run(connection, damage)
    assert findings(alias) == damage.found


@pytest.mark.parametrize("damage", HARMLESS)
def test_what_does_no_harm_is_not_found(
    alias: str, connection: BaseDatabaseWrapper, damage: Damage
) -> None:
    run(connection, damage)
    assert findings(alias) == damage.found
