"""What indexes are told for."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import migrations, models

from tests.lint.judged import ORDER, Told, found, looked_at, migration, model, told

pytest.importorskip("psycopg")

from django.contrib.postgres.indexes import HashIndex
from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)

REF = models.Index(fields=["ref"], name="order_ref")
ADD = migrations.AddIndex("order", REF)
ADD_CONCURRENTLY = AddIndexConcurrently("order", REF)
REMOVE = migrations.RemoveIndex("order", "order_ref")
REMOVE_CONCURRENTLY = RemoveIndexConcurrently("order", "order_ref")
OTHER = AddIndexConcurrently("order", models.Index(fields=["note"], name="other"))
TABLE = "shop_order"


def sql(text: Any) -> Any:
    return migrations.RunSQL(text, migrations.RunSQL.noop)


# SG520


def test_an_index_blocks_writes() -> None:
    message = "Index 'order_ref' on 'shop_order' is built while writes wait."
    expected = [Told("SG520", "warning", message, TABLE, "order_ref")]

    assert found("SG520", [ORDER], ADD) == expected
    create = sql("CREATE INDEX order_ref ON public.shop_order (ref)")
    assert found("SG520", [ORDER], create) == expected
    unique = sql('create unique index if not exists "order_ref" on "shop_order" (ref)')
    assert found("SG520", [ORDER], unique) == expected


def test_an_index_of_several_fields_blocks_writes() -> None:
    together = migrations.AlterIndexTogether("order", {("ref", "note")})
    message = "An index on 'shop_order' is built while writes wait."

    assert found("SG520", [ORDER], together) == [
        Told("SG520", "warning", message, TABLE)
    ]
    gone = migrations.AlterIndexTogether("order", set())
    assert found("SG520", [ORDER, together], gone) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "CREATE INDEX CONCURRENTLY i ON shop_order (ref)", id="concurrent"
        ),
        pytest.param("CREATE INDEX i ON ONLY shop_order (ref)", id="only-the-parent"),
        pytest.param("-- CREATE INDEX i ON shop_order (ref)\nSELECT 1", id="comment"),
        pytest.param("SELECT 'CREATE INDEX i ON shop_order (ref)'", id="text"),
        pytest.param(
            "CREATE TABLE new (a int); CREATE INDEX i ON new (a)", id="new-table"
        ),
        pytest.param(
            "CREATE FUNCTION f() RETURNS void AS $$ CREATE INDEX i ON t (a); $$"
            " LANGUAGE sql",
            id="body",
        ),
    ],
)
def test_sql_that_blocks_nobody(text: str) -> None:
    assert found("SG520", [ORDER], sql(text), atomic=False) == []


def test_an_index_that_blocks_nobody() -> None:
    assert found("SG520", [ORDER], ADD_CONCURRENTLY, atomic=False) == []
    assert found("SG520", [ORDER], ADD, vendor="mariadb") == []
    assert found("SG520", [ORDER], ADD, vendor="sqlite") == []


# SG521


def test_an_index_is_dropped_under_a_lock() -> None:
    message = "Index 'order_ref' on 'shop_order' is dropped under an exclusive lock."

    assert found("SG521", [ORDER, ADD], REMOVE) == [
        Told("SG521", "info", message, TABLE, "order_ref")
    ]
    assert found("SG521", [ORDER, ADD], REMOVE, vendor="mariadb") == []
    assert found("SG521", [ORDER, ADD], REMOVE_CONCURRENTLY, atomic=False) == []
    told = found("SG521", [ORDER], sql("DROP INDEX IF EXISTS order_ref"))
    assert [each.object for each in told] == ["order_ref"]
    concurrent = sql("DROP INDEX CONCURRENTLY order_ref")
    assert found("SG521", [ORDER], concurrent, atomic=False) == []


# SG522


def test_a_concurrent_operation_in_a_transaction() -> None:
    def fails(word: str) -> list[Told]:
        return [Told("SG522", "error", f"{word} runs in a transaction: it fails.")]

    assert found("SG522", [ORDER], ADD_CONCURRENTLY) == fails("AddIndexConcurrently")
    assert found("SG522", [ORDER, ADD], REMOVE_CONCURRENTLY) == fails(
        "RemoveIndexConcurrently"
    )
    create = sql("CREATE INDEX CONCURRENTLY i ON shop_order (ref)")
    assert found("SG522", [ORDER], create) == fails("CREATE INDEX CONCURRENTLY")


@pytest.mark.parametrize(
    ("operation", "atomic"),
    [
        pytest.param(ADD_CONCURRENTLY, False, id="no-transaction"),
        pytest.param(ADD, True, id="not-concurrent"),
        pytest.param(
            sql("REFRESH MATERIALIZED VIEW CONCURRENTLY v"), True, id="refresh"
        ),
    ],
)
def test_a_concurrent_operation_where_it_may_be(operation: Any, atomic: bool) -> None:
    assert found("SG522", [ORDER], operation, atomic=atomic) == []


# SG523
class LooksFirst(migrations.RunSQL):
    repeatable = True


def test_operations_that_look_first_may_stop_half_way() -> None:
    looking = LooksFirst("CREATE INDEX CONCURRENTLY a ON shop_order (ref)")
    plain = migrations.RunSQL("CREATE INDEX CONCURRENTLY b ON shop_order (ref)")

    assert found("SG523", [ORDER], looking, looking, plain, atomic=False) == []
    assert len(found("SG523", [ORDER], looking, plain, looking, atomic=False)) == 1
    assert found("SG565", [ORDER], looking, atomic=False) == []
    assert len(found("SG565", [ORDER], plain, atomic=False)) == 1


def test_several_operations_without_a_transaction() -> None:
    message = "2 operations run without a transaction: a failure leaves the migration"

    assert found("SG523", [ORDER], ADD_CONCURRENTLY, OTHER, atomic=False) == [
        Told("SG523", "warning", f"{message} half done.")
    ]


def test_one_operation_without_a_transaction() -> None:
    state = migrations.AlterModelOptions("order", {"ordering": ["ref"]})

    assert found("SG523", [ORDER], ADD_CONCURRENTLY, atomic=False) == []
    assert found("SG523", [ORDER], ADD_CONCURRENTLY, state, atomic=False) == []
    assert found("SG523", [ORDER], ADD, REMOVE) == []
    apart = migrations.SeparateDatabaseAndState([ADD_CONCURRENTLY], [ADD])
    assert found("SG523", [ORDER], apart, atomic=False) == []


# SG525


def test_an_index_of_many_columns() -> None:
    wide = model("Wide", *((c, models.IntegerField()) for c in "abcd"))
    four = models.Index(fields=["a", "b", "c", "d"], name="four")
    three = models.Index(fields=["a", "b", "-c"], name="three")
    message = "Index 'four' on 'shop_wide' has 4 columns."

    for kind in (migrations.AddIndex, AddIndexConcurrently):
        assert found("SG525", [wide], kind("wide", four)) == [
            Told("SG525", "info", message, "shop_wide", "four")
        ]
    assert found("SG525", [wide], migrations.AddIndex("wide", three)) == []


def test_a_hash_index() -> None:
    index = HashIndex(fields=["ref"], name="hashed")
    message = "Index 'hashed' on 'shop_order' is a hash index."

    assert found("SG525", [ORDER], migrations.AddIndex("order", index)) == [
        Told("SG525", "info", message, TABLE, "hashed")
    ]
    assert found("SG525", [ORDER], ADD) == []


def test_an_index_that_stays_in_the_state_alone_blocks_nobody() -> None:
    apart = migrations.SeparateDatabaseAndState(state_operations=[ADD])

    assert told(looked_at([ORDER], [migration(apart)]), "SG520") == []
