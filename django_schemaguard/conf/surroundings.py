"""What kind of process this is."""

from __future__ import annotations

import sys

_PYTEST_PLUGIN = "django_schemaguard.pytest_plugin"


def in_tests() -> bool:
    """Return whether this process runs tests: Django's, or pytest's.

    Only pytest imports the plugin. Test modules that pytest collects may build a
    handler before pytest-django has set up Django's test environment.
    """
    state = getattr(sys.modules.get("django.test.utils"), "_TestState", None)
    return hasattr(state, "saved_data") or _PYTEST_PLUGIN in sys.modules
