"""Migrate a project under Django 3.2 and 4.2, upgrade it, and validate it.

For each old Django and each database: the tables are made by the old Django, then
Django 5.2 and Django 6.1 apply the rest and ``schemaguard validate`` has to find
nothing above info, save what is expected and said at the end. Wants Python 3.8, 3.11
and 3.13, and servers on localhost (or in the environment variables of
tests/servers.py); the databases are called schemaguard_upgrades_….
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OLD = {"3.2": "3.8", "4.2": "3.8"}  # Each Django with a Python that runs it.
NEW = {"5.2": "3.11", "6.1": "3.13"}
# MariaDB's client compiles; 2.1 is the last that takes Python 3.8 and setup.py.
DRIVERS = {
    "old": ("psycopg2-binary", "mysqlclient<2.2"),
    "new": ("psycopg[binary]", "mysqlclient", str(ROOT)),
}
CONTRIB = [
    "admin",
    "auth",
    "contenttypes",
    "sessions",
    "sites",
    "flatpages",
    "redirects",
]
LAST_OLD, UNCONVERTED = "0004_objects", "0005_today"
# On MariaDB until 0006: Django 5.0 writes 36 characters where 4.2 left room for 32.
SHORT_UUIDS = [
    f"error SG105 {column}"
    for column in (
        "vintage_grower.id",
        "vintage_grower.mentor_id",
        "vintage_wine.grower_id",
        "vintage_wine.token",
    )
]


@dataclass(frozen=True)
class Project:
    """The project in one database.

    Attributes:
        vendor: sqlite, postgresql or mariadb.
        database: The entry of Django's DATABASES.
    """

    vendor: str
    database: dict[str, Any]

    def manage(self, python: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a management command."""
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.upgrades.settings",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(ROOT),
            "UPGRADES_DATABASE": json.dumps(self.database),
        }
        return subprocess.run(
            [python, "-m", "django", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def migrate(self, python: Path, *target: str) -> None:
        """Migrate, or say why not."""
        done = self.manage(python, "migrate", "-v0", "--skip-checks", *target)
        if done.returncode:
            sys.exit(f"{python} migrate {' '.join(target)}:\n{done.stderr}")

    def findings(self, python: Path) -> list[dict[str, Any]]:
        """Validate, and return all that is found or was not compared."""
        arguments = ("schemaguard", "validate", "--production", "--format", "json")
        done = self.manage(python, *arguments)
        try:
            report = json.loads(done.stdout)
        except ValueError:
            sys.exit(f"{python} validate:\n{done.stdout}{done.stderr}")
        if report["skipped"]:
            sys.exit(f"Not compared: {report['skipped']}")
        return list(report["findings"])


def main() -> None:
    """Check each old Django on each database that answers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, help="Where environments are kept.")
    work = parser.parse_args().work or Path(tempfile.mkdtemp())
    failed = False
    for old, old_python in OLD.items():
        old_environment = environment(work, old, old_python, "old")
        for project in projects(work, old):
            project.migrate(old_environment, "contenttypes")
            for app in CONTRIB:
                project.migrate(old_environment, app)
            project.migrate(old_environment, "vintage", LAST_OLD)
            for new, new_python in NEW.items():
                python = environment(work, new, new_python, "new")
                failed |= check(project, python, f"Django {old} to {new}")
    sys.exit(failed)


def check(project: Project, python: Path, title: str) -> bool:
    """Apply the rest under a new Django; return whether anything is amiss."""
    applied = project.manage(python, "showmigrations", "vintage").stdout
    failed = False
    if f"[X] {UNCONVERTED}" not in applied:
        project.migrate(python, "schemaguard")
        project.migrate(python, "vintage", UNCONVERTED)
        expected = SHORT_UUIDS if project.vendor == "mariadb" else []
        waits = "warning SG701 django_migrations.vintage.0006_uuids"
        failed |= judge(
            project, python, f"{title}, UUIDs as they were", [*expected, waits]
        )
    project.migrate(python)
    return judge(project, python, title, []) or failed


def judge(project: Project, python: Path, title: str, expected: list[str]) -> bool:
    """Print what is found; return whether it is not what was expected."""
    found = project.findings(python)
    loud = [line(finding) for finding in found if finding["severity"] != "info"]
    infos = sorted(
        f"{line(it)} ({it['cause']})" for it in found if it["severity"] == "info"
    )
    failed = sorted(loud) != sorted(expected)
    print(f"{project.vendor}, {title}: {'FAILED' if failed else 'as expected'}")
    for text in (*loud, *infos):
        print(f"    {text}")
    return failed


def line(finding: dict[str, Any]) -> str:
    """Return a finding as "severity code table.object"."""
    name = ".".join(filter(None, (finding["table"], finding["object"])))
    return f"{finding['severity']} {finding['code']} {name}"


def environment(work: Path, django: str, version: str, age: str) -> Path:
    """Return the interpreter of an environment with that Django, made if need be."""
    place = work / f"django-{django}"
    python = place / "bin" / "python"
    if not (place / "ready").exists():
        run(interpreter(version), "-m", "venv", "--clear", str(place))
        install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        run(str(python), *install, f"django~={django}.0", *DRIVERS[age])
        (place / "ready").touch()
    return python


def interpreter(version: str) -> str:
    """Return a Python of that version, from the path or from pyenv."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    candidates = [f"python{version}", *sorted(pyenv.glob(f"{version}.*/bin/python"))]
    for candidate in map(str, candidates):
        try:
            subprocess.run(
                [candidate, "-c", "import ensurepip"], check=True, capture_output=True
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        return candidate
    sys.exit(f"Python {version} is not installed.")


def projects(work: Path, old: str) -> list[Project]:
    """Return the project in a new database of each vendor."""
    from tests import servers

    name = f"schemaguard_upgrades_{old.replace('.', '_')}{servers.SUFFIX}"
    file = work / f"{name}.sqlite3"
    file.unlink(missing_ok=True)
    found = [
        Project("sqlite", {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file)})
    ]
    for vendor, server in (
        ("postgresql", servers.postgresql()),
        ("mariadb", servers.mariadb()),
    ):
        if isinstance(server, servers.Absent):
            print(f"{vendor}: left out, {server.reason}")
            continue
        renew(vendor, server.settings, name)
        keys = ("ENGINE", "HOST", "PORT", "USER", "PASSWORD")
        entry = {key: server.settings[key] for key in keys if key in server.settings}
        found.append(Project(vendor, {**entry, "NAME": name}))
    return found


def renew(vendor: str, entry: dict[str, Any], name: str) -> None:
    """Make the database anew."""
    if vendor == "postgresql":
        import psycopg

        place = {"host": entry["HOST"], "port": entry["PORT"], "user": entry["USER"]}
        password = entry.get("PASSWORD") or None
        with psycopg.connect(
            **place, password=password, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
            connection.execute(f'CREATE DATABASE "{name}"')
        return
    import MySQLdb

    connection = MySQLdb.connect(
        host=entry["HOST"],
        port=int(entry["PORT"]),
        user=entry["USER"],
        password=entry.get("PASSWORD") or "",
    )
    cursor = connection.cursor()
    cursor.execute(f"DROP DATABASE IF EXISTS `{name}`")
    cursor.execute(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
    connection.close()


def run(*command: str) -> None:
    """Run a command, quietly unless it fails."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
