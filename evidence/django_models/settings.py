"""Settings with every app of Django's test suite installed.

The suite comes with Django's source distribution, not with its wheel: name its
folder `tests` in SCHEMAGUARD_EVIDENCE_DJANGO_TESTS.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from evidence.databases import databases

SUITE = Path(os.environ["SCHEMAGUARD_EVIDENCE_DJANGO_TESTS"]).resolve()
sys.path.insert(0, str(SUITE))

SECRET_KEY = "not a secret"
USE_TZ = False
SITE_ID = 1
ROOT_URLCONF = "urls"
STATIC_URL = "static/"
DATABASES = databases("django_models")
POSTGRESQL = DATABASES["default"]["ENGINE"].endswith("postgresql")

# Without GIS; with packages that fail on purpose; with models made in its tests.
LEFT_OUT = {"gis_tests", "import_error_package", "test_runner_apps", "schema"}
# Their migrations make the extensions that their models need.
MIGRATED = {"postgres_tests"} if POSTGRESQL else set()


def _labels() -> list[str]:
    names = {path.parent.name for path in SUITE.glob("*/__init__.py")} - LEFT_OUT
    return sorted(names if POSTGRESQL else names - {"postgres_tests"})


INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sites",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.staticfiles",
    "django.contrib.flatpages",
    "django.contrib.redirects",
    *(["django.contrib.postgres"] if POSTGRESQL else []),
    "django_schemaguard",
    *_labels(),
]


class _NoMigrations:
    """Makes `migrate` take the tables of nearly every app from its models."""

    def __contains__(self, label: str) -> bool:
        return label not in MIGRATED

    def __getitem__(self, label: str) -> None:
        return None


MIGRATION_MODULES = _NoMigrations()
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
SILENCED_SYSTEM_CHECKS = ["fields.W342", "postgres.E005"]
