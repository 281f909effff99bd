from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError

from django_schemaguard.core.schema import Expression, Index, Key
from tests.backends.postgresql.asking import fetch, read_table, run

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

pytestmark = pytest.mark.vendors("postgresql")


def key(column: str = "a", opclass: str = "int4_ops", **facts: Any) -> Key:
    """A key on a column with the default operator class."""
    return Key(column, default_opclass=opclass, **facts)


def upper(**facts: Any) -> Key:
    return Key(expression=Expression("upper(v)"), default_opclass="text_ops", **facts)


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        pytest.param("(a)", Index("i", (key(),)), id="plain"),
        pytest.param(
            "(a ASC NULLS LAST)", Index("i", (key(),)), id="ascending-default"
        ),
        pytest.param(
            "(a NULLS FIRST)", Index("i", (key(nulls_first=True),)), id="nulls-first"
        ),
        pytest.param("(a DESC)", Index("i", (key(descending=True),)), id="descending"),
        pytest.param(
            "(a DESC NULLS LAST)",
            Index("i", (key(descending=True, nulls_first=False),)),
            id="descending-nulls-last",
        ),
        pytest.param(
            "(b, a)", Index("i", (key("b", "int8_ops"), key())), id="key-order"
        ),
        pytest.param(
            "(a) INCLUDE (v, b)", Index("i", (key(),), include=("v", "b")), id="include"
        ),
        pytest.param(
            "(a) WHERE b > 0",
            Index("i", (key(),), condition=Expression("(b > 0)")),
            id="partial",
        ),
        pytest.param("USING hash (a)", Index("i", (key(),), method="hash"), id="hash"),
        pytest.param(
            "USING brin (a) WITH (pages_per_range = 7, autosummarize = on)",
            Index(
                "i",
                (key(opclass="int4_minmax_ops"),),
                method="brin",
                options=("autosummarize=on", "pages_per_range=7"),
            ),
            id="options-sorted",
        ),
        pytest.param(
            "USING gin (j)",
            Index("i", (key("j", "jsonb_ops"),), method="gin"),
            id="gin",
        ),
        pytest.param(
            "USING gin (j jsonb_path_ops)",
            Index("i", (Key("j", opclass="jsonb_path_ops"),), method="gin"),
            id="opclass",
        ),
        pytest.param(
            "(v text_pattern_ops)",
            Index("i", (Key("v", opclass="text_pattern_ops"),)),
            id="like",
        ),
        pytest.param(
            "(w varchar_pattern_ops)",
            Index("i", (Key("w", opclass="varchar_pattern_ops"),)),
            id="varchar-like",
        ),
        pytest.param("(w)", Index("i", (key("w", "text_ops"),)), id="varchar-default"),
        pytest.param(
            "(v text_ops)", Index("i", (key("v", "text_ops"),)), id="default-by-name"
        ),
        pytest.param(
            "(v bpchar_ops)",
            Index("i", (Key("v", opclass="bpchar_ops"),)),
            id="default-of-another-type",
        ),
        pytest.param("(m)", Index("i", (key("m", "enum_ops"),)), id="enum"),
        pytest.param("(l)", Index("i", (key("l", "array_ops"),)), id="array"),
        pytest.param("(p)", Index("i", (key("p", "int4_ops"),)), id="domain"),
        pytest.param(
            '(v COLLATE "C")',
            Index("i", (key("v", "text_ops", collation="C"),)),
            id="collation",
        ),
        pytest.param(
            '(k COLLATE "C")',
            Index("i", (key("k", "text_ops"),)),
            id="collation-of-the-column",
        ),
        pytest.param("(upper(v))", Index("i", (upper(),)), id="expression"),
        pytest.param(
            '(upper(v) COLLATE "C")',
            Index("i", (upper(collation="C"),)),
            id="collated-expression",
        ),
        pytest.param(
            '((upper(v)) COLLATE "C" text_pattern_ops DESC, a, upper(v))',
            Index(
                "i",
                (
                    Key(
                        expression=Expression("upper(v)"),
                        collation="C",
                        opclass="text_pattern_ops",
                        descending=True,
                    ),
                    key(),
                    upper(),
                ),
            ),
            id="wrappers-of-each-key",
        ),
        pytest.param(
            "(upper(k))",
            Index(
                "i",
                (Key(expression=Expression("upper(k)"), default_opclass="text_ops"),),
            ),
            id="collation-that-the-expression-has-anyway",
        ),
        pytest.param(
            "((a + b))",
            Index(
                "i",
                (Key(expression=Expression("((a + b))"), default_opclass="int8_ops"),),
            ),
            id="operator",
        ),
        pytest.param(
            '((v || \' COLLATE "C"\') COLLATE "POSIX")',
            Index(
                "i",
                (
                    Key(
                        expression=Expression("((v || ' COLLATE \"C\"'::text))"),
                        default_opclass="text_ops",
                        collation="POSIX",
                    ),
                ),
            ),
            id="collate-in-a-string",
        ),
        pytest.param(
            "((v))", Index("i", (key("v", "text_ops"),)), id="column-in-parentheses"
        ),
    ],
)
def test_index(space: BaseDatabaseWrapper, definition: str, expected: Index) -> None:
    run(
        space,
        "CREATE TYPE mood AS ENUM ('sad')",
        "CREATE DOMAIN positive AS int CHECK (VALUE > 0)",
        "CREATE TABLE t (a int, b bigint, v text, w varchar(9), j jsonb, m mood,"
        ' l int[], p positive, k text COLLATE "C")',
        f"CREATE INDEX i ON t {definition}",
    )

    table = read_table(space)

    assert table.indexes == (expected,)
    assert table.uniques == ()


def test_indexes_by_name(space: BaseDatabaseWrapper) -> None:
    run(
        space,
        "CREATE TABLE t (a int)",
        "CREATE INDEX z ON t (a)",
        'CREATE INDEX "a% USING btree (" ON t ((a + 1))',
    )

    assert [index.name for index in read_table(space).indexes] == [
        "a% USING btree (",
        "z",
    ]


def test_parameters_of_an_operator_class(space: BaseDatabaseWrapper) -> None:
    if not fetch(
        space, "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'"
    ):
        pytest.skip("this server was built without contrib")
    run(
        space,
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        "CREATE TABLE t (a text)",
        "CREATE INDEX i ON t USING gist (a gist_trgm_ops (siglen = 32))",
    )

    assert read_table(space).indexes == (
        Index("i", (Key("a", opclass="gist_trgm_ops(siglen=32)"),), method="gist"),
    )


def test_index_of_a_partitioned_table_is_read_and_its_children_are_not(
    space: BaseDatabaseWrapper,
) -> None:
    run(
        space,
        "CREATE TABLE t (a int) PARTITION BY LIST (a)",
        "CREATE TABLE one PARTITION OF t FOR VALUES IN (1)",
        "CREATE INDEX i ON t (a)",
    )

    assert read_table(space).indexes == (Index("i", (key(),)),)


def test_index_on_the_parent_alone_is_not_valid(space: BaseDatabaseWrapper) -> None:
    run(
        space,
        "CREATE TABLE t (a int) PARTITION BY LIST (a)",
        "CREATE TABLE one PARTITION OF t FOR VALUES IN (1)",
        "CREATE INDEX i ON ONLY t (a)",
    )

    assert read_table(space).indexes == (Index("i", (key(),), valid=False),)


def test_index_whose_concurrent_build_failed_is_not_valid(
    space: BaseDatabaseWrapper, other_session: BaseDatabaseWrapper
) -> None:
    run(
        other_session,
        "CREATE TABLE committed.doubled (a int)",
        "INSERT INTO committed.doubled VALUES (1), (1)",
    )
    with pytest.raises(IntegrityError):
        run(
            other_session,
            "CREATE UNIQUE INDEX CONCURRENTLY once ON committed.doubled (a)",
        )
    run(space, "SET LOCAL search_path TO committed")

    (unique,) = read_table(space, "doubled").uniques

    assert (unique.name, unique.valid) == ("once", False)
