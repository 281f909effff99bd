"""The type of a field on one server, and what comes with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django_schemaguard.core.schema import Identity
from django_schemaguard.expected.likeness import likeness

if TYPE_CHECKING:
    from collections.abc import Hashable

    from django_schemaguard.expected.server import Server

# Types that some projects still spell out on PostgreSQL.
_SERIALS = {"serial": "integer", "bigserial": "bigint", "smallserial": "smallint"}
_INCREMENT = " AUTO_INCREMENT"


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a server makes of a field.

    Attributes:
        type: Django's spelling, whole.
        plain_type: Without automatic numbering.
        identity: That numbering; None for an ordinary column.
        check: A check inside the column definition; None where there is none.
        collation: None where the column takes the server's own.
    """

    type: str
    plain_type: str
    identity: Identity | None
    check: str | None
    collation: str | None


@dataclass(frozen=True, slots=True)
class ParametersOf:
    """Asks each field for its type, but only one of several that are alike."""

    server: Server
    known: dict[Hashable, Parameters | None] = field(default_factory=dict)

    def of(self, field: Any) -> Parameters | None:
        """Return what is made of a field; None where it has no column."""
        key = likeness(field)
        if key is None:
            return _asked(self.server, field)
        if key not in self.known:
            self.known[key] = _asked(self.server, field)
        return self.known[key]


def _asked(server: Server, field: Any) -> Parameters | None:
    facts: dict[str, Any] = field.db_parameters(server.connection)
    kind = facts["type"]
    if kind is None:
        return None
    plain, identity = _numbering(server, field, kind)
    collation = _collation(server, kind, facts.get("collation"))
    return Parameters(kind, plain, identity, facts["check"], collation)


def _numbering(server: Server, field: Any, kind: str) -> tuple[str, Identity | None]:
    """Return the type without its automatic numbering, and that numbering."""
    if server.postgresql and kind.lower() in _SERIALS:
        return _SERIALS[kind.lower()], Identity.SERIAL
    if server.mysql and kind.upper().endswith(_INCREMENT):
        return kind[: -len(_INCREMENT)], Identity.AUTOINCREMENT
    suffix = field.db_type_suffix(server.connection) or ""
    if "IDENTITY" in suffix:
        always = suffix.startswith("GENERATED ALWAYS")
        return kind, Identity.ALWAYS if always else Identity.BY_DEFAULT
    return kind, Identity.AUTOINCREMENT if "AUTOINCREMENT" in suffix else None


def _collation(server: Server, kind: str, named: str | None) -> str | None:
    if server.mariadb and kind == "json":
        return "utf8mb4_bin"  # MariaDB's json is a longtext of this collation.
    if server.sqlite and (named or "").upper() == "BINARY":
        return None  # What a column has that names none.
    return named
