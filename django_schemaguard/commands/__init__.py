"""The subcommands of `manage.py schemaguard`."""

from __future__ import annotations

from .explain import EXPLAIN
from .subcommand import Subcommand
from .validate import VALIDATE

SUBCOMMANDS: tuple[Subcommand, ...] = (VALIDATE, EXPLAIN)
