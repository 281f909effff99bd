"""Schemas of two vendors, compared as far as they can be."""

from __future__ import annotations

import pytest

from django_schemaguard.core.difference import difference
from django_schemaguard.core.history import NO_HISTORY
from django_schemaguard.core.schema import (
    Column,
    ForeignKey,
    Index,
    Key,
    PrimaryKey,
    Schema,
    Table,
    TableRef,
    Traits,
    Unique,
)

GROUP = ForeignKey("to_group", ("group",), TableRef(None, "group"), ("id",))
OWNER = ForeignKey("to_owner", ("owner",), TableRef(None, "owner"), ("id",))
BOTH = Unique("both", (Key("group"), Key("owner")))


def schema(vendor: str, *indexed: str, keys: tuple[ForeignKey, ...] = ()) -> Schema:
    columns = tuple(Column(name, "integer") for name in ("id", "group", "owner"))
    table = Table(
        "member",
        columns,
        primary_key=PrimaryKey("", ("id",)),
        foreign_keys=keys,
        uniques=(BOTH,),
        indexes=tuple(Index(f"by_{name}", (Key(name),)) for name in indexed),
    )
    return Schema(Traits(vendor), (table,))


def told(one: Schema, other: Schema) -> list[tuple[str, str | None]]:
    found = difference(one, other, NO_HISTORY).findings
    return [(finding.code, finding.object) for finding in found]


@pytest.mark.parametrize("indexed", [("group", "owner"), ("owner",), ()])
def test_what_innodb_makes_for_foreign_keys_is_no_difference(
    indexed: tuple[str, ...],
) -> None:
    planned = schema("mysql", keys=(GROUP, OWNER))
    found = schema("postgresql", *indexed, keys=(GROUP, OWNER))
    assert told(planned, found) == []
    assert told(found, planned) == []


def test_an_index_that_no_foreign_key_needs_is_a_difference() -> None:
    lacks = schema("mysql", keys=(GROUP,))
    has = schema("postgresql", "owner", keys=(GROUP,))
    assert told(lacks, has) == [("SG306", "by_owner")]
    assert told(has, lacks) == [("SG301", "by_owner")]


def test_other_servers_make_none() -> None:
    lacks = schema("sqlite", keys=(OWNER,))
    has = schema("postgresql", "owner", keys=(OWNER,))
    assert told(lacks, has) == [("SG306", "by_owner")]
    assert told(has, lacks) == [("SG301", "by_owner")]
