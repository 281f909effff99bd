"""The entries of IGNORE, ALLOW, TABLES and HEALTH."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django_schemaguard.conf.section import (
    Section,
    Wrong,
    day,
    each,
    flag,
    http_error,
    network,
    pattern,
    seconds,
    text,
)
from django_schemaguard.core.kinds import KINDS
from django_schemaguard.core.lint_names import LINT_NAMES
from django_schemaguard.core.nearest import did_you_mean
from django_schemaguard.core.rules import DeclaredColumn, DeclaredTable, Waiver

if TYPE_CHECKING:
    from collections.abc import Collection

    from django_schemaguard.core.patterns import Pattern


KIND_NAMES = frozenset(name for kind in KINDS for name in (kind.code, kind.kind))
SHORTEST_INTERVAL = 10.0


@dataclass(frozen=True, slots=True)
class Health:
    """How the health views answer; all times in seconds.

    Attributes:
        ttl: How long a verdict on the schema is served again. One that took long
            to reach is kept for longer, so that no more than a twentieth of the
            time goes into it.
        ping_ttl: How long that of a connection is.
        tokens: Bearer tokens that open the detailed views.
        networks: Networks whose clients see them without a token.
        fail_status: HTTP status of a failed check.
        timeout: Longest wait for a connection, and for each statement.
        wait: How long a request waits for a newer verdict before it gets the last.
        open: The detailed views are open to everybody.
        revalidate: Validate so often even if nobody asks; None for never.
    """

    ttl: float = 5.0
    ping_ttl: float = 1.0
    tokens: tuple[str, ...] = field(default=(), repr=False)
    networks: tuple[str, ...] = ()
    fail_status: int = 503
    timeout: float = 3.0
    wait: float = 0.5
    open: bool = False
    revalidate: float | None = None


def health(section: Section, *, debug: bool) -> Health:
    """Read HEALTH.

    Args:
        section: The entry.
        debug: Open the detailed views unless something says who may see them.
    """
    usual = Health()
    tokens = section.read("TOKENS", each(text), usual.tokens)
    networks = section.read("NETWORKS", each(network), usual.networks)
    read = Health(
        ttl=section.read("TTL", seconds, usual.ttl),
        ping_ttl=section.read("PING_TTL", seconds, usual.ping_ttl),
        tokens=tokens,
        networks=networks,
        fail_status=section.read("FAIL_STATUS", http_error, usual.fail_status),
        timeout=section.read("TIMEOUT", seconds, usual.timeout),
        wait=section.read("WAIT", seconds, usual.wait),
        open=section.read("OPEN", flag, debug and not (tokens or networks)),
        revalidate=section.read("REVALIDATE", _interval, usual.revalidate),
    )
    section.refuse_unknown()
    return read


def _interval(value: object) -> float | None:
    """Read None, or an interval long enough to do other things in."""
    if value is None:
        return None
    given = seconds(value)
    if given < SHORTEST_INTERVAL:
        raise Wrong(f"must be at least {SHORTEST_INTERVAL:g} seconds, not {given:g}.")
    return given


def permit(section: Section) -> Waiver:
    """Read an entry of ALLOW: it may name a migration, and codes of lint rules."""
    migration = section.read("migration", pattern, None)
    known = Known("lint rule", LINT_NAMES, "IGNORE", KIND_NAMES)
    return replace(_waiver(section, known, ("migration",)), migration=migration)


def waiver(section: Section) -> Waiver:
    """Read an entry of IGNORE."""
    known = Known("kind of finding", KIND_NAMES, "ALLOW", LINT_NAMES)
    return _waiver(section, known, ())


@dataclass(frozen=True, slots=True)
class Known:
    """What the code of a waiver may be.

    Attributes:
        noun: What it names.
        names: All there are.
        other: The setting for what it does not name.
        others: The names that belong there.
    """

    noun: str
    names: Collection[str]
    other: str
    others: Collection[str]

    def code(self, value: object) -> Pattern:
        """Read a code or name, with or without wildcards, that fits something."""
        given = pattern(value)
        if any(map(given.matches, self.names)):
            return given
        hint = did_you_mean(given.text, self.names)
        if any(map(given.matches, self.others)):
            hint = f" It belongs in {self.other}."
        raise Wrong(f"fits no {self.noun}: '{given.text}'.{hint}")


def _waiver(section: Section, known: Known, more: tuple[str, ...]) -> Waiver:

    read = Waiver(
        reason=section.need("reason", text, ""),
        code=section.read("code", known.code, None),
        table=section.read("table", pattern, None),
        object=section.read("object", pattern, None),
        owner=section.read("owner", text, None),
        until=section.read("until", day, None),
    )
    about = ("code", "table", "object", *more)
    if section.lacks(*about):
        words = ", ".join(f"'{key}'" for key in about)
        section.problems.append(
            f"{section.where} needs at least one of the keys {words}."
        )
    section.refuse_unknown()
    return read


def table(section: Section) -> DeclaredTable:
    """Read an entry of TABLES."""
    read = DeclaredTable(
        name=section.need("name", text, ""),
        required=section.read("required", flag, True),  # noqa: FBT003
        columns=tuple(map(_column, section.sections("columns"))),
    )
    names = [column.name.casefold() for column in read.columns]
    for name in sorted({name for name in names if names.count(name) > 1}):
        section.problems.append(f"{section.name('columns')} has '{name}' twice.")
    section.refuse_unknown()
    return read


def _column(section: Section) -> DeclaredColumn:
    read = DeclaredColumn(
        name=section.need("name", text, ""),
        type=section.read("type", text, None),
        nullable=section.read("nullable", flag, None),
        has_default=section.read("has_default", flag, None),
    )
    section.refuse_unknown()
    return read
