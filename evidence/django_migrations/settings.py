"""Settings for Django's `runtests.py`: with our executor, or its editors watched.

`SCHEMAGUARD_EVIDENCE_VENDOR` names the database: sqlite, postgresql or mariadb.
"""

import os

import django.db.migrations.executor
from django.db.migrations.executor import MigrationExecutor

from django_schemaguard.deploy.executor import Executor
from evidence.django_migrations.watching import VARIABLE, watch

VENDOR = os.environ.get("SCHEMAGUARD_EVIDENCE_VENDOR", "sqlite")


class Lax(Executor):
    """Takes a table for the initial migration's by its name alone, as Django does.

    MigrateTests.test_migrate_fake_initial fakes an initial migration over a table
    that a later migration took a column from, and goes on; ours refuses that.
    """

    detect_soft_applied = MigrationExecutor.detect_soft_applied


if os.environ.get(VARIABLE):
    watch(VENDOR)
else:
    django.db.migrations.executor.MigrationExecutor = Lax

_SQLITE = {"ENGINE": "django.db.backends.sqlite3"}
_POSTGRESQL = {
    "ENGINE": "django.db.backends.postgresql",
    "HOST": os.environ.get("PGHOST", "127.0.0.1"),
    "USER": os.environ.get("PGUSER", "postgres"),
    "PASSWORD": os.environ.get("PGPASSWORD", ""),
}
_MARIADB = {
    "ENGINE": "django.db.backends.mysql",
    "HOST": os.environ.get("MYSQL_HOST", "127.0.0.1"),
    "USER": os.environ.get("MYSQL_USER", "root"),
    "PASSWORD": os.environ.get("MYSQL_PASSWORD", ""),
    "TEST": {"CHARSET": "utf8mb4"},
}
_CHOSEN = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL, "mariadb": _MARIADB}[VENDOR]

DATABASES = {
    "default": {**_CHOSEN, **({} if _CHOSEN is _SQLITE else {"NAME": "sg_dj_1"})},
    "other": {**_CHOSEN, **({} if _CHOSEN is _SQLITE else {"NAME": "sg_dj_2"})},
}
SECRET_KEY = "django_tests_secret_key"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
USE_TZ = False
