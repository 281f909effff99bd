"""What the server notes by itself, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.environments.test_objects import available
from tests.ledger.conftest import ALIAS, ROLE, ledger, role, rows, run

pytestmark = pytest.mark.vendors("postgresql")
NOTED = """
SELECT command, dropped, object_type, object_schema, object_table, object_name
  FROM schemaguard_ledger.entry ORDER BY id
"""


@pytest.mark.parametrize(
    ("before", "statement", "noted"),
    [
        pytest.param(
            'CREATE TABLE "we""ird t" (id int, "c.x" int)',
            'ALTER TABLE "we""ird t" DROP COLUMN "c.x"',
            [
                ("ALTER TABLE", True, "table column", "public", 'we"ird t', "c.x"),
                ("ALTER TABLE", False, "table", "public", 'we"ird t', 'we"ird t'),
            ],
            id="column-of-hostile-names",
        ),
        pytest.param(
            'CREATE TABLE a (b int); CREATE INDEX "i\'; --" ON a (b)',
            'DROP INDEX "i\'; --"',
            [("DROP INDEX", True, "index", "public", None, "i'; --")],
            id="index",
        ),
        pytest.param(
            "CREATE TABLE a (b int)",
            "CREATE INDEX i ON a (b)",
            [("CREATE INDEX", False, "index", "public", "a", "i")],
            id="index-tells-its-table",
        ),
        pytest.param(
            "CREATE SCHEMA s; CREATE TABLE s.a (b int UNIQUE)",
            "DROP SCHEMA s CASCADE",
            [
                ("DROP SCHEMA", True, "schema", None, None, "s"),
                ("DROP SCHEMA", True, "table", "s", "a", "a"),
                ("DROP SCHEMA", True, "table constraint", "s", "a", "a_b_key"),
                ("DROP SCHEMA", True, "index", "s", None, "a_b_key"),
            ],
            id="all-that-goes-along",
        ),
        pytest.param(
            "SELECT 1",
            "CREATE TYPE mood AS ENUM ('good'); CREATE FUNCTION f(int) RETURNS int"
            " LANGUAGE sql AS 'SELECT 1'",
            [
                ("CREATE TYPE", False, "type", "public", None, "mood"),
                ("CREATE FUNCTION", False, "function", "public", None, "f"),
            ],
            id="type-and-function",
        ),
        pytest.param(
            "SELECT 1",
            "CREATE TEMP TABLE t (a int PRIMARY KEY); CREATE INDEX ON t (a);"
            " ALTER TABLE t ADD b int; CREATE TEMP VIEW v AS SELECT 1; DROP TABLE t",
            [],
            id="nothing-that-is-temporary",
        ),
        pytest.param(
            "CREATE TABLE a (b int); CREATE MATERIALIZED VIEW m AS SELECT * FROM a",
            "REFRESH MATERIALIZED VIEW m; REINDEX TABLE a; INSERT INTO a VALUES (1);"
            " ANALYZE a; TRUNCATE a",
            [],
            id="nothing-that-is-no-change",
        ),
        pytest.param(
            "CREATE TABLE a (b int)",
            "GRANT SELECT ON a TO PUBLIC",
            [("GRANT", False, "TABLE", None, None, None)],
            id="grant",
        ),
        pytest.param(
            "SET standard_conforming_strings = off",
            "CREATE TABLE a (b int)",
            [("CREATE TABLE", False, "table", "public", "a", "a")],
            id="whatever-the-session-sets",
        ),
        pytest.param(
            "SET session_replication_role = replica",
            "CREATE TABLE a (b int)",
            [("CREATE TABLE", False, "table", "public", "a", "a")],
            id="session-that-replicates",
        ),
    ],
)
def test_what_is_noted(
    installed: BaseDatabaseWrapper,
    before: str,
    statement: str,
    noted: list[tuple[Any, ...]],
) -> None:
    run(before, "DELETE FROM schemaguard_ledger.entry", statement)
    assert rows(NOTED) == noted


def test_extension_is_one_entry(installed: BaseDatabaseWrapper) -> None:
    if not available(installed, "citext"):
        pytest.skip("the server does not come with the extension")
    run("DROP EXTENSION IF EXISTS citext CASCADE")
    run("DELETE FROM schemaguard_ledger.entry", "CREATE EXTENSION citext")
    run("DROP EXTENSION citext")
    assert rows(NOTED) == [
        ("CREATE EXTENSION", False, "extension", None, None, "citext"),
        ("DROP EXTENSION", True, "extension", None, None, "citext"),
    ]


def test_who_did_it(installed: BaseDatabaseWrapper) -> None:
    run("SET application_name = 'psql; --'")
    with role("GRANT CREATE ON SCHEMA public TO {role}"):
        run("CREATE TABLE a (b int)")
        with pytest.raises(Exception, match="permission denied"):
            forge()
    ((name, login, application, address, number, run_),) = rows(
        "SELECT role, login, application, client, transaction, run"
        " FROM schemaguard_ledger.entry WHERE object_name = 'a'"
    )
    assert (name, application, run_) == (ROLE, "psql; --", "")
    assert login == connections[ALIAS].settings_dict["USER"]
    assert address == rows("SELECT host(inet_client_addr())")[0][0]
    assert number == rows("SELECT pg_current_xact_id()::text::bigint")[0][0]


def forge() -> None:
    """Try to write to the ledger, in a savepoint."""
    connection = connections[ALIAS]
    sid = connection.savepoint()
    try:
        run("INSERT INTO schemaguard_ledger.entry (role) VALUES ('another')")
    finally:
        connection.savepoint_rollback(sid)


@pytest.mark.parametrize(
    ("secret", "told"),
    [
        ("ALTER ROLE {role} PASSWORD 'hush''hush'", "ALTER ROLE {role} PASSWORD '***'"),
        ("COMMENT ON TABLE a IS 'host=x password=hush'", "password=***'"),
        ("SELECT E'password = \\'hush'", "SELECT E'password = ***'"),
        ("SELECT 'password ''hush'''", "SELECT 'password ***"),
    ],
)
def test_passwords_are_blotted_out(
    installed: BaseDatabaseWrapper, secret: str, told: str
) -> None:
    with role("GRANT CREATE ON SCHEMA public TO {role}"):
        run("RESET ROLE")
        name = '"' + ROLE.replace('"', '""') + '"'
        run(f"CREATE TABLE a (password varchar(9)); {secret.format(role=name)}")
    ((statement,),) = rows(
        "SELECT DISTINCT statement FROM schemaguard_ledger.entry"
        " WHERE object_name = 'a'"
    )
    assert "password varchar(9)" in str(statement)
    assert told.format(role=name) in str(statement)
    assert "hush" not in str(statement)


def test_long_statement_is_cut(installed: BaseDatabaseWrapper) -> None:
    run(f"CREATE TABLE a (b int); -- {'x' * 9_000} PASSWORD 'hush")
    ((length,),) = rows("SELECT max(length(statement)) FROM schemaguard_ledger.entry")
    assert length == 4_000


@pytest.mark.parametrize(
    "breaking",
    [
        "DROP TABLE schemaguard_ledger.entry",
        "ALTER TABLE schemaguard_ledger.entry ADD CHECK (role = 'nobody')",
        "ALTER TABLE schemaguard_ledger.entry DROP COLUMN login",
        "REVOKE INSERT ON schemaguard_ledger.entry FROM CURRENT_USER;"
        " ALTER FUNCTION schemaguard_ledger.note_end() RESET ALL",
    ],
)
def test_ledger_that_fails_lets_the_change_pass(
    installed: BaseDatabaseWrapper, breaking: str
) -> None:
    run(breaking)
    run("CREATE TABLE a (b int)", "ALTER TABLE a ADD c int", "DROP TABLE a")
    assert rows("SELECT to_regclass('a')") == [(None,)]


def test_what_is_rolled_back_is_not_noted(installed: BaseDatabaseWrapper) -> None:
    sid = installed.savepoint()
    run("DROP TABLE orders_orderline CASCADE")
    installed.savepoint_rollback(sid)
    assert rows(NOTED) == []


def test_removed_ledger_notes_nothing(installed: BaseDatabaseWrapper) -> None:
    ledger("remove", "--yes")
    run("CREATE TABLE a (b int)")
    assert rows("SELECT to_regnamespace('schemaguard_ledger')") == [(None,)]
    assert rows(
        "SELECT count(*) FROM pg_event_trigger WHERE evtname LIKE 'schemaguard%'"
    ) == [(0,)]
