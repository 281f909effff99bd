"""A backup is whole and verified, or nothing is changed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from django_schemaguard.deploy.backup import back_up
from django_schemaguard.deploy.dumps.failure import BackupFailed
from tests.deploy.conftest import servers
from tests.deploy.operations import ITEM, PRICE

if TYPE_CHECKING:
    from tests.deploy.conftest import Site


@pytest.fixture(autouse=True)
def _client_is_not_older_than_the_server(site: Site) -> None:
    if site.connection.vendor != "postgresql":
        return
    found = shutil.which("pg_dump")
    if found is None:
        pytest.skip("pg_dump is not installed")
    said = subprocess.run([found, "--version"], capture_output=True, check=True)
    major = int(re.findall(rb"[0-9]+", said.stdout)[0])
    site.connection.ensure_connection()
    if major < site.connection.pg_version // 10_000:
        pytest.skip(f"pg_dump {major} is older than the server")


def test_a_backup_is_made_before_and_its_hash_journalled(site: Site, tmp_path: Path):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.rows("INSERT INTO shop_item (name) VALUES ('before')")
    site.write("0002_price", PRICE)

    result = site.migrate(backup=tmp_path / "backups")

    backup = result.backup
    assert (result.status, backup is not None) == ("done", True)
    assert backup is not None
    assert hashlib.sha256(backup.path.read_bytes()).hexdigest() == backup.sha256
    assert stat.S_IMODE(backup.path.stat().st_mode) == 0o600
    assert [*backup.path.parent.iterdir()] == [backup.path]
    assert site.run.backup["sha256"] == backup.sha256
    if site.vendor == "sqlite":
        with closing(sqlite3.connect(backup.path)) as copy:
            names = copy.execute("SELECT name FROM shop_item").fetchall()
            columns = [row[1] for row in copy.execute("PRAGMA table_info(shop_item)")]
        assert (names, columns) == ([("before",)], ["id", "name"])
    else:
        assert b"shop_item" in backup.path.read_bytes()


def program(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


REAL = {"postgresql": "/usr/bin/pg_dump", "mysql": "/usr/bin/mariadb-dump"}
CASES = [
    pytest.param(None, "is not installed", id="missing"),
    pytest.param('case "$1" in --version) echo "{old}";; esac', "is older", id="old"),
    pytest.param(
        'case "$1" in --version) {real} --version;;'
        " *) echo 'no space left' >&2; exit 1;; esac",
        "no space left",
        id="disk-full",
    ),
]
OLD = {
    "postgresql": "pg_dump (PostgreSQL) 9.6",
    "mysql": "mysqldump Ver 10.13 Distrib 5.5.1-MariaDB",
}


@servers("postgresql", "mariadb")
@pytest.mark.parametrize(("body", "message"), CASES)
def test_without_a_good_client_nothing_is_changed(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body, message
):
    site.write("0001_initial", ITEM)
    programs = tmp_path / "bin"
    programs.mkdir()
    if body is not None:
        name = Path(REAL[site.vendor]).name
        text = body.format(old=OLD[site.vendor], real=REAL[site.vendor])
        program(programs, name, text)
        program(programs, "pg_restore", "exit 0")
    monkeypatch.setenv("PATH", str(programs))

    with pytest.raises(BackupFailed, match=message):
        site.migrate(backup=tmp_path / "backups")
    assert site.tables == set()
    assert not [*(tmp_path / "backups").glob("*")]
    assert not [*(tmp_path / "backups").glob(".*")]


@servers("postgresql")
def test_half_a_dump_is_found_out(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """`pg_restore --list` is content with it."""
    site.write("0001_initial", ITEM)
    site.migrate()
    site.rows("INSERT INTO shop_item (name) SELECT i FROM generate_series(1, 9000) i")
    programs = tmp_path / "bin"
    programs.mkdir()
    body = (
        '/usr/bin/pg_dump "$@" || exit 1\n'
        'for word in "$@"; do case "$word" in --file=*) file=${word#--file=};; esac;'
        ' done\n[ -z "$file" ] || /usr/bin/truncate -s -9000 "$file"'
    )
    program(programs, "pg_dump", body)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")

    with pytest.raises(BackupFailed):
        back_up(site.connection, tmp_path / "backups")
    assert not [*(tmp_path / "backups").iterdir()]


@servers("mariadb")
def test_a_dump_without_its_last_line_is_found_out(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    programs = tmp_path / "bin"
    programs.mkdir()
    body = (
        'case "$1" in --version) /usr/bin/mariadb-dump --version; exit;; esac\n'
        '/usr/bin/mariadb-dump "$@" | /usr/bin/head -c 700'
    )
    program(programs, "mariadb-dump", body)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")

    with pytest.raises(BackupFailed, match="its last line is missing"):
        back_up(site.connection, tmp_path / "backups")


@servers("postgresql", "mariadb")
def test_no_password_is_in_the_arguments(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    programs = tmp_path / "bin"
    programs.mkdir()
    name = Path(REAL[site.vendor]).name
    program(
        programs,
        name,
        f'case "$1" in --version) {REAL[site.vendor]} --version; exit;; esac\n'
        f'echo "$@" > {tmp_path}/arguments; echo "wrong: geheim" >&2; exit 1',
    )
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    site.connection.ensure_connection()
    site.connection.settings_dict["PASSWORD"] = "geheim"
    try:
        with pytest.raises(BackupFailed, match=r"wrong: \*\*\*") as caught:
            back_up(site.connection, tmp_path / "backups")
    finally:
        site.connection.settings_dict["PASSWORD"] = ""
    assert "geheim" not in str(caught.value)
    assert "geheim" not in (tmp_path / "arguments").read_text()


@servers("sqlite")
def test_a_backup_while_others_write_is_consistent(site: Site, tmp_path: Path):
    site.write("0001_initial", ITEM)
    site.migrate()
    site.rows("PRAGMA journal_mode = WAL")
    stop = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(site.connection.settings_dict["NAME"])) as other:
            while not stop.is_set():
                with other:  # Two rows or none.
                    other.execute("INSERT INTO shop_item (name) VALUES ('a')")
                    other.execute("INSERT INTO shop_item (name) VALUES ('b')")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        backup = back_up(site.connection, tmp_path / "backups")
    finally:
        stop.set()
        writer.join()

    with closing(sqlite3.connect(backup.path)) as copy:
        ((count,),) = copy.execute("SELECT count(*) FROM shop_item").fetchall()
    assert count % 2 == 0
