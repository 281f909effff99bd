"""Lines for a log that outlives the database: one JSON object each."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_schemaguard.models import Run, Step

logger = logging.getLogger("django_schemaguard.audit")
# Without a handler, Python would print warnings on stderr.
logger.addHandler(logging.NullHandler())


def run_line(event: str, run: Run) -> None:
    """Log how a run begins or ends, once that is committed.

    Args:
        event: "run_started" or "run_finished".
        run: As it is saved.
    """
    facts: dict[str, object] = {
        "command": run.command,
        "status": run.status,
        "database": run.database,
        "role": run.role,
        "host": run.host,
        "os_pid": run.os_pid,
        "plan": run.plan_hash,
        "schema_before": run.schema_before,
        "schema_after": run.schema_after,
    }
    if run.reverts_id is not None:
        facts["reverts"] = run.reverts_id
    if run.error:
        facts["error"] = run.error
    _log(run, event, facts)


def step_line(step: Step) -> None:
    """Log a step as it is saved, once that is committed."""
    facts: dict[str, object] = {
        "step": step.position,
        "status": step.status,
        "kind": step.kind,
        "code": step.code,
        "table": step.object_table,
        "object": step.object_name,
        "statements": step.statements,
        "attempts": step.attempts,
        "waited_ms": step.waited_ms,
        "duration_ms": step.duration_ms,
    }
    if step.migration:
        facts["migration"] = f"{step.app}.{step.migration}"
    if step.error:
        facts["error"] = step.error
    _log(step.run, "step", facts)


def _log(run: Run, event: str, facts: Mapping[str, object]) -> None:
    level = logging.ERROR if "error" in facts else logging.INFO
    if not logger.isEnabledFor(level):
        return
    line = json.dumps(
        {"event": event, "run": run.pk, "alias": run.alias, **facts},
        ensure_ascii=False,
        default=str,
    )
    using = run._state.db or run.alias  # noqa: SLF001  Others may name it otherwise.
    transaction.on_commit(lambda: logger.log(level, "%s", line), using=using)
