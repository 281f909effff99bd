"""What a journal shows of a migration of which nothing is there: that it was run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django_schemaguard.core.finding import Finding

# What a statement makes stands after these words.
_MAKES = (
    r"\b(?:CREATE\s+(?:\w+\s+)*?(?:TABLE|INDEX)\s+(?:CONCURRENTLY\s+)?"
    r"(?:IF\s+NOT\s+EXISTS\s+)?|ADD\s+(?:(?:COLUMN|CONSTRAINT)\s+)?)"
)


@dataclass(frozen=True, slots=True)
class Lost:
    """A migration that is recorded, with what says that its work is gone.

    Attributes:
        migration: As "app.name".
        recorded: When it was.
        findings: What it made and is missing.
    """

    migration: str
    recorded: datetime
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Deed:
    """A step of the journal that stands.

    Attributes:
        run: The number of its run.
        whole: It is all of a migration, run and not faked.
        migration: As "app.name"; "." where it is of none.
        code: Of the finding that it mended; "" where it mended none.
        table: Of what it made, where it mended something.
        name: Likewise; "" for the whole table.
        statements: What it ran.
        started: When it did.
        finished: Likewise; None where that is not known.
        closed: When its run ended; None where it did not.
    """

    run: int
    whole: bool
    migration: str
    code: str
    table: str
    name: str
    statements: tuple[str, ...]
    started: datetime
    finished: datetime | None
    closed: datetime | None


def was_run(lost: Lost, deeds: Sequence[Deed]) -> bool:
    """Return whether anything it made was there once it was recorded.

    A run shows it that wrote the record and made any of it, or a later repair.
    """
    recording = [it for it in deeds if _recorded(it, lost)]
    wholes = {it.run for it in recording if it.whole}
    ran = [word for it in recording if it.run in wholes for word in it.statements]
    return any(
        _made(finding, ran) or any(_mended(finding, it, lost.recorded) for it in deeds)
        for finding in lost.findings
    )


def _recorded(deed: Deed, lost: Lost) -> bool:
    """Return whether the record was written by the very run."""
    if deed.migration != lost.migration:
        return False
    closed = deed.closed or lost.recorded
    return deed.started <= lost.recorded <= closed


def _made(finding: Finding, statements: Iterable[str]) -> bool:
    table = finding.table.name
    name = re.escape(finding.object or table)
    making = re.compile(rf"{_MAKES}[\"`]?{name}(?![\w$])", re.IGNORECASE)
    return any(table in word and making.search(word) for word in statements)


def _mended(finding: Finding, deed: Deed, recorded: datetime) -> bool:
    """Return whether a repair found it there or made it, after the record."""
    if deed.table != finding.table.name:
        return False
    itself = (deed.code, deed.name) == (finding.code, finding.object)
    later = deed.finished is not None and deed.finished > recorded
    return later and (itself or finding.object is None)
