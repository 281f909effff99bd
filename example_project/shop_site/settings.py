"""Settings of the example shop: SQLite, or whatever DATABASE_URL names."""

from pathlib import Path

import dj_database_url

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = "only-for-the-example"
DEBUG = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
ROOT_URLCONF = "shop_site.urls"
WSGI_APPLICATION = "shop_site.wsgi.application"
AUTH_USER_MODEL = "customers.Customer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
STATIC_URL = "static/"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_schemaguard",
    "customers",
    "catalogue",
    "orders",
]

DATABASES = {
    "default": dj_database_url.config(default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")
}

SCHEMAGUARD = {
    # Validate as strictly on a laptop (DEBUG) as on a server.
    "MODE": "production",
    # Do not serve where a required table is missing.
    "STARTUP": "auto",
    # A table that no model declares; the shop works without it.
    "TABLES": [
        {
            "name": "rate_limit_violations",
            "required": False,
            "columns": [{"name": "address", "type": "varchar(45)", "nullable": False}],
        },
    ],
}

# The models use features that one database or another leaves out, where Django
# creates the table without them: comments (SQLite), partial unique constraints
# and expression indexes (MariaDB).
SILENCED_SYSTEM_CHECKS = ["fields.W163", "models.W036", "models.W043", "models.W046"]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
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
