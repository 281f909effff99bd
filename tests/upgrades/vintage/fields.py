"""A field that keeps UUIDs as Django 4.2 kept them on MariaDB."""

from __future__ import annotations

from django.db import models


class Char32UUIDField(models.UUIDField):
    """Stores 32 characters on MariaDB, as the release notes of Django 5.0 tell."""

    def db_type(self, connection):
        if connection.vendor == "mysql":
            return "char(32)"
        return super().db_type(connection)

    def get_db_prep_value(self, value, connection, prepared=False):
        value = super().get_db_prep_value(value, connection, prepared)
        if connection.vendor == "mysql" and hasattr(value, "hex"):
            return value.hex
        return value
