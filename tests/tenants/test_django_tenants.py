"""The real django-tenants, as its documentation sets it up."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.vendors("postgresql"),
    pytest.mark.skipif(
        find_spec("django_tenants") is None, reason="django-tenants is not installed"
    ),
]

SETTINGS = """\
SECRET_KEY = "not a secret"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SHARED_APPS = [
    "django_tenants",
    "clients",
    "django.contrib.contenttypes",
    "django_schemaguard",
]
TENANT_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "shop"]
INSTALLED_APPS = [*SHARED_APPS, "django.contrib.auth", "shop"]
TENANT_MODEL = "clients.Client"
TENANT_DOMAIN_MODEL = "clients.Domain"
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
DATABASES = {"default": %r}
"""
TYPES = """
HAS_MULTI_TYPE_TENANTS = True
MULTI_TYPE_DATABASE_FIELD = "kind"
TENANT_TYPES = {
    "public": {"APPS": SHARED_APPS, "URLCONF": ""},
    "lean": {"APPS": ["django.contrib.contenttypes"], "URLCONF": ""},
    "full": {"APPS": TENANT_APPS, "URLCONF": ""},
}
"""
MODELS = """\
from django.db import models
from django_tenants.models import DomainMixin, TenantMixin


class Client(TenantMixin):
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=100, default="full")
    auto_create_schema = True


class Domain(DomainMixin):
    pass
"""
# Does one thing after the other, and prints how each went.
PLAY = """
import json, sys
from io import StringIO
import django
django.setup()
from django.core.management import CommandError, call_command
from django.db import connection

played = []
for act, *words in json.loads(sys.argv[1]):
    out, code = StringIO(), 0
    if act == "sql":
        connection.cursor().execute(words[0])
    elif act == "tenants":
        from clients.models import Client

        for number, kind in json.loads(words[0]).items():
            name = f"tenant_{number}"
            Client.objects.create(schema_name=name, name=number, kind=kind)
    else:
        try:
            call_command(act, *words, stdout=out, stderr=out, no_color=True)
        except CommandError as error:
            code = error.returncode
            out.write(str(error))
    played.append((code, out.getvalue()))
print("played", json.dumps(played), sep="\\n")
"""
ITEM = """\
from django.db import models


class Item(models.Model):
    name = models.CharField(max_length=100)
"""
PRICE = """\
    price = models.IntegerField(null=True)
    client = models.ForeignKey("clients.Client", models.CASCADE, null=True)
"""
STOCK = "    stock = models.IntegerField(null=True)\n"


class Project:
    """A project whose database is its own."""

    def __init__(self, path: Path, database: dict[str, object]) -> None:
        self.path = path
        self.name = str(database["NAME"])
        for app, models in (("clients", MODELS), ("shop", ITEM)):
            (path / app).mkdir()
            (path / app / "__init__.py").touch()
            (path / app / "models.py").write_text(models, encoding="utf-8")
        (path / "tenant_settings.py").write_text(SETTINGS % database, encoding="utf-8")
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tenant_settings",
            "PYTHONPATH": f"{path}{os.pathsep}{ROOT}",
            "PYTHONUTF8": "1",
            "PYTHONWARNINGS": "ignore",
        }

    def play(self, *acts: tuple[str, ...]) -> list[tuple[int, str]]:
        """Do things in a process of its own; return exit code and text of each."""
        done = subprocess.run(
            [sys.executable, "-c", PLAY, json.dumps(acts)],
            env=self.environment,
            cwd=self.path,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        played = json.loads(done.stdout.split("played\n")[1])
        return [(code, text) for code, text in played]

    def change(self, models: str) -> None:
        """Let the shop have other models."""
        (self.path / "shop" / "models.py").write_text(models, encoding="utf-8")


def guard(*words: str) -> tuple[str, ...]:
    """Return our command, for all tenants."""
    return ("schemaguard", *words, "--schemas", "tenant_*")


@pytest.fixture
def project(
    tmp_path: Path, django_db_blocker: pytest.FixtureRequest
) -> Iterator[Project]:
    """Return a project with three migrated tenants."""
    template = settings.DATABASES["postgresql"]
    name = f"schemaguard_tenants_{os.getpid()}"
    wanted = ("HOST", "PORT", "USER", "PASSWORD")
    entry = {key: template[key] for key in wanted if template.get(key)}
    entry |= {"ENGINE": "django_tenants.postgresql_backend", "NAME": name}
    creation = connections["postgresql"].creation
    with django_db_blocker.unblock(), creation._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        found = Project(tmp_path, entry)
        found.play(
            ("makemigrations", "clients", "shop", "-v", "0"),
            ("migrate_schemas", "--shared", "-v", "0"),
            ("tenants", json.dumps(dict.fromkeys("012", "full"))),
        )
        yield found
    finally:
        with django_db_blocker.unblock(), creation._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_tenants(project: Project) -> None:
    """One process after the other, since each has the models of its time."""
    public, alike, *_, differing, alone, repaired = project.play(
        ("schemaguard", "validate"),
        guard("validate", "--fail-level", "info"),
        ("sql", "ALTER TABLE tenant_1.auth_user DROP COLUMN last_name"),
        ("sql", "DROP TABLE tenant_2.django_content_type CASCADE"),
        guard("validate", "--format", "json"),
        ("schemaguard", "validate", "--schemas", "tenant_2"),
        guard("auto_fix", "--yes"),
    )
    assert public[0] == 0, public[1]
    assert (alike[0], "(3 schemas of 1 shape, " in alike[1]) == (0, True), alike[1]
    document = json.JSONDecoder().raw_decode(differing[1])[0]
    assert sorted(it["schemas"] for it in document["databases"]) == [
        ["tenant_0"],
        ["tenant_1"],
        ["tenant_2"],
    ]
    told = [(it["code"], it["table"], it["object"]) for it in document["findings"]]
    # public has a table of that name, which is not the tenant's.
    assert {
        ("SG101", "django_content_type", None),
        ("SG102", "auth_user", "last_name"),
    } <= {*told}
    assert "'django_content_type' is missing [SG101]" in alone[1]
    assert "2 done, 1 with nothing to do." in repaired[1]

    project.change(ITEM + PRICE)
    _, public, _, lost, _, migrated, _, sound, history, public_history = project.play(
        ("makemigrations", "shop", "-v", "0"),
        ("schemaguard", "migrate"),
        ("sql", "ALTER TABLE tenant_0.django_content_type RENAME TO lost"),
        ("schemaguard", "migrate", "--schemas", "tenant_0"),
        ("sql", "ALTER TABLE tenant_0.lost RENAME TO django_content_type"),
        guard("migrate"),
        ("sql", "SELECT price FROM tenant_2.shop_item"),
        guard("validate"),
        ("schemaguard", "history", "--schema", "tenant_2"),
        ("schemaguard", "history"),
    )
    assert public[0] == 0, public[1]
    assert (lost[0], "would change that of 'public'" in lost[1]) == (1, True), lost[1]
    assert (migrated[0], "3 done." in migrated[1]) == (0, True), migrated[1]
    assert (sound[0], "(3 schemas of " in sound[1]) == (0, True), sound[1]
    assert ("auto_fix" in history[1], "auto_fix" in public_history[1]) == (True, False)

    project.change(ITEM + PRICE + STOCK)
    with (project.path / "tenant_settings.py").open("a", encoding="utf-8") as file:
        file.write(TYPES)
    _, _, migrated, _, _, refused, unread = project.play(
        ("tenants", json.dumps({"3": "lean"})),
        ("makemigrations", "shop", "-v", "0"),
        guard("migrate"),
        ("sql", "SELECT stock FROM tenant_0.shop_item"),
        ("sql", "CREATE SCHEMA tenant_4"),
        guard("migrate"),
        guard("validate"),
    )
    assert (migrated[0], "4 done." in migrated[1]) == (0, True), migrated[1]
    said = "Schema 'tenant_4' is no tenant of a type in TENANT_TYPES"
    found = [(code, said in text) for code, text in (refused, unread)]
    assert found == [(2, True), (2, True)], (refused, unread)
