"""The subcommands of `manage.py schemaguard`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.commands.auto_fix import AUTO_FIX
from django_schemaguard.commands.diff import DIFF
from django_schemaguard.commands.explain import EXPLAIN
from django_schemaguard.commands.health_check import HEALTH_CHECK
from django_schemaguard.commands.history import HISTORY
from django_schemaguard.commands.ledger import LEDGER
from django_schemaguard.commands.lint import LINT
from django_schemaguard.commands.migrate import MIGRATE
from django_schemaguard.commands.perf import PERF
from django_schemaguard.commands.resume import RESUME
from django_schemaguard.commands.rollback import ROLLBACK
from django_schemaguard.commands.snapshot import SNAPSHOT
from django_schemaguard.commands.sync import SYNC
from django_schemaguard.commands.validate import VALIDATE

if TYPE_CHECKING:
    from django_schemaguard.commands.subcommand import Subcommand

SUBCOMMANDS: tuple[Subcommand, ...] = (
    VALIDATE,
    LINT,
    MIGRATE,
    RESUME,
    AUTO_FIX,
    ROLLBACK,
    HISTORY,
    SNAPSHOT,
    DIFF,
    SYNC,
    LEDGER,
    PERF,
    EXPLAIN,
    HEALTH_CHECK,
)
