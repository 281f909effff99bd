"""The alias of a connection, led through PgBouncer."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.poolers import pooler

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def pooled(direct: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    """Lead the alias of a connection through a pooler while the block runs."""
    kept = {key: direct.settings_dict[key] for key in ("HOST", "PORT")}
    server = direct.settings_dict
    with pooler(server["HOST"], server["PORT"], server["USER"]) as port:
        direct.close()
        direct.settings_dict.update(HOST="127.0.0.1", PORT=str(port))
        try:
            direct.ensure_connection()
            yield direct
        finally:
            direct.close()
            direct.settings_dict.update(kept)
