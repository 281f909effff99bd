"""The subcommands of `manage.py schemaguard`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from django_schemaguard.commands.subcommand import Subcommand

# Each is the module of that name, and what stands there in capitals.
SUBCOMMANDS = (
    "validate",
    "lint",
    "migrate",
    "resume",
    "auto_fix",
    "rollback",
    "history",
    "snapshot",
    "diff",
    "sync",
    "ledger",
    "perf",
    "explain",
    "health_check",
)


def load(name: str) -> Subcommand:
    """Import a subcommand; the others stay out of memory."""
    module = import_module(f"{__name__}.{name}")
    return cast("Subcommand", getattr(module, name.upper()))
