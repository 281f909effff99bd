"""The findings that were there before anybody looked: accepted, kept in a file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from django_schemaguard.core.report import Accepted

if TYPE_CHECKING:
    from django_schemaguard.core.report import DatabaseReport, Report, Verdict

FORMAT = 1
_KEYS = tuple(field.name for field in fields(Accepted))


class MalformedBaseline(ValueError):
    """The text is no baseline; says the end of a sentence about the file."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Findings that are known, of any number of databases.

    A finding is known as long as its object, kind and both definitions stay what
    they are; another difference in the same place is news.
    """

    accepted: frozenset[Accepted] = frozenset()

    def updated(self, report: Report) -> Baseline:
        """Return a baseline of this report's findings; other databases' stay."""
        seen = {database.alias for database in report.databases}
        kept = {each for each in self.accepted if each.database not in seen}
        return Baseline(frozenset(kept | set(map(accept, report.findings))))

    def hide(self, report: Report) -> Report:
        """Return the report without what is known; what has vanished is noted."""
        return replace(report, databases=tuple(map(self._hide, report.databases)))

    def _hide(self, database: DatabaseReport) -> DatabaseReport:
        if database.error is not None:
            return database
        ours = {each for each in self.accepted if each.database == database.alias}
        found = {accept(verdict): verdict for verdict in database.verdicts}
        news = tuple(v for v in database.verdicts if accept(v) not in ours)
        return replace(
            database,
            verdicts=news,
            known=len(database.verdicts) - len(news),
            vanished=tuple(sorted(ours - found.keys())),
        )


def accept(verdict: Verdict) -> Accepted:
    """Return a finding as a baseline keeps it."""
    finding = verdict.finding
    return Accepted(
        database=verdict.database,
        schema=finding.table.namespace or "",
        table=finding.table.name,
        object=finding.object or "",
        code=finding.code,
        expected=finding.expected or "",
        actual=finding.actual or "",
    )


def dump(baseline: Baseline) -> str:
    """Return the baseline as JSON, ASCII only; one finding is one line of a diff."""
    entries = [
        json.dumps({key: word for key, word in asdict(each).items() if word})
        for each in sorted(baseline.accepted)
    ]
    lines = ",\n".join(f"  {entry}" for entry in entries)
    findings = f"[\n{lines}\n ]" if entries else "[]"
    return f'{{\n "format": {FORMAT},\n "findings": {findings}\n}}\n'


def load(text: str) -> Baseline:
    """Return the baseline that a text holds.

    Raises:
        MalformedBaseline: It is not one, or of a format that is not known here.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MalformedBaseline(f"is not JSON: {error}") from None
    if not isinstance(document, dict) or not isinstance(document.get("findings"), list):
        raise MalformedBaseline("has no list 'findings'")
    number = document.get("format")
    if number != FORMAT or isinstance(number, bool):
        raise MalformedBaseline(
            f"is of format {number}; this django-schemaguard reads format {FORMAT}"
        )
    entries = enumerate(document["findings"])
    return Baseline(frozenset(_entry(entry, number) for number, entry in entries))


def _entry(entry: Any, number: int) -> Accepted:
    where = f"findings[{number}]"
    if not isinstance(entry, dict) or not all(
        isinstance(w, str) for w in entry.values()
    ):
        raise MalformedBaseline(f"has something else than texts in '{where}'")
    for key in entry:
        if key not in _KEYS:
            raise MalformedBaseline(f"has an unknown key '{key}' in '{where}'")
    for key in ("database", "table", "code"):
        if key not in entry:
            raise MalformedBaseline(f"lacks the key '{key}' in '{where}'")
    return Accepted(**{key: entry.get(key, "") for key in _KEYS})
