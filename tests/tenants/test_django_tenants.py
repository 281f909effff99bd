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
TENANT_APPS = ["django.contrib.contenttypes", "django.contrib.auth"]
INSTALLED_APPS = [*SHARED_APPS, "django.contrib.auth"]
TENANT_MODEL = "clients.Client"
TENANT_DOMAIN_MODEL = "clients.Domain"
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
DATABASES = {"default": %r}
"""
MODELS = """\
from django.db import models
from django_tenants.models import DomainMixin, TenantMixin


class Client(TenantMixin):
    name = models.CharField(max_length=100)
    auto_create_schema = True


class Domain(DomainMixin):
    pass
"""
MAKE = """\
import django

django.setup()
from clients.models import Client

for number in range(3):
    Client.objects.create(schema_name=f"tenant_{number}", name=str(number))
"""


class Project:
    """A project whose database is its own."""

    def __init__(self, path: Path, database: dict[str, object]) -> None:
        self.path = path
        self.name = str(database["NAME"])
        (path / "clients").mkdir()
        (path / "clients" / "__init__.py").touch()
        (path / "clients" / "models.py").write_text(MODELS, encoding="utf-8")
        (path / "tenant_settings.py").write_text(SETTINGS % database, encoding="utf-8")
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tenant_settings",
            "PYTHONPATH": f"{path}{os.pathsep}{ROOT}",
            "PYTHONUTF8": "1",
            "PYTHONWARNINGS": "ignore",
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words],
            env=self.environment,
            cwd=self.path,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    def guard(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "django", "schemaguard", *words)

    def sql(self, statement: str) -> None:
        done = self.run(
            "-c",
            "import django; django.setup()\n"
            "from django.db import connection\n"
            f"connection.cursor().execute({statement!r})",
        )
        assert done.returncode == 0, done.stderr


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
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        found = Project(tmp_path, entry)
        for words in (
            ("-m", "django", "makemigrations", "clients", "-v", "0"),
            ("-m", "django", "migrate_schemas", "--shared", "-v", "0"),
            ("-c", MAKE),
        ):
            done = found.run(*words)
            assert done.returncode == 0, done.stderr
        yield found
    finally:
        with django_db_blocker.unblock(), creation._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_tenants_are_grouped_by_shape(project: Project) -> None:
    public = project.guard("validate")
    assert public.returncode == 0, public.stdout + public.stderr
    done = project.guard("validate", "--schemas", "tenant_*", "--fail-level", "info")
    assert (done.stderr, done.returncode) == ("", 0), done.stdout
    assert "(3 schemas of 1 shape, " in done.stdout

    project.sql("ALTER TABLE tenant_1.auth_user DROP COLUMN last_name")
    project.sql("DROP TABLE tenant_2.django_content_type CASCADE")
    done = project.guard("validate", "--schemas", "tenant_*", "--format", "json")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert sorted(it["schemas"] for it in document["databases"]) == [
        ["tenant_0"],
        ["tenant_1"],
        ["tenant_2"],
    ]
    told = [(it["code"], it["table"], it["object"]) for it in document["findings"]]
    # public has a table of that name, which is not the tenant's.
    assert ("SG101", "django_content_type", None) in told
    assert ("SG102", "auth_user", "last_name") in told
