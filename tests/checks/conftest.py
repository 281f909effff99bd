"""The site of the startup tests, for `manage.py check`."""

from __future__ import annotations

from tests.startup.conftest import migrated_site, site

__all__ = ["migrated_site", "site"]
