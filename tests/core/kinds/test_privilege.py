from __future__ import annotations

from dataclasses import replace

import pytest

from django_schemaguard.core.kinds.privilege import Privilege
from django_schemaguard.core.pairing import TablePair
from django_schemaguard.core.schema import (
    Access,
    Column,
    Identity,
    Numbering,
    PrimaryKey,
    RelationKind,
    Session,
    Table,
    TableRef,
)
from tests.core.kinds.builders import Told, found, order, pairs_of

ID = Column("id", "bigint", False, identity=Identity.BY_DEFAULT)
NOTE = Column("note", "text")


def hint(*grants):
    return f"Connect as the application's role, or run: {' '.join(grants)}"


def seen_by_app(pairs, **session):
    return replace(
        pairs, actual=replace(pairs.actual, session=Session("app", **session))
    )


def lacking(*words, **session):
    access = Access(lacks=frozenset(words))
    return seen_by_app(pairs_of(order(actual={"access": access})), **session)


@pytest.mark.parametrize(
    ("words", "effect"),
    [
        pytest.param(("SELECT",), "every query on shop.Order fails", id="select"),
        pytest.param(("INSERT",), "every INSERT into shop.Order fails", id="insert"),
        pytest.param(
            ("UPDATE", "DELETE"),
            "some operations on shop.Order behave differently",
            id="update-and-delete",
        ),
    ],
)
def test_a_privilege_that_the_role_lacks(words, effect):
    assert found(Privilege, lacking(*words)) == [
        Told(
            severity="error",
            effect=effect,
            message=f"Role 'app' lacks {', '.join(words)} on 'shop_order'.",
            hint=hint(f'GRANT {", ".join(words)} ON "shop_order" TO "app";'),
            object="app",
            expected=", ".join(words),
            actual="not granted on shop_order",
        )
    ]


def test_many_tables_are_one_finding():
    access = Access(lacks=frozenset({"DELETE"}))
    tables = [
        TablePair(Table(name, model=f"shop.{name}"), Table(name, access=access))
        for name in "abcde"
    ]

    assert found(Privilege, seen_by_app(pairs_of(*tables))) == [
        Told(
            severity="error",
            effect="some operations on these tables behave differently",
            message="Role 'app' lacks DELETE on 5 tables: 'a', 'b', 'c' and 2 more.",
            hint=hint('GRANT DELETE ON "a", "b", "c", "d", "e" TO "app";'),
            object="app",
            expected="DELETE",
            actual="not granted on a, b, c, d, e",
        )
    ]


def test_mariadb_takes_one_table_at_a_time():
    access = Access(lacks=frozenset({"SELECT"}))
    pairs = pairs_of(
        *(
            TablePair(Table(name, model=f"shop.{name}"), Table(name, access=access))
            for name in ("a", "b", "c", "d`")
        ),
        vendor="mysql",
    )
    actual = replace(pairs.actual, session=Session("app@%"))

    (told,) = found(Privilege, replace(pairs, actual=actual))

    assert isinstance(told, Told)
    assert told.hint == hint(
        "GRANT SELECT ON `a` TO 'app'@'%';",
        "GRANT SELECT ON `b` TO 'app'@'%';",
        "GRANT SELECT ON `c` TO 'app'@'%';",
        "GRANT SELECT ON `d``` TO 'app'@'%';",
    )


def test_a_schema_that_the_role_may_not_use():
    made = pairs_of(misplaced=((Table("t"), TableRef("shop", "t")),))
    closed = frozenset({"shop", "unrelated"})

    assert found(Privilege, seen_by_app(made, closed=closed)) == [
        Told(
            severity="error",
            effect="every query on these tables fails",
            message="Role 'app' lacks USAGE on schema 'shop'.",
            hint=hint('GRANT USAGE ON SCHEMA "shop" TO "app";'),
            object="app",
            expected="USAGE",
            actual="not granted on schema 'shop'",
        )
    ]


def test_a_sequence_that_the_role_may_not_draw_from():
    pair = order(actual={"numbering": (Numbering("id", "s", usable=False),)})

    assert found(Privilege, seen_by_app(pairs_of(pair))) == [
        Told(
            severity="error",
            effect="every INSERT into shop.Order fails",
            message="Role 'app' lacks USAGE of its sequence on 'shop_order'.",
            hint=hint('GRANT USAGE ON SEQUENCE "s" TO "app";'),
            object="app",
            expected="USAGE of its sequence",
            actual="not granted on shop_order",
        )
    ]


def on_columns(word, *denied):
    access = Access(on_columns=((word, frozenset(denied)),))
    pair = order(
        actual={"access": access, "primary_key": PrimaryKey("", ("id",))},
        columns=((ID, ID), (NOTE, NOTE)),
    )
    return [told.expected for told in found(Privilege, seen_by_app(pairs_of(pair)))]


@pytest.mark.parametrize("word", ["SELECT", "INSERT", "UPDATE"])
def test_a_column_that_the_grant_leaves_out(word):
    assert on_columns(word, "note") == [word]


@pytest.mark.parametrize(
    ("word", "column"),
    [
        pytest.param("SELECT", "secret", id="column-without-a-field"),
        pytest.param("INSERT", "id", id="numbered-by-the-database"),
        pytest.param("UPDATE", "id", id="never-updated"),
    ],
)
def test_silent_where_no_field_needs_the_column(word, column):
    assert on_columns(word, column) == []


def test_silent_on_what_nobody_can_write():
    assert found(Privilege, lacking("INSERT", "DELETE", read_only=True)) == []


def test_silent_on_a_view():
    access = Access(lacks=frozenset({"INSERT"}))
    pair = order(actual={"access": access}, kind=RelationKind.VIEW)

    assert found(Privilege, seen_by_app(pairs_of(pair))) == []


def test_silent_where_all_is_granted():
    assert found(Privilege, lacking(closed=frozenset({"unrelated"}))) == []


def test_silent_on_the_tables_of_schemaguard():
    pair = order(actual={"access": Access(lacks=frozenset({"DELETE"}))})
    own = replace(pair, expected=replace(pair.expected, model="schemaguard.Run"))

    assert found(Privilege, seen_by_app(pairs_of(own))) == []
