"""Plain schemas of a site whose migrations the test writes."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from tests.deploy.conftest import ALIAS, pytest_generate_tests, site
from tests.deploy.operations import ITEM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.deploy.conftest import Site

__all__ = ["pytest_generate_tests", "site"]


@dataclass
class Tenants:
    """The schemas tenant_0 to tenant_3, migrated to the first migration."""

    site: Site

    def guard(self, command: str, *words: str) -> tuple[int, str]:
        """Return the exit code and what was said, in this process."""
        out = StringIO()
        arguments = ["--database", ALIAS, "--no-color", *words]
        if command == "migrate":
            arguments.append("--skip-checks")
        try:
            call_command("schemaguard", command, *arguments, stdout=out, stderr=out)
        except CommandError as error:
            return error.returncode, f"{out.getvalue()}{error}"
        return 0, out.getvalue()

    def all(self, command: str, *words: str) -> tuple[int, str]:
        """Do it to all."""
        return self.guard(command, "--schemas", "tenant_*", *words)

    def told(self, command: str, *words: str) -> tuple[int, dict[str, Any]]:
        """Return the exit code, and the JSON with the names of the schemas alone."""
        code, said = self.all(command, "--format", "json", *words)
        document = json.JSONDecoder().raw_decode(said)[0]
        lists = ("done", "unchanged", "gone", "failed", "not_tried")
        for name in lists:
            document[name] = [member["schema"] for member in document[name]]
        return code, {name: document[name] for name in lists if document[name]}

    def recorded(self, schema: str) -> list[str]:
        """Return the names of the shop's migrations that a schema has recorded."""
        rows = self.site.rows(
            f"SELECT name FROM {schema}.django_migrations WHERE app = 'shop' ORDER BY 1"
        )
        return [name for (name,) in rows]

    def runs(self, schema: str) -> list[tuple[str, str]]:
        """Return command and status of the runs in the journal of a schema."""
        return self.site.rows(
            f"SELECT command, status FROM {schema}.schemaguard_run ORDER BY id"
        )


@pytest.fixture(scope="session")
def templates(django_db_blocker: Any) -> Iterator[list[str]]:
    """Collect the databases that others are copied from; drop them in the end."""
    made: list[str] = []
    yield made
    with django_db_blocker.unblock(), _server() as run:
        for name in made:
            run(f"DROP DATABASE {name}")


@pytest.fixture
def tenants(site: Site, templates: list[str]) -> Tenants:
    site.write("0001_initial", ITEM)
    name = site.connection.settings_dict["NAME"]
    made = Tenants(site)
    if not templates:
        for number in range(4):
            site.rows(f"CREATE SCHEMA tenant_{number}")
        code, said = made.all("migrate")
        assert (code, "4 done." in said) == (0, True), said
    site.connection.close()
    with _server() as run:
        if not templates:
            # A run that was killed leaves its own behind.
            run(f"DROP DATABASE IF EXISTS {name}_template")
            run(f"CREATE DATABASE {name}_template TEMPLATE {name}")
            templates.append(f"{name}_template")
        else:
            run(f"DROP DATABASE {name}")
            run(f"CREATE DATABASE {name} TEMPLATE {templates[0]}")
    return made


@contextmanager
def _server() -> Iterator[Callable[[str], object]]:
    with connections["postgresql"]._nodb_cursor() as cursor:
        yield cursor.execute
