"""Settings of the test project: one alias for each database in use."""

from __future__ import annotations

import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from django import VERSION

from tests import servers

# The apps of the example shop are validated, and damaged, by the tests.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "example_project"))

SECRET_KEY = "not a secret"
USE_TZ = True
SITE_ID = 1
ROOT_URLCONF = "tests.urls"
AUTH_USER_MODEL = "customers.Customer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A file, as in real life: an in-memory database is another one in each thread.
_sqlite = f"schemaguard-test-{servers.SUFFIX}".rstrip("-") + ".sqlite3"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "TEST": {"NAME": str(Path(tempfile.gettempdir(), _sqlite))},
    }
}
ABSENT: dict[str, servers.Absent] = {}
DESCRIPTIONS: dict[str, str] = {}

for _alias, _found in (
    ("postgresql", servers.postgresql()),
    ("mariadb", servers.mariadb()),
):
    if isinstance(_found, servers.Absent):
        ABSENT[_alias] = _found
    else:
        DATABASES[_alias] = _found.settings
        DESCRIPTIONS[_alias] = _found.description


def _installed(*apps: str) -> list[str]:
    return [app for app in apps if find_spec(app) is not None]


INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sites",
    "django.contrib.flatpages",
    "django.contrib.redirects",
    "django.contrib.staticfiles",
    *(["django.contrib.postgres"] if servers.DRIVER else []),
    "django_schemaguard",
    "customers",
    "catalogue",
    "orders",
    *_installed("tests.apps.kitchen"),
    *(_installed("tests.apps.pgkitchen") if "postgresql" in DATABASES else []),
    *(
        _installed("tests.apps.kitchen61")
        if servers.DRIVER and VERSION >= (6, 1)
        else []
    ),
]

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
STATIC_URL = "static/"
