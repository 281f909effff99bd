"""Counters, triggers and rights as the reader tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from django_schemaguard.core.schema import Hook, Numbering
from tests.backends.mysql.conftest import Scratch

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.mysql.base import DatabaseWrapper


@pytest.mark.parametrize(
    ("kind", "limit"),
    [
        ("tinyint", 127),
        ("smallint unsigned", 65_535),
        ("mediumint", 8_388_607),
        ("int", 2_147_483_647),
        ("int unsigned", 4_294_967_295),
        ("bigint", 9_223_372_036_854_775_807),
        ("bigint unsigned", 18_446_744_073_709_551_615),
    ],
)
def test_the_limit_is_that_of_the_type(scratch: Scratch, kind: str, limit: int) -> None:
    scratch.run(
        f"CREATE TABLE shop (id {kind} AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 9"
    )
    assert scratch.table("shop").numbering == (Numbering("id", next=9, limit=limit),)


def test_triggers_are_told_by_name(scratch: Scratch) -> None:
    scratch.run(
        "CREATE TABLE shop (id integer PRIMARY KEY)",
        "CREATE TRIGGER z AFTER DELETE ON shop FOR EACH ROW SET @n = 1",
        "CREATE TRIGGER a BEFORE INSERT ON shop FOR EACH ROW SET @n = 1",
    )
    assert scratch.table("shop").hooks == (
        Hook("a", "trigger", "BEFORE", ("INSERT",)),
        Hook("z", "trigger", "AFTER", ("DELETE",)),
    )


def test_a_role_that_may_only_select(
    scratch: Scratch, role: Callable[..., DatabaseWrapper]
) -> None:
    scratch.run("CREATE TABLE shop (id integer PRIMARY KEY)")
    seen = scratch.read(role("SELECT ON %DB.*"))
    (table,) = seen.tables
    assert table.access.lacks == {"INSERT", "UPDATE", "DELETE"}
    assert seen.session.role is not None
    assert seen.session.read_only is False


def test_a_role_that_may_do_all(scratch: Scratch) -> None:
    scratch.run("CREATE TABLE shop (id integer PRIMARY KEY)")
    assert scratch.table("shop").access.lacks == frozenset()
