"""Where the settings are written."""

from __future__ import annotations

import sys
from pathlib import Path

from django.conf import settings as django_settings  # noqa: TID251


def settings_file() -> Path | None:
    """Return the file of the settings' module; None where there is none."""
    name = getattr(django_settings, "SETTINGS_MODULE", None)
    path = getattr(sys.modules.get(name or ""), "__file__", None)
    return Path(path) if path else None
