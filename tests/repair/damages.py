"""What is done to each database, to be mended; and what mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.damage.harness import Damage, case

if TYPE_CHECKING:
    from collections.abc import Iterator

ORDER_FK = "orders_orderline_order_id_17f8f3ef_fk_orders_order_id"
LINE_UNIQUE = "line_product_once_in_order"
USER = (
    "INSERT INTO customers_customer (id, username, password, is_superuser, first_name,"
    " last_name, email, is_staff, is_active, date_joined, phone, newsletter) VALUES"
    " (1, 'a', '', false, '', '', '', false, true, '2024-01-01', '', false)"
)
CATEGORIES = (
    "INSERT INTO catalogue_category (id, name, slug) VALUES (1, 'x', 'x')",
    "INSERT INTO catalogue_category (id, name, slug) VALUES (2, 'y', 'y')",
)
# Which databases each repair is shown on below; the page on repairs agrees.
MENDED = {
    "create_extension": {"postgresql"},
    "create_table": {"postgresql", "mariadb", "sqlite"},
    "add_column": {"postgresql", "mariadb", "sqlite"},
    "set_numbering": {"postgresql", "mariadb"},
    "set_not_null": {"postgresql", "mariadb"},
    "set_default": {"postgresql", "mariadb"},
    "rebuild_index": {"postgresql"},
    "use_index": {"mariadb"},
    "add_primary_key": {"postgresql", "mariadb"},
    "add_index": {"postgresql", "mariadb", "sqlite"},
    "add_unique": {"postgresql", "mariadb", "sqlite"},
    "add_exclusion": {"postgresql"},
    "add_check": {"postgresql", "mariadb"},
    "add_foreign_key": {"postgresql", "mariadb"},
    "validate_constraint": {"postgresql"},
    "set_comment": {"postgresql", "mariadb"},
    "set_sequence": {"postgresql"},
}

ALL = [
    case("column-nullable", "ALTER TABLE catalogue_product DROP COLUMN weight"),
    case("column-empty-table", "ALTER TABLE orders_payment DROP COLUMN amount"),
    case(
        "column-blank",
        (*CATEGORIES, "ALTER TABLE orders_payment DROP COLUMN provider"),
    ),
]
DEFAULTED = [
    case(
        "column-constant-default",
        (USER, "ALTER TABLE customers_customer DROP COLUMN is_staff"),
    ),
    case(
        "column-blank-text",
        (USER, "ALTER TABLE customers_customer DROP COLUMN last_name"),
    ),
]
POSTGRESQL = [
    *ALL,
    *DEFAULTED,
    case("table", "DROP TABLE orders_payment"),
    case(
        "tables",
        (
            "DROP VIEW IF EXISTS orders_turnover",
            "DROP TABLE orders_orderline, orders_payment, catalogue_review",
        ),
    ),
    case(
        "table-with-dependents",
        "DROP TABLE catalogue_tag CASCADE",
    ),
    case("many-to-many-table", "DROP TABLE catalogue_product_tags"),
    case("table-in-another-namespace", "DROP TABLE annex.moved"),
    case("table-of-odd-name", 'DROP TABLE "Kitchen Odd-Names"'),
    case("table-of-every-type", "DROP TABLE kitchen_plain"),
    case("table-of-defaults", "DROP TABLE kitchen_defaults"),
    case("table-of-uniques", "DROP TABLE kitchen_uniques"),
    case("table-of-checks", "DROP TABLE kitchen_checks"),
    case(
        "table-with-comments", "DROP TABLE kitchen_commented, pgkitchen_named CASCADE"
    ),
    case("table-of-indexes", "DROP TABLE pgkitchen_operators, pgkitchen_methods"),
    case(
        "table-of-exclusions",
        "DROP TABLE pgkitchen_excluded, pgkitchen_booking CASCADE",
    ),
    case("column-unique", "ALTER TABLE orders_payment DROP COLUMN token"),
    case(
        "column-foreign-key",
        "ALTER TABLE orders_orderline DROP COLUMN order_id CASCADE",
    ),
    case(
        "columns-of-odd-names",
        'ALTER TABLE "Kitchen Odd-Names" DROP COLUMN "a.b",'
        ' DROP COLUMN "Two Words", DROP COLUMN "$price"',
    ),
    case(
        "column-db-default",
        (*CATEGORIES, "ALTER TABLE catalogue_category DROP COLUMN position"),
    ),
    case("column-now", "ALTER TABLE catalogue_product DROP COLUMN created"),
    case(
        "column-generated",
        (
            "DROP VIEW IF EXISTS orders_turnover",
            "ALTER TABLE orders_orderline DROP COLUMN total",
        ),
    ),
    case("column-commented", "ALTER TABLE customers_address DROP COLUMN country"),
    case("column-per-row", "ALTER TABLE orders_order DROP COLUMN reference"),
    case("index", "DROP INDEX address_place"),
    case("index-expression", "DROP INDEX product_name_lower"),
    case("index-generated-name", "DROP INDEX orders_payment_received_67dee1ec"),
    case("unique", f"ALTER TABLE orders_orderline DROP CONSTRAINT {LINE_UNIQUE}"),
    case("unique-partial", "DROP INDEX order_one_basket_each"),
    case(
        "unique-deferrable", "ALTER TABLE kitchen_uniques DROP CONSTRAINT uniques_late"
    ),
    case("unique-covering", "DROP INDEX uniques_cover"),
    case("unique-expression", "DROP INDEX uniques_lower"),
    case(
        "check", "ALTER TABLE orders_orderline DROP CONSTRAINT line_quantity_positive"
    ),
    case(
        "check-of-field",
        "ALTER TABLE catalogue_product DROP CONSTRAINT catalogue_product_stock_check",
    ),
    case(
        "check-with-percent", "ALTER TABLE kitchen_checks DROP CONSTRAINT checks_like"
    ),
    case("foreign-key", f"ALTER TABLE orders_orderline DROP CONSTRAINT {ORDER_FK}"),
    case(
        "primary-key",
        "ALTER TABLE orders_payment DROP CONSTRAINT orders_payment_pkey,"
        " ALTER COLUMN id DROP IDENTITY, ALTER COLUMN id DROP NOT NULL,"
        " ALTER COLUMN id SET NOT NULL",
    ),
    case("exclusion", "ALTER TABLE pgkitchen_excluded DROP CONSTRAINT excluded_all"),
    case("default", "ALTER TABLE orders_order ALTER COLUMN status DROP DEFAULT"),
    case(
        "default-now", "ALTER TABLE catalogue_product ALTER COLUMN created DROP DEFAULT"
    ),
    case("table-comment", "COMMENT ON TABLE catalogue_product IS NULL"),
    case("column-comment", "COMMENT ON COLUMN customers_address.country IS NULL"),
    case("identity", "ALTER TABLE catalogue_tag ALTER COLUMN id DROP IDENTITY"),
    case(
        "identity-always",
        "ALTER TABLE customers_address ALTER COLUMN id SET GENERATED ALWAYS",
    ),
    case(
        "sequence-behind",
        (
            # Makes the transaction keep the sequence's place, too.
            "ALTER TABLE catalogue_tag ALTER COLUMN id RESTART WITH 1",
            "INSERT INTO catalogue_tag (id, name) VALUES (7, 'red')",
        ),
    ),
    case(
        "sequence-not-owned",
        (
            "ALTER TABLE catalogue_review ALTER COLUMN id DROP IDENTITY",
            "CREATE SEQUENCE review_numbers",
            "ALTER TABLE catalogue_review ALTER COLUMN id"
            " SET DEFAULT nextval('review_numbers')",
        ),
    ),
    case("extension", "DROP EXTENSION plpgsql"),
    case(
        "check-not-validated",
        (
            "ALTER TABLE orders_orderline DROP CONSTRAINT line_quantity_positive",
            "ALTER TABLE orders_orderline ADD CONSTRAINT line_quantity_positive"
            " CHECK (quantity > 0) NOT VALID",
        ),
    ),
    case(
        "foreign-key-not-validated",
        (
            f"ALTER TABLE orders_orderline DROP CONSTRAINT {ORDER_FK}",
            f"ALTER TABLE orders_orderline ADD CONSTRAINT {ORDER_FK} FOREIGN KEY"
            " (order_id) REFERENCES orders_order (id) DEFERRABLE INITIALLY DEFERRED"
            " NOT VALID",
        ),
    ),
    case(
        "null-allowed", "ALTER TABLE catalogue_product ALTER COLUMN price DROP NOT NULL"
    ),
]
SQLITE = [
    *ALL,
    case("table", "DROP TABLE orders_payment"),
    case("many-to-many-table", "DROP TABLE catalogue_product_tags"),
    case("table-of-odd-name", 'DROP TABLE "Kitchen Odd-Names"'),
    case("table-of-every-type", "DROP TABLE kitchen_plain"),
    case("table-of-defaults", "DROP TABLE kitchen_defaults"),
    case("table-of-uniques", "DROP TABLE kitchen_uniques"),
    case("table-of-checks", "DROP TABLE kitchen_checks"),
    case("unique-partial", "DROP INDEX order_one_basket_each"),
    case("index-generated-name", "DROP INDEX orders_payment_received_67dee1ec"),
    case(
        "column-db-default",
        (*CATEGORIES, "ALTER TABLE catalogue_category DROP COLUMN position"),
    ),
    case(
        "column-commented",
        (
            "DROP INDEX address_place",
            "ALTER TABLE customers_address DROP COLUMN country",
        ),
    ),
    case("index", "DROP INDEX address_place"),
    case("index-expression", "DROP INDEX product_name_lower"),
]
MARIADB = [
    *ALL,
    *DEFAULTED,
    case("table", "DROP TABLE orders_payment"),
    case("tables", "DROP TABLE orders_orderline, orders_payment, catalogue_review"),
    case("many-to-many-table", "DROP TABLE catalogue_product_tags"),
    case("table-of-odd-name", "DROP TABLE `Kitchen Odd-Names`"),
    case("table-of-every-type", "DROP TABLE kitchen_plain"),
    case("table-of-defaults", "DROP TABLE kitchen_defaults"),
    case("table-of-uniques", "DROP TABLE kitchen_uniques"),
    case("table-of-checks", "DROP TABLE kitchen_checks"),
    case("table-with-comments", "DROP TABLE kitchen_commented"),
    case("column-unique", "ALTER TABLE orders_payment DROP COLUMN token"),
    case(
        "column-db-default",
        (*CATEGORIES, "ALTER TABLE catalogue_category DROP COLUMN position"),
    ),
    case("column-now", "ALTER TABLE kitchen_defaults DROP COLUMN moment"),
    case("column-generated", "ALTER TABLE orders_orderline DROP COLUMN total"),
    case("column-per-row", "ALTER TABLE orders_order DROP COLUMN reference"),
    case("index", "DROP INDEX address_place ON customers_address"),
    case("index-ignored", "ALTER TABLE orders_order ALTER INDEX order_queue IGNORED"),
    # The server takes the column out of the index, and leaves that.
    case("column-in-index", "ALTER TABLE customers_address DROP COLUMN country"),
    case("unique", "ALTER TABLE catalogue_tag DROP INDEX name"),
    case(
        "check", "ALTER TABLE orders_orderline DROP CONSTRAINT line_quantity_positive"
    ),
    case(
        "primary-key",
        "ALTER TABLE orders_payment MODIFY id bigint NOT NULL, DROP PRIMARY KEY",
    ),
    case("foreign-key", f"ALTER TABLE orders_orderline DROP FOREIGN KEY {ORDER_FK}"),
    case("default", "ALTER TABLE orders_order ALTER COLUMN status DROP DEFAULT"),
    case("table-comment", "ALTER TABLE catalogue_product COMMENT = ''"),
    case(
        "identity",
        "SET STATEMENT foreign_key_checks=0 FOR"
        " ALTER TABLE catalogue_tag MODIFY id bigint NOT NULL",
    ),
    case(
        "null-allowed", "ALTER TABLE catalogue_product MODIFY price decimal(10,2) NULL"
    ),
]
DAMAGES = {"postgresql": POSTGRESQL, "sqlite": SQLITE, "mariadb": MARIADB}
SEEDS = (USER, *CATEGORIES)
# Damages of one round do not meet; those of tables have a round of their own.
ROUNDS = {
    "table-comment": 1,
    "table": 3,
    "check-not-validated": 3,
    "foreign-key-not-validated": 3,
    "column-commented": 3,
    "column-in-index": 3,
    "column-now": 3,
    "sequence-behind": 3,
    "sequence-not-owned": 3,
    "column-foreign-key": 4,
}


def _round(name: str) -> int:
    whole = name.startswith(("table", "many-to-many"))
    return ROUNDS.get(name, 2 if whole else 1)


def rounds(vendor: str) -> Iterator[dict[str, Damage]]:
    """Yield damages that are done at once: rows first, once each, and columns last."""
    cases = {each.id: each.values[0].sql for each in DAMAGES[vendor]}
    names = sorted(cases, key=lambda name: name.startswith("column"))
    for number in range(1, 5):
        found = {name: cases[name] for name in names if _round(name) == number}
        rows = [sql for name in found for sql in found[name] if sql in SEEDS]
        if found:
            yield {
                "rows": Damage(tuple(dict.fromkeys(rows)), ()),
                **{
                    name: Damage(tuple(it for it in sqls if it not in SEEDS), ())
                    for name, sqls in found.items()
                },
            }
