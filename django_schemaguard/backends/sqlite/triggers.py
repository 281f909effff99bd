"""When a trigger runs, from the statement that made it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from django_schemaguard.core.schema import Hook

if TYPE_CHECKING:
    from django_schemaguard.backends.sqlite.catalog import TriggerRow

# SQLite keeps the text from "CREATE TRIGGER" on; a name may hold any of the words.
_NAME: Final = (
    r'(?:"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]'
    r"|'(?:[^']|'')*'|[^\s.]+)"
)
_TRIGGER: Final = re.compile(
    rf"CREATE\s+TRIGGER\s+(?:IF\s+NOT\s+EXISTS\s+)?{_NAME}(?:\s*\.\s*{_NAME})?\s+"
    r"(?:(BEFORE|AFTER|INSTEAD\s+OF)\s+)?(INSERT|UPDATE|DELETE)\b",
    re.IGNORECASE,
)


def hook(row: TriggerRow) -> Hook:
    """Return the trigger; SQLite runs it before the change where it does not say."""
    found = _TRIGGER.match(row.sql)
    if found is None:  # A comment between the words, say.
        return Hook(row.name, "trigger", "on", ("any change",))
    timing = " ".join((found[1] or "BEFORE").upper().split())
    return Hook(row.name, "trigger", timing, (found[2].upper(),))
