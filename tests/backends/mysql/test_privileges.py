"""What a role without all privileges sees, and what is said about the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import pytest

from django_schemaguard.backends.base import Question, Role
from django_schemaguard.backends.mysql.reader import (
    NO_ACTIONS,
    NO_CHECKS,
    PARTIAL,
    SINGLE_TABLES,
)
from django_schemaguard.core.schema import Facet, Skip
from tests.backends.mysql.conftest import BACKEND, ROLE, Scratch

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.backends.mysql.base import DatabaseWrapper

    Grant: TypeAlias = Callable[..., DatabaseWrapper]


@pytest.fixture
def shop(scratch: Scratch) -> None:
    scratch.run(
        "CREATE TABLE target (id integer PRIMARY KEY)",
        "CREATE TABLE shop (id integer PRIMARY KEY, n integer UNIQUE CHECK (n > 1),"
        " data json, CONSTRAINT c CHECK (id > n), CONSTRAINT fk FOREIGN KEY (n)"
        " REFERENCES target (id), INDEX i (id, n))",
    )


@pytest.mark.usefixtures("shop")
def test_a_role_that_may_write_sees_all(scratch: Scratch, role: Grant) -> None:
    session = role("SELECT, INSERT ON %DB.*")
    assert scratch.read(session) == scratch.read()


@pytest.mark.usefixtures("shop")
def test_a_role_that_may_only_select_sees_all_but_foreign_key_actions(
    scratch: Scratch, role: Grant
) -> None:
    session = role("SELECT ON %DB.*")
    seen, all_of_it = scratch.read(session), scratch.read()
    assert seen.tables == all_of_it.tables
    assert seen.skips == (Skip(None, "foreign key actions", NO_ACTIONS),)
    assert seen.traits.sees == all_of_it.traits.sees - {Facet.FOREIGN_KEY_ACTIONS}


def test_without_foreign_keys_select_sees_all(scratch: Scratch, role: Grant) -> None:
    scratch.run("CREATE TABLE shop (id integer PRIMARY KEY)")
    session = role("SELECT ON %DB.*")
    assert scratch.read(session) == scratch.read()


@pytest.mark.usefixtures("shop")
def test_a_role_of_single_tables_is_told_so(scratch: Scratch, role: Grant) -> None:
    session = role("SELECT ON %DB.`shop`")
    seen = scratch.read(session)
    assert seen.tables == (replace(scratch.table("shop"), checks=()),)
    assert seen.concealed == SINGLE_TABLES
    assert seen.skips == (
        Skip(None, "check constraints", NO_CHECKS),
        Skip(None, "foreign key actions", NO_ACTIONS),
    )
    hidden = {Facet.CHECKS, Facet.FOREIGN_KEY_ACTIONS}
    assert seen.traits.sees == scratch.read().traits.sees - hidden


@pytest.mark.usefixtures("shop")
def test_a_table_of_which_only_columns_are_seen_is_not_compared(
    scratch: Scratch, role: Grant
) -> None:
    session = role("SELECT (id) ON %DB.`shop`", "INSERT ON %DB.`target`")
    seen = scratch.read(session)
    assert [(table.name, table.locked) for table in seen] == [
        ("shop", PARTIAL),
        ("target", None),
    ]
    assert seen.table("shop").columns == ()  # type: ignore[union-attr]


@pytest.mark.usefixtures("shop")
def test_the_grants_of_a_role_in_use_count(scratch: Scratch, role: Grant) -> None:
    granted = f"{ROLE}_granted"
    scratch.run(f"CREATE OR REPLACE ROLE {granted}")
    try:
        session = role(
            "USAGE ON *.*",
        )
        session.close()
        scratch.run(f"GRANT SELECT, INSERT ON {_database(scratch)}.* TO {granted}")
        scratch.run(f"GRANT {granted} TO '{_user(session)}'@'%'")
        scratch.run(f"SET DEFAULT ROLE {granted} FOR '{_user(session)}'@'%'")
        assert scratch.read(session) == scratch.read()
    finally:
        session.close()
        scratch.run(f"DROP ROLE {granted}")


def _database(scratch: Scratch) -> str:
    return f"`{scratch.connection.settings_dict['NAME']}`"


def _user(session: DatabaseWrapper) -> str:
    return str(session.settings_dict["USER"])


@pytest.mark.usefixtures("shop")
def test_expressions_are_answered_without_privileges(
    scratch: Scratch, role: Grant
) -> None:
    table = scratch.table("shop")
    session = role("SELECT (id) ON %DB.`target`")
    question = Question(table, "shop", Role.CONDITION, "n>1")
    value = Question(table, "shop", Role.VALUE, "'5'", "integer")
    found = BACKEND.answer(session, [question, value])
    assert found[question].canonical == "`shop`.`n` > 1"
    assert found[value].canonical == "value 35"
