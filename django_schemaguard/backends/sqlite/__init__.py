"""SQLite: PRAGMAs, the text in `sqlite_master`, and a shadow in memory."""

from django_schemaguard.backends.sqlite.backend import SQLite

__all__ = ["SQLite"]
