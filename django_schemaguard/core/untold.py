"""Differences that a migration made of which the models do not tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.history import Script

# Codes of what stands under a name of its own in the whole schema.
_INDEX = "SG3"


def from_unknown(
    finding: Finding, model: str | None, unknown: Iterable[str]
) -> str | None:
    """Return the recorded migration that is not on disk and may have left it so.

    Of what is only missing none is named: whether an addition harms is plain.

    Args:
        finding: Of the schema.
        model: Of its table, if any.
        unknown: Such migrations, as "app.name".
    """
    if finding.actual is None:
        return None
    for migration in unknown:
        app = migration.partition(".")[0]
        own = model is not None and model.partition(".")[0] == app
        if own or (model is None and finding.table.name.startswith(f"{app}_")):
            return migration
    return None


def from_script(
    finding: Finding, maker: str | None, scripts: Iterable[Script], plan: Sequence[str]
) -> str | None:
    """Return the last migration whose own SQL may have left it so.

    Args:
        finding: Of the schema.
        maker: The migration that makes it, if any.
        scripts: Of the applied migrations, in their order.
        plan: The applied migrations in that order.
    """
    since = plan.index(maker) if maker in plan else 0
    later = frozenset(plan[since:])
    found = (
        it.migration for it in scripts if it.migration in later and _is(it, finding)
    )
    return max(found, key=plan.index, default=None)


def _is(script: Script, finding: Finding) -> bool:
    table = finding.table.name.lower()
    name = (finding.object or table).lower()
    if not finding.code.startswith(_INDEX) and not _names(script.sql, table):
        return False
    verb = "create|add|rename"
    if finding.expected is not None:
        verb = "drop|rename" if finding.actual is None else "alter|modify|change|drop"
    return _names(script.sql, name, rf"\b(?:{verb})\b[^;]*?")


def _names(sql: str, name: str, before: str = "") -> bool:
    pattern = rf"{before}(?<![\w$]){re.escape(name)}(?![\w$])"
    return re.search(pattern, sql, re.DOTALL) is not None
