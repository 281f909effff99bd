from django.apps import AppConfig


class PostgreSQLKitchenConfig(AppConfig):
    """Every schema feature that only PostgreSQL has, without extensions."""

    name = "tests.apps.pgkitchen"
    label = "pgkitchen"
    default_auto_field = "django.db.models.BigAutoField"
