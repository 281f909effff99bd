"""The example shop on PostgreSQL, damaged by hand in many ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.damage.harness import Damage, case, findings, inspect, run

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

pytestmark = pytest.mark.vendors("postgresql")

ORDER_FK = "orders_orderline_order_id_17f8f3ef_fk_orders_order_id"
ADD_ORDER_FK = (
    f"ALTER TABLE orders_orderline DROP CONSTRAINT {ORDER_FK},"
    f" ADD CONSTRAINT {ORDER_FK} FOREIGN KEY (order_id)"
)

TABLES = [
    case(
        "table-dropped",
        "DROP TABLE orders_payment",
        "error SG101 orders_payment",
    ),
    case(
        "many-to-many-table-dropped",
        "DROP TABLE catalogue_product_tags",
        "error SG101 catalogue_product_tags",
    ),
    case(
        "table-renamed",
        "ALTER TABLE orders_payment RENAME TO orders_payments",
        "error SG101 orders_payment",
    ),
    case(
        "table-in-another-schema",
        ("CREATE SCHEMA attic", "ALTER TABLE orders_payment SET SCHEMA attic"),
        "error SG113 orders_payment",
    ),
    case(
        "table-of-another-schema-in-the-usual-one",
        "ALTER TABLE annex.moved SET SCHEMA public",
        "error SG113 moved",
    ),
    case(
        "table-covered-by-another",
        (
            "CREATE SCHEMA first",
            "CREATE TABLE first.orders_payment (LIKE orders_payment INCLUDING ALL)",
            "SET LOCAL search_path = first, public",
        ),
        "error SG113 orders_payment",
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
    case(
        "table-unlogged",
        "ALTER TABLE orders_payment SET UNLOGGED",
        "warning SG112 orders_payment",
    ),
    case(
        "extra-table",
        "CREATE TABLE scratch (id integer)",
        "info SG103 scratch",
    ),
    case(
        "table-comment-changed",
        "COMMENT ON TABLE catalogue_product IS 'Hands off'",
        "info SG109 catalogue_product",
    ),
]

COLUMNS = [
    case(
        "extra-column-of-a-domain-without-null",
        (
            "CREATE DOMAIN rated AS int NOT NULL",
            "CREATE DOMAIN weighed AS int NOT NULL DEFAULT 1",
            "ALTER TABLE orders_payment ADD rate rated, ADD weight weighed",
        ),
        "error SG104 orders_payment.rate",
        "info SG104 orders_payment.weight",
    ),
    case(
        "column-dropped",
        "ALTER TABLE orders_payment DROP COLUMN amount",
        "error SG102 orders_payment.amount",
    ),
    case(
        "unique-column-dropped",
        "ALTER TABLE orders_payment DROP COLUMN token",
        "error SG102 orders_payment.token",
    ),
    case(
        "foreign-key-column-dropped",
        "ALTER TABLE orders_payment DROP COLUMN order_id",
        "error SG102 orders_payment.order_id",
    ),
    case(
        "column-renamed",
        "ALTER TABLE orders_payment RENAME COLUMN token TO tokn",
        "error SG102 orders_payment.token",
    ),
    case(
        "column-in-a-check-renamed",
        "ALTER TABLE catalogue_product RENAME COLUMN price TO prize",
        "error SG102 catalogue_product.price",
    ),
    case(
        "extra-column-nullable",
        "ALTER TABLE orders_payment ADD COLUMN memo text",
        "info SG104 orders_payment.memo",
    ),
    case(
        "extra-column-that-blocks-inserts",
        "ALTER TABLE orders_payment ADD COLUMN memo text NOT NULL",
        "error SG104 orders_payment.memo",
    ),
    case(
        "extra-column-with-default",
        "ALTER TABLE orders_payment ADD COLUMN memo text NOT NULL DEFAULT ''",
        "info SG104 orders_payment.memo",
    ),
    case(
        "varchar-shortened",
        "ALTER TABLE orders_payment ALTER COLUMN provider TYPE varchar(10)",
        "error SG105 orders_payment.provider",
    ),
    case(
        "varchar-lengthened",
        "ALTER TABLE orders_payment ALTER COLUMN provider TYPE varchar(200)",
        "warning SG105 orders_payment.provider",
    ),
    case(
        "varchar-made-text",
        "ALTER TABLE orders_payment ALTER COLUMN provider TYPE text",
        "warning SG105 orders_payment.provider",
    ),
    case(
        "numeric-precision-cut",
        "ALTER TABLE orders_payment ALTER COLUMN amount TYPE numeric(8, 2)",
        "error SG105 orders_payment.amount",
    ),
    case(
        "timestamp-without-zone",
        "ALTER TABLE orders_payment ALTER COLUMN received TYPE timestamp",
        "error SG105 orders_payment.received",
    ),
    case(
        "key-narrowed",
        "ALTER TABLE orders_payment ALTER COLUMN id TYPE integer",
        "error SG105 orders_payment.id",
    ),
    case(
        "jsonb-made-json",
        "ALTER TABLE catalogue_product ALTER COLUMN attributes TYPE json",
        "error SG105 catalogue_product.attributes",
    ),
    case(
        "not-null-dropped",
        "ALTER TABLE orders_payment ALTER COLUMN amount DROP NOT NULL",
        "warning SG106 orders_payment.amount",
    ),
    case(
        "not-null-added",
        "ALTER TABLE orders_payment ALTER COLUMN receipt SET NOT NULL",
        "error SG106 orders_payment.receipt",
    ),
    case(
        "default-dropped",
        "ALTER TABLE orders_order ALTER COLUMN status DROP DEFAULT",
        "error SG107 orders_order.status",
    ),
    case(
        "default-changed",
        "ALTER TABLE orders_order ALTER COLUMN status SET DEFAULT 'placed'",
        "warning SG107 orders_order.status",
    ),
    case(
        "default-function-changed",
        "ALTER TABLE catalogue_product ALTER COLUMN created SET DEFAULT now()",
        "warning SG107 catalogue_product.created",
    ),
    case(
        "default-added",
        "ALTER TABLE orders_payment ALTER COLUMN provider SET DEFAULT 'bank'",
        "warning SG107 orders_payment.provider",
    ),
    case(
        "collation-changed",
        'ALTER TABLE orders_payment ALTER COLUMN provider TYPE varchar(20) COLLATE "C"',
        "warning SG108 orders_payment.provider",
    ),
    case(
        "column-comment-dropped",
        "COMMENT ON COLUMN customers_address.country IS NULL",
        "info SG109 customers_address.country",
    ),
    case(
        "generated-column-made-not-null",
        "ALTER TABLE orders_orderline ALTER COLUMN total SET NOT NULL",
        "error SG106 orders_orderline.total",
    ),
    case(
        "generated-column-made-plain",
        "ALTER TABLE orders_orderline ALTER COLUMN total DROP EXPRESSION",
        "error SG110 orders_orderline.total",
    ),
    case(
        "generated-column-with-another-expression",
        (
            "ALTER TABLE orders_orderline DROP COLUMN total CASCADE",
            "ALTER TABLE orders_orderline ADD COLUMN total numeric(12, 2)"
            " GENERATED ALWAYS AS (quantity + unit_price) STORED",
        ),
        "error SG110 orders_orderline.total",
    ),
    case(
        "identity-dropped",
        "ALTER TABLE orders_payment ALTER COLUMN id DROP IDENTITY",
        "error SG111 orders_payment.id",
    ),
    case(
        "identity-made-always",
        "ALTER TABLE orders_payment ALTER COLUMN id SET GENERATED ALWAYS",
        "error SG111 orders_payment.id",
    ),
]

CONSTRAINTS = [
    case(
        "foreign-key-repeated",
        "ALTER TABLE orders_orderline ADD CONSTRAINT again FOREIGN KEY (order_id)"
        " REFERENCES orders_order DEFERRABLE INITIALLY DEFERRED",
        "info SG305 orders_orderline.again",
    ),
    case(
        "unique-for-the-primary-key",
        (
            "ALTER TABLE orders_payment DROP CONSTRAINT orders_payment_pkey",
            "ALTER TABLE orders_payment ADD UNIQUE (id)",
        ),
        "error SG201 orders_payment",
    ),
    case(
        "primary-key-dropped",
        "ALTER TABLE orders_payment DROP CONSTRAINT orders_payment_pkey",
        "error SG201 orders_payment",
    ),
    case(
        "primary-key-moved",
        (
            "ALTER TABLE orders_payment DROP CONSTRAINT orders_payment_pkey",
            "ALTER TABLE orders_payment ADD PRIMARY KEY (id, order_id)",
        ),
        "error SG201 orders_payment",
    ),
    case(
        "unique-dropped",
        "ALTER TABLE orders_payment DROP CONSTRAINT orders_payment_token_key",
        "error SG202 orders_payment.orders_payment_token_2a6e699c_uniq",
    ),
    case(
        "named-unique-dropped",
        "ALTER TABLE orders_orderline DROP CONSTRAINT line_product_once_in_order",
        "error SG202 orders_orderline.line_product_once_in_order",
    ),
    case(
        "partial-unique-dropped",
        "DROP INDEX order_one_basket_each",
        "error SG202 orders_order.order_one_basket_each",
    ),
    case(
        "unique-made-plain",
        (
            "ALTER TABLE orders_orderline DROP CONSTRAINT line_product_once_in_order",
            "CREATE INDEX line_product_once_in_order"
            " ON orders_orderline (order_id, product_id)",
        ),
        "error SG202 orders_orderline.line_product_once_in_order",
    ),
    case(
        "check-dropped",
        "ALTER TABLE orders_orderline DROP CONSTRAINT line_quantity_positive",
        "warning SG202 orders_orderline.line_quantity_positive",
    ),
    case(
        "inline-check-dropped",
        "ALTER TABLE catalogue_product DROP CONSTRAINT catalogue_product_stock_check",
        "warning SG202 catalogue_product.catalogue_product_stock_check",
    ),
    case(
        "foreign-key-dropped",
        f"ALTER TABLE orders_orderline DROP CONSTRAINT {ORDER_FK}",
        f"warning SG202 orders_orderline.{ORDER_FK}",
    ),
    case(
        "check-loosened",
        (
            "ALTER TABLE orders_orderline DROP CONSTRAINT line_quantity_positive",
            "ALTER TABLE orders_orderline"
            " ADD CONSTRAINT line_quantity_positive CHECK (quantity > -1)",
        ),
        "warning SG203 orders_orderline.line_quantity_positive",
    ),
    case(
        "check-list-extended",
        (
            "ALTER TABLE orders_order DROP CONSTRAINT order_placed_has_date",
            "ALTER TABLE orders_order ADD CONSTRAINT order_placed_has_date CHECK"
            " (status IN ('basket', 'cancelled', 'paid') OR placed IS NOT NULL)",
        ),
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
        "unique-nulls-not-distinct",
        (
            "ALTER TABLE catalogue_category"
            " DROP CONSTRAINT category_slug_once_in_parent",
            "ALTER TABLE catalogue_category ADD CONSTRAINT category_slug_once_in_parent"
            " UNIQUE NULLS NOT DISTINCT (parent_id, slug)",
        ),
        "warning SG203 catalogue_category.category_slug_once_in_parent",
    ),
    case(
        "unique-deferrable",
        (
            "ALTER TABLE orders_orderline DROP CONSTRAINT line_product_once_in_order",
            "ALTER TABLE orders_orderline ADD CONSTRAINT line_product_once_in_order"
            " UNIQUE (order_id, product_id) DEFERRABLE INITIALLY DEFERRED",
        ),
        "warning SG203 orders_orderline.line_product_once_in_order",
    ),
    case(
        "extra-unique",
        "ALTER TABLE catalogue_supplier ADD CONSTRAINT one_email UNIQUE (email)",
        "error SG204 catalogue_supplier.one_email",
    ),
    case(
        "extra-unique-index",
        "CREATE UNIQUE INDEX one_email ON catalogue_supplier (lower(email))",
        "error SG204 catalogue_supplier.one_email",
    ),
    case(
        "extra-check",
        "ALTER TABLE catalogue_supplier ADD CONSTRAINT no_x CHECK (name <> 'x')",
        "error SG204 catalogue_supplier.no_x",
    ),
    case(
        "extra-exclusion",
        "ALTER TABLE catalogue_supplier"
        " ADD CONSTRAINT apart EXCLUDE USING btree (homepage WITH =)",
        "error SG204 catalogue_supplier.apart",
    ),
    case(
        "extra-foreign-key",
        "ALTER TABLE catalogue_book"
        " ADD CONSTRAINT odd FOREIGN KEY (isbn) REFERENCES catalogue_tag (name)",
        "warning SG204 catalogue_book.odd",
    ),
    case(
        "foreign-key-not-valid",
        f"{ADD_ORDER_FK} REFERENCES orders_order (id)"
        " DEFERRABLE INITIALLY DEFERRED NOT VALID",
        f"warning SG205 orders_orderline.{ORDER_FK}",
    ),
    case(
        "check-not-valid",
        (
            "ALTER TABLE orders_orderline DROP CONSTRAINT line_quantity_positive",
            "ALTER TABLE orders_orderline"
            " ADD CONSTRAINT line_quantity_positive CHECK (quantity > 0) NOT VALID",
        ),
        "warning SG205 orders_orderline.line_quantity_positive",
    ),
    case(
        "foreign-key-to-another-table",
        f"{ADD_ORDER_FK} REFERENCES orders_payment (id) DEFERRABLE INITIALLY DEFERRED",
        f"error SG206 orders_orderline.{ORDER_FK}",
    ),
    case(
        "foreign-key-cascades",
        f"{ADD_ORDER_FK} REFERENCES orders_order (id) ON DELETE CASCADE"
        " DEFERRABLE INITIALLY DEFERRED",
        f"error SG207 orders_orderline.{ORDER_FK}",
    ),
    case(
        "foreign-key-not-deferrable",
        f"{ADD_ORDER_FK} REFERENCES orders_order (id)",
        f"warning SG208 orders_orderline.{ORDER_FK}",
    ),
    case(
        "foreign-key-initially-immediate",
        f"{ADD_ORDER_FK} REFERENCES orders_order (id) DEFERRABLE INITIALLY IMMEDIATE",
        f"warning SG208 orders_orderline.{ORDER_FK}",
    ),
    case(
        "foreign-key-triggers-disabled",
        "ALTER TABLE orders_orderline DISABLE TRIGGER ALL",
        f"error SG209 orders_orderline.{ORDER_FK}",
        "error SG209 orders_orderline"
        ".orders_orderline_product_id_a68772b6_fk_catalogue_product_id",
    ),
]

INDEXES = [
    case(
        "index-made-unique",
        (
            "DROP INDEX orders_payment_received_67dee1ec",
            "CREATE UNIQUE INDEX by_time ON orders_payment (received)",
        ),
        "error SG302 orders_payment.by_time",
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
        "like-index-dropped",
        "DROP INDEX orders_payment_token_2a6e699c_like",
        "warning SG301 orders_payment.orders_payment_token_2a6e699c_like",
    ),
    case(
        "expression-index-dropped",
        "DROP INDEX product_name_lower",
        "warning SG301 catalogue_product.product_name_lower",
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
        "index-columns-swapped",
        (
            "DROP INDEX order_queue",
            "CREATE INDEX order_queue ON orders_order (placed, status)",
        ),
        "warning SG302 orders_order.order_queue",
    ),
    case(
        "index-method-changed",
        (
            "DROP INDEX orders_payment_received_67dee1ec",
            "CREATE INDEX orders_payment_received_67dee1ec"
            " ON orders_payment USING brin (received)",
        ),
        "warning SG302 orders_payment.orders_payment_received_67dee1ec",
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
        "index-with-included-column",
        (
            "DROP INDEX order_queue",
            "CREATE INDEX order_queue ON orders_order (status, placed) INCLUDE (note)",
        ),
        "warning SG302 orders_order.order_queue",
    ),
    case(
        "index-operator-class-changed",
        (
            "DROP INDEX order_queue",
            "CREATE INDEX order_queue"
            " ON orders_order (status varchar_pattern_ops, placed)",
        ),
        "warning SG302 orders_order.order_queue",
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
        "index-invalid",
        "UPDATE pg_index SET indisvalid = false"
        " WHERE indexrelid = 'order_queue'::regclass",
        "warning SG303 orders_order.order_queue",
    ),
    case(
        "unique-index-invalid",
        "UPDATE pg_index SET indisvalid = false"
        " WHERE indexrelid = 'order_one_basket_each'::regclass",
        "error SG303 orders_order.order_one_basket_each",
    ),
    case(
        "index-renamed",
        "ALTER INDEX order_queue RENAME TO order_line_up",
        "info SG304 orders_order.order_queue",
    ),
    case(
        "constraint-renamed",
        "ALTER TABLE orders_orderline"
        " RENAME CONSTRAINT line_quantity_positive TO line_positive",
        "info SG304 orders_orderline.line_quantity_positive",
    ),
    case(
        "duplicate-index",
        "CREATE INDEX order_queue_2 ON orders_order (status, placed)",
        "info SG305 orders_order.order_queue_2",
    ),
    case(
        "duplicate-unique",
        "CREATE UNIQUE INDEX token_2 ON orders_payment (token)",
        "info SG305 orders_payment.token_2",
    ),
    case(
        "extra-index",
        "CREATE INDEX by_note ON orders_order USING hash (note)",
        "info SG306 orders_order.by_note",
    ),
    case(
        "extra-unique-that-rejects-nothing",
        "CREATE UNIQUE INDEX with_note ON orders_order (id, note)",
        "info SG306 orders_order.with_note",
    ),
]

SERIAL = (
    "ALTER TABLE orders_payment ALTER COLUMN id DROP IDENTITY",
    "CREATE SEQUENCE payment_numbers",
    "ALTER TABLE orders_payment ALTER COLUMN id SET DEFAULT nextval('payment_numbers')",
)
OWNED = "ALTER SEQUENCE payment_numbers OWNED BY orders_payment.id"
NOTHING = "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'"

LIVE = [
    case(
        "sequence-of-nobody",
        SERIAL,
        "warning SG401 orders_payment.id",
    ),
    case(
        "identity-lost-its-sequence",
        "DELETE FROM pg_depend WHERE deptype = 'i'"
        " AND refobjid = 'orders_payment'::regclass AND refobjsubid > 0",
        "error SG401 orders_payment.id",
    ),
    case(
        "sequence-behind-after-rows-with-numbers",
        # What other tests took from the sequence is not rolled back.
        "INSERT INTO catalogue_tag (id, name) VALUES (999999, 'red')",
        "error SG402 catalogue_tag.id",
    ),
    case(
        "sequence-set-back",
        (
            "INSERT INTO catalogue_tag (name) VALUES ('red'), ('blue')",
            "ALTER TABLE catalogue_tag ALTER COLUMN id RESTART WITH 2",
        ),
        "error SG402 catalogue_tag.id",
    ),
    case(
        "serial-behind",
        (
            *SERIAL,
            OWNED,
            "ALTER TABLE orders_payment DROP CONSTRAINT"
            " orders_payment_order_id_bdccf250_fk_orders_order_id CASCADE",
            "INSERT INTO orders_payment"
            " (id, provider, amount, token, received, order_id)"
            " VALUES (5, 'bank', 1, gen_random_uuid(), now(), 1)",
        ),
        "error SG402 orders_payment.id",
        "warning SG202 orders_payment"
        ".orders_payment_order_id_bdccf250_fk_orders_order_id",
    ),
    case(
        "serial-sequence-of-integer-mostly-used",
        (
            *SERIAL,
            OWNED,
            "ALTER SEQUENCE payment_numbers AS integer",
            "SELECT setval('payment_numbers', 1900000000)",
        ),
        "warning SG403 orders_payment.id",
    ),
    case(
        "identity-used-up",
        "ALTER TABLE catalogue_tag ALTER COLUMN id RESTART WITH 9223372036854775807",
        "warning SG403 catalogue_tag.id",
    ),
    case(
        "row-security-that-the-superuser-bypasses",
        "ALTER TABLE orders_order ENABLE ROW LEVEL SECURITY",
        "info SG405 orders_order",
    ),
    case(
        "audit-trigger",
        (
            NOTHING,
            "CREATE TRIGGER audit AFTER INSERT OR UPDATE ON orders_order"
            " FOR EACH ROW EXECUTE FUNCTION nothing()",
        ),
        "info SG406 orders_order.audit",
    ),
    case(
        "trigger-that-may-change-rows",
        (
            NOTHING,
            "CREATE TRIGGER stamp BEFORE UPDATE ON orders_order"
            " FOR EACH ROW EXECUTE FUNCTION nothing()",
        ),
        "info SG406 orders_order.stamp",
    ),
    case(
        "rule",
        "CREATE RULE keep AS ON DELETE TO orders_order DO INSTEAD NOTHING",
        "info SG406 orders_order.keep",
    ),
    case(
        "extension-dropped",
        "DROP EXTENSION plpgsql",
        "error SG407 pg_extension.plpgsql",
    ),
]

HARMLESS = [
    case("serial-instead-of-identity", (*SERIAL, OWNED)),
    case(
        "sequence-just-ahead",
        (
            "INSERT INTO catalogue_tag (id, name) VALUES (7, 'red')",
            "ALTER TABLE catalogue_tag ALTER COLUMN id RESTART WITH 8",
        ),
    ),
    case(
        "sequence-that-counts-by-turns",
        (
            "ALTER TABLE catalogue_tag ALTER COLUMN id SET INCREMENT BY 2",
            "INSERT INTO catalogue_tag (id, name) VALUES (7, 'red')",
        ),
    ),
    case(
        "trigger-switched-off",
        (
            NOTHING,
            "CREATE TRIGGER audit AFTER INSERT ON orders_order"
            " FOR EACH ROW EXECUTE FUNCTION nothing()",
            "ALTER TABLE orders_order DISABLE TRIGGER audit",
        ),
    ),
    case(
        "trigger-on-truncate",
        (
            NOTHING,
            "CREATE TRIGGER audit AFTER TRUNCATE ON orders_order"
            " EXECUTE FUNCTION nothing()",
        ),
    ),
    case("extension-more", "CREATE EXTENSION IF NOT EXISTS plpgsql"),
    case(
        "generated-index-renamed",
        "ALTER INDEX orders_payment_received_67dee1ec RENAME TO x",
    ),
    case("primary-key-renamed", "ALTER INDEX orders_payment_pkey RENAME TO x"),
    case(
        "foreign-key-renamed",
        f"ALTER TABLE orders_orderline RENAME CONSTRAINT {ORDER_FK} TO x",
    ),
    case(
        "unique-index-for-constraint",
        (
            "ALTER TABLE orders_orderline DROP CONSTRAINT line_product_once_in_order",
            "CREATE UNIQUE INDEX line_product_once_in_order"
            " ON orders_orderline (order_id, product_id)",
        ),
    ),
    case(
        "check-in-other-words",
        (
            "ALTER TABLE orders_order DROP CONSTRAINT order_placed_has_date",
            "ALTER TABLE orders_order ADD CONSTRAINT order_placed_has_date CHECK"
            " (((status = ANY ('{basket,cancelled}')) OR (NOT placed IS NULL)))",
        ),
    ),
    case("statistics", "CREATE STATISTICS s ON status, placed FROM orders_order"),
    case("view", "CREATE VIEW v AS SELECT * FROM orders_order"),
    case("materialized-view", "CREATE MATERIALIZED VIEW v AS SELECT 1 AS one"),
    case(
        "foreign-table",
        (
            "CREATE FOREIGN DATA WRAPPER files",
            "CREATE SERVER files FOREIGN DATA WRAPPER files",
            "CREATE FOREIGN TABLE t (a int) SERVER files",
        ),
    ),
    case("sequence", "CREATE SEQUENCE s"),
    case("function", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
    case("storage", "ALTER TABLE orders_order ALTER COLUMN note SET STORAGE EXTERNAL"),
    case("fillfactor", "ALTER TABLE orders_order SET (fillfactor = 70)"),
    case(
        "other-schema",
        ("CREATE SCHEMA other", "CREATE TABLE other.orders_order (x int)"),
    ),
    case("temporary-table", "CREATE TEMPORARY TABLE t (x int)"),
    case("rows", "INSERT INTO catalogue_tag (name) VALUES ('red')"),
]


def test_a_migrated_database_has_no_finding(
    alias: str, connection: BaseDatabaseWrapper
) -> None:
    assert findings(alias) == ()
    assert inspect(alias).databases[0].tables > 20


@pytest.mark.parametrize("damage", [*TABLES, *COLUMNS, *CONSTRAINTS, *INDEXES, *LIVE])
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
    assert findings(alias) == ()
