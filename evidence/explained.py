"""Differences that are true, each with what makes it so; anything else is news."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from django_schemaguard.core.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_schemaguard.core.report import Verdict


@dataclass(frozen=True, slots=True)
class Explained:
    """A difference that was looked into.

    Attributes:
        finding: "SG105 table object"; `*` matches anything.
        why: What makes the difference.
    """

    finding: str
    why: str


def explained(path: Path, vendor: str) -> tuple[Explained, ...]:
    """Return the entries of a file that concern a database and this Django."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    entries: list[dict[str, Any]] = tomllib.loads(text).get("difference", [])
    return tuple(
        Explained(entry["finding"], entry["why"])
        for entry in entries
        if vendor in entry["on"]
        and django.get_version().startswith(entry.get("django", ""))
    )


def identity(verdict: Verdict) -> str:
    """Return what an entry calls a finding."""
    finding = verdict.finding
    return f"{finding.code} {finding.table.name} {finding.object or '-'}"


def unexplained(
    verdicts: Iterable[Verdict], entries: Iterable[Explained]
) -> tuple[Verdict, ...]:
    """Return the findings above info that no entry explains."""
    patterns = [entry.finding for entry in entries]
    return tuple(
        verdict
        for verdict in verdicts
        if verdict.severity > Severity.INFO
        and not any(fnmatchcase(identity(verdict), pattern) for pattern in patterns)
    )


def stale(
    verdicts: Iterable[Verdict], entries: Iterable[Explained]
) -> tuple[Explained, ...]:
    """Return the entries that explain nothing any more."""
    names = [identity(verdict) for verdict in verdicts]
    return tuple(
        entry
        for entry in entries
        if not any(fnmatchcase(name, entry.finding) for name in names)
    )
