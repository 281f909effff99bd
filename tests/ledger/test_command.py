"""`schemaguard ledger install|remove|show`."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command
from django.db.backends.base.base import BaseDatabaseWrapper

from tests.ledger.conftest import ALIAS, QUOTED, ROLE, ledger, role, rows, run

pytestmark = pytest.mark.vendors("postgresql")
TRIGGERS = """
SELECT evtname, evtenabled FROM pg_event_trigger
 WHERE evtname LIKE 'schemaguard%' ORDER BY 1
"""
BOTH = [("schemaguard_ledger_drop", "A"), ("schemaguard_ledger_end", "A")]


def refused(*words: str) -> tuple[str, int]:
    """Return the message and exit code with which the command ends."""
    with pytest.raises(CommandError) as caught:
        ledger(*words)
    return str(caught.value), caught.value.returncode


def test_install_twice_and_remove(connection: BaseDatabaseWrapper) -> None:
    assert ledger("install") == "Database 'postgresql' has a ledger of version 1.\n"
    assert rows(TRIGGERS) == BOTH
    run("CREATE TABLE a (b int)")
    assert ledger("install") == (
        "Database 'postgresql' has a ledger of version 1, as before.\n"
    )
    assert "CREATE TABLE public.a" not in ledger("show")
    assert "CREATE TABLE 'public.a' by role" in ledger("show")
    assert ledger("remove", "--yes") == (
        "Database 'postgresql' has no ledger any more.\n"
    )
    assert rows(TRIGGERS) == []
    assert ledger("remove") == "Database 'postgresql' has no ledger.\n"


def test_install_mends_a_ledger_that_was_switched_off(
    installed: BaseDatabaseWrapper,
) -> None:
    run("ALTER EVENT TRIGGER schemaguard_ledger_drop DISABLE")
    run("DROP EVENT TRIGGER schemaguard_ledger_end")
    ledger("install")
    assert rows(TRIGGERS) == BOTH


def test_install_keeps_what_an_older_version_noted(
    installed: BaseDatabaseWrapper,
) -> None:
    run("CREATE TABLE a (b int)")
    run(
        "ALTER TABLE schemaguard_ledger.entry DROP COLUMN run",
        "COMMENT ON SCHEMA schemaguard_ledger IS"
        " 'django-schemaguard ledger, version 0'",
        "CREATE TABLE unnoted (b int)",
    )
    assert ledger("install") == (
        "Database 'postgresql' has a ledger of version 1, which was 0 before.\n"
    )
    run("CREATE TABLE c (d int)")
    noted = rows("SELECT object_name, run FROM schemaguard_ledger.entry ORDER BY id")
    assert [it for it in noted if it[0] in {"a", "unnoted", "c"}] == [
        ("a", None),
        ("c", ""),
    ]
    assert "'public.a'" in ledger("show")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            "COMMENT ON SCHEMA schemaguard_ledger IS"
            " 'django-schemaguard ledger, version 99'",
            "The ledger of database 'postgresql' has version 99, made by a newer"
            " django-schemaguard; this one makes version 1.\n"
            "Upgrade django-schemaguard.",
        ),
        (
            "COMMENT ON SCHEMA schemaguard_ledger IS NULL",
            "Database 'postgresql' has a schema 'schemaguard_ledger' that is no"
            " ledger.\nRename it.",
        ),
    ],
)
def test_install_refuses(
    installed: BaseDatabaseWrapper, change: str, message: str
) -> None:
    run(change)
    assert refused("install") == (message, 2)


@pytest.mark.parametrize("word", ["install", "remove"])
def test_dry_run_prints_what_does_it(
    connection: BaseDatabaseWrapper, word: str
) -> None:
    if word == "remove":
        ledger("install")
    before = rows(TRIGGERS)
    sql = ledger(word, "--dry-run")
    assert rows(TRIGGERS) == before
    run(sql)
    assert rows(TRIGGERS) == ([] if word == "remove" else BOTH)
    if word == "install":
        assert ledger("install").endswith("as before.\n")


def test_remove_keeps_what_others_built_on_it(installed: BaseDatabaseWrapper) -> None:
    run("CREATE VIEW audit AS SELECT * FROM schemaguard_ledger.entry")
    message, code = refused("remove", "--yes")
    assert message.startswith(
        "The ledger of database 'postgresql' cannot be changed: cannot drop table"
        " schemaguard_ledger.entry because other objects depend on it"
    )
    assert (code, rows(TRIGGERS)) == (2, BOTH)


def test_remove_asks(installed: BaseDatabaseWrapper) -> None:
    assert refused("remove") == (
        "Nothing was done: what the ledger noted would be lost.\n"
        "Give --yes to drop it unasked, or --dry-run to see how.",
        2,
    )


def test_role_without_rights(connection: BaseDatabaseWrapper) -> None:
    with role():
        message, code = refused("install")
    line, hint = message.splitlines()
    assert line.startswith("The role may not change the ledger of database 'postg")
    assert "permission denied" in line
    assert hint.startswith("Event triggers need a superuser, or in the cloud")
    assert code == 2


def test_role_that_may_create_a_schema_lacks_event_triggers(
    connection: BaseDatabaseWrapper,
) -> None:
    ((name,),) = rows("SELECT current_database()")
    with role(f'GRANT CREATE ON DATABASE "{name}" TO {{role}}'):
        message, _ = refused("install")
    assert 'permission denied to create event trigger "schemaguard_ledger_' in message
    assert rows("SELECT to_regnamespace('schemaguard_ledger')") == [(None,)]


def test_show(installed: BaseDatabaseWrapper) -> None:
    run("CREATE TABLE a (b int)", 'CREATE TABLE "x\x1b\n y" (b int)')
    run("DROP TABLE a")
    shown = ledger("show").splitlines()
    assert [it.split(" UTC ")[1] for it in shown if " UTC " in it] == [
        "DROP TABLE 'public.a' by role 'postgres' (no app name)",
        "CREATE TABLE 'public.\"x\\x1b\\n y\"' by role 'postgres' (no app name)",
        "CREATE TABLE 'public.a' by role 'postgres' (no app name)",
    ]
    assert shown[1] == "  DROP TABLE a"
    assert len(ledger("show", "--limit", "1").splitlines()) == 2
    assert "x\\x1b" not in ledger("show", "--table", "a")
    assert ledger("show", "--table", "public.a") == ledger("show", "--table", "a")
    assert ledger("show", "--table", "other.a") == "The ledger has no such entry.\n"
    document = json.loads(ledger("show", "--format", "json", "--table", "a"))
    assert [(it["command"], it["dropped"]) for it in document["entries"]] == [
        ("DROP TABLE", True),
        ("CREATE TABLE", False),
    ]


def test_show_where_there_is_none_or_may_not_be_read(
    connection: BaseDatabaseWrapper,
) -> None:
    assert refused("show") == (
        "Database 'postgresql' has no ledger.\n"
        "Run 'manage.py schemaguard ledger install --database postgresql'.",
        2,
    )
    ledger("install")
    with role():
        message, code = refused("show")
    assert "may not read the ledger of database 'postgresql'." in message
    assert "GRANT USAGE ON SCHEMA schemaguard_ledger TO " in message
    assert code == 2


def test_prune(installed: BaseDatabaseWrapper) -> None:
    run("CREATE TABLE a (b int)", "CREATE TABLE c (d int)")
    run(
        "UPDATE schemaguard_ledger.entry SET at = at - interval '91 days'"
        " WHERE object_name = 'a'"
    )
    assert ledger("show", "--prune", "90", "--dry-run") == (
        "DELETE FROM schemaguard_ledger.entry"
        " WHERE at < now() - make_interval(days => 90);\n"
    )
    shown = ledger("show", "--prune", "90")
    assert "Forgot 1 entry older than 90 days.\n" in shown
    assert "'public.c'" in shown
    assert "'public.a'" not in shown


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("remove", "--prune", "3"), "--prune is for 'show'."),
        (("show", "--grant", "r"), "--grant is for 'install'."),
        (("show", "--prune", "0"), "argument --prune: '0' is no whole number above 0."),
    ],
)
def test_bad_usage(
    connection: BaseDatabaseWrapper, words: tuple[str, ...], message: str
) -> None:
    found, code = refused(*words)
    assert (found.removeprefix("Error: "), code) == (message, 2)


def test_grant_to_a_role_that_is_not_there(connection: BaseDatabaseWrapper) -> None:
    message, code = refused("install", "--grant", ROLE)
    assert f'role "{ROLE}" does not exist' in message
    assert code == 2
    assert rows(TRIGGERS) == []


def test_later_grant(installed: BaseDatabaseWrapper) -> None:
    run(f"CREATE ROLE {QUOTED}")
    assert "GRANT" not in ledger("install", "--dry-run")
    ledger("install", "--grant", ROLE)
    assert rows(
        f"SELECT has_table_privilege('{ROLE}', 'schemaguard_ledger.entry', 'SELECT')"
    ) == [(True,)]


@pytest.mark.vendors("sqlite")
def test_other_servers_have_none(alias: str) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("schemaguard", "ledger", "install", database=alias)
    assert str(caught.value) == (
        "Database 'default' is sqlite; only PostgreSQL tells of changes by event"
        " triggers."
    )
    assert alias != ALIAS
