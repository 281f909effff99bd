"""What a role or a server lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_schemaguard.core.plan import Stage
    from django_schemaguard.core.schema import TableRef


class Lack(NamedTuple):
    """One thing that is not allowed.

    Attributes:
        problem: One sentence.
        remedy: The GRANT, or what to do; "" where there is nothing to say.
    """

    problem: str
    remedy: str


def tables_of(stages: tuple[Stage, ...]) -> Iterator[tuple[TableRef, bool]]:
    """Yield each table, and whether it is altered; others are only referred to."""
    altered = {_key(it.target.table) for it in stages}
    seen = set()
    for stage in stages:
        for ref in (stage.target.table, *stage.locks):
            if ref.name and _key(ref) not in seen:
                seen.add(_key(ref))
                yield ref, _key(ref) in altered


def _key(ref: TableRef) -> tuple[str | None, str]:
    return ref.namespace, ref.name
