"""Who left the database as a finding tells it, as far as its ledger knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django_schemaguard.core.finding import Cause
from django_schemaguard.core.kinds._others import OtherDifference
from django_schemaguard.core.ledger import Provenance, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django_schemaguard.core.finding import Finding
    from django_schemaguard.core.ledger import Entry
    from django_schemaguard.core.report import Verdict
    from django_schemaguard.core.schema import TableRef

# What nobody did by hand: a migration is waiting, or a version of Django left it so.
_NOBODY = frozenset({Cause.PENDING, Cause.UNMADE, Cause.UPGRADE_RESIDUE})
_CODES = re.compile(r"SG([123]..|40[1456789]|410)")  # Others are no matter of DDL.
_TABLES = frozenset({"table", "view", "materialized view", "foreign table"})
_TYPES = {"enum type": "type"}  # What the ledger calls other objects otherwise.
_MOVED = re.compile(r"\b(rename\s+to|set\s+schema)\b", re.IGNORECASE)
# By kind: the words of a statement that makes such a difference of a whole table.
_WORDS = {
    "trigger_disabled": re.compile(r"\btrigger\b|\benforced\b", re.IGNORECASE),
    "comment": re.compile(r"\bcomment\s+on\b", re.IGNORECASE),
    "row_security": re.compile(r"\brow\s+level\s+security\b", re.IGNORECASE),
    "relation_kind": re.compile(r"\b(create|logged|unlogged)\b", re.IGNORECASE),
    "pk": re.compile(r"\bprimary\s+key\b|\bconstraint\b", re.IGNORECASE),
}


def asked(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Return the verdicts about what somebody may have done by a statement."""
    return tuple(
        it
        for it in verdicts
        if it.cause not in _NOBODY and _CODES.fullmatch(it.finding.code)
    )


def wanted(findings: Iterable[Finding]) -> Wanted:
    """Return what to look for in the ledger."""
    findings = tuple(findings)
    moved = ("missing_table", "wrong_schema")
    unnamed = (it for it in findings if it.kind in moved or _is_grant(it))
    return Wanted(
        frozenset(it.table.name for it in findings),
        frozenset(name for it in findings for name in _names(it)),
        frozenset(it.table.name for it in unnamed),
    )


def provenance(finding: Finding, entries: Sequence[Entry]) -> Provenance | None:
    """Return the last entry about the object itself, else about its table.

    Args:
        finding: Of a verdict that is `asked` about.
        entries: The latest first.
    """
    exact = [it for it in entries if _is_exact(it, finding)]
    if exact:
        return Provenance(_clearest(exact, finding), exact=True)
    near = [it for it in entries if _is_near(it, finding)]
    return Provenance(min(near, key=_distance), exact=False) if near else None


def dropped_since(finding: Finding, entries: Iterable[Entry], moment: datetime) -> bool:
    """Return whether what a finding misses was dropped after a moment."""
    return any(
        it.dropped and it.at > moment and _is_exact(it, finding) for it in entries
    )


def _clearest(exact: Sequence[Entry], finding: Finding) -> Entry:
    """Return the last one; of all that its statement did, what names the object."""
    last = min(exact, key=_distance)
    statement = (last.transaction, last.statement)
    named = (
        it
        for it in exact
        if (it.transaction, it.statement) == statement and it.name in _names(finding)
    )
    return next(named, last)


def _distance(entry: Entry) -> int:
    """Return how far down the search path it is; the first found is the latest."""
    return entry.place or 1_000


def _is_exact(entry: Entry, finding: Finding) -> bool:
    table = finding.table.name
    if _is_grant(finding):
        return entry.command in {"GRANT", "REVOKE"} and _mentions(entry, table)
    if finding.kind in {"missing_table", "wrong_schema"}:
        return _took_away(entry, finding)
    if not _in_place(entry, finding.table):
        return False
    if finding.kind == "extra_table":
        is_table = entry.name == table and entry.type in _TABLES
        return is_table and not entry.dropped and _made(entry)
    if finding.object is None or finding.kind == "trigger_disabled":
        words = _WORDS.get(finding.kind)
        return bool(words and entry.table == table and words.search(entry.statement))
    return _fits(entry, finding) and _is_about(entry, finding)


def _took_away(entry: Entry, finding: Finding) -> bool:
    """Return whether a table was dropped, renamed or moved out of sight."""
    table = finding.table
    if entry.dropped:
        is_table = entry.name == table.name and entry.type in _TABLES
        return is_table and _in_place(entry, table)
    is_moved = entry.command == "ALTER TABLE" and _MOVED.search(entry.statement)
    return bool(is_moved) and _mentions(entry, table.name)


def _made(entry: Entry) -> bool:
    made = entry.command.startswith(("CREATE", "SELECT", "IMPORT"))
    return made or bool(_MOVED.search(entry.statement))


def _fits(entry: Entry, finding: Finding) -> bool:
    """Return whether the entry could be why something is missing, or is there."""
    if (entry.command == "COMMENT") != (finding.kind == "comment"):
        return False
    if finding.actual is None:
        return entry.dropped or not entry.command.startswith("CREATE")
    return finding.expected is not None or not entry.dropped


def _is_about(entry: Entry, finding: Finding) -> bool:
    names, table = _names(finding), finding.table.name
    if isinstance(finding, OtherDifference):
        label = finding.thing.label
        if label == "row security":
            words = _WORDS["row_security"].search(entry.statement)
            return entry.table == table and words is not None
        is_named = entry.name in names and entry.type == _TYPES.get(label, label)
        return is_named and entry.table in {None, table}
    if entry.name in names and entry.type not in _TABLES:
        return entry.table in {None, table}
    is_table = entry.table == table and entry.type in {*_TABLES, "table column"}
    told = is_table and not entry.dropped
    return told and any(_mentions(entry, name) for name in names)


def _is_near(entry: Entry, finding: Finding) -> bool:
    return (
        finding.kind not in {"missing_table", "wrong_schema", "extra_table"}
        and entry.table == finding.table.name
        and not entry.command.startswith("CREATE")
        and _in_place(entry, finding.table)
    )


def _in_place(entry: Entry, table: TableRef) -> bool:
    if entry.schema is None:
        return True
    if table.namespace is not None:
        return entry.schema == table.namespace
    return entry.place is not None


def _is_grant(finding: Finding) -> bool:
    """Return whether it is about what GRANT does, of which no entry names the table."""
    if isinstance(finding, OtherDifference):
        return finding.thing.label == "grant"
    return finding.kind == "privilege"


def _names(finding: Finding) -> frozenset[str]:
    """Return what the ledger may call the object of a finding."""
    names = {finding.object}
    if isinstance(finding, OtherDifference):  # "function total(integer)"
        names = {finding.thing.name, finding.thing.name.partition("(")[0]}
    elif finding.kind == "index_name":
        names.add(finding.actual)
    return frozenset(name for name in names if name)


def _mentions(entry: Entry, name: str) -> bool:
    """Return whether the statement has the name as a word, quoted or not."""
    quoted = re.escape(name.replace('"', '""'))
    pattern = rf"(?<![\w$]){quoted}(?![\w$])"
    return re.search(pattern, entry.statement, re.IGNORECASE) is not None
