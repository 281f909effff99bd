"""Rows as the manual of MySQL 8 describes them; no such server is asked here."""

from __future__ import annotations

import pytest

from django_schemaguard.backends.mysql.columns import column_from
from django_schemaguard.backends.mysql.constraints import checks_from, keys_from
from django_schemaguard.core.schema import Check, Column, Expression, Index, Key


@pytest.mark.parametrize(
    ("kind", "default", "extra", "expected"),
    [
        pytest.param("varchar(9)", None, "", None, id="none"),
        pytest.param("varchar(9)", "NULL", "", "'NULL'", id="the-word-null"),
        pytest.param("varchar(9)", "it's", "", "'it''s'", id="quote"),
        pytest.param("varchar(9)", "a\\b", "", "'a\\\\b'", id="backslash"),
        pytest.param("int unsigned", "5", "", "5", id="number"),
        pytest.param("bit(3)", "b'101'", "", "b'101'", id="bits"),
        pytest.param(
            "datetime(6)", "2020-01-01 00:00:00", "", "'2020-01-01 00:00:00'", id="date"
        ),
        pytest.param(
            "datetime(6)",
            "CURRENT_TIMESTAMP(6)",
            "DEFAULT_GENERATED",
            "CURRENT_TIMESTAMP(6)",
            id="function",
        ),
        pytest.param(
            "varchar(9)",
            "concat(_utf8mb4\\'a\\',_utf8mb4\\'b\\')",
            "DEFAULT_GENERATED",
            "concat(_utf8mb4'a',_utf8mb4'b')",
            id="escaped-quotes",
        ),
    ],
)
def test_a_default(
    kind: str, default: str | None, extra: str, expected: str | None
) -> None:
    row = ("c", kind, "YES", default, extra, None, "", "")
    column = column_from(row, "utf8mb4_0900_ai_ci", mariadb=False)
    assert column == Column(
        "c", kind, default=None if expected is None else Expression(expected)
    )


def test_a_generated_column() -> None:
    row = (
        "c",
        "int",
        "YES",
        None,
        "VIRTUAL GENERATED",
        None,
        "",
        "length(_utf8mb4\\'a\\')",
    )
    assert column_from(row, None, mariadb=False) == Column(
        "c", "int", generated=Expression("length(_utf8mb4'a')")
    )


def test_an_expression_as_a_key() -> None:
    rows = [("i", 1, "BTREE", None, "D", None, "lower(`name`)", "NO")]
    assert keys_from(rows, "InnoDB", ()).indexes == (
        Index("i", (Key(expression=Expression("lower(`name`)"), descending=True),)),
    )


def test_a_check_that_is_not_enforced() -> None:
    rows = [("c", "(`a` <> _utf8mb4\\'x\\')", "Table", "NO")]
    assert checks_from(rows, mariadb=False) == (
        Check("c", Expression("(`a` <> _utf8mb4'x')"), enforced=False),
    )
