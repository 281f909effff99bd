"""The one database that a corpus is migrated into, on a server of the tests."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from tests import servers

VENDORS = ("sqlite", "postgresql", "mariadb")
VARIABLE = "SCHEMAGUARD_EVIDENCE_DATABASE"


def name(corpus: str) -> str:
    """Return the database name of a corpus."""
    return f"sg{servers.SUFFIX}_{corpus}".lower()


def databases(corpus: str) -> dict[str, dict[str, Any]]:
    """Return DATABASES with the vendor that the environment names."""
    return {"default": _entry(os.environ.get(VARIABLE, "sqlite"), name(corpus))}


def _entry(vendor: str, database: str) -> dict[str, Any]:
    if vendor == "sqlite":
        path = Path(tempfile.gettempdir(), f"{database}.sqlite3")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "TEST": {"NAME": path},
        }
    found = servers.postgresql() if vendor == "postgresql" else servers.mariadb()
    if isinstance(found, servers.Absent):
        raise SystemExit(f"{vendor}: {found.reason}")
    test = {"NAME": database}
    if vendor == "mariadb":
        test |= {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_general_ci"}
    return {**found.settings, "NAME": database, "TEST": test}
