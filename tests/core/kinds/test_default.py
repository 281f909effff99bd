from __future__ import annotations

import pytest

from django_schemaguard.core.kinds.default import Default
from django_schemaguard.core.schema import (
    Column,
    Facet,
    Identity,
    RelationKind,
    Skip,
)
from tests.core.kinds.builders import (
    UNCOMPILED,
    Told,
    column_pair,
    declared,
    found,
    pairs_of,
    sql,
)


def status(default=None, *, nullable=False, **rest):
    value = sql(default, default) if default else None
    return Column("status", "text", nullable, value, field="status", **rest)


@pytest.mark.parametrize(
    ("nullable", "effect"),
    [
        pytest.param(False, "every INSERT into shop.Order fails", id="not-null"),
        pytest.param(True, "queries on shop.Order may give other results", id="null"),
    ],
)
def test_a_missing_default(nullable, effect):
    expected = status("'new'", nullable=nullable)

    assert found(Default, column_pair(expected, status(nullable=nullable))) == [
        Told(
            severity="error",
            effect=effect,
            message="Column 'shop_order.status' has no default; the model needs 'new'.",
            hint="Set the default that is needed, or change db_default and migrate.",
            object="status",
            field="status",
            expected="'new'",
            fixable=True,
        )
    ]


def test_a_default_that_the_server_cannot_drop():
    pairs = column_pair(status(), status("'new'"), vendor="sqlite")

    (told,) = found(Default, pairs)

    assert isinstance(told, Told)
    assert told.hint == (
        "SQLite cannot drop a default: declare it with db_default and migrate,"
        " or waive it."
    )


def test_another_default():
    assert found(Default, column_pair(status("'new'"), status("'old'"))) == [
        Told(
            severity="warning",
            effect="queries on shop.Order may give other results",
            message=(
                "Column 'shop_order.status' has the default 'old';"
                " the model needs 'new'."
            ),
            hint="Set the default that is needed, or change db_default and migrate.",
            object="status",
            field="status",
            expected="'new'",
            actual="'old'",
        )
    ]


@pytest.mark.parametrize(
    ("actual", "text"),
    [
        pytest.param(status("'old'"), "'old'", id="default"),
        pytest.param(status(identity=Identity.SERIAL), "serial", id="sequence"),
    ],
)
def test_a_leftover_default(actual, text):
    assert found(Default, column_pair(status(), actual)) == [
        Told(
            severity="warning",
            effect="some operations on shop.Order behave differently",
            message=(
                f"Column 'shop_order.status' has the default {text};"
                " the model has none."
            ),
            hint="Drop the default, or declare it with db_default and migrate.",
            object="status",
            field="status",
            actual=text,
        )
    ]


def test_a_default_that_cannot_be_compared_is_skipped():
    expected = Column("status", "text", default=sql("f()", problem=UNCOMPILED))

    assert found(Default, column_pair(expected, status("'new'"))) == [
        Skip(
            "shop_order",
            "status",
            "Cannot compare the default of 'shop_order.status':"
            " the server could not compile it.",
        )
    ]


def test_a_locked_table_is_not_skipped_again():
    expected = Column("status", "text", default=sql("f()", problem=UNCOMPILED))
    pairs = column_pair(expected, status("'new'"), actual={"locked": "Locked."})

    assert found(Default, pairs) == []


ANY = Column("rate", "", default=sql(""), stated=frozenset({Facet.DEFAULTS}))
NONE = Column("rate", "", stated=frozenset({Facet.DEFAULTS}))


def test_settings_that_ask_for_any_default():
    bare = Column("rate", "text", nullable=False)

    assert found(Default, pairs_of(declared(columns=((ANY, bare),)))) == [
        Told(
            severity="error",
            effect="every INSERT into rates fails",
            message="Column 'rates.rate' has no default; the TABLES setting needs one.",
            hint="Set the default that is needed, or change SCHEMAGUARD['TABLES'].",
            object="rate",
        )
    ]


def test_settings_that_ask_for_no_default():
    filled = Column("rate", "text", generated=sql("a + b"))

    assert found(Default, pairs_of(declared(columns=((NONE, filled),)))) == [
        Told(
            severity="warning",
            effect="some operations on rates behave differently",
            message=(
                "Column 'rates.rate' has the default a + b;"
                " the TABLES setting has none."
            ),
            hint="Drop the default, or change SCHEMAGUARD['TABLES'].",
            object="rate",
            actual="a + b",
        )
    ]


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        pytest.param(ANY, Column("rate", "text", default=sql("0")), id="any-default"),
        pytest.param(
            ANY, Column("rate", "text", identity=Identity.SERIAL), id="any-number"
        ),
        pytest.param(NONE, Column("rate", "text"), id="none"),
        pytest.param(
            Column("rate", "", stated=frozenset()),
            Column("rate", "text", default=sql("0")),
            id="not-stated",
        ),
    ],
)
def test_settings_that_are_met_are_silent(expected, actual):
    assert found(Default, pairs_of(declared(columns=((expected, actual),)))) == []


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        pytest.param(status(), status(), id="none"),
        pytest.param(status("'new'"), status("'new'"), id="equal"),
        pytest.param(
            Column("n", "integer", default=sql("1 + 1", "2")),
            Column("n", "integer", default=sql("2::integer", "2")),
            id="equal-in-the-words-of-the-server",
        ),
        pytest.param(
            Column("id", "integer", identity=Identity.BY_DEFAULT),
            Column("id", "integer", default=sql("nextval('s')")),
            id="identity-is-another-kind",
        ),
        pytest.param(
            Column("id", "integer"),
            Column("id", "integer", identity=Identity.ROWID),
            id="rowid-of-any-sqlite-key",
        ),
        pytest.param(
            Column("n", "integer", generated=sql("a")),
            Column("n", "integer", default=sql("0")),
            id="generated-is-another-kind",
        ),
    ],
)
def test_silent(expected, actual):
    assert found(Default, column_pair(expected, actual)) == []


def test_a_view_is_silent():
    pairs = column_pair(status("'new'"), status(), kind=RelationKind.VIEW)

    assert found(Default, pairs) == []
