"""SQLite: PRAGMAs, the text in `sqlite_master`, and a shadow in memory."""

from .backend import SQLite

__all__ = ["SQLite"]
