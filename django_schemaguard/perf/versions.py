"""Which version of the schema made which statements cost more, from what is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connections

from django_schemaguard.models import QuerySnapshot
from django_schemaguard.perf.storing import by_version, has_tables

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Costs:
    """What statements cost in one version, compared with the version before.

    Attributes:
        version: Of the schema and the applied migrations.
        source: What its first snapshot was taken for, such as "after run 3".
        since: When that was.
        slower: The statements that cost more, the worst first, as plain values.
    """

    version: str
    source: str
    since: datetime
    slower: tuple[dict[str, Any], ...]


def costs(alias: str) -> tuple[Costs, ...]:
    """Return those of each version that could be compared, the latest first."""
    found = map(_told, reversed(_versions(alias)))
    return tuple(each for each in found if each is not None)


def current_costs(alias: str) -> Costs | None:
    """Return those of the version that the latest snapshot is of; None if not known."""
    versions = _versions(alias)
    return _told(versions[-1]) if versions else None


def _versions(alias: str) -> list[list[QuerySnapshot]]:
    if not has_tables(connections[alias]):
        return []
    return by_version(list(QuerySnapshot.objects.using(alias).order_by("pk")))


def _told(group: list[QuerySnapshot]) -> Costs | None:
    first, last = group[0], group[-1]
    if last.slower is None:
        return None
    return Costs(last.schema_version, first.source, first.taken, tuple(last.slower))
