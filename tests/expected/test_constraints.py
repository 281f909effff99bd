from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django import VERSION
from django.db import NotSupportedError, models
from django.test.utils import isolate_apps

from django_schemaguard.core.schema import (
    Check,
    Deferral,
    Exclusion,
    Expression,
    Key,
    TableRef,
    Unique,
)
from tests import servers
from tests.apps.kitchen.models import Checks, Relations, Stamped, Uniques
from tests.expected.building import table_of

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


def _named(connection: BaseDatabaseWrapper, model: type[models.Model]) -> list[Unique]:
    return [unique for unique in table_of(connection, model).uniques if unique.named]


C, A, B = Key("c"), Key("a"), Key("b")
PLAIN = Unique("uniques_plain", (C, A), named=True)
TWICE = Unique("uniques_twice", (Key("d"),), named=True)

UNIQUES = {
    "sqlite": [
        Unique(
            "uniques_if",
            (A,),
            named=True,
            condition=Expression('"active"' + (" = 1" if VERSION >= (6, 1) else "")),
            constraint=False,
        ),
        Unique(
            "uniques_lower",
            (Key(expression=Expression('LOWER("c")')), Key("a", descending=True)),
            named=True,
            constraint=False,
        ),
        PLAIN,
        TWICE,
    ],
    "postgresql": [
        Unique("uniques_cover", (A, C), named=True, include=("b",), constraint=False),
        Unique(
            "uniques_if",
            (A,),
            named=True,
            condition=Expression('"active"'),
            constraint=False,
        ),
        Unique(
            "uniques_late",
            (Key("active"), C),
            named=True,
            deferral=Deferral.DEFERRED,
        ),
        Unique(
            "uniques_lower",
            (Key(expression=Expression('LOWER("c")')), Key("a", descending=True)),
            named=True,
            constraint=False,
        ),
        Unique("uniques_null_is_null", (B,), named=True, nulls_distinct=False),
        PLAIN,
        TWICE,
    ],
    "mysql": [PLAIN, TWICE],
}


def test_named_uniques_that_the_server_supports(
    connection: BaseDatabaseWrapper,
) -> None:
    found = _named(connection, Uniques)

    if connection.vendor == "postgresql" and not (
        connection.features.supports_nulls_distinct_unique_constraints  # type: ignore[attr-defined]
    ):
        pytest.skip("PostgreSQL 15 and later only")
    assert found == UNIQUES[connection.vendor]


def test_unnamed_uniques_of_fields_and_unique_together(
    connection: BaseDatabaseWrapper,
) -> None:
    uniques = table_of(connection, Uniques).uniques

    assert {unique.keys for unique in uniques if not unique.named} == {
        (Key("d"),),
        (A, B),
        (B, C),
    }


CHECKS = {
    "sqlite": {
        "checks_cols": '("a" < ("b") OR "b" IS NULL)',
        "checks_gte": '"a" >= 0',
        "checks_in": "\"state\" IN ('x', 'y')",
        "checks_like": "\"name\" LIKE 'it''s 5\\%%' ESCAPE '\\'",
        "checks_mod": '"a" <= ("positive" % 7)',
        "checks_not": '(NOT ("name" = \'\') AND "flag"'
        + (" = 1)" if VERSION >= (6, 1) else ")"),
        "checks_range": '"a" BETWEEN -5 AND 500',
        "checks_year": "\"day\" BETWEEN '2024-01-01' AND '2024-12-31'",
    },
    "postgresql": {
        "checks_cols": '("a" < ("b") OR "b" IS NULL)',
        "checks_gte": '"a" >= 0',
        "checks_in": "\"state\" IN ('x', 'y')",
        "checks_like": (
            "\"name\"::text LIKE 'it''s 5\\%%'"
            if servers.DRIVER == "psycopg2"
            else "\"name\"::text LIKE  E'it''s 5\\\\%%'"
        ),
        "checks_mod": '"a" <= ("positive" % 7)',
        "checks_not": '(NOT ("name" = \'\') AND "flag")',
        "checks_range": '"a" BETWEEN  -5 AND 500',
        "checks_year": "\"day\" BETWEEN '2024-01-01'::date AND '2024-12-31'::date",
    },
    "mysql": {
        "checks_cols": "(`a` < (`b`) OR `b` IS NULL)",
        "checks_gte": "`a` >= 0",
        "checks_in": "`state` IN ('x', 'y')",
        "checks_like": "`name` LIKE BINARY 'it\\'s 5\\\\%%'",
        "checks_mod": "`a` <= (`positive` % 7)",
        # mysqlclient's bytes, as Django itself lets them slip in.
        "checks_not": "(NOT (`name` = '') AND `flag` = b'1')",
        "checks_range": "`a` BETWEEN -5 AND 500",
        "checks_year": "`day` BETWEEN '2024-01-01' AND '2024-12-31'",
    },
}


def test_checks_are_as_emitted(connection: BaseDatabaseWrapper) -> None:
    checks = table_of(connection, Checks).checks

    found = {check.name: check.expression.sql for check in checks if check.named}
    assert found == CHECKS[connection.vendor]


def test_names_of_an_abstract_parent_are_filled_in(
    connection: BaseDatabaseWrapper,
) -> None:
    table = table_of(connection, Stamped)

    assert [check.name for check in table.checks] == ["kitchen_stamped_slug"]
    assert [i.name for i in table.indexes if i.named] == ["kitchen_stamped_made"]


@isolate_apps("tests.expected")
def test_sets_are_compiled_in_one_order(connection: BaseDatabaseWrapper) -> None:
    inside = models.Q(n__in={5, 3, 1}) | ~models.Q(n__in=frozenset({4, 2}))

    class Sets(models.Model):
        n = models.IntegerField()

        class Meta:
            app_label = "expected"
            constraints = [models.CheckConstraint(condition=inside, name="sets")]

    (check,) = table_of(connection, Sets).checks
    quote = connection.ops.quote_name("n")
    assert check.expression.sql == (
        f"({quote} IN (1, 3, 5) OR NOT ({quote} IN (2, 4)))"
    )


class OwnConstraint(models.BaseConstraint):
    """Makes a trigger, a rule, anything."""

    def create_sql(self, model: Any, schema_editor: Any) -> str | None:  # noqa: ARG002
        if self.name == "own_unsupported":
            raise NotSupportedError
        return None if self.name == "own_nothing" else "CREATE SOMETHING"

    constraint_sql = create_sql


class TamedCheck(models.CheckConstraint):
    """Only validates in another way."""

    def validate(self, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002
        return None


@isolate_apps("tests.expected")
def test_own_classes_are_known_by_name_unless_their_sql_is_djangos(
    connection: BaseDatabaseWrapper,
) -> None:
    class Owned(models.Model):
        n = models.IntegerField()

        class Meta:
            app_label = "expected"
            constraints = [
                OwnConstraint(name="own"),
                OwnConstraint(name="own_nothing"),
                OwnConstraint(name="own_unsupported"),
                TamedCheck(condition=models.Q(n=1), name="tamed"),
            ]

    quote = connection.ops.quote_name("n")
    assert table_of(connection, Owned).checks == (
        Check("own", Expression(""), named=True, opaque=True),
        Check("tamed", Expression(f"{quote} = 1"), named=True),
    )


@pytest.mark.vendors("postgresql")
def test_exclusions(connection: BaseDatabaseWrapper) -> None:
    from tests.apps.pgkitchen.models import Excluded

    assert table_of(connection, Excluded).exclusions == (
        Exclusion(
            "excluded_all",
            (
                Key("days", opclass="range_ops", operator="&&"),
                Key("range", operator="="),
            ),
            condition=Expression('NOT "gone"'),
            include=("note",),
            deferral=Deferral.DEFERRED,
        ),
        Exclusion("excluded_plain", (Key("range", operator="&&"),)),
        Exclusion(
            "excluded_spgist",
            (
                Key(
                    expression=Expression('int4range("note", ("note" + 5))'),
                    operator="&&",
                ),
            ),
            method="spgist",
        ),
    )


def test_foreign_keys_of_every_kind(connection: BaseDatabaseWrapper) -> None:
    table = table_of(connection, Relations)
    question = TableRef(None, "kitchen_question", "kitchen.Question")
    trunk = TableRef(None, "kitchen_trunk", "kitchen.Trunk")
    # SQLite's editor writes the model that the field names, which may be a proxy.
    proxy = TableRef(None, "kitchen_trunk", "kitchen.TrunkProxy")
    vendor = connection.vendor

    assert {
        key.field: (key.columns, key.target, key.target_columns)
        for key in table.foreign_keys
    } == {
        "small": (
            ("small_id",),
            TableRef(None, "kitchen_smallkeyed", "kitchen.SmallKeyed"),
            ("id",),
        ),
        "text": (
            ("text_id",),
            TableRef(None, "kitchen_textkeyed", "kitchen.TextKeyed"),
            ("code",),
        ),
        "uuid": (
            ("uuid_id",),
            TableRef(None, "kitchen_uuidkeyed", "kitchen.UUIDKeyed"),
            ("id",),
        ),
        "by_name": (("by_name_id",), trunk, ("name",)),
        "proxy": (("proxy_id",), proxy if vendor == "sqlite" else trunk, ("id",)),
        "parent": (
            ("parent_id",),
            TableRef(None, "kitchen_relations", "kitchen.Relations"),
            ("id",),
        ),
        "only": (("only_id",), question, ("id",)),
        "unindexed": (("unindexed_id",), question, ("id",)),
        "renamed": (("Other Question",), question, ("id",)),
    }
    assert {(key.on_delete, key.deferral) for key in table.foreign_keys} == {
        (
            "NO ACTION",
            Deferral.NOT_DEFERRABLE if vendor == "mysql" else Deferral.DEFERRED,
        )
    }


@pytest.mark.skipif(VERSION < (6, 1), reason="new in Django 6.1")
def test_foreign_keys_that_act_in_the_database(connection: BaseDatabaseWrapper) -> None:
    from tests.apps.kitchen61.models import Altered, Owned

    found = {
        key.field: key.on_delete
        for model in (Owned, Altered)
        for key in table_of(connection, model).foreign_keys
    }
    assert found == {
        "cascading": "CASCADE",
        "nulled": "SET NULL",
        "one": "CASCADE",
        "began": "CASCADE",
        "stopped": "NO ACTION",
    }
