"""Settings of a project that grew up with older Djangos; see check_upgrades.py.

Runs under Django 3.2 on Python 3.8 as well as under today's.
"""

from __future__ import annotations

import json
import os

from django import VERSION

SECRET_KEY = "not a secret"
USE_TZ = True
SITE_ID = 1
# As the upgrade guides say, so that no key is asked to grow.
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {"default": json.loads(os.environ["UPGRADES_DATABASE"])}

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sites",
    "django.contrib.flatpages",
    "django.contrib.redirects",
    *(["django_schemaguard"] if VERSION >= (5, 2) else []),
    "tests.upgrades.vintage",
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
