"""What is refused, why, and with which rows; what is asked for; what is left alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.db.models.functions import Random

from django_schemaguard.backends.repair import for_connection
from django_schemaguard.core.plan import Plan, Refusal
from django_schemaguard.repair.planning import Choices
from django_schemaguard.repair.sources import sources
from tests.damage.harness import Damage, findings, restored, run
from tests.ledger.conftest import role
from tests.repair.applying import JOB, apply, planned, undo
from tests.repair.damages import CATEGORIES, USER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

PRODUCT = (
    "INSERT INTO catalogue_product (id, category_id, name, slug, sku, description,"
    " price, stock, attributes, active)"
    " VALUES ({0}, 1, 'a', 's{0}', 'k{0}', '', {1}, 0, '{{}}', true)"
)

EMPTIED = (
    "catalogue_product",
    "catalogue_category",
    "orders_order",
    "kitchen_defaults",
)


@pytest.fixture(autouse=True)
def as_before(alias: str, connection: BaseDatabaseWrapper) -> Iterator[None]:
    if connection.vendor != "mysql":
        yield
        return
    with restored(connection):
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET foreign_key_checks = 0")
            for table in EMPTIED:
                cursor.execute(f"DELETE FROM {table}")
            cursor.execute("DELETE FROM customers_customer")
            cursor.execute("SET foreign_key_checks = 1")


def do(connection: BaseDatabaseWrapper, *sql: str) -> None:
    run(connection, Damage(sql, ()))


def settled(connection: BaseDatabaseWrapper) -> None:
    if connection.vendor == "postgresql":
        do(connection, "SET CONSTRAINTS ALL IMMEDIATE")


def only(plan: Plan) -> Refusal:
    """Return the one refusal of what is no matter of Django's own."""
    worse = [it for it in plan.refusals if it.verdict.cause.value != "upgrade_residue"]
    # Rows that come with a number put PostgreSQL's sequences behind.
    assert {step.kind for step in plan.steps} <= {"set_sequence"}
    (refusal,) = worse
    return refusal


@pytest.mark.vendors("postgresql", "mariadb")
def test_rows_that_break_a_check_are_counted_and_shown(alias, connection) -> None:
    settled(connection)
    do(
        connection,
        "ALTER TABLE catalogue_product DROP CONSTRAINT product_price_not_negative",
        CATEGORIES[0],
        *(PRODUCT.format(key, -1) for key in range(1, 13)),
    )
    refusal = only(planned(alias))
    assert refusal.reason == "Rows break it."
    assert refusal.count == 12
    assert refusal.sample == tuple(map(str, range(1, 11)))
    with connection.cursor() as cursor:
        cursor.execute(refusal.query)
        assert len(cursor.fetchall()) == 12
    assert refusal.hint == "Mend these rows first."
    do(connection, "UPDATE catalogue_product SET price = 1")
    settled(connection)
    apply(planned(alias))
    assert findings(alias) == ()


@pytest.mark.slow
@pytest.mark.vendors("postgresql", "mariadb")
def test_orphans_are_counted_and_shown(alias, connection) -> None:
    settled(connection)
    constraint = "catalogue_product_category_id_a2c08aa6_fk_catalogue_category_id"
    word = "FOREIGN KEY" if connection.vendor == "mysql" else "CONSTRAINT"
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "catalogue_product")
    (constraint,) = [
        name
        for name, it in found.items()
        if it["foreign_key"] and it["columns"] == ["category_id"]
    ]
    do(
        connection,
        f"ALTER TABLE catalogue_product DROP {word} {constraint}",
        PRODUCT.format(5, 1),
    )
    refusal = only(planned(alias))
    assert refusal.reason == "Rows refer to what is not in 'catalogue_category'."
    assert (refusal.count, refusal.sample) == (1, ("5",))


@pytest.mark.vendors("postgresql", "sqlite")
def test_values_that_stand_twice_are_counted_and_shown(alias, connection) -> None:
    settled(connection)
    do(
        connection,
        "DROP INDEX order_one_basket_each",
        USER,
        "INSERT INTO orders_order (id, reference, customer_id, note)"
        " VALUES (1, '7b2d0f5a6f6a4c6d8a3b8d1f0c9e4a11', 1, ''),"
        " (2, '7b2d0f5a6f6a4c6d8a3b8d1f0c9e4a12', 1, '')",
    )
    refusal = only(planned(alias))
    assert refusal.reason == "Values stand more than once."
    assert (refusal.count, refusal.sample) == (1, ("1, 2",))


@pytest.mark.slow
@pytest.mark.vendors("postgresql", "mariadb")
def test_no_value_is_invented(alias, connection) -> None:
    settled(connection)
    do(connection, USER)
    settled(connection)
    do(connection, "ALTER TABLE customers_customer DROP COLUMN date_joined")
    plan = planned(alias)
    refusals = [it for it in plan.refusals if it.verdict.finding.code == "SG102"]
    # Django's own user model has a default that tells the time.
    assert [it.reason for it in refusals] == [
        "Each row needs a value of its own in 'date_joined'."
    ]


def test_rows_without_a_value_refuse_the_column(alias, connection) -> None:
    settled(connection)
    do(connection, *CATEGORIES)
    settled(connection)
    sql = "ALTER TABLE catalogue_category DROP COLUMN name"
    do(connection, sql)
    refusal = only(planned(alias))
    assert refusal.reason == "Rows are there, and no value is known for 'name'."
    assert (refusal.count, refusal.sample) == (2, ("1", "2"))


@pytest.mark.vendors("postgresql", "mariadb")
def test_each_row_gets_a_value_of_its_own(alias, connection) -> None:
    settled(connection)
    do(
        connection,
        USER,
        "INSERT INTO orders_order (id, reference, customer_id, note, status)"
        " VALUES (1, '7b2d0f5a6f6a4c6d8a3b8d1f0c9e4a11', 1, '', 'cancelled'),"
        " (2, '7b2d0f5a6f6a4c6d8a3b8d1f0c9e4a12', 1, '', 'cancelled')",
    )
    settled(connection)
    do(connection, "ALTER TABLE orders_order DROP COLUMN reference")
    assert only(planned(alias)).hint == (
        "Let them be written in batches with --backfill."
    )
    plan = planned(alias, backfill=True)
    apply(plan)
    assert findings(alias) == ()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT reference) FROM orders_order")
        assert cursor.fetchone() == (2,)
    with pytest.raises(AssertionError, match="holds values of its own"):
        undo(plan)


@pytest.mark.slow
@pytest.mark.vendors("postgresql", "mariadb")
def test_a_backfill_goes_on_where_it_stopped(alias, connection) -> None:
    settled(connection)
    do(
        connection,
        USER,
        "INSERT INTO orders_order (id, reference, customer_id, note, status)"
        " VALUES (1, '7b2d0f5a6f6a4c6d8a3b8d1f0c9e4a11', 1, '', 'cancelled')",
    )
    settled(connection)
    kind = "uuid" if connection.vendor == "postgresql" else "char(32)"
    if connection.vendor == "postgresql":
        do(connection, "ALTER TABLE orders_order ALTER reference DROP NOT NULL")
    else:
        with connection.cursor() as cursor:
            cursor.execute("SHOW COLUMNS FROM orders_order LIKE 'reference'")
            kind = cursor.fetchone()[1]
        do(connection, f"ALTER TABLE orders_order MODIFY reference {kind} NULL")
    do(connection, "UPDATE orders_order SET reference = NULL")
    assert only(planned(alias)).reason == "NOT NULL is set only where it is asked for."
    apply(planned(alias, backfill=True))
    assert findings(alias) == ()


@pytest.mark.vendors("postgresql", "mariadb")
def test_values_given_are_looked_at_before_a_column_is_dropped(
    alias, connection
) -> None:
    settled(connection)
    do(connection, USER)
    settled(connection)
    do(connection, "ALTER TABLE customers_customer DROP COLUMN is_staff")
    plan = planned(alias)
    apply(plan)
    do(connection, "UPDATE customers_customer SET is_staff = true")
    settled(connection)
    with pytest.raises(AssertionError, match="is_staff' holds values of its own"):
        undo(plan)


@pytest.mark.vendors("postgresql", "mariadb")
def test_what_a_default_gave_is_no_value_of_its_own(alias, connection) -> None:
    row = "INSERT INTO kitchen_defaults (python_only) VALUES (7)"
    do(connection, row, row)
    for column in ("moment", "expression", "lowered"):
        do(connection, f"ALTER TABLE kitchen_defaults DROP COLUMN {column}")
    plan = planned(alias)
    apply(plan)
    assert findings(alias) == ()
    undo(plan)
    apply(plan)
    do(connection, row)
    with pytest.raises(AssertionError, match="moment' holds values of its own"):
        undo(plan)


@pytest.mark.vendors("postgresql", "mariadb")
def test_values_that_a_default_gave_row_by_row_stay(
    alias, connection, monkeypatch
) -> None:
    row = "INSERT INTO kitchen_defaults (python_only) VALUES (7)"
    do(connection, row)
    source = sources(connection, JOB).by_model["kitchen.Defaults"]
    field = source.field("expression")
    monkeypatch.setattr(field, "db_default", Random())
    monkeypatch.setitem(vars(field), "_db_default_expression", Random())
    do(connection, "ALTER TABLE kitchen_defaults DROP COLUMN expression")
    writer = for_connection(connection)
    work = writer.add_column(source, "expression", Choices())
    assert [(it.reverse, it.kept) for it in work.stages] == [
        ((), "the default gives each row that is there a value of its own")
    ]


@pytest.mark.vendors("postgresql")
def test_large_tables_are_not_rewritten_unasked(alias, connection) -> None:
    text = "INSERT INTO kitchen_generated (first, last, price, amount) VALUES"
    do(connection, f"{text} ('a', 'b', 1, 1), ('c', 'd', 1, 1)")
    do(connection, "ALTER TABLE kitchen_generated DROP COLUMN name")
    assert only(planned(alias, row_limit=1)).reason == (
        "The column is generated and stored, so all rows of 'kitchen_generated' would"
        " be written under ACCESS EXCLUSIVE."
    )
    assert len(planned(alias, row_limit=2).steps) == 1
    (step,) = planned(alias, row_limit=1, accept_rewrite=True).steps
    assert step.notes == ("The column is generated and stored; all rows are written.",)


@pytest.mark.vendors("postgresql")
def test_partitioned_tables_are_not_locked_for_long(alias, connection) -> None:
    do(
        connection,
        "CREATE TABLE parted (LIKE orders_payment INCLUDING DEFAULTS"
        " INCLUDING IDENTITY INCLUDING COMMENTS) PARTITION BY HASH (id)",
        "CREATE TABLE parted_0 PARTITION OF parted"
        " FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
        "ALTER TABLE parted ADD PRIMARY KEY (id)",
        "DROP TABLE orders_payment",
        "ALTER TABLE parted RENAME TO orders_payment",
    )
    plan = planned(alias)
    reasons = [it.reason for it in plan.refusals]
    building = "'orders_payment' is partitioned, so nothing is built concurrently."
    key = "'orders_payment' is partitioned, so the key cannot be added NOT VALID."
    assert reasons.count(building) >= 2
    old = connection.pg_version < 180_000
    assert reasons.count(key) == int(old)
    assert [it.kind for it in plan.steps] == ([] if old else ["add_foreign_key"])


@pytest.mark.vendors("postgresql")
def test_somebody_elses_name_is_not_taken(alias, connection) -> None:
    do(
        connection,
        "DROP INDEX address_place",
        "CREATE SEQUENCE address_place",
        "DROP TABLE orders_payment",
        "CREATE SEQUENCE orders_payment",
    )
    reasons = {it.reason for it in planned(alias).refusals}
    assert {
        "The name 'address_place' is taken by another relation.",
        "The name 'orders_payment' is taken by a sequence.",
    } <= reasons


@pytest.mark.vendors("postgresql")
def test_rows_of_a_lost_table_are_not_forgotten(alias, connection) -> None:
    do(connection, *CATEGORIES)
    do(connection, PRODUCT.format(1, 1))
    do(connection, "SET CONSTRAINTS ALL IMMEDIATE")
    do(connection, "DROP TABLE catalogue_category CASCADE")
    plan = planned(alias)
    assert "create_table" in {step.kind for step in plan.steps}
    (refusal,) = [it for it in plan.refusals if it.count]
    assert refusal.reason == "Rows refer to 'catalogue_category', which is lost."
    assert refusal.sample == ("1",)


@pytest.mark.slow
def test_extras_and_other_definitions_are_left_alone(alias, connection) -> None:
    do(
        connection,
        "CREATE TABLE scratch (id integer)",
        "CREATE INDEX by_provider ON orders_payment (provider)",
    )
    plan = planned(alias)
    assert plan.steps == ()
    told = {
        it.verdict.finding.code: it.reason
        for it in plan.refusals
        if it.verdict.cause.value == "undeclared"
    }
    assert told == {
        "SG103": "Nothing that is there is ever dropped.",
        "SG306": "Nothing that is there is ever dropped.",
    }


@pytest.mark.vendors("postgresql")
def test_what_has_no_cause_is_told_and_errors_come_first(alias, connection) -> None:
    do(
        connection,
        "CREATE TABLE scratch (id integer)",
        "ALTER TABLE catalogue_tag ALTER COLUMN id RESTART WITH 9000000000000000000",
        "ALTER TABLE catalogue_tag ALTER COLUMN name TYPE varchar(30)",
    )
    refusals = planned(alias).refusals
    told = [it for it in refusals if it.verdict.cause.value != "upgrade_residue"]
    assert [(it.verdict.finding.code, it.reason) for it in told] == [
        ("SG105", "No addition mends it."),
        ("SG403", "No addition mends it."),
        ("SG103", "Nothing that is there is ever dropped."),
    ]


@pytest.mark.slow
def test_apps_that_nobody_asked_for_are_left_out(alias, connection) -> None:
    do(connection, "DROP TABLE orders_payment")
    assert planned(alias, apps=frozenset({"catalogue"})).steps == ()
    assert planned(alias, apps=frozenset({"orders"})).steps != ()


@pytest.mark.vendors("sqlite")
def test_sqlite_keeps_undeclared_columns_triggers_and_indexes(
    alias, connection
) -> None:
    do(
        connection,
        "ALTER TABLE orders_payment ADD COLUMN memo text",
        "CREATE INDEX by_memo ON orders_payment (memo)",
        "CREATE TRIGGER stamp AFTER UPDATE ON orders_payment BEGIN SELECT 1; END",
        "ALTER TABLE orders_payment DROP COLUMN receipt",
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type <> 'table'")
        before = sorted(cursor.fetchall(), key=str)
    apply(planned(alias))
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type <> 'table'")
        assert sorted(cursor.fetchall(), key=str) == before
        cursor.execute("SELECT memo, receipt FROM orders_payment")


def test_the_same_database_gives_the_same_plan(alias, connection) -> None:
    do(connection, "DROP TABLE orders_payment")
    once, again = planned(alias), planned(alias)
    assert [replace(step, verdict=None) for step in once.steps] == [
        replace(step, verdict=None) for step in again.steps
    ]
    assert once.fingerprint == again.fingerprint != ""


def lost(alias: str, **choices: bool) -> dict[str, str]:
    made = planned(alias, **choices)
    added = [it for it in made.steps if it.kind == "add_column"]
    assert not any(it.warnings for it in made.steps if it not in added)
    return {
        str(it.verdict.finding.object): "".join(w for w in it.warnings if "gone" in w)
        for it in added
    }


def test_values_of_a_dropped_column_are_said_to_be_gone(alias, connection) -> None:
    rows = (CATEGORIES[0], PRODUCT.format(1, 2))
    drop = "ALTER TABLE {} DROP COLUMN {}"
    do(connection, *rows)
    settled(connection)
    do(
        connection,
        drop.format("catalogue_product", "weight"),
        drop.format("catalogue_category", "position"),
        drop.format("catalogue_product", "description"),
        drop.format("orders_payment", "amount"),
    )
    assert lost(alias) == {
        "amount": "",
        "description": "The values that 'description' had are gone; its rows get the"
        " model's default.",
        "position": "The values that 'position' had are gone; its rows get the"
        " database default.",
        "weight": "The values that 'weight' had are gone; its rows get NULL.",
    }


@pytest.mark.vendors("postgresql")
def test_role_that_may_not_see_the_rows_can_plan(alias, connection) -> None:
    do(
        connection,
        "ALTER TABLE catalogue_product DROP COLUMN weight",
        "ALTER TABLE orders_payment DROP COLUMN receipt",
    )
    with role("GRANT SELECT ON django_migrations TO {role}"):
        assert lost(alias) == {
            "receipt": "The values that 'receipt' had are gone; its rows get NULL.",
            "weight": "The values that 'weight' had are gone; its rows get NULL.",
        }


@pytest.mark.vendors("sqlite")
def test_sqlite_is_not_sent_to_a_backfill_that_it_refuses(alias, connection) -> None:
    source = sources(connection, JOB).by_model["kitchen.Tray"]
    writer = for_connection(connection)
    remake = (
        "Have a RunPython of a new migration call"
        " schema_editor._remake_table(apps.get_model('kitchen', 'Tray'))."
    )
    reason = "SQLite cannot set NOT NULL without making the table anew."
    for choices in (Choices(), Choices(backfill=True)):
        found = writer.set_not_null(source, "size", choices)
        assert (found.reason, found.hint) == (reason, remake)
    do(connection, "INSERT INTO kitchen_tray (dish_id, size) VALUES (NULL, 1)")
    found = writer.set_not_null(source, "dish_id", Choices())
    assert found.reason == f"{reason} Rows hold NULL."
    assert found.hint == f"Fill the NULLs first. {remake}"


@pytest.mark.vendors("sqlite")
def test_default_that_sqlite_keeps_is_foretold(alias, connection) -> None:
    do(connection, CATEGORIES[0], PRODUCT.format(1, 2))
    do(connection, "ALTER TABLE catalogue_product DROP COLUMN description")
    made = planned(alias)
    (step,) = made.steps
    assert step.warnings[1:] == (
        "SQLite keeps the default of 'description', which 'validate' reports as SG107.",
    )
    apply(made)
    assert findings(alias) == ("warning SG107 catalogue_product.description",)


@pytest.mark.vendors("postgresql")
@pytest.mark.parametrize(
    ("table", "column", "given"),
    [
        pytest.param("orders_order", "reference", "new ones", id="each"),
        pytest.param("catalogue_review", "written", "the time of planning", id="now"),
    ],
)
def test_what_else_rows_get_in_place_of_what_is_gone(
    alias, connection, table: str, column: str, given: str
) -> None:
    do(
        connection,
        *(USER, CATEGORIES[0], PRODUCT.format(1, 2)),
        "INSERT INTO orders_order (id, reference, note, customer_id)"
        " VALUES (1, gen_random_uuid(), '', 1)",
        "INSERT INTO catalogue_review (id, stars, text, written, product_id)"
        " VALUES (1, 5, '', now(), 1)",
    )
    settled(connection)
    do(connection, f"ALTER TABLE {table} DROP COLUMN {column}")
    told = lost(alias, backfill=True, invent=True)[column]
    assert told == f"The values that '{column}' had are gone; its rows get {given}."


@pytest.mark.vendors("postgresql")
def test_column_that_never_was_there_has_lost_nothing(alias, connection) -> None:
    do(
        connection,
        *(USER, "ALTER TABLE orders_order DROP COLUMN customer_ip"),
        "INSERT INTO orders_order (id, reference, note, customer_id)"
        " VALUES (1, gen_random_uuid(), '', 1)",
    )
    settled(connection)
    do(connection, "DROP TABLE orders_payment")
    assert lost(alias) == {"customer_ip": ""}
