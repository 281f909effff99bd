"""A stock project of its own, with a database of its own on one of the servers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.servers import SUFFIX

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

ROOT = Path(__file__).parents[2]
ADDED = """

import json, os

INSTALLED_APPS += [
    "django.contrib.sites",
    "django.contrib.flatpages",
    "django.contrib.redirects",
    "django.contrib.postgres",
    "django_schemaguard",
    "bulk",
]
SITE_ID = 1
DEBUG = False
DATABASES = {"default": json.loads(os.environ["SITE_DATABASE"])}
"""
# As many tables as wanted, each with an expression of several kinds.
BULK = """\
import os

from django.db import models


def define(number):
    class Meta:
        indexes = [
            models.Index(
                fields=["size"],
                condition=models.Q(size__gt=number),
                name=f"bulk{number}_part",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(size__gte=number), name=f"bulk{number}_check"
            )
        ]

    return type(f"Bulk{number}", (models.Model,), {
        "__module__": __name__,
        "Meta": Meta,
        "size": models.IntegerField(db_default=number),
        "name": models.CharField(max_length=20, unique=True),
    })


for number in range(int(os.environ["SITE_TABLES"])):
    define(number)
"""


@dataclass
class Site:
    """The project's directory, and what its settings are told."""

    path: Path
    database: dict[str, Any]
    tables: int = 0
    environment: dict[str, str] = field(default_factory=dict)

    def python(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run Python with the project's settings."""
        ours = ("SCHEMAGUARD_MODE", "DJANGO", "PYTHON")
        usual = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
        return subprocess.run(
            [sys.executable, *words],
            env=usual
            | {
                "DJANGO_SETTINGS_MODULE": "stock.settings",
                "NO_COLOR": "1",
                "PYTHONPATH": f"{self.path}{os.pathsep}{ROOT}",
                "PYTHONUTF8": "1",
                "SITE_DATABASE": json.dumps(self.database),
                "SITE_TABLES": str(self.tables),
            }
            | self.environment,
            cwd=self.path,
            capture_output=True,
            encoding="utf-8",
            timeout=240,
            check=False,
        )

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.python("-m", "django", *words)

    def validate(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.manage("schemaguard", "validate", *words)

    def migrate(self) -> None:
        done = self.manage("migrate", "--run-syncdb", "-v", "0")
        assert done.returncode == 0, done.stderr


@contextmanager
def new_site(
    connection: BaseDatabaseWrapper, path: Path, tables: int = 0
) -> Iterator[tuple[Site, BaseDatabaseWrapper]]:
    """Yield a project on an empty database, and a session on that database."""
    subprocess.run(
        [sys.executable, "-m", "django", "startproject", "stock", str(path)],
        check=True,
        env={k: v for k, v in os.environ.items() if not k.startswith("DJANGO")},
    )
    with (path / "stock" / "settings.py").open("a", encoding="utf-8") as settings:
        settings.write(ADDED)
    (path / "bulk").mkdir()
    (path / "bulk" / "__init__.py").touch()
    (path / "bulk" / "models.py").write_text(BULK, encoding="utf-8")
    with _database(connection, path) as session:
        kept = ("ENGINE", "NAME", "HOST", "PORT", "USER", "PASSWORD")
        database = {key: session.settings_dict[key] for key in kept}
        yield Site(path, database, tables), session


@contextmanager
def _database(
    connection: BaseDatabaseWrapper, path: Path
) -> Iterator[BaseDatabaseWrapper]:
    session = connection.copy()
    if connection.vendor == "sqlite":
        session.settings_dict["NAME"] = str(path / "site.sqlite3")
        yield session
        session.close()
        return
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    name = "_".join(filter(None, ("schemaguard_site", SUFFIX.lower(), worker)))
    session.settings_dict["NAME"] = name
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield session
    finally:
        session.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


def run(session: BaseDatabaseWrapper, *statements: str) -> None:
    """Execute each statement as it is."""
    with session.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
