"""Settings with every application installed that has migrations of its own."""

from __future__ import annotations

from evidence.databases import databases

SECRET_KEY = "not a secret"
USE_TZ = True
SITE_ID = 1
ROOT_URLCONF = "evidence.thirdparty.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "static/"
MEDIA_URL = "media/"
DATABASES = databases("thirdparty")
POSTGRESQL = DATABASES["default"]["ENGINE"].endswith("postgresql")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.flatpages",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.redirects",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.staticfiles",
    "django_schemaguard",
    "actstream",
    "admin_interface",
    "allauth",
    "allauth.account",
    "allauth.idp.oidc",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.usersessions",
    "auditlog",
    "avatar",
    "axes",
    "cities_light",
    "cms",
    "colorfield",
    "constance",
    "dbtemplates",
    "django_apscheduler",
    "django_celery_beat",
    "django_celery_results",
    "django_comments",
    "django_otp",
    "django_otp.plugins.otp_email",
    "django_otp.plugins.otp_hotp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "django_q",
    "djangocms_versioning",
    "djmoney",
    "djmoney.contrib.exchange",
    "djstripe",
    "easy_thumbnails",
    "easyaudit",
    "explorer",
    "filer",
    "flags",
    "guardian",
    "hitcount",
    "import_export",
    "invitations",
    "knox",
    "menus",
    "modelcluster",
    "mptt",
    "oauth2_provider",
    "ordered_model",
    "organizations",
    "phonenumber_field",
    "polymorphic",
    "post_office",
    "push_notifications",
    "rest_framework",
    "rest_framework.authtoken",
    "rest_framework_api_key",
    "rest_framework_simplejwt.token_blacklist",
    "reversion",
    "sekizai",
    "silk",
    "simple_history",
    "social_django",
    "solo",
    "taggit",
    "treebeard",
    "two_factor",
    "two_factor.plugins.phonenumber",
    "user_sessions",
    "waffle",
    "wagtail",
    "wagtail.admin",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.search_promotions",
    "wagtail.contrib.simple_translation",
    "wagtail.documents",
    "wagtail.embeds",
    "wagtail.images",
    "wagtail.locales",
    "wagtail.search",
    "wagtail.sites",
    "wagtail.snippets",
    "wagtail.users",
    "wagtail_localize",
    "wagtailmenus",
    "watson",
    "evidence.thirdparty.uses",
    *(["pgtrigger", "pghistory"] if POSTGRESQL else []),
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
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

SILENCED_SYSTEM_CHECKS = ["templates.W003", "treebeard.E001"]

CMS_CONFIRM_VERSION4 = True
DJANGO_EASY_AUDIT_WATCH_MODEL_EVENTS = False
DJSTRIPE_FOREIGN_KEY_TO_FIELD = "id"
STRIPE_LIVE_MODE = False
CONSTANCE_BACKEND = "constance.backends.database.DatabaseBackend"
CONSTANCE_CONFIG = {"ANSWER": (42, "of a kind")}
INVITATIONS_INVITATION_MODEL = "invitations.Invitation"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "German")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_SITE_NAME = "Evidence"
WAGTAILADMIN_BASE_URL = "http://localhost"
