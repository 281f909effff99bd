"""What is wrong with the setting SCHEMAGUARD, as messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core import checks

from django_schemaguard.conf import get_settings
from django_schemaguard.exceptions import BadSettings

if TYPE_CHECKING:
    from django.core.checks import CheckMessage

BAD_SETTING = "schemaguard.E001"


def problems() -> list[CheckMessage]:
    """Return an error for each wrong value and unknown key."""
    try:
        get_settings()
    except BadSettings as error:
        return [checks.Error(problem, id=BAD_SETTING) for problem in error.problems]
    return []
