"""A database of its own for each test, and migrations that the test writes."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import textwrap
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings

from django_schemaguard.conf import Settings
from django_schemaguard.core.rules import Mode
from django_schemaguard.deploy.request import Request
from django_schemaguard.deploy.run import migrate
from django_schemaguard.models import Run, Step
from django_schemaguard.pipeline import Job
from tests.background import wait_for_health
from tests.conftest import ALIASES, _parameter
from tests.servers import SUFFIX
from tests.terminals import on_a_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

    from django_schemaguard.deploy.result import Result

ALIAS = "deploy"
APPS = ["django.contrib.contenttypes", "django_schemaguard", "tests.deploy.shop"]
HEAD = """\
from django.db import migrations, models
from django.db.migrations import RunPython, RunSQL

class Migration(migrations.Migration):
    dependencies = [{needs}]
    {extra}
    operations = [
{operations}
    ]
"""
_numbers = itertools.count()


@dataclass
class Site:
    """A project whose only app has the migrations that a test writes.

    Attributes:
        apps: Installed in the processes of the site.
        databases: Of these processes, beside the default one.
        settings: Further settings of these processes.
    """

    folder: Path
    module: str
    connection: BaseDatabaseWrapper
    last: str = ""
    said: list[str] = field(default_factory=list)
    apps: list[str] = field(default_factory=lambda: list(APPS))
    databases: dict[str, dict[str, Any]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def vendor(self) -> str:
        return self.connection.vendor

    def write(self, name: str, *operations: str, extra: str = "") -> None:
        """Write a migration that follows the one written before it."""
        needs = f'("shop", "{self.last}")' if self.last else ""
        body = textwrap.indent(",\n".join(operations), " " * 8)
        text = HEAD.format(needs=needs, extra=extra, operations=body)
        (self.folder / self.module / f"{name}.py").write_text(text)
        self.forget()
        self.last = name

    def add(self, name: str, text: str) -> None:
        """Write a file that the processes of the site can import."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(textwrap.dedent(text))

    def forget(self) -> None:
        """Let Python read the migrations anew."""
        for name in [n for n in sys.modules if n.startswith(f"{self.module}.")]:
            del sys.modules[name]

    def request(self, **facts: Any) -> Request:
        mode = facts.pop("mode", Mode.DEVELOPMENT)
        usual = Request(
            ALIAS, Job(Settings(mode=mode), mode), say=self.said.append, deadline=5
        )
        return replace(usual, **facts)

    def migrate(self, **facts: Any) -> Result:
        self.said.clear()
        return migrate(self.request(**facts))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall()) if cursor.description else []

    @property
    def tables(self) -> set[str]:
        """The tables of the shop."""
        names = self.connection.introspection.table_names()
        return {name for name in names if name.startswith("shop_")}

    def columns(self, table: str) -> set[str]:
        with self.connection.cursor() as cursor:
            found = self.connection.introspection.get_table_description(cursor, table)
        return {column.name for column in found}

    @property
    def recorded(self) -> list[str]:
        """The names of the shop's migrations that are recorded."""
        nodes = MigrationRecorder(self.connection).applied_migrations()
        return sorted(name for app, name in nodes if app == "shop")

    @property
    def run(self) -> Run:
        return Run.objects.using(ALIAS).latest("pk")

    @property
    def steps(self) -> list[str]:
        steps = Step.objects.using(ALIAS).order_by("pk")
        return [f"{s.kind} {s.migration} {s.status}" for s in steps if s.app == "shop"]

    def spawn(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Run `manage.py schemaguard …` in a process of its own.

        Args:
            arguments: The command line after `schemaguard`.
            environment: `PAUSE` names a place at which it waits to be killed.
        """
        return subprocess.Popen(
            [*CHILD, *arguments],
            env={**self.environment, **environment},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def answered(self, answer: str, *arguments: str) -> str:
        """Run the same on a terminal and answer its question; return what it shows."""
        command = [*CHILD, *arguments]
        return on_a_terminal(command, answer, env=self.environment, cwd=ROOT)

    @property
    def environment(self) -> dict[str, str]:
        """What the processes of the site are told of it."""
        database = {k: v for k, v in self.connection.settings_dict.items() if k in KEYS}
        site = {
            "databases": {"default": database, **self.databases},
            "module": self.module,
            "apps": self.apps,
            "settings": self.settings,
            "path": str(self.folder),
        }
        return {**os.environ, "SITE": json.dumps(site)}

    def command(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Return the exit code and all that was said."""
        process = self.spawn(*arguments, **environment)
        said, failed = process.communicate(timeout=60)
        return process.returncode, said + failed


@contextmanager
def another(site: Site, name: str) -> Iterator[BaseDatabaseWrapper]:
    """Open a second connection to the database of a site, in a transaction."""
    connection = connections[name] = site.connection.copy(name)
    connection.set_autocommit(False)
    try:
        yield connection
    finally:
        connection.rollback()
        connection.close()
        del connections[name]


CHILD = (sys.executable, "-m", "tests.deploy.child")
KEYS = ("ENGINE", "NAME", "HOST", "PORT", "USER", "PASSWORD", "OPTIONS")
ROOT = Path(__file__).resolve().parents[2]


def servers(*vendors: str) -> Callable[[Any], Any]:
    """Run a test that takes `site` on these servers alone."""

    def mark(test: Any) -> Any:
        test.servers = vendors
        return test

    return mark


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes `site` once on each server that it is for."""
    if "site" in metafunc.fixturenames:
        vendors = getattr(metafunc.function, "servers", tuple(ALIASES))
        metafunc.parametrize("site", [_parameter(v) for v in vendors], indirect=True)


@pytest.fixture
def site(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    django_db_blocker: Any,
) -> Iterator[Site]:
    module = f"shop_migrations_{next(_numbers)}"
    package = tmp_path / module
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    with (
        django_db_blocker.unblock(),
        override_settings(
            INSTALLED_APPS=APPS,
            MIGRATION_MODULES={"shop": module},
            AUTH_USER_MODEL="auth.User",
        ),
        _database(connections[request.param], tmp_path) as connection,
    ):
        yield Site(tmp_path, module, connection)


class _database:  # noqa: N801
    """Make an empty database behind the alias, and drop it after."""

    def __init__(self, neighbour: BaseDatabaseWrapper, folder: Path) -> None:
        self.neighbour = neighbour
        self.connection = neighbour.copy(ALIAS)
        worker = os.environ.get("PYTEST_XDIST_WORKER", "")
        parts = ("schemaguard_deploy", SUFFIX.lower(), worker, str(next(_numbers)))
        self.name = "_".join(filter(None, parts))
        self.file = neighbour.vendor == "sqlite"
        if self.file:
            self.name = str(folder / "deploy.sqlite3")
        self.connection.settings_dict = {
            **neighbour.settings_dict,
            "NAME": self.name,
        }

    def _server(self, *statements: str) -> None:
        with self.neighbour._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def __enter__(self) -> BaseDatabaseWrapper:
        if self.file:
            Path(self.name).touch()
        else:
            drop = f"DROP DATABASE IF EXISTS {self.name}"
            self._server(drop, f"CREATE DATABASE {self.name}")
        connections[ALIAS] = self.connection
        connections.settings[ALIAS] = self.connection.settings_dict
        settings.DATABASES[ALIAS] = self.connection.settings_dict
        return self.connection

    def __exit__(self, *_: object) -> None:
        wait_for_health(ALIAS)
        self.connection.close()
        del connections[ALIAS]
        connections.settings.pop(ALIAS, None)
        settings.DATABASES.pop(ALIAS, None)
        if not self.file:
            force = " WITH (FORCE)" if self.neighbour.vendor == "postgresql" else ""
            self._server(f"DROP DATABASE {self.name}{force}")
