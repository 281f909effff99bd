"""As a backend for Citus: PostgreSQL's, with an editor and features of its own."""

from __future__ import annotations

from django.db.backends.postgresql import base, features, schema


class DatabaseFeatures(features.DatabaseFeatures):
    """Unchanged, yet another class."""


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    """Unchanged, yet another class."""


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    SchemaEditorClass = DatabaseSchemaEditor
