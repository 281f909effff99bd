"""A site that serves; what differs from test to test comes from the environment."""

from __future__ import annotations

import json
import os

SECRET_KEY = "not a secret"
DEBUG = bool(os.environ.get("SITE_DEBUG"))
ALLOWED_HOSTS = ["127.0.0.1"]
USE_TZ = True
ROOT_URLCONF = "tests.startup.site.urls"
WSGI_APPLICATION = "tests.startup.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django_schemaguard", "tests.startup.site.members"]
DATABASES = json.loads(os.environ["SITE_DATABASES"])
SCHEMAGUARD = {
    "OPTIONAL": ["rate_limit_violations"],
    "STARTUP_TIMEOUT": 60,  # The machine that runs the tests may be busy.
    **json.loads(os.environ.get("SITE_SCHEMAGUARD", "{}")),
}
