"""The example shop on MariaDB, damaged by hand in many ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.damage.harness import Damage, case, findings, inspect, restored, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

pytestmark = pytest.mark.vendors("mariadb")

ORDER_FK = "orders_orderline_order_id_17f8f3ef_fk_orders_order_id"
DROP_ORDER_FK = f"ALTER TABLE orders_orderline DROP FOREIGN KEY {ORDER_FK}"
ADD_ORDER_FK = (
    f"ALTER TABLE orders_orderline ADD CONSTRAINT {ORDER_FK} FOREIGN KEY (order_id)"
)
PAYMENT_FK = "orders_payment_order_id_bdccf250_fk_orders_order_id"

DAMAGES = [
    case("table-dropped", "DROP TABLE orders_payment", "error SG101 orders_payment"),
    case(
        "table-renamed",
        "RENAME TABLE orders_payment TO orders_payments",
        "error SG101 orders_payment",
    ),
    case(
        "table-replaced-by-a-view",
        (
            "RENAME TABLE orders_payment TO payment_rows",
            "CREATE VIEW orders_payment AS SELECT * FROM payment_rows",
        ),
        "error SG112 orders_payment",
        "info SG103 payment_rows",
    ),
    case(
        "table-of-another-engine",
        (
            f"ALTER TABLE orders_payment DROP FOREIGN KEY {PAYMENT_FK}",
            "ALTER TABLE orders_payment ENGINE = MyISAM",
        ),
        "error SG112 orders_payment",
        f"warning SG202 orders_payment.{PAYMENT_FK}",
    ),
    case("extra-table", "CREATE TABLE scratch (id integer)", "info SG103 scratch"),
    case(
        "table-comment-changed",
        "ALTER TABLE catalogue_product COMMENT = 'Hands off'",
        "info SG109 catalogue_product",
    ),
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
        "extra-column-nullable",
        "ALTER TABLE orders_payment ADD COLUMN memo text",
        "info SG104 orders_payment.memo",
    ),
    case(
        "extra-column-that-blocks-inserts",
        "ALTER TABLE orders_payment ADD COLUMN memo varchar(9) NOT NULL",
        "error SG104 orders_payment.memo",
    ),
    case(
        "varchar-shortened",
        "ALTER TABLE orders_payment MODIFY provider varchar(10) NOT NULL",
        "error SG105 orders_payment.provider",
    ),
    case(
        "varchar-lengthened",
        "ALTER TABLE orders_payment MODIFY provider varchar(200) NOT NULL",
        "warning SG105 orders_payment.provider",
    ),
    case(
        "seconds-without-fraction",
        "ALTER TABLE orders_payment MODIFY received datetime NOT NULL",
        "error SG105 orders_payment.received",
    ),
    case(
        "unsigned-dropped",
        "ALTER TABLE catalogue_product MODIFY stock int NOT NULL CHECK (stock >= 0)",
        "error SG105 catalogue_product.stock",
    ),
    case(
        "not-null-dropped",
        "ALTER TABLE orders_payment MODIFY amount decimal(12, 2)",
        "warning SG106 orders_payment.amount",
    ),
    case(
        "not-null-added",
        "ALTER TABLE orders_payment MODIFY receipt longblob NOT NULL",
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
        "default-added",
        "ALTER TABLE orders_payment ALTER COLUMN provider SET DEFAULT 'bank'",
        "warning SG107 orders_payment.provider",
    ),
    case(
        "collation-changed",
        "ALTER TABLE orders_payment"
        " MODIFY provider varchar(20) COLLATE utf8mb4_bin NOT NULL",
        "warning SG108 orders_payment.provider",
    ),
    case(
        "column-comment-dropped",
        "ALTER TABLE customers_address MODIFY country varchar(2) NOT NULL",
        "info SG109 customers_address.country",
    ),
    case(
        "generated-column-made-plain",
        "ALTER TABLE orders_orderline MODIFY total decimal(12, 2)",
        "error SG110 orders_orderline.total",
    ),
    case(
        "generated-column-with-another-expression",
        "ALTER TABLE orders_orderline MODIFY total decimal(12, 2)"
        " GENERATED ALWAYS AS (quantity + unit_price) STORED",
        "error SG110 orders_orderline.total",
    ),
    case(
        "auto-increment-dropped",
        "ALTER TABLE orders_payment MODIFY id bigint NOT NULL",
        "error SG111 orders_payment.id",
    ),
    case(
        "primary-key-moved",
        "ALTER TABLE orders_payment DROP PRIMARY KEY, ADD PRIMARY KEY (id, order_id)",
        "error SG201 orders_payment",
    ),
    case(
        "unique-dropped",
        "ALTER TABLE orders_payment DROP INDEX token",
        "error SG202 orders_payment.orders_payment_token_2a6e699c_uniq",
    ),
    case(
        "named-unique-made-plain",
        (
            DROP_ORDER_FK,
            "ALTER TABLE orders_orderline DROP INDEX line_product_once_in_order,"
            " ADD INDEX line_product_once_in_order (order_id, product_id)",
            f"{ADD_ORDER_FK} REFERENCES orders_order (id)",
        ),
        "error SG202 orders_orderline.line_product_once_in_order",
    ),
    case(
        "check-dropped",
        "ALTER TABLE orders_orderline DROP CONSTRAINT line_quantity_positive",
        "warning SG202 orders_orderline.line_quantity_positive",
    ),
    case(
        "foreign-key-dropped",
        DROP_ORDER_FK,
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
        "unique-columns-swapped",
        (
            DROP_ORDER_FK,
            "ALTER TABLE orders_orderline DROP INDEX line_product_once_in_order,"
            " ADD UNIQUE line_product_once_in_order (product_id, order_id)",
            f"{ADD_ORDER_FK} REFERENCES orders_order (id)",
        ),
        "warning SG203 orders_orderline.line_product_once_in_order",
    ),
    case(
        "extra-unique",
        "ALTER TABLE catalogue_supplier ADD CONSTRAINT one_email UNIQUE (email)",
        "error SG204 catalogue_supplier.one_email",
    ),
    case(
        "extra-check",
        "ALTER TABLE catalogue_supplier ADD CONSTRAINT no_x CHECK (name <> 'x')",
        "error SG204 catalogue_supplier.no_x",
    ),
    case(
        "extra-foreign-key",
        "ALTER TABLE catalogue_tag ADD CONSTRAINT odd"
        " FOREIGN KEY (id) REFERENCES catalogue_supplier (id)",
        "warning SG204 catalogue_tag.odd",
    ),
    case(
        "foreign-key-to-another-table",
        (DROP_ORDER_FK, f"{ADD_ORDER_FK} REFERENCES orders_payment (id)"),
        f"error SG206 orders_orderline.{ORDER_FK}",
    ),
    case(
        "foreign-key-cascades",
        (
            DROP_ORDER_FK,
            f"{ADD_ORDER_FK} REFERENCES orders_order (id) ON DELETE CASCADE",
        ),
        f"error SG207 orders_orderline.{ORDER_FK}",
    ),
    case(
        "index-dropped",
        "DROP INDEX order_queue ON orders_order",
        "warning SG301 orders_order.order_queue",
    ),
    case(
        "index-direction-changed",
        "ALTER TABLE catalogue_product DROP INDEX product_newest,"
        " ADD INDEX product_newest (category_id, created)",
        "warning SG302 catalogue_product.product_newest",
    ),
    case(
        "index-cut-to-a-prefix",
        "ALTER TABLE orders_order DROP INDEX order_queue,"
        " ADD INDEX order_queue (status(3), placed)",
        "warning SG302 orders_order.order_queue",
    ),
    case(
        "index-renamed",
        "ALTER TABLE orders_order RENAME INDEX order_queue TO order_line_up",
        "info SG304 orders_order.order_queue",
    ),
    case(
        "duplicate-index",
        "CREATE INDEX order_queue_2 ON orders_order (status, placed)",
        "info SG305 orders_order.order_queue_2",
    ),
    case(
        "extra-index",
        "CREATE INDEX by_ip ON orders_order (customer_ip)",
        "info SG306 orders_order.by_ip",
    ),
]

DAMAGES += [
    case(
        "index-ignored",
        "ALTER TABLE orders_order ALTER INDEX order_queue IGNORED",
        "warning SG303 orders_order.order_queue",
    ),
    case(
        "unique-ignored",
        "ALTER TABLE catalogue_tag ALTER INDEX name IGNORED",
        "warning SG303 catalogue_tag.name",
    ),
    case(
        "index-of-a-foreign-key-ignored",
        f"ALTER TABLE orders_payment ALTER INDEX {PAYMENT_FK} IGNORED",
        f"warning SG303 orders_payment.{PAYMENT_FK}",
    ),
    case(
        "numbers-mostly-used",
        "ALTER TABLE catalogue_tag AUTO_INCREMENT = 9000000000000000000",
        "warning SG403 catalogue_tag.id",
    ),
    case(
        "audit-trigger",
        "CREATE TRIGGER audit AFTER INSERT ON orders_order FOR EACH ROW SET @n = 1",
        "info SG406 orders_order.audit",
    ),
]

HARMLESS = [
    case(
        "extra-index-ignored",
        "CREATE INDEX by_hand ON orders_payment (amount) IGNORED",
        "info SG306 orders_payment.by_hand",
    ),
    case("view", "CREATE VIEW v AS SELECT * FROM orders_order"),
    case("sequence", "CREATE SEQUENCE s"),
    case(
        "generated-index-renamed",
        "ALTER TABLE orders_payment RENAME INDEX orders_payment_received_67dee1ec TO x",
    ),
    case(
        "check-in-other-words",
        (
            "ALTER TABLE orders_orderline DROP CONSTRAINT line_quantity_positive",
            "ALTER TABLE orders_orderline"
            " ADD CONSTRAINT line_quantity_positive CHECK ((`quantity`)>((0)))",
        ),
    ),
    case(
        "foreign-key-index-of-its-own",
        "CREATE INDEX by_order ON orders_payment (order_id)",
        "info SG306 orders_payment.by_order",
    ),
]


@pytest.fixture(autouse=True)
def as_before(alias: str, connection: BaseDatabaseWrapper) -> Iterator[None]:
    with restored(connection):
        yield


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
