"""What a database refuses is told in one line, and never as a traceback."""

from __future__ import annotations

import os
import pty
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest
from django.db import DatabaseError, OperationalError, ProgrammingError
from django.db.backends.base.base import BaseDatabaseWrapper

from django_schemaguard.backends.connect import CHECK
from django_schemaguard.commands.surprises import told
from django_schemaguard.exceptions import DatabaseUnreadable, NotPermitted
from tests.commands.conftest import Project


def test_what_is_no_database_is_told_in_one_line(project: Project) -> None:
    (project.path / "default.sqlite3").write_bytes(b"no database" * 100)

    done = project.run("history")

    assert done.returncode == 2
    assert "Database 'default' refused: file is not a database." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [("migrate",), ("auto_fix", "--yes")])
def test_a_busy_file_is_75_within_the_deadline(
    project: Project, words: tuple[str, ...]
) -> None:
    project.sql("DROP INDEX auth_permission_content_type_id_2f476e4b")
    if words == ("migrate",):
        project.sql("DELETE FROM django_migrations WHERE name LIKE '0012_alter%'")
    with closing(sqlite3.connect(project.path / "default.sqlite3")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        done = project.run(*words, "--deadline", "1")
        seconds = time.monotonic() - started

    said = done.stdout + done.stderr
    assert done.returncode == 75, said
    assert "Another process is writing to the database 'default'." in said
    assert "Nothing was changed; try again." in said
    assert seconds < 5


def test_a_lack_of_rights_names_the_grant() -> None:
    denied = ProgrammingError("permission denied for table schemaguard_run")
    denied.__cause__ = _Denied()

    error = told(denied, {"database": None})

    assert isinstance(error, NotPermitted)
    assert error.exit_code == 2
    assert error.hint.startswith("GRANT SELECT, INSERT, UPDATE ON schemaguard_run,")


@pytest.mark.django_db
def test_history_asks_once_for_what_it_reads_and_to_write_nothing() -> None:
    denied = ProgrammingError("permission denied for table schemaguard_run")
    denied.__cause__ = _Denied()

    error = told(denied, {"database": None, "subcommand": "history"})

    assert error.hint == (
        "GRANT SELECT ON schemaguard_run, schemaguard_step, schemaguard_schemaversion,"
        ' schemaguard_querysnapshot TO "";'
    )


@pytest.mark.vendors("postgresql", "mariadb")
def test_the_database_that_failed_is_named(connection: BaseDatabaseWrapper) -> None:
    with pytest.raises(DatabaseError) as caught, connection.cursor() as cursor:
        cursor.execute("nonsense")

    error = told(caught.value, {"database": ["default", connection.alias]})

    assert str(error).startswith(f"Database '{connection.alias}' refused: ")
    assert f"validate --database {connection.alias}'" in error.hint


def test_what_is_missing_is_no_matter_of_the_connection() -> None:
    missing = told(ProgrammingError('relation "shop_order" does not exist'), {})

    assert isinstance(missing, DatabaseUnreadable)
    assert missing.hint == (
        "Run 'manage.py schemaguard validate': the database may lack something."
    )
    assert told(OperationalError("server closed the connection"), {}).hint == CHECK


@pytest.mark.parametrize(
    "cause", [Exception(1792, "Cannot execute"), Exception("a readonly database")]
)
def test_what_takes_no_writes_is_told(cause: Exception) -> None:
    error = told(OperationalError(*cause.args), {})

    assert isinstance(error, NotPermitted)
    assert error.hint == (
        "Connect to the primary server, as a role and with OPTIONS that do not make"
        " the session read-only."
    )


def test_the_privilege_that_mariadb_names_is_asked_for() -> None:
    said = "INSERT command denied to user 'plain'@'%' for table `site`.`shop_order`"

    error = told(OperationalError(1142, said), {})

    assert error.hint == 'GRANT INSERT ON shop_order TO "";'


class _Denied(Exception):
    sqlstate = "42501"


def test_an_interrupted_question_is_a_no(project: Project) -> None:
    project.sql("DROP INDEX auth_permission_content_type_id_2f476e4b")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "django", "schemaguard", "auto_fix", "--production"],
        env=project.environment | {"TERM": "dumb", "COLUMNS": "200"},
        cwd=project.path,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown, asked = "", False
    try:
        while data := os.read(ours, 65536):
            shown += data.decode()
            if not asked and "[y/N] " in shown:
                asked = True
                time.sleep(0.2)
                process.send_signal(signal.SIGINT)
    except OSError:  # The other end is closed.
        pass
    finally:
        os.close(ours)
    assert process.wait(30) == 2, shown
    assert asked
    assert "Nothing was done." in shown
    assert "Traceback" not in shown
