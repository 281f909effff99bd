from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django import VERSION
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from django_schemaguard.core.schema import Absence, Check, Column, Expression, Identity
from django_schemaguard.expected.parameters import ParametersOf
from django_schemaguard.expected.server import Server
from tests import servers
from tests.apps.kitchen.models import (
    Collated,
    Commented,
    Defaults,
    Generated,
    Nullable,
    OddNames,
    Plain,
    Relations,
    SmallKeyed,
    UUIDKeyed,
)
from tests.expected.building import column_of, table_of

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

TYPES = {
    "sqlite": {
        "id": "integer",
        "big": "bigint",
        "binary": "BLOB",
        "boolean": "bool",
        "char": "varchar(30)",
        "date": "date",
        "moment": "datetime",
        "decimal": "decimal",
        "duration": "bigint",
        "email": "varchar(254)",
        "file": "varchar(100)",
        "path": "varchar(100)",
        "float": "real",
        "address": "char(39)",
        "image_name": "varchar(100)",
        "integer": "integer",
        "json": "text",
        "positive_big": "bigint unsigned",
        "positive": "integer unsigned",
        "positive_small": "smallint unsigned",
        "slug": "varchar(50)",
        "small": "smallint",
        "text": "text",
        "time": "time",
        "url": "varchar(200)",
        "uuid": "char(32)",
    },
    "postgresql": {
        "id": "bigint",
        "big": "bigint",
        "binary": "bytea",
        "boolean": "boolean",
        "char": "varchar(30)",
        "date": "date",
        "moment": "timestamp with time zone",
        "decimal": "numeric(10, 2)",
        "duration": "interval",
        "email": "varchar(254)",
        "file": "varchar(100)",
        "path": "varchar(100)",
        "float": "double precision",
        "address": "inet",
        "image_name": "varchar(100)",
        "integer": "integer",
        "json": "jsonb",
        "positive_big": "bigint",
        "positive": "integer",
        "positive_small": "smallint",
        "slug": "varchar(50)",
        "small": "smallint",
        "text": "text",
        "time": "time",
        "url": "varchar(200)",
        "uuid": "uuid",
    },
    "mysql": {
        "id": "bigint",
        "big": "bigint",
        "binary": "longblob",
        "boolean": "bool",
        "char": "varchar(30)",
        "date": "date",
        "moment": "datetime(6)",
        "decimal": "numeric(10, 2)",
        "duration": "bigint",
        "email": "varchar(254)",
        "file": "varchar(100)",
        "path": "varchar(100)",
        "float": "double precision",
        "address": "char(39)",
        "image_name": "varchar(100)",
        "integer": "integer",
        "json": "json",
        "positive_big": "bigint UNSIGNED",
        "positive": "integer UNSIGNED",
        "positive_small": "smallint UNSIGNED",
        "slug": "varchar(50)",
        "small": "smallint",
        "text": "longtext",
        "time": "time(6)",
        "url": "varchar(200)",
        "uuid": "uuid",
    },
}
NUMBERING = {
    "sqlite": Identity.AUTOINCREMENT,
    "postgresql": Identity.BY_DEFAULT,
    "mysql": Identity.AUTOINCREMENT,
}


def test_types_are_in_djangos_spelling(connection: BaseDatabaseWrapper) -> None:
    table = table_of(connection, Plain)

    assert {c.name: c.type for c in table.columns} == TYPES[connection.vendor]
    assert {c.name for c in table.columns if c.nullable} == set()


def test_null_fields_are_nullable_and_the_key_is_not(
    connection: BaseDatabaseWrapper,
) -> None:
    table = table_of(connection, Nullable)

    assert [c.name for c in table.columns if not c.nullable] == ["id"]


def test_automatic_ids_number_themselves(connection: BaseDatabaseWrapper) -> None:
    kind = "smallint" if connection.vendor != "sqlite" else "integer"

    assert column_of(connection, SmallKeyed, "id") == Column(
        "id", kind, nullable=False, identity=NUMBERING[connection.vendor], field="id"
    )
    assert column_of(connection, UUIDKeyed, "id").identity is None


@isolate_apps("tests.expected")
@pytest.mark.vendors("postgresql")
def test_serial_is_an_integer_that_numbers_itself(
    connection: BaseDatabaseWrapper,
) -> None:
    class Serial(models.IntegerField):
        def db_type(self, connection: BaseDatabaseWrapper) -> str:  # noqa: ARG002
            return "bigserial"

    class Numbered(models.Model):
        number = Serial(null=True)

        class Meta:
            app_label = "expected"

    assert column_of(connection, Numbered, "number") == Column(
        "number", "bigint", nullable=False, identity=Identity.SERIAL, field="number"
    )


@isolate_apps("tests.expected")
def test_field_without_a_type_has_no_column(connection: BaseDatabaseWrapper) -> None:
    class Nowhere(models.Field):  # type: ignore[type-arg]
        def db_type(self, connection: BaseDatabaseWrapper) -> None:  # noqa: ARG002
            return None

    class Ghost(models.Model):
        id = models.IntegerField(primary_key=True)
        nowhere = Nowhere()

        class Meta:
            app_label = "expected"

    assert [c.name for c in table_of(connection, Ghost).columns] == ["id"]


def test_foreign_keys_take_the_type_of_what_they_refer_to(
    connection: BaseDatabaseWrapper,
) -> None:
    sqlite = connection.vendor == "sqlite"
    uuid = TYPES[connection.vendor]["uuid"]

    assert {
        c.name: (c.type, c.any_integer)
        for c in table_of(connection, Relations).columns
        if c.name != "id"
    } == {
        "small_id": ("smallint", sqlite),
        "text_id": ("varchar(12)", False),
        "uuid_id": (uuid, False),
        "by_name_id": ("varchar(20)", False),
        "proxy_id": ("bigint", sqlite),
        "parent_id": ("bigint", sqlite),
        "only_id": ("bigint", sqlite),
        "loose_id": ("bigint", sqlite),
        "unindexed_id": ("bigint", sqlite),
        "Other Question": ("bigint", sqlite),
    }


DEFAULTS = {
    "sqlite": {
        "integer": "5",
        "negative": "-5",
        "flag": "1",
        "unset": "0",
        "char": "'it''s 100%'",
        "empty": "''",
        "backslash": "'a\\b'",
        "text": "'long text'",
        "decimal": f"(CAST('1.50' AS {'REAL' if VERSION >= (6, 1) else 'NUMERIC'}))",
        "float": "1.5",
        "date": "'2024-02-29'",
        "time": "'12:30:00'",
        "moment": "(STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW'))",
        "expression": "(PI())",
        "lowered": "(LOWER('ABC'))",
        "sum": "((1 + 2))",
        "json": """'{"a": [1, "b"]}'""",
    },
    "postgresql": {
        "integer": "5",
        "negative": " -5",
        "flag": "true",
        "unset": "false",
        "char": "'it''s 100%'",
        "empty": "''",
        "backslash": "'a\\b'" if servers.DRIVER == "psycopg2" else " E'a\\\\b'",
        "text": "'long text'",
        "decimal": "1.50",
        "float": "1.5",
        "date": "'2024-02-29'::date",
        "time": "'12:30:00'::time",
        "moment": "(STATEMENT_TIMESTAMP())",
        "expression": "(PI())",
        "lowered": "(LOWER('ABC'))",
        "sum": "((1 + 2))",
        "json": """'{"a": [1, "b"]}'::jsonb""",
    },
    "mysql": {
        "integer": "5",
        "negative": "-5",
        "flag": "1",
        "unset": "0",
        "char": "'it\\'s 100%'",
        "empty": "''",
        "backslash": "'a\\\\b'",
        "text": "'long text'",
        "decimal": "1.50",
        "float": "1.5e0",
        "date": "'2024-02-29'",
        "time": "'12:30:00.000000'",
        "moment": "(CURRENT_TIMESTAMP(6))",
        "expression": "(PI())",
        "lowered": "(LOWER('ABC'))",
        "sum": "((1 + 2))",
        "json": """'{\\"a\\": [1, \\"b\\"]}'""",
    },
}


def test_database_defaults_are_as_emitted_and_python_ones_absent(
    connection: BaseDatabaseWrapper,
) -> None:
    table = table_of(connection, Defaults)

    found = {c.name: c.default.sql for c in table.columns if c.default}
    assert found == DEFAULTS[connection.vendor]


GENERATED = {
    "sqlite": {
        "total": '(("price" * "amount") + 1)',
        "name": """(COALESCE("first", '') || COALESCE((COALESCE(' % ', '') || """
        """COALESCE("last", '')), ''))""",
        "code": 'LOWER("first")',
        "positive": '("price" + 3)',
    },
    "postgresql": {
        "total": '(("price" * "amount") + 1)',
        "name": """(COALESCE("first", '') || COALESCE((COALESCE(' % ', '') || """
        """COALESCE("last", '')), ''))""",
        "code": 'LOWER("first")',
        "positive": '("price" + 3)',
    },
    "mysql": {
        "total": "((`price` * `amount`) + 1)",
        "name": "CONCAT_WS('', `first`, CONCAT_WS('', ' % ', `last`))",
        "code": "LOWER(`first`)",
        "positive": "(`price` + 3)",
    },
}


def test_generated_columns_are_stored_and_never_not_null(
    connection: BaseDatabaseWrapper,
) -> None:
    columns = [c for c in table_of(connection, Generated).columns if c.generated]

    assert {c.name: c.generated.sql for c in columns if c.generated} == GENERATED[
        connection.vendor
    ]
    assert {(c.stored, c.nullable) for c in columns} == {(True, True)}


def test_comments_where_the_server_has_them(connection: BaseDatabaseWrapper) -> None:
    table = table_of(connection, Commented)

    found = (table.comment, *(column.comment for column in table.columns))
    assert found == (
        ("",) * 5
        if connection.vendor == "sqlite"
        else (
            "Commented – with 'quotes'",
            "",
            "",
            'the cook\'s "own" number',
            "may be – empty",
        )
    )


@pytest.mark.vendors("postgresql")
def test_doubled_percent_signs_of_a_comment_become_one(
    connection: BaseDatabaseWrapper,
) -> None:
    from tests.apps.pgkitchen.models import Named

    assert table_of(connection, Named).comment == "100% 'PostgreSQL'"
    assert column_of(connection, Named, "percent").comment == "50% off"


@pytest.mark.vendors("sqlite")
def test_collations_are_the_fields_own(connection: BaseDatabaseWrapper) -> None:
    table = table_of(connection, Collated)

    assert {c.name: c.collation for c in table.columns} == {
        "id": None,
        "plain": None,
        "folded": "NOCASE",
        "trimmed": "RTRIM",
    }


@isolate_apps("tests.expected")
@pytest.mark.vendors("sqlite")
def test_binary_is_what_a_column_has_without_a_collation(
    connection: BaseDatabaseWrapper,
) -> None:
    class Plain(models.Model):
        text = models.TextField(db_collation="binary")

        class Meta:
            app_label = "expected"

    assert column_of(connection, Plain, "text").collation is None


@pytest.mark.vendors("postgresql")
def test_foreign_key_takes_the_collation_of_its_target(
    connection: BaseDatabaseWrapper,
) -> None:
    from tests.apps.pgkitchen.models import Collated as Target
    from tests.apps.pgkitchen.models import Named

    assert column_of(connection, Named, "collated_id").collation == "C"
    assert column_of(connection, Target, "array").collation == "C"


@pytest.mark.vendors("mariadb")
def test_json_of_mariadb_is_binary_and_checked(connection: BaseDatabaseWrapper) -> None:
    assert column_of(connection, Nullable, "json") == Column(
        "json", "json", nullable=True, collation="utf8mb4_bin", field="json"
    )
    assert table_of(connection, Nullable).checks == (
        Check("json", Expression("json_valid(`json`)")),
        Check("positive", Expression("`positive` >= 0"), absence=Absence.ALLOWED),
    )


def test_odd_names_stay_as_they_are(connection: BaseDatabaseWrapper) -> None:
    table = table_of(connection, OddNames)

    assert table.name == "Kitchen Odd-Names"
    assert [column.name for column in table.columns] == [
        "id",
        "select",
        "Two Words",
        "größe",
        "a.b",
        "$price",
    ]


CHECKS = {
    "sqlite": (
        Check("", Expression('(JSON_VALID("json") OR "json" IS NULL)')),
        Check("", Expression('"positive" >= 0')),
    ),
    "postgresql": (
        Check("kitchen_nullable_positive_check", Expression('"positive" >= 0')),
    ),
}


@pytest.mark.vendors("sqlite", "postgresql")
def test_checks_inside_column_definitions(connection: BaseDatabaseWrapper) -> None:
    assert table_of(connection, Nullable).checks == CHECKS[connection.vendor]


def test_fields_that_are_alike_have_one_type(connection: BaseDatabaseWrapper) -> None:
    """What was asked of one field is true of each that is taken for its like."""
    server = Server(connection)
    every = apps.get_models(include_auto_created=True)
    fields = [field for model in every for field in model._meta.local_fields]

    shared = {field: server.parameters.of(field) for field in fields}

    assert len(server.parameters.known) < len(fields) / 2
    for field in fields:
        assert shared[field] == ParametersOf(server).of(field)
