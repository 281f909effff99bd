"""Django's own apps, just migrated; then what may be odd about a database."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from tests.statements.site import new_site, run

if TYPE_CHECKING:
    from pathlib import Path

    from django.db.backends.base.base import BaseDatabaseWrapper

pytestmark = pytest.mark.slow

HOSTILE = (
    "line\nbreak",
    "\x1b[31mred\x1b[0m",
    "[bold red]markup[/bold red]",
    "it's",
    'dou"ble',
    "back`tick",
    "100% %s %(x)s",
    "x'); DROP TABLE django_migrations; --",
    "größe 日本",
    "\u202eright to left",
    "{brace}",
)


def test_all_contrib_apps_are_clean(
    connection: BaseDatabaseWrapper, tmp_path: Path
) -> None:
    with new_site(connection, tmp_path, tables=3) as (site, session):
        site.migrate()

        done = site.validate("--format", "json", "--mode", "production")
        report = json.loads(done.stdout)
        loud = [it for it in report["findings"] if it["severity"] != "info"]
        assert (loud, report["skipped"], done.returncode) == ([], [], 0)
        assert report["databases"][0]["tables"] >= 14

        run(session, "DROP TABLE django_migrations")
        done = site.validate()
        assert done.returncode == 1
        assert "[SG704]" in done.stdout
        assert "Traceback" not in done.stdout + done.stderr


def test_hostile_names_stay_on_their_lines(
    connection: BaseDatabaseWrapper, tmp_path: Path
) -> None:
    quote = "`" if connection.vendor == "mysql" else '"'
    with new_site(connection, tmp_path) as (site, session):
        site.migrate()
        for name in HOSTILE:
            quoted = name.replace(quote, quote * 2)
            run(
                session,
                f"CREATE TABLE {quote}{quoted}{quote} (id integer)",
                f"CREATE UNIQUE INDEX {quote}{quoted} i{quote}"
                " ON django_session (expire_date)",
            )

        as_json = site.validate("--format", "json")
        as_text = site.validate()

    found = json.loads(as_json.stdout)["findings"]
    assert (as_json.returncode, as_text.returncode, as_text.stderr) == (1, 1, "")
    assert {it["table"] for it in found if it["code"] == "SG103"} == set(HOSTILE)
    assert all(sign.isprintable() or sign == "\n" for sign in as_text.stdout)
    lines = as_text.stdout.splitlines()
    for name in HOSTILE:
        shown = "".join(
            sign if sign.isprintable() else sign.encode("unicode_escape").decode()
            for sign in name
        )
        assert sum(f"'{shown}'" in line and "[SG103]" in line for line in lines) == 1


def test_empty_database_is_one_error(
    connection: BaseDatabaseWrapper, tmp_path: Path
) -> None:
    with new_site(connection, tmp_path) as (site, session):
        session.ensure_connection()
        run(session, "CREATE TABLE scratch (id integer)", "DROP TABLE scratch")

        done = site.validate("--format", "json")

        findings = json.loads(done.stdout)["findings"]
        told = [(it["code"], it["severity"], it["cause"]) for it in findings]
        assert told == [("SG704", "error", "pending")]
        assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.vendors("postgresql")
def test_locked_table_is_named_and_hides_no_other(
    connection: BaseDatabaseWrapper, tmp_path: Path
) -> None:
    with new_site(connection, tmp_path, tables=3) as (site, session):
        site.migrate()
        run(
            session,
            "DROP INDEX bulk1_part",
            "BEGIN",
            "LOCK TABLE bulk_bulk0 IN ACCESS EXCLUSIVE MODE",
        )
        with session.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        started = time.monotonic()

        done = site.validate("--timeout", "5", "--format", "json")

        assert time.monotonic() - started < 20
        run(session, "ROLLBACK")
        report = json.loads(done.stdout)
        loud = [it for it in report["findings"] if it["severity"] != "info"]
        assert [(it["code"], it["object"]) for it in loud] == [("SG301", "bulk1_part")]
        skipped = [it for it in report["skipped"] if it["object"] != "sequences"]
        assert {it["reason"] for it in skipped} == {
            f"Session {pid} holds or awaits an exclusive lock on the table,"
            " so its expressions were not read."
        }
        assert {it["table"] for it in skipped} == {"bulk_bulk0"}


LOSE = """
import django
django.setup()
from django.core.management import execute_from_command_line
from django.db import connection

other = connection.copy()
seen = 0

def lose(execute, sql, params, many, context):
    global seen
    seen += "pg_catalog" in sql or "pg_class" in sql
    if seen == 1:
        seen += 1
        pid = connection.connection.info.backend_pid
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    return execute(sql, params, many, context)

with connection.execute_wrapper(lose):
    execute_from_command_line(["manage.py", "schemaguard", "validate"])
"""


@pytest.mark.vendors("postgresql")
def test_connection_lost_in_mid_read(
    connection: BaseDatabaseWrapper, tmp_path: Path
) -> None:
    with new_site(connection, tmp_path) as (site, _):
        site.migrate()

        done = site.python("-c", LOSE)

    assert done.returncode == 2, done.stderr
    assert "❌ Database connection failed (default)\n" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.vendors("postgresql")
def test_role_without_privileges(
    connection: BaseDatabaseWrapper, tmp_path: Path
) -> None:
    with new_site(connection, tmp_path) as (site, session):
        site.migrate()
        role = session.settings_dict["NAME"] + "_role"
        run(session, f"DROP ROLE IF EXISTS {role}", f"CREATE ROLE {role} LOGIN")
        site.database |= {"USER": role, "PASSWORD": ""}
        try:
            done = site.validate()
            run(session, f"GRANT SELECT ON django_migrations TO {role}")
            allowed = site.validate("--format", "json")
        finally:
            run(session, f"DROP OWNED BY {role}", f"DROP ROLE {role}")

    assert done.returncode == 2, done.stdout
    assert "permission denied for table django_migrations" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    findings = json.loads(allowed.stdout)["findings"]
    loud = {it["code"] for it in findings if it["severity"] != "info"}
    assert loud <= {"SG404"}
