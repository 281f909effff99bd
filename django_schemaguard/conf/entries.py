"""The entries of IGNORE, ALLOW, TABLES and HEALTH."""

from __future__ import annotations

from dataclasses import dataclass, field
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
from django_schemaguard.core.nearest import did_you_mean
from django_schemaguard.core.rules import DeclaredColumn, DeclaredTable, Waiver

if TYPE_CHECKING:
    from collections.abc import Collection

    from django_schemaguard.core.patterns import Pattern


@dataclass(frozen=True, slots=True)
class Health:
    """How the health views answer. Without effect until they exist.

    Attributes:
        ttl: How long a verdict on the schema is served again, in seconds.
        ping_ttl: How long that of a connection is, in seconds.
        tokens: Bearer tokens that open the detailed views.
        networks: Networks whose clients see them without a token.
        fail_status: HTTP status of a failed check.
    """

    ttl: float = 5.0
    ping_ttl: float = 1.0
    tokens: tuple[str, ...] = field(default=(), repr=False)
    networks: tuple[str, ...] = ()
    fail_status: int = 503


def health(section: Section) -> Health:
    """Read HEALTH."""
    usual = Health()
    read = Health(
        ttl=section.read("TTL", seconds, usual.ttl),
        ping_ttl=section.read("PING_TTL", seconds, usual.ping_ttl),
        tokens=section.read("TOKENS", each(text), usual.tokens),
        networks=section.read("NETWORKS", each(network), usual.networks),
        fail_status=section.read("FAIL_STATUS", http_error, usual.fail_status),
    )
    section.refuse_unknown()
    return read


def waiver(section: Section, codes: Collection[str] | None) -> Waiver:
    """Read an entry of IGNORE or ALLOW.

    Args:
        section: The entry.
        codes: The codes and kinds that exist; None where any will do.
    """

    def code(value: object) -> Pattern:
        given = pattern(value)
        if codes is not None and not any(map(given.matches, codes)):
            raise Wrong(
                f"fits no kind of finding: '{given.text}'."
                f"{did_you_mean(given.text, codes)}"
            )
        return given

    read = Waiver(
        reason=section.need("reason", text, ""),
        code=section.read("code", code, None),
        table=section.read("table", pattern, None),
        object=section.read("object", pattern, None),
        owner=section.read("owner", text, None),
        until=section.read("until", day, None),
    )
    if section.lacks("code", "table", "object"):
        section.problems.append(
            f"{section.where} needs at least one of the keys 'code', 'table', 'object'."
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
