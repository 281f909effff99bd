"""Settings of what is measured: the synthetic app, or a project that is named.

`BENCH_PROJECT` names the settings module of a real project, whose apps are taken;
its databases are not.
"""

from __future__ import annotations

import os
from importlib import import_module

_project = os.environ.get("BENCH_PROJECT")
if _project:
    _settings = import_module(_project)
    globals().update({key: getattr(_settings, key) for key in dir(_settings)})
else:
    INSTALLED_APPS = ["benchmarks.synthetic"]

SECRET_KEY = "not a secret"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    *INSTALLED_APPS,
    *({"django_schemaguard", "django_extensions"} - set(INSTALLED_APPS)),
]
DATABASE_ROUTERS: list[str] = []
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ.get("PGHOST", "127.0.0.1"),
        "PORT": os.environ.get("PGPORT", "5432"),
        "USER": os.environ.get("PGUSER", "postgres"),
        "PASSWORD": os.environ.get("PGPASSWORD", ""),
        "NAME": os.environ.get("PGDATABASE", "postgres"),
        "OPTIONS": {"sslmode": "disable", "gssencmode": "disable"},
    }
}
