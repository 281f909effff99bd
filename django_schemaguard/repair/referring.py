"""How a foreign key is added, where what it refers to may be missing as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.backends.repair import Forbidden, Obstacle, Work
from django_schemaguard.core.plan import Refusal, Target
from django_schemaguard.core.schema import RelationKind

if TYPE_CHECKING:
    from django_schemaguard.backends.repair import Source
    from django_schemaguard.core.kinds.missing_column import MissingColumn
    from django_schemaguard.core.schema import ForeignKey, TableRef
    from django_schemaguard.repair.steps import Drafting

TABLES = frozenset(
    {RelationKind.TABLE, RelationKind.PARTITIONED, RelationKind.UNLOGGED}
)


def referring(drafting: Drafting, source: Source, key: ForeignKey) -> Work | Obstacle:
    """Return how a foreign key is added, or what it lacks."""
    gaps, name, brief = drafting.gaps, key.target.name, key.target.brief
    obstacle = _no_table(drafting, key) or _no_column(drafting, key)
    if obstacle is not None:
        return obstacle
    if name in gaps.tables:
        return _to_lost(drafting, source, key, f"'{brief}'")
    gone = gaps.lost_columns(key)
    if gone:
        return _to_lost(drafting, source, key, f"'{brief}.{gone[0]}'")
    return drafting.writer.add_foreign_key(source, key)


def _no_table(drafting: Drafting, key: ForeignKey) -> Obstacle | None:
    gaps, name, brief = drafting.gaps, key.target.name, key.target.brief
    if name in gaps.tables:
        there = _is_made(drafting, gaps.tables[name])
    else:
        there = drafting.writer.definition(Target("table", key.target)) is not None
    if not there:
        return Obstacle(f"Table '{brief}' is not there.", "Restore it first.")
    if name in gaps.others:
        return Obstacle(f"'{brief}' is no table as its model has it.", "Mend it first.")
    return None


def _no_column(drafting: Drafting, key: ForeignKey) -> Obstacle | None:
    gaps, brief = drafting.gaps, key.target.brief
    for column in gaps.lost_columns(key):
        if not _comes_back(drafting, gaps.columns[key.target.name][column]):
            reason = f"Column '{brief}.{column}' is not there."
            return Obstacle(reason, "Restore that column first.")
    mended = [it for found in gaps.keys_for(key) for it in drafting.draft(found)]
    if any(isinstance(it, Refusal) for it in mended):
        listed = ", ".join(key.target_columns)
        reason = f"Nothing keeps ({listed}) of '{brief}' unique."
        return Obstacle(reason, "Mend that table's key first.")
    return None


def _to_lost(
    drafting: Drafting, source: Source, key: ForeignKey, what: str
) -> Work | Obstacle:
    """Return how a key is added to what was lost, and comes back without rows."""
    work = drafting.writer.add_foreign_key(source, key)
    if isinstance(work, Obstacle) or source.table.name in drafting.gaps.tables:
        return work
    filled = drafting.writer.filled_in(source, key.columns)
    reason = f"Rows refer to {what}, which is lost"
    return Work(work.stages, work.notes, (Forbidden(filled, reason),))


def _is_made(drafting: Drafting, ref: TableRef) -> bool:
    """Return whether a missing table is made; asked once for each."""
    made = drafting.gaps.made
    if ref.name not in made:
        source = drafting.sources.of(ref)
        made[ref.name] = source is not None and isinstance(
            drafting.writer.create_table(source), Work
        )
    return made[ref.name]


def _comes_back(drafting: Drafting, finding: MissingColumn) -> bool:
    source = drafting.sources.of(finding.table)
    if source is None or finding.renamed or finding.relation not in TABLES:
        return False
    return isinstance(drafting.added(source, finding.column.name), Work)
