"""Compare the schema of a live database with what the applied migrations promise.

The names are imported when they are first used, so that this package can be
imported before Django is set up.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_schemaguard.api import validate
    from django_schemaguard.core.finding import Cause, Effect, Finding, Severity
    from django_schemaguard.core.report import (
        Accepted,
        DatabaseReport,
        Location,
        Report,
        Verdict,
    )
    from django_schemaguard.core.schema import Skip, TableRef
    from django_schemaguard.exceptions import (
        BadSettings,
        DatabaseUnreachable,
        DatabaseUnreadable,
        SchemaguardError,
        StateUnusable,
        UnknownName,
        UnusableFile,
    )

__version__ = "0.1.0"

__all__ = [
    "Accepted",
    "BadSettings",
    "Cause",
    "DatabaseReport",
    "DatabaseUnreachable",
    "DatabaseUnreadable",
    "Effect",
    "Finding",
    "Location",
    "Report",
    "SchemaguardError",
    "Severity",
    "Skip",
    "StateUnusable",
    "TableRef",
    "UnknownName",
    "UnusableFile",
    "Verdict",
    "validate",
]

_HOMES = {
    "api": ("validate",),
    "core.finding": ("Cause", "Effect", "Finding", "Severity"),
    "core.report": ("Accepted", "DatabaseReport", "Location", "Report", "Verdict"),
    "core.schema": ("Skip", "TableRef"),
    "exceptions": (
        "BadSettings",
        "DatabaseUnreachable",
        "DatabaseUnreadable",
        "SchemaguardError",
        "StateUnusable",
        "UnknownName",
        "UnusableFile",
    ),
}


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
