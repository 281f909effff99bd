"""SG404: what the connected role may not do, and the models need."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django_schemaguard._typing import override
from django_schemaguard.core.finding import Cause, Effect, Finding, Severity
from django_schemaguard.core.history import is_own
from django_schemaguard.core.kinds._columns import ORDINARY
from django_schemaguard.core.kinds._wording import address, quoted, sql_address
from django_schemaguard.core.schema import Column, Facet, Identity, Skip, TableRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django_schemaguard.core.pairing import Pairs, TablePair

FEW = 3  # Tables told one by one; of more, these are named.
SEVERAL = "*"
_WRITES = ("INSERT", "UPDATE", "DELETE")
_USAGE = "USAGE of its sequence"


@dataclass(frozen=True, slots=True)
class Privilege(Finding):
    """The connected role lacks a privilege that the models need.

    Why it matters:
        Queries without SELECT fail, and INSERT, UPDATE and DELETE likewise. A serial
        column needs USAGE of its sequence, too. Judged is the role that connects, so
        validate with the application's own. On a standby, and for a role whose
        transactions are read-only, SELECT is all that counts. More than three tables
        that lack the same are one finding, on table ``*``. The tables of schemaguard
        itself are left out: only who migrates and repairs writes them, and says
        which privilege is lacking.

    Fix:
        Grant it, and set ALTER DEFAULT PRIVILEGES for the tables to come.
    """

    code: ClassVar[str] = "SG404"
    kind: ClassVar[str] = "privilege"
    usual: ClassVar[Severity] = Severity.ERROR
    facet: ClassVar[Facet] = Facet.PRIVILEGES

    role: str
    lacking: tuple[str, ...]
    where: tuple[str, ...]
    grants: str = ""

    @classmethod
    @override
    def detect(cls, pairs: Pairs) -> Iterator[Finding | Skip]:
        session = pairs.actual.session
        role = session.role or ""
        for namespace in sorted(_closed(pairs)):
            table = TableRef(namespace, SEVERAL)
            grant = f"GRANT USAGE ON SCHEMA {quoted(namespace)} TO {quoted(role)};"
            yield cls(table, role, ("USAGE",), (f"schema '{namespace}'",), grant)
        by_lacking: dict[tuple[str, ...], list[TablePair]] = defaultdict(list)
        for pair in pairs.tables:
            if pair.actual.kind not in ORDINARY or is_own(pair.ref.model):
                continue
            lacking = tuple(_lacking(pair, read_only=session.read_only))
            if lacking:
                by_lacking[lacking].append(pair)
        vendor = pairs.actual.traits.vendor
        for lacking, found in by_lacking.items():
            for some in [found] if len(found) > FEW else [[each] for each in found]:
                names = tuple(address(pair.ref) for pair in some)
                place = TableRef(None, SEVERAL) if len(some) > 1 else some[0].ref
                yield cls(
                    place, role, lacking, names, _grants(some, lacking, role, vendor)
                )

    @property
    @override
    def effect(self) -> Effect:
        if {"SELECT", "USAGE"} & set(self.lacking):
            return Effect.QUERIES_FAIL
        if {"INSERT", _USAGE} & set(self.lacking):
            return Effect.INSERTS_FAIL
        return Effect.LOCAL

    @property
    @override
    def effect_text(self) -> str:
        several = self.table.name == SEVERAL
        subject = "these tables" if several else self.table.model or self.table.name
        return self.effect.value.format(subject)

    @property
    @override
    def message(self) -> str:
        what = f"Role '{self.role}' lacks {', '.join(self.lacking)} on"
        if self.lacking == ("USAGE",):
            return f"{what} {self.where[0]}."
        if len(self.where) == 1:
            return f"{what} '{self.where[0]}'."
        named = ", ".join(f"'{name}'" for name in self.where[:FEW])
        more = len(self.where) - FEW
        return f"{what} {len(self.where)} tables: {named} and {more} more."

    @property
    @override
    def hint(self) -> str:
        return f"Connect as the application's role, or run: {self.grants}"

    @property
    @override
    def object(self) -> str | None:
        return self.role

    @property
    @override
    def expected(self) -> str | None:
        return ", ".join(self.lacking)

    @property
    @override
    def actual(self) -> str | None:
        return f"not granted on {', '.join(self.where)}"

    @property
    @override
    def cause(self) -> Cause:
        return Cause.UNKNOWN


def _grants(
    pairs: Iterable[TablePair], lacking: tuple[str, ...], role: str, vendor: str
) -> str:
    """Return the statements that let the role do what it may not."""
    user, _, host = role.rpartition("@")
    grantee = f"'{user}'@'{host}'" if vendor == "mysql" else quoted(role)
    pairs = tuple(pairs)
    tables = [sql_address(pair.ref, vendor) for pair in pairs]
    words = ", ".join(word for word in lacking if word != _USAGE)
    # MariaDB takes one table at a time.
    lists = tables if vendor == "mysql" else [", ".join(tables)]
    found = [f"GRANT {words} ON {each} TO {grantee};" for each in lists if words]
    if _USAGE in lacking:
        found += [
            f"GRANT USAGE ON SEQUENCE {quoted(*each.sequence.split('.'))} TO {grantee};"
            for pair in pairs
            for each in pair.actual.numbering
            if not each.usable and each.sequence
        ]
    return " ".join(found)


def _closed(pairs: Pairs) -> frozenset[str]:
    """Return the namespaces with tables of the project that the role may not use."""
    found = {pair.actual.namespace for pair in pairs.tables}
    found |= {place.namespace for _, place in pairs.misplaced}
    return pairs.actual.session.closed & {name for name in found if name}


def _lacking(pair: TablePair, *, read_only: bool) -> Iterator[str]:
    for privilege in ("SELECT",) if read_only else ("SELECT", *_WRITES):
        if _lacks(pair, privilege):
            yield privilege
    if not read_only and not all(each.usable for each in pair.actual.numbering):
        yield _USAGE


def _lacks(pair: TablePair, privilege: str) -> bool:
    access = pair.actual.access
    if privilege in access.lacks:
        return True
    denied = dict(access.on_columns).get(privilege, frozenset())
    return bool(denied) and any(
        column.name in denied
        for _, column in pair.columns
        if privilege == "SELECT" or _is_written(pair, column, privilege)
    )


def _is_written(pair: TablePair, column: Column, privilege: str) -> bool:
    """Return whether Django names the column in such a statement."""
    if column.generated or column.identity not in {None, Identity.ROWID}:
        return False
    key = pair.actual.primary_key
    return privilege == "INSERT" or key is None or column.name not in key.columns
