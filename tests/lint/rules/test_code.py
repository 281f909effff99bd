"""What Python code and SQL in migrations is told for."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import AbstractUser
from django.db import migrations

from customers.models import Customer
from customers.models import Customer as Buyer
from tests.lint.judged import (
    ORDER,
    Told,
    found,
    looked_at,
    migration,
    model,
    text,
)

VENDORS = ("postgresql", "mariadb", "sqlite")
NOOP = migrations.RunPython.noop
ADD = migrations.AddField("order", "new", text(null=True))


def python(code: Any, back: Any = NOOP) -> Any:
    return migrations.RunPython(code, back)


def sql(text: Any, back: Any = migrations.RunSQL.noop) -> Any:
    return migrations.RunSQL(text, back)


# SG550


@pytest.mark.parametrize("vendor", VENDORS)
def test_python_without_a_way_back(vendor: str) -> None:
    def fill(apps, editor):  # type: ignore[no-untyped-def]
        apps.get_model("shop", "Order").objects.filter(ref="").update(ref="?")

    operation = migrations.RunPython(fill)
    message = "RunPython (fill) cannot be undone."

    assert found("SG550", [ORDER], operation, vendor=vendor) == [
        Told("SG550", "warning", message)
    ]
    assert found("SG550", [ORDER], python(fill), vendor=vendor) == []


# SG551


def uses_it(apps, editor):  # type: ignore[no-untyped-def]
    Customer.objects.filter(pk=1).update(first_name="x")


def uses_another_name(apps, editor):  # type: ignore[no-untyped-def]
    Buyer.objects.count()


def imports_it(apps, editor):  # type: ignore[no-untyped-def]
    from catalogue.models import Product

    Product.objects.filter(pk=1).delete()


def calls_what_uses_it(apps, editor):  # type: ignore[no-untyped-def]
    uses_it(apps, editor)


def asks_the_apps(apps, editor):  # type: ignore[no-untyped-def]
    Customer = apps.get_model("customers", "Customer")
    Customer.objects.filter(pk=1).update(first_name="x")


def uses_no_table(apps, editor):  # type: ignore[no-untyped-def]
    assert AbstractUser.__name__ != migrations.RunSQL.__name__


@pytest.mark.parametrize(
    ("code", "name"),
    [
        pytest.param(uses_it, "Customer", id="module"),
        pytest.param(uses_another_name, "Buyer", id="another-name"),
        pytest.param(imports_it, "Product", id="function"),
        pytest.param(calls_what_uses_it, "Customer", id="called"),
        pytest.param(partial(uses_it), "Customer", id="partial"),
    ],
)
def test_python_that_uses_a_model_of_today(code: Any, name: str) -> None:
    function = getattr(code, "func", code).__name__
    message = f"RunPython ({function}) uses '{name}' of today's code."

    assert found("SG551", [ORDER], python(code)) == [
        Told("SG551", "warning", message, None, name)
    ]


@pytest.mark.parametrize("code", [asks_the_apps, uses_no_table, NOOP])
def test_python_that_uses_the_models_of_the_migration(code: Any) -> None:
    assert found("SG551", [ORDER], python(code)) == []


def test_python_without_source_is_not_judged() -> None:
    scope: dict[str, Any] = {}
    exec(compile("def fill(apps, editor): pass", "<nowhere>", "exec"), scope)
    judged = looked_at([ORDER], [migration(python(scope["fill"]))])

    (missed,) = [each for each in judged.unjudged if each.migration]
    assert missed.codes == ("SG551", "SG553")
    assert missed.reason == "the source of its Python code cannot be read"


# SG552


def test_rows_and_schema_change_in_one_transaction() -> None:
    message = "Rows and the schema of existing tables change in one transaction."
    expected = [Told("SG552", "warning", message)]

    assert found("SG552", [ORDER], ADD, python(asks_the_apps)) == expected
    update = sql("UPDATE shop_order SET note = '' WHERE note IS NULL")
    assert found("SG552", [ORDER], update, ADD) == expected


@pytest.mark.parametrize(
    ("operations", "more"),
    [
        pytest.param((python(asks_the_apps),), {}, id="rows-alone"),
        pytest.param((ADD,), {}, id="schema-alone"),
        pytest.param((ADD, python(NOOP)), {}, id="noop"),
        pytest.param((ADD, python(asks_the_apps)), {"atomic": False}, id="apart"),
        pytest.param((ADD, python(asks_the_apps)), {"vendor": "mariadb"}, id="mariadb"),
        pytest.param(
            (model("New", ("a", text())), python(asks_the_apps)), {}, id="new-table"
        ),
        pytest.param((ADD, sql("SELECT 1")), {}, id="question"),
        pytest.param(
            (migrations.AlterField("order", "note", text(default="x")),),
            {},
            id="nulls-that-django-fills",
        ),
    ],
)
def test_rows_or_schema_change(operations: Any, more: Any) -> None:
    assert found("SG552", [ORDER], *operations, **more) == []


# SG553


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_sql_that_changes_all_rows(verb: str, vendor: str) -> None:
    texts = {
        "UPDATE": "UPDATE shop_order SET ref = ''",
        "DELETE": "DELETE FROM shop_order",
    }
    message = f"{verb} changes all rows of 'shop_order' at once."

    assert found("SG553", [ORDER], sql(texts[verb]), vendor=vendor) == [
        Told("SG553", "warning", message, "shop_order")
    ]


def updates_all(apps, editor):  # type: ignore[no-untyped-def]
    apps.get_model("shop", "Order").objects.update(ref="")


def updates_all_of_an_alias(apps, editor):  # type: ignore[no-untyped-def]
    order = apps.get_model("shop", "Order")
    order.objects.using(editor.connection.alias).all().update(ref="")


def deletes_all(apps, editor):  # type: ignore[no-untyped-def]
    apps.get_model("shop", "Order").objects.all().delete()


def saves_each(apps, editor):  # type: ignore[no-untyped-def]
    for order in apps.get_model("shop", "Order").objects.all():
        order.ref = order.note
        order.save()


def updates_some(apps, editor):  # type: ignore[no-untyped-def]
    order = apps.get_model("shop", "Order")
    order.objects.filter(ref="").update(ref="?")
    {"objects": 1}.update(ref=2)
    for each in order.objects.all().iterator():
        each.save()
    for each in order.objects.all():
        assert each


@pytest.mark.parametrize(
    ("code", "does"),
    [
        (updates_all, "calls update() on all rows of a model"),
        (updates_all_of_an_alias, "calls update() on all rows of a model"),
        (deletes_all, "calls delete() on all rows of a model"),
        (saves_each, "loads all rows of a model to save them one by one"),
    ],
)
def test_python_that_changes_all_rows(code: Any, does: str) -> None:
    message = f"RunPython ({code.__name__}) {does}."

    assert found("SG553", [ORDER], python(code)) == [Told("SG553", "warning", message)]


def test_what_changes_some_rows() -> None:
    some = sql("UPDATE shop_order SET ref = '' WHERE id < 1000")
    new = sql("CREATE TABLE new (a int); UPDATE new SET a = 1")

    assert found("SG553", [ORDER], python(updates_some)) == []
    assert found("SG553", [ORDER], some) == []
    assert found("SG553", [ORDER], new) == []


# SG560


@pytest.mark.parametrize("vendor", VENDORS)
def test_sql_without_a_way_back(vendor: str) -> None:
    operation = migrations.RunSQL("create view v as select 1")
    message = "RunSQL (CREATE VIEW V …) cannot be undone."

    assert found("SG560", [ORDER], operation, vendor=vendor) == [
        Told("SG560", "warning", message)
    ]
    back = sql("CREATE VIEW v AS SELECT 1", "DROP VIEW v")
    assert found("SG560", [ORDER], back, vendor=vendor) == []
    assert found("SG560", [ORDER], migrations.RunSQL(""), vendor=vendor) == []


# SG561


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("TRUNCATE shop_order", "TRUNCATE empties 'shop_order'."),
        ("truncate table only shop_order cascade", "TRUNCATE empties 'shop_order'."),
        ("DELETE FROM shop_order", "DELETE empties 'shop_order'."),
        ("DELETE FROM public.shop_order WHERE true", "DELETE empties 'shop_order'."),
        ("DELETE FROM shop_order WHERE (1=1)", "DELETE empties 'shop_order'."),
        ("DELETE FROM shop_order WHERE id = 1 OR 1", "DELETE empties 'shop_order'."),
        (
            "WITH d AS (DELETE FROM shop_order RETURNING id) SELECT id FROM d",
            "DELETE empties 'shop_order'.",
        ),
        (
            "WITH d AS (SELECT 1) DELETE FROM shop_order WHERE NOT false",
            "DELETE empties 'shop_order'.",
        ),
        ("DROP SCHEMA old", "DROP SCHEMA is final."),
        ("DROP DATABASE old", "DROP DATABASE is final."),
        ("DROP OWNED BY app", "DROP OWNED drops all that a role owns."),
        (
            'drop table if exists public."shop_order"',
            "Table 'shop_order' is dropped: its rows are lost.",
        ),
        (
            "CREATE TABLE a (b int); DROP TABLE a, shop_order CASCADE",
            "Table 'shop_order' is dropped: its rows are lost.",
        ),
        (
            "DROP TABLE IF EXISTS shop_order; CREATE TABLE shop_order (id int)",
            "Table 'shop_order' is dropped: its rows are lost.",
        ),
        (
            "CREATE OR REPLACE TABLE shop_order (id int)",
            "Table 'shop_order' is dropped: its rows are lost.",
        ),
        (
            "DROP VIEW IF EXISTS v CASCADE",
            "DROP VIEW … CASCADE drops whatever depends on it.",
        ),
        ("DROP TYPE t CASCADE", "DROP TYPE … CASCADE drops whatever depends on it."),
        (
            "ALTER TABLE shop_order DROP CONSTRAINT c CASCADE",
            "ALTER TABLE … CASCADE drops whatever depends on it.",
        ),
        (
            "ALTER TABLE shop_order DROP COLUMN IF EXISTS ref CASCADE",
            "Column 'shop_order.ref' is dropped: its values are lost.",
        ),
        (
            "ALTER TABLE shop_order ADD a numeric(4, 2), DROP ref",
            "Column 'shop_order.ref' is dropped: its values are lost.",
        ),
        (
            "ALTER TABLE shop_order DROP PARTITION p0",
            "A partition of 'shop_order' loses its rows.",
        ),
    ],
)
def test_sql_that_destroys(text: str, message: str) -> None:
    assert found("SG561", [ORDER], sql(text)) == [
        Told("SG561", "error", message),
    ]
    assert found("SG566", [ORDER], sql(text)) == []


def test_the_hint_fits_the_statement() -> None:
    def hint(text: str) -> str:
        judged = looked_at([ORDER], [migration(sql(text))])
        return next(each.hint for each in judged.findings if each.code == "SG561")

    assert hint("DROP VIEW v CASCADE").startswith("Name what is to go")
    assert hint("DROP TABLE shop_order").startswith("Drop it in a later deploy")
    assert hint("TRUNCATE shop_order").startswith("Copy the rows that are to stay")
    assert hint("DROP DATABASE old").startswith("Leave it to somebody")


@pytest.mark.parametrize(
    "text",
    [
        "DROP VIEW v",
        "DROP MATERIALIZED VIEW v",
        "DROP TYPE t",
        "DROP INDEX i",
        "DROP TRIGGER t ON shop_order",
        "DROP FUNCTION f()",
        "DROP TEMPORARY TABLE shop_order",
        "CREATE TEMP TABLE shop_order (id int); DROP TABLE shop_order",
        "ALTER TABLE shop_order DROP CONSTRAINT c, ALTER COLUMN ref DROP DEFAULT",
        "ALTER TABLE shop_order DROP FOREIGN KEY c, DROP INDEX i, DROP PRIMARY KEY",
        "ALTER TABLE shop_order ADD FOREIGN KEY (a) REFERENCES b ON DELETE CASCADE",
        "ALTER TABLE shop_order DROP CONSTRAINT c, ADD CONSTRAINT d FOREIGN KEY (a)"
        " REFERENCES b ON DELETE CASCADE",
        "ALTER TABLE shop_order DROP CONSTRAINT c, ADD CONSTRAINT d FOREIGN KEY (a)"
        " REFERENCES b ON DELETE CASCADE DEFERRABLE",
        "ALTER TABLE shop_order ADD COLUMN new int; ALTER TABLE shop_order DROP new",
        "CREATE TABLE new (a int); TRUNCATE new",
        "CREATE TABLE new (a int); DELETE FROM new; ALTER TABLE new RENAME TO n;"
        " DROP TABLE n",
        "CREATE FUNCTION f() RETURNS trigger AS $x$ BEGIN TRUNCATE t; END $x$"
        " LANGUAGE plpgsql",
        "-- DROP TABLE shop_order;\nSELECT 'x; DROP TABLE shop_order'",
        "INSERT INTO shop_order (ref) VALUES ('DELETE FROM shop_order')",
    ],
)
def test_sql_that_destroys_nothing(text: str) -> None:
    assert found("SG561", [ORDER], sql(text)) == []
    assert found("SG566", [ORDER], sql(text)) == []


def test_what_the_run_made_before_is_not_destroyed_by_sql() -> None:
    made = [sql("CREATE TABLE new (a int)"), model("Extra", ("name", text()))]
    drop = sql("DROP TABLE new, shop_extra; ALTER TABLE shop_order DROP new")

    assert found("SG561", [ORDER], ADD, *made, drop) == []
    assert len(found("SG561", [ORDER], drop)) == 3


# SG566


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "DELETE FROM django_content_type WHERE app_label = 'old'",
            "DELETE removes rows of 'django_content_type'",
        ),
        ("DELETE FROM shop_order LIMIT 5", "DELETE removes rows of 'shop_order'"),
        (
            "WITH d AS (DELETE FROM shop_order WHERE id < 9 RETURNING id) SELECT 1",
            "DELETE removes rows of 'shop_order'",
        ),
        (
            "REPLACE INTO shop_order (id) VALUES (1)",
            "REPLACE changes rows of 'shop_order'",
        ),
        ("UPDATE shop_order SET ref = ''", "UPDATE changes rows of 'shop_order'"),
        (
            "UPDATE shop_order o SET ref = f(a, b), note = 'x' WHERE ref IS NULL",
            "UPDATE changes rows of 'shop_order'",
        ),
        (
            "UPDATE shop_order SET (ref, note) = (SELECT 1, 2) WHERE id = 1",
            "UPDATE changes rows of 'shop_order'",
        ),
    ],
)
def test_sql_that_changes_rows(text: str, message: str) -> None:
    assert found("SG566", [ORDER], sql(text)) == [
        Told("SG566", "warning", f"{message}: no rollback brings them back.")
    ]
    assert found("SG561", [ORDER], sql(text)) == []


@pytest.mark.parametrize("word", ["DO $$ BEGIN DELETE FROM a; END $$", "CALL f()"])
def test_sql_that_is_not_read(word: str) -> None:
    verb = word.partition(" ")[0]
    message = f"{verb} runs what lint does not read: it may delete or change rows."

    assert found("SG566", [ORDER], sql(word)) == [Told("SG566", "warning", message)]


@pytest.mark.parametrize(
    "text",
    [
        "ALTER TABLE shop_order ALTER COLUMN ref TYPE varchar(5)",
        "ALTER TABLE shop_order ALTER ref SET DATA TYPE text USING left(ref, 5)",
        "ALTER TABLE shop_order MODIFY COLUMN ref varchar(5)",
        "ALTER TABLE shop_order CHANGE ref ref varchar(5)",
    ],
)
def test_sql_that_converts_a_column(text: str) -> None:
    message = "Column 'shop_order.ref' is converted: its values may be cut or rounded."

    assert found("SG566", [ORDER], sql(text)) == [Told("SG566", "warning", message)]


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE shop_order SET new = ref",
        "UPDATE shop_order SET ref = '' WHERE shop_order.ref IS NULL",
        "ALTER TABLE shop_order ADD COLUMN more int; UPDATE shop_order SET more = 1",
        "ALTER TABLE shop_order ALTER COLUMN ref TYPE text",
        "INSERT INTO shop_order (ref) VALUES ('a')",
        "SELECT 1 FROM shop_order FOR UPDATE",
    ],
)
def test_sql_that_only_fills(text: str) -> None:
    assert found("SG566", [ORDER], ADD, sql(text)) == []


# SG562


@pytest.mark.parametrize("word", ["BEGIN", "COMMIT", "ROLLBACK"])
def test_sql_that_breaks_the_transaction(word: str) -> None:
    message = f"RunSQL says {word}: the transaction is the migration's."

    assert found("SG562", [ORDER], sql(f"SELECT 1; {word}; SELECT 2")) == [
        Told("SG562", "error", message)
    ]


def test_a_script_with_a_concurrent_statement() -> None:
    text = "SET x = 1; CREATE INDEX CONCURRENTLY i ON shop_order (ref)"
    message = "CREATE INDEX CONCURRENTLY stands in a text of 2 statements: it fails."

    assert found("SG562", [ORDER], sql(text), atomic=False) == [
        Told("SG562", "error", message)
    ]
    assert found("SG562", [ORDER], sql(text.split(";")), atomic=False) == []


@pytest.mark.parametrize(
    "text",
    [
        "DO $$ BEGIN PERFORM 1; COMMIT; END $$",
        "SELECT 'a; COMMIT; b'",
        "ROLLBACK TO SAVEPOINT s",
        "COMMENT ON TABLE shop_order IS 'COMMIT;'",
    ],
)
def test_sql_that_keeps_to_the_transaction(text: str) -> None:
    assert found("SG562", [ORDER], sql(text)) == []
    assert found("SG562", [ORDER], sql("COMMIT"), vendor="sqlite") == []


# SG563

VALUE = sql("ALTER TYPE mood ADD VALUE 'calm'")


def test_an_enum_value_in_a_transaction_that_goes_on() -> None:
    message = "An enum value is added, and the transaction goes on: it cannot be used"

    assert found("SG563", [ORDER], VALUE, sql("SELECT 1")) == [
        Told("SG563", "warning", f"{message} yet.")
    ]


def test_an_enum_value_alone() -> None:
    rename = sql("ALTER TYPE mood RENAME VALUE 'calm' TO 'cool'")

    assert found("SG563", [ORDER], VALUE) == []
    assert found("SG563", [ORDER], sql("SELECT 1"), VALUE) == []
    assert found("SG563", [ORDER], VALUE, sql("SELECT 1"), atomic=False) == []
    assert found("SG563", [ORDER], rename, sql("SELECT 1")) == []


# SG564


@pytest.mark.parametrize(
    ("text", "words", "table"),
    [
        ("VACUUM FULL shop_order", "VACUUM FULL", "shop_order"),
        ("CLUSTER shop_order USING i", "CLUSTER", "shop_order"),
        ("REINDEX TABLE shop_order", "REINDEX", "shop_order"),
        ("REINDEX INDEX i", "REINDEX", None),
    ],
)
def test_sql_that_locks_everything(text: str, words: str, table: str | None) -> None:
    message = f"{words} locks the table against everybody."

    assert found("SG564", [ORDER], sql(text), atomic=False) == [
        Told("SG564", "warning", message, table)
    ]


@pytest.mark.parametrize(
    "text", ["VACUUM shop_order", "REINDEX TABLE CONCURRENTLY shop_order", "ANALYZE"]
)
def test_sql_that_lets_others_work(text: str) -> None:
    assert found("SG564", [ORDER], sql(text), atomic=False) == []


# SG565


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CREATE INDEX CONCURRENTLY i ON shop_order (ref)", "CREATE INDEX"),
        ("DROP TABLE old", "DROP TABLE"),
    ],
)
def test_sql_that_cannot_be_tried_again(text: str, words: str) -> None:
    message = f"{words} without a transaction cannot be tried again."

    assert found("SG565", [ORDER], sql(text), atomic=False) == [
        Told("SG565", "info", message)
    ]
    assert found("SG565", [ORDER], sql(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON shop_order (ref)",
        "DROP TABLE IF EXISTS old",
        "CREATE OR REPLACE FUNCTION f() RETURNS int AS 'SELECT 1' LANGUAGE sql",
        [
            "DROP INDEX CONCURRENTLY IF EXISTS i",
            "CREATE INDEX CONCURRENTLY i ON shop_order (ref)",
        ],
        "SELECT 1",
    ],
)
def test_sql_that_can_be_tried_again(text: Any) -> None:
    assert found("SG565", [ORDER], sql(text), atomic=False) == []
