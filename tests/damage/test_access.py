"""The example shop seen by roles that may do little."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from django.db import Error

from django_schemaguard.commands.surprises import told
from django_schemaguard.core.rules import Mode
from django_schemaguard.core.snapshot import ACTUAL
from django_schemaguard.exceptions import DatabaseUnreadable
from django_schemaguard.pipeline import Job, validate
from django_schemaguard.pipeline.differing import differ
from django_schemaguard.pipeline.taking import take
from tests.damage.harness import SETTINGS, findings, inspect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper


pytestmark = pytest.mark.vendors("postgresql")

ROLE = "schemaguard_visitor"
ALL = "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public"
DAMAGE = "ALTER TABLE orders_payment DROP COLUMN amount"
MISSING = "error SG102 orders_payment.amount"


@contextmanager
def visitor(connection: BaseDatabaseWrapper, *statements: str) -> Iterator[None]:
    """Be a role of no privilege but those that the statements give it."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        cursor.execute(f"GRANT SELECT ON django_migrations TO {ROLE}")
        # A schema of the tests' own apps.
        cursor.execute(f"GRANT USAGE ON SCHEMA annex TO {ROLE}")
        cursor.execute(f"GRANT {ALL.replace('public', 'annex')} TO {ROLE}")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


@pytest.mark.parametrize(
    ("grants", "found"),
    [
        pytest.param((), ("error SG404 *.schemaguard_visitor",), id="nothing-granted"),
        pytest.param((f"GRANT {ALL} TO {ROLE}",), (), id="all-tables"),
        pytest.param(
            (f"GRANT {ALL} TO {ROLE}", f"REVOKE USAGE ON SCHEMA annex FROM {ROLE}"),
            ("error SG404 *.schemaguard_visitor",),
            id="one-schema-not",
        ),
        pytest.param(
            (
                f"GRANT {ALL} TO {ROLE}",
                f"REVOKE INSERT, DELETE ON orders_order FROM {ROLE}",
            ),
            ("error SG404 orders_order.schemaguard_visitor",),
            id="one-table-not-all",
        ),
        pytest.param(
            (
                f"GRANT {ALL} TO {ROLE}",
                f"REVOKE SELECT ON catalogue_tag FROM {ROLE}",
                f"GRANT SELECT (id, name) ON catalogue_tag TO {ROLE}",
            ),
            (),
            id="each-column-by-itself",
        ),
        pytest.param(
            (
                f"GRANT {ALL} TO {ROLE}",
                f"REVOKE SELECT ON catalogue_tag FROM {ROLE}",
                f"GRANT SELECT (id) ON catalogue_tag TO {ROLE}",
            ),
            ("error SG404 catalogue_tag.schemaguard_visitor",),
            id="one-column-not",
        ),
        pytest.param(
            (
                f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {ROLE}",
                "SET LOCAL default_transaction_read_only = on",
            ),
            (),
            id="read-only-by-design",
        ),
        pytest.param(
            (
                f"GRANT {ALL} TO {ROLE}",
                "ALTER TABLE catalogue_tag ENABLE ROW LEVEL SECURITY",
            ),
            ("warning SG405 catalogue_tag",),
            id="row-security",
        ),
        pytest.param(
            (
                f"GRANT {ALL} TO {ROLE}",
                "ALTER TABLE catalogue_tag ALTER COLUMN id DROP IDENTITY",
                "CREATE SEQUENCE tag_numbers OWNED BY catalogue_tag.id",
                "ALTER TABLE catalogue_tag"
                " ALTER COLUMN id SET DEFAULT nextval('tag_numbers')",
            ),
            ("error SG404 catalogue_tag.schemaguard_visitor",),
            id="sequence-not-granted",
        ),
    ],
)
def test_what_a_role_lacks(
    alias: str,
    connection: BaseDatabaseWrapper,
    grants: tuple[str, ...],
    found: tuple[str, ...],
) -> None:
    with visitor(connection, *grants):
        assert shop(alias) == found


def shop(alias: str) -> tuple[str, ...]:
    """Return the findings, those of the tests' own apps left out."""
    return tuple(line for line in findings(alias) if "kitchen" not in line)


def test_the_verdict_on_the_schema_is_the_same_without_any_privilege(
    alias: str, connection: BaseDatabaseWrapper
) -> None:
    with visitor(connection, DAMAGE):
        assert shop(alias) == (MISSING, "error SG404 *.schemaguard_visitor")


def test_the_same_in_a_read_only_transaction(
    alias: str, connection: BaseDatabaseWrapper
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(DAMAGE)
        cursor.execute("SET TRANSACTION READ ONLY")
    assert findings(alias) == (MISSING,)


def test_a_closed_schema_is_told_as_such(
    alias: str, connection: BaseDatabaseWrapper
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("REVOKE USAGE ON SCHEMA public FROM PUBLIC")
    with visitor(connection):
        codes = {line.split()[1] for line in shop(alias)}
    assert "SG404" in codes
    assert not {"SG101", "SG113", "SG704"} & codes


def test_what_the_role_may_not_read_is_said_once(
    alias: str, connection: BaseDatabaseWrapper
) -> None:
    with visitor(connection, f"GRANT {ALL} TO {ROLE}"):
        skips = inspect(alias).databases[0].skips
    (reason,) = [skip.reason for skip in skips if skip.object == "sequences"]
    grant = f'GRANT SELECT ON ALL SEQUENCES IN SCHEMA "annex", "public" TO "{ROLE}"'
    assert reason.endswith(f" were not read: the role lacks SELECT; run {grant}.")

    with connection.cursor() as cursor:
        cursor.execute(f"{grant}; SET LOCAL ROLE {ROLE}")
    skips = inspect(alias).databases[0].skips
    assert not [it for it in skips if "lacks SELECT" in it.reason]


def test_a_table_that_the_role_may_not_read_hides_its_highest_number(
    alias: str, connection: BaseDatabaseWrapper
) -> None:
    grant = f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {ROLE}"
    with visitor(connection, grant):
        skips = inspect(alias).databases[0].skips
    reasons = [skip.reason for skip in skips if skip.object == "sequences"]
    told = " were not read: the role may not read all rows of their tables."
    assert any(reason.endswith(told) for reason in reasons)


def test_the_grant_that_lets_a_role_read_the_record_names_it(
    alias: str, connection: BaseDatabaseWrapper
) -> None:
    job = Job(SETTINGS, Mode.PRODUCTION)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}; SET LOCAL ROLE {ROLE}")
    user = connection.settings_dict["USER"]

    (report,) = validate([alias], job).databases

    assert report.hint == (
        f'Let the role read it: GRANT SELECT ON django_migrations TO "{user}";'
    )
    for read in (
        lambda: take(alias, ACTUAL, job),
        lambda: differ("models", alias, job, alias),
    ):
        with pytest.raises(DatabaseUnreadable) as caught:
            read()
        assert str(caught.value) == report.error
        assert caught.value.hint == report.hint
    assert report.error == (
        "The record of applied migrations of database 'postgresql' cannot be read:"
        " permission denied for table django_migrations"
    )


def test_what_a_database_refuses_is_told_of_the_one_that_is_changed(
    alias: str, connection: BaseDatabaseWrapper
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}; SET LOCAL ROLE {ROLE}")
        with pytest.raises(Error) as caught:
            cursor.execute("SELECT * FROM orders_order")
    user = connection.settings_dict["USER"]

    error = told(caught.value, {"alias": alias})

    assert str(error).startswith("Database 'postgresql' refused: permission denied")
    assert error.hint == f'GRANT SELECT ON orders_order TO "{user}";'
