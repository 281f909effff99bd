"""What the documents show is what happens."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import jsonschema
import pytest

import django_schemaguard
from django_schemaguard.backends import backend_for
from django_schemaguard.backends.generic import Generic
from django_schemaguard.core.schema import Facet
from tests.clusters import Cluster, cluster
from tests.executor.conftest import (  # noqa: F401
    _databases_are_dropped,
    only,
    private,
    run,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

ROOT = Path(__file__).resolve().parent.parent
SHOWN = re.compile(
    r"^```console\npython (.*?)\n```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What differs from one machine or moment to the next.
VARYING = [
    (r"\b\d+\.\d+ ms and \d+\.\d blocks\b", "N ms and N blocks"),
    (r"\d+\.\d\d s\b", "N s"),
    (r"\b\d+ ms\b", "N ms"),
    (r"\b\d+ queries\b", "N queries"),
    (r"\bsqlite 3[.\d]+", "sqlite 3.N"),
    (r"\bpostgresql 1\d[.\d]+", "postgresql N"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "YYYY-MM-DD hh:mm:ss"),
    (r"\bsha256:[0-9a-f]+", "sha256:X"),
    (r"\b\d+\.\d times\b", "N times"),
]


class Tutorial:
    """The steps of a page, taken in a copy of the example shop."""

    def __init__(self, shop: Path) -> None:
        ignored = shutil.ignore_patterns(".venv", "__pycache__", "*.sqlite3")
        shutil.copytree(ROOT / "example_project", shop, ignore=ignored)
        self.shop = shop
        self.code = 0
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "shop_site.settings",
            "NO_COLOR": "1",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONIOENCODING": "utf-8",
            "PYTHONPATH": str(ROOT),
        }
        self.environment.pop("DATABASE_URL", None)

    def take(self, language: str, block: str) -> str:
        """Do what a block says; return it with the output that this gave."""
        if language == "python":
            self.configure(block)
            return block
        commands = re.findall(r"^\$ (.*)$", block, re.MULTILINE)
        return "".join(f"$ {command}\n{self.run(command)}" for command in commands)

    def configure(self, block: str) -> None:
        """Add a database to the settings, or an entry to SCHEMAGUARD."""
        path = self.shop / "shop_site" / "settings.py"
        text = path.read_text(encoding="utf-8")
        if block.startswith("DATABASES["):
            text += block
        else:
            opening = "SCHEMAGUARD = {\n"
            assert opening in text
            text = text.replace(opening, opening + block)
        path.write_text(text, encoding="utf-8")

    def run(self, command: str) -> str:
        """Return what a command prints."""
        done = subprocess.run(
            ["/bin/sh", "-c", f"(exit {self.code}); {command}"],
            capture_output=True,
            check=False,
            cwd=self.shop,
            encoding="utf-8",
            env=self.environment,
            timeout=120,
        )
        self.code = done.returncode
        return done.stdout + done.stderr


def blocks_of(page: str) -> list[tuple[str, str]]:
    """Return the language and the lines of each block of commands or settings."""
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    return BLOCK.findall(text)


def settled(text: str) -> str:
    """Return the text without what varies."""
    for pattern, word in VARYING:
        text = re.sub(pattern, word, text)
    return text


@pytest.mark.slow
@pytest.mark.parametrize("page", ["tutorial", "howto/compare-environments"])
def test_the_page_shows_what_happens(page: str, tmp_path: Path) -> None:
    tutorial = Tutorial(tmp_path / "example_project")
    blocks = blocks_of(page)

    taken = [tutorial.take(language, block) for language, block in blocks]

    told = [settled(block) for _, block in blocks]
    assert [settled(block) for block in taken] == told
    assert len(told) > 5


TRAFFIC = """\
import django
django.setup()
from customers.models import Customer
for number in range(60):
    list(Customer.objects.filter(username=f"user {number}"))
    list(Customer.objects.filter(pk=number))
"""
ROWS = (
    "INSERT INTO customers_customer (password, is_superuser, username, first_name,"
    " last_name, email, phone, is_staff, is_active, date_joined) SELECT '', false,"
    " 'user ' || n, '', '', repeat('x', 100), '', false, true, now()"
    " FROM generate_series(1, 60000) n"
)
MIGRATION = """\
from django.db import migrations, models
class Migration(migrations.Migration):
    dependencies = [("customers", "0002_profile")]
    operations = [
        migrations.AlterField(
            "customer", "username", models.CharField(max_length=150)
        )
    ]
"""


class Shop(Tutorial):
    """The shop on a server that counts statements, with customers."""

    def __init__(self, shop: Path, server: Cluster) -> None:
        super().__init__(shop)
        self.environment["DATABASE_URL"] = (
            f"postgres://postgres@127.0.0.1:{server.port}/postgres"
        )
        self.run("python manage.py migrate -v 0")
        for statement in ("CREATE EXTENSION pg_stat_statements", ROWS, "ANALYZE"):
            server.sql(statement)
        migrations = shop / "customers" / "migrations"
        (migrations / "0003_not_unique.py").write_text(MIGRATION, encoding="utf-8")

    def take(self, language: str, block: str) -> str:
        """Let the shop be used for a while before."""
        done = self.run(f"python -c '{TRAFFIC}'")
        assert not done, done
        return super().take(language, block)


@pytest.mark.slow
@pytest.mark.vendors("postgresql")
def test_the_page_on_query_performance_shows_what_happens(tmp_path: Path) -> None:
    blocks = blocks_of("howto/query-performance")
    with cluster(shared_preload_libraries="pg_stat_statements") as server:
        shop = Shop(tmp_path / "example_project", server)
        taken = [shop.take(language, block) for language, block in blocks]
    told = [settled(block) for _, block in blocks]
    assert [settled(block) for block in taken] == told
    assert len(told) == 4


@pytest.mark.slow
@only("postgresql")
def test_the_page_on_tenants_shows_what_happens(
    private: BaseDatabaseWrapper,  # noqa: F811
    tmp_path: Path,
) -> None:
    page = (ROOT / "docs" / "howto" / "tenants.md").read_text(encoding="utf-8")
    told = dict(SHOWN.findall(page))
    schemas = [f"tenant_{number}" for number in range(5)]
    run(private, *(f"CREATE SCHEMA {schema}" for schema in schemas))
    shop = Tutorial(tmp_path / "example_project")
    shop.environment["DATABASE_URL"] = url_of(private)
    taken = {}
    # Tenants are migrated before anything else can be shown of them.
    for command in sorted(told, key=lambda command: " migrate " not in command):
        taken[command] = shop.run(f"python {command}")
        if " migrate " in command:
            run(private, "DROP INDEX tenant_3.order_queue")
    undone = shop.run("python manage.py schemaguard rollback --schema tenant_3 --yes")

    assert {name: settled(text) for name, text in taken.items()} == {
        name: settled(text) for name, text in told.items()
    }
    assert len(told) == 4
    assert undone == "✅ Run 2 is undone, as run 3.\n"


def url_of(connection: BaseDatabaseWrapper) -> str:
    """Return the address of a database, as the shop's settings take it."""
    it = {key: quote(str(word)) for key, word in connection.settings_dict.items()}
    secret = f":{it['PASSWORD']}" if it["PASSWORD"] else ""
    return f"postgres://{it['USER']}{secret}@{it['HOST']}:{it['PORT']}/{it['NAME']}"


def facets_told(column: str) -> frozenset[Facet]:
    """Return the facets that the reference says are compared on a server."""
    text = (ROOT / "docs" / "reference" / "backends.md").read_text(encoding="utf-8")
    _, _, table = text.partition("## What is compared")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.splitlines()
        if line.startswith("|")
    ]
    heads, _, *body = rows
    place = heads.index(column)
    assert {row[0] for row in body} == set(Facet)
    return frozenset(Facet(row[0]) for row in body if row[place] == "yes")


@pytest.mark.vendors("sqlite")
def test_what_introspection_reads_is_documented(
    connection: BaseDatabaseWrapper,
) -> None:
    assert facets_told("other") == Generic().traits(connection).sees


def test_what_each_backend_reads_is_documented(connection: BaseDatabaseWrapper) -> None:
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mysql": "MariaDB"}
    connection.ensure_connection()
    traits = backend_for(connection).traits(connection)
    assert facets_told(names[connection.vendor]) == traits.sees


JSON = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
_REPORTERS = Path(django_schemaguard.__file__).parent / "reporters"
SCHEMA = json.loads((_REPORTERS / "validate-1.schema.json").read_text("utf-8"))


def test_the_sample_of_json_is_valid() -> None:
    (sample,) = re.findall(r"^```json\n(.*?)^```$", JSON, re.MULTILINE | re.DOTALL)
    jsonschema.validate(json.loads(sample), SCHEMA)


def test_each_key_of_json_is_told() -> None:
    keys = {*properties(SCHEMA)}
    assert "shards" in keys
    assert {key for key in keys if not re.search(f'[`"]{key}[`"]', JSON)} == set()


def properties(schema: Any) -> Iterator[str]:
    """Yield the keys that a JSON Schema declares, at any depth."""
    parts = schema if isinstance(schema, list) else ()
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        parts = schema.values()
    for each in parts:
        yield from properties(each)
