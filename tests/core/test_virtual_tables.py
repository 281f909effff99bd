"""A model made for a virtual table of SQLite differs from it in nothing that counts."""

from __future__ import annotations

import pytest

from django_schemaguard.core.kinds.missing_column import MissingColumn
from django_schemaguard.core.kinds.relation_kind import WrongRelationKind
from django_schemaguard.core.schema import Column, PrimaryKey, RelationKind
from tests.core.kinds.builders import found, order, pairs_of

ROW_ID = Column("rowid", "integer", nullable=False)
TITLE = Column("title", "text", nullable=False)


def _both(
    key: str = "rowid",
    kind: RelationKind = RelationKind.FOREIGN,
    missing: tuple[Column, ...] = (ROW_ID,),
    vendor: str = "sqlite",
) -> list[str | None]:
    pair = order(
        kind=kind,
        expected={"primary_key": PrimaryKey("", (key,))},
        missing_columns=missing,
    )
    pairs = pairs_of(pair, vendor=vendor)
    return [
        told.expected
        for finding in (WrongRelationKind, MissingColumn)
        for told in found(finding, pairs)
    ]


def test_a_model_of_row_numbers_is_meant_for_a_virtual_table():
    assert _both() == []


def test_another_column_of_it_is_missed():
    assert _both(missing=(ROW_ID, TITLE)) == ["text NOT NULL"]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({"key": "id"}, ["table", "integer NOT NULL"], id="ordinary-model"),
        pytest.param(
            {"kind": RelationKind.TABLE}, ["integer NOT NULL"], id="ordinary-table"
        ),
        pytest.param(
            {"vendor": "postgresql"}, ["table", "integer NOT NULL"], id="other-server"
        ),
    ],
)
def test_anything_else_is_found(changed, expected):
    assert _both(**changed) == expected
