from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from django_schemaguard.core.schema import (
    Check,
    Deferral,
    Exclusion,
    Expression,
    ForeignKey,
    Key,
    PrimaryKey,
    Skip,
    TableRef,
    Unique,
)
from tests.backends.postgresql.asking import fetch, read, read_table, run

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

pytestmark = pytest.mark.vendors("postgresql")

A_KEY = Key("a", default_opclass="int4_ops")
B_KEY = Key("b", default_opclass="int4_ops")


def test_primary_key_in_key_order(space: BaseDatabaseWrapper) -> None:
    run(space, "CREATE TABLE t (a int, b int, CONSTRAINT t_key PRIMARY KEY (b, a))")

    table = read_table(space)

    assert table.primary_key == PrimaryKey("t_key", ("b", "a"))
    assert [column.nullable for column in table.columns] == [False, False]
    assert (table.uniques, table.indexes) == ((), ())


def test_table_without_primary_key(space: BaseDatabaseWrapper) -> None:
    run(space, "CREATE TABLE t (a int)")

    assert read_table(space).primary_key is None


PLAIN = ForeignKey("fk", ("a",), TableRef(None, "target"), ("id",))


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        pytest.param("", PLAIN, id="plain"),
        pytest.param(
            "ON DELETE RESTRICT", replace(PLAIN, on_delete="RESTRICT"), id="restrict"
        ),
        pytest.param(
            "ON DELETE CASCADE", replace(PLAIN, on_delete="CASCADE"), id="cascade"
        ),
        pytest.param(
            "ON DELETE SET NULL", replace(PLAIN, on_delete="SET NULL"), id="set-null"
        ),
        pytest.param(
            "ON DELETE SET NULL (a)",
            replace(PLAIN, on_delete="SET NULL (a)"),
            id="set-columns",
        ),
        pytest.param(
            "ON DELETE SET DEFAULT",
            replace(PLAIN, on_delete="SET DEFAULT"),
            id="set-default",
        ),
        pytest.param(
            "ON UPDATE CASCADE", replace(PLAIN, on_update="CASCADE"), id="on-update"
        ),
        pytest.param(
            "DEFERRABLE", replace(PLAIN, deferral=Deferral.IMMEDIATE), id="deferrable"
        ),
        pytest.param(
            "DEFERRABLE INITIALLY DEFERRED",
            replace(PLAIN, deferral=Deferral.DEFERRED),
            id="deferred",
        ),
        pytest.param("NOT VALID", replace(PLAIN, validated=False), id="not-valid"),
    ],
)
def test_foreign_key(
    space: BaseDatabaseWrapper, clause: str, expected: ForeignKey
) -> None:
    run(
        space,
        "CREATE TABLE target (id int PRIMARY KEY)",
        "CREATE TABLE t (a int)",
        f"ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES target {clause}",
    )

    assert read_table(space).foreign_keys == (expected,)


def test_foreign_key_of_several_columns_keeps_their_order(
    space: BaseDatabaseWrapper,
) -> None:
    run(
        space,
        "CREATE TABLE target (x int, y int, UNIQUE (y, x))",
        "CREATE TABLE t (a int, b int,"
        " CONSTRAINT fk FOREIGN KEY (b, a) REFERENCES target (y, x))",
    )

    assert read_table(space).foreign_keys == (
        ForeignKey("fk", ("b", "a"), TableRef(None, "target"), ("y", "x")),
    )


def test_foreign_key_out_of_the_search_path_names_the_namespace(
    space: BaseDatabaseWrapper,
) -> None:
    run(
        space,
        "CREATE SCHEMA other",
        "CREATE TABLE other.target (gone int, id int PRIMARY KEY)",
        "ALTER TABLE other.target DROP gone",
        "CREATE TABLE t (a int CONSTRAINT fk REFERENCES other.target)",
    )

    assert read_table(space).foreign_keys == (
        replace(PLAIN, target=TableRef("other", "target")),
    )


@pytest.mark.parametrize(
    ("mode", "enabled"),
    [
        pytest.param("DISABLE TRIGGER ALL", False, id="disabled"),
        pytest.param("ENABLE TRIGGER ALL", True, id="enabled"),
    ],
)
@pytest.mark.parametrize("table", ["t", "target"])
def test_constraint_triggers(
    space: BaseDatabaseWrapper, table: str, mode: str, enabled: bool
) -> None:
    run(
        space,
        "CREATE TABLE target (id int PRIMARY KEY)",
        "CREATE TABLE t (a int CONSTRAINT fk REFERENCES target)",
        f"ALTER TABLE {table} {mode}",
    )

    assert read_table(space).foreign_keys == (replace(PLAIN, triggers_enabled=enabled),)


def test_foreign_key_to_a_partitioned_table_is_one(space: BaseDatabaseWrapper) -> None:
    run(
        space,
        "CREATE TABLE target (id int PRIMARY KEY) PARTITION BY RANGE (id)",
        "CREATE TABLE low PARTITION OF target FOR VALUES FROM (0) TO (9)",
        "CREATE TABLE high PARTITION OF target FOR VALUES FROM (9) TO (99)",
        "CREATE TABLE t (a int CONSTRAINT fk REFERENCES target)",
    )

    assert read_table(space).foreign_keys == (PLAIN,)


@pytest.mark.parametrize(
    "definition",
    [
        pytest.param(
            "FOREIGN KEY (a) REFERENCES target NOT ENFORCED", id="foreign-key"
        ),
        pytest.param("CHECK (a > 0) NOT ENFORCED", id="check"),
    ],
)
def test_constraint_that_is_not_enforced(
    space: BaseDatabaseWrapper, definition: str
) -> None:
    if space.pg_version < 18_00_00:
        pytest.skip("NOT ENFORCED came with PostgreSQL 18")
    run(
        space,
        "CREATE TABLE target (id int PRIMARY KEY)",
        f"CREATE TABLE t (a int, CONSTRAINT it {definition})",
    )

    table = read_table(space)

    (constraint,) = (*table.foreign_keys, *table.checks)
    assert (constraint.name, constraint.enforced) == ("it", False)


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        pytest.param("UNIQUE (a)", Unique("u", (A_KEY,)), id="plain"),
        pytest.param("UNIQUE (b, a)", Unique("u", (B_KEY, A_KEY)), id="key-order"),
        pytest.param(
            "UNIQUE NULLS NOT DISTINCT (a)",
            Unique("u", (A_KEY,), nulls_distinct=False),
            id="nulls-not-distinct",
        ),
        pytest.param(
            "UNIQUE (a) INCLUDE (c, b)",
            Unique("u", (A_KEY,), include=("c", "b")),
            id="include",
        ),
        pytest.param(
            "UNIQUE (a) WITH (fillfactor=80)",
            Unique("u", (A_KEY,), options=("fillfactor=80",)),
            id="options",
        ),
        pytest.param(
            "UNIQUE (a) DEFERRABLE",
            Unique("u", (A_KEY,), deferral=Deferral.IMMEDIATE),
            id="deferrable",
        ),
        pytest.param(
            "UNIQUE (a) DEFERRABLE INITIALLY DEFERRED",
            Unique("u", (A_KEY,), deferral=Deferral.DEFERRED),
            id="deferred",
        ),
    ],
)
def test_unique_constraint(
    space: BaseDatabaseWrapper, definition: str, expected: Unique
) -> None:
    run(space, f"CREATE TABLE t (a int, b int, c text, CONSTRAINT u {definition})")

    table = read_table(space)

    assert table.uniques == (expected,)
    assert table.indexes == ()


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        pytest.param("(a)", Unique("u", (A_KEY,)), id="plain"),
        pytest.param(
            "(a) WHERE b IS NULL",
            Unique("u", (A_KEY,), condition=Expression("(b IS NULL)")),
            id="partial",
        ),
        pytest.param(
            "(lower(c))",
            Unique(
                "u",
                (Key(expression=Expression("lower(c)"), default_opclass="text_ops"),),
            ),
            id="expression",
        ),
    ],
)
def test_unique_index(
    space: BaseDatabaseWrapper, definition: str, expected: Unique
) -> None:
    run(
        space,
        "CREATE TABLE t (a int, b int, c text)",
        f"CREATE UNIQUE INDEX u ON t {definition}",
    )

    table = read_table(space)

    assert table.uniques == (replace(expected, constraint=False),)
    assert table.indexes == ()


def test_checks_by_name(space: BaseDatabaseWrapper) -> None:
    run(
        space,
        "CREATE TABLE t (a int, b int, CONSTRAINT z CHECK (a > 0))",
        'ALTER TABLE t ADD CONSTRAINT "100%" CHECK (b <> a) NOT VALID',
    )

    assert read_table(space).checks == (
        Check("100%", Expression("(b <> a)"), validated=False),
        Check("z", Expression("(a > 0)")),
    )


def test_checks_of_a_domain_are_not_the_table_s(space: BaseDatabaseWrapper) -> None:
    run(
        space,
        "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
        "CREATE TABLE t (a positive)",
    )

    assert read_table(space).checks == ()


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        pytest.param(
            "EXCLUDE USING gist (r WITH &&)",
            Exclusion("e", (Key("r", default_opclass="range_ops", operator="&&"),)),
            id="plain",
        ),
        pytest.param(
            "EXCLUDE USING gist (r WITH &&, (int4range(a, b)) WITH =) INCLUDE (b)"
            " WHERE (a > 0) DEFERRABLE INITIALLY DEFERRED",
            Exclusion(
                "e",
                (
                    Key("r", default_opclass="range_ops", operator="&&"),
                    Key(
                        expression=Expression("int4range(a, b)"),
                        default_opclass="range_ops",
                        operator="=",
                    ),
                ),
                condition=Expression("(a > 0)"),
                include=("b",),
                deferral=Deferral.DEFERRED,
            ),
            id="everything",
        ),
        pytest.param(
            "EXCLUDE USING hash (a WITH =)",
            Exclusion(
                "e",
                (Key("a", default_opclass="int4_ops", operator="="),),
                method="hash",
            ),
            id="hash",
        ),
    ],
)
def test_exclusion(
    space: BaseDatabaseWrapper, definition: str, expected: Exclusion
) -> None:
    run(space, f"CREATE TABLE t (a int, b int, r int4range, CONSTRAINT e {definition})")

    table = read_table(space)

    assert table.exclusions == (expected,)
    assert (table.indexes, table.uniques) == ((), ())


def test_exclusion_with_an_operator_class_of_an_extension(
    space: BaseDatabaseWrapper,
) -> None:
    if not fetch(
        space, "SELECT count(*) FROM pg_available_extensions WHERE name = 'btree_gist'"
    ):
        pytest.skip("this server was built without contrib")
    run(
        space,
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        "CREATE TABLE t (a int, CONSTRAINT e EXCLUDE USING gist (a WITH =))",
    )

    assert read_table(space).exclusions == (
        Exclusion("e", (Key("a", default_opclass="gist_int4_ops", operator="="),)),
    )


def test_temporal_constraints_are_skipped_with_the_reason(
    space: BaseDatabaseWrapper,
) -> None:
    if space.pg_version < 18_00_00:
        pytest.skip("temporal constraints came with PostgreSQL 18")
    keys = "(s, r WITHOUT OVERLAPS)"
    run(
        space,
        f"CREATE TABLE target (s int4range, r int4range, PRIMARY KEY {keys})",
        f"CREATE TABLE t (s int4range, r int4range, CONSTRAINT u UNIQUE {keys},"
        " CONSTRAINT fk FOREIGN KEY (s, PERIOD r) REFERENCES target (s, PERIOD r))",
    )

    schema = read(space)

    assert schema.table("target").primary_key.columns == ("s", "r")
    assert (schema.table("t").uniques, schema.table("t").foreign_keys) == ((), ())
    assert schema.skips == (
        Skip("t", "fk", "Foreign keys with PERIOD are not compared."),
        Skip("t", "u", "WITHOUT OVERLAPS is not compared."),
    )
