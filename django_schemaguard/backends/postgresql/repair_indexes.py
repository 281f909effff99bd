"""How indexes and uniques are built on PostgreSQL, while the table is written to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django_schemaguard.backends.postgresql.repair_columns import not_null
from django_schemaguard.backends.repair import offenders
from django_schemaguard.backends.repair.parts import Obstacle, Standing, Work
from django_schemaguard.core.plan import Stage, Target
from django_schemaguard.core.schema import Unique

if TYPE_CHECKING:
    from django_schemaguard.backends.postgresql.repair import PostgreSQLWriter
    from django_schemaguard.backends.repair.parts import Source
    from django_schemaguard.core.schema import Index, PrimaryKey, TableRef

_UNKNOWN = Obstacle("Django does not say how it is made.")


def add_index(
    writer: PostgreSQLWriter, source: Source, index: Index
) -> Work | Obstacle:
    """Return how an index is built concurrently."""
    text = writer.statements.index(source.model, index.name, source.together)
    obstacle = _obstacle(writer, source.table.ref, index.name)
    if text is None:
        return _UNKNOWN
    return obstacle or Work((build(writer, source.table.ref, index.name, text),))


def _obstacle(writer: PostgreSQLWriter, ref: TableRef, name: str) -> Obstacle | None:
    if writer.catalog.partitioned(ref):
        reason = f"'{ref.brief}' is partitioned, so nothing is built concurrently."
        return Obstacle(reason, "Build it on each partition, then attach these.")
    place = writer.catalog.holder(ref, name)
    if place is not None:
        return Obstacle(f"The name '{name}' is taken by {place}.", "Rename that.")
    return None


def build(writer: PostgreSQLWriter, ref: TableRef, name: str, text: str) -> Stage:
    """Return the stage for a statement of Django's that builds an index."""
    for word in ("CREATE INDEX ", "CREATE UNIQUE INDEX "):
        if text.startswith(word):
            text = f"{word}CONCURRENTLY {text.removeprefix(word)}"
    drop = f"DROP INDEX CONCURRENTLY IF EXISTS {writer.beside(ref, name)}"
    return Stage(
        (text,),
        Target("index", ref, name),
        atomic=False,
        lock=f"SHARE UPDATE EXCLUSIVE on {ref.brief}; reads and writes go on",
        locks=(ref,),
        patient=True,
        reverse=(drop,),
        cleanup=(drop,),
    )


def add_unique(
    writer: PostgreSQLWriter, source: Source, unique: Unique
) -> Work | Obstacle:
    """Return how a unique index is built, and made a constraint where it is one."""
    ref, statement = (
        source.table.ref,
        writer.statements.unique(source.model, unique.name),
    )
    obstacle = _obstacle(writer, ref, unique.name)
    if statement is None or obstacle:
        return obstacle or _UNKNOWN
    text, parts = str(statement), statement.parts
    forbidden = (offenders.repeated(writer, source, unique),)
    if text.startswith("CREATE "):
        return Work((build(writer, ref, unique.name, text),), forbidden=forbidden)
    table, name = writer.name(ref), writer.quote(unique.name)
    nulls = "" if unique.nulls_distinct else " NULLS NOT DISTINCT"
    index = f"CREATE UNIQUE INDEX {name} ON {table} ({parts['columns']}){nulls}"
    add = f"ALTER TABLE {table} ADD CONSTRAINT {name}"
    constraint = Stage(
        (f"{add} UNIQUE USING INDEX {name}{parts['deferrable']}",),
        Target("constraint", ref, unique.name),
        due=writer.unattached(ref, unique.name),
        lock=f"ACCESS EXCLUSIVE on {ref.brief}, for a moment",
        locks=(ref,),
        reverse=(f"ALTER TABLE {table} DROP CONSTRAINT {name}",),
    )
    return Work((build(writer, ref, unique.name, index), constraint), (), forbidden)


def rebuild_index(
    writer: PostgreSQLWriter, source: Source, index: Index | Unique
) -> Work | Obstacle:
    """Return how an index that a failed build left is built anew, in its place.

    What stands on it, such as a constraint, keeps it from being dropped.
    """
    ref, target = source.table.ref, Target("index", source.table.ref, index.name)
    if writer.standing(target) is Standing.BUILDING:
        reason = f"Somebody is building '{index.name}' at this moment."
        return Obstacle(reason, "Wait until that has ended.")
    if writer.catalog.partitioned(ref):
        return Obstacle(f"'{ref.brief}' is partitioned.", "Attach what is missing.")
    left = _left_by_rebuild(index.name)
    if writer.catalog.holder(ref, left) is not None:
        reason = f"A rebuild that failed left '{left}'."
        drop = f"DROP INDEX CONCURRENTLY {writer.beside(ref, left)}"
        return Obstacle(reason, f"Run {drop} first.")
    stage = Stage(
        (f"REINDEX INDEX CONCURRENTLY {writer.beside(ref, index.name)}",),
        target,
        due=writer.invalid(ref, index.name),
        atomic=False,
        lock=f"SHARE UPDATE EXCLUSIVE on {ref.brief}; reads and writes go on",
        locks=(ref,),
        patient=True,
        kept="an index is not made invalid again",
        cleanup=(f"DROP INDEX CONCURRENTLY IF EXISTS {writer.beside(ref, left)}",),
    )
    if isinstance(index, Unique):
        repeated = offenders.repeated(writer, source, index)
        return Work((stage,), forbidden=(repeated,))
    return Work((stage,))


def _left_by_rebuild(name: str) -> str:
    """Return the name of what REINDEX CONCURRENTLY builds beside an index."""
    suffix = "_ccnew"
    return name.encode()[: 63 - len(suffix)].decode(errors="ignore") + suffix


def add_primary_key(
    writer: PostgreSQLWriter, source: Source, key: PrimaryKey
) -> Work | Obstacle:
    """Return how a unique index is built, and made the primary key."""
    ref, bare = source.table.ref, f"{source.table.name[:58]}_pkey"
    obstacle = _obstacle(writer, ref, bare)
    if obstacle is not None:
        return obstacle
    table, name = writer.name(ref), writer.quote(bare)
    listed = ", ".join(map(writer.quote, key.columns))
    index = f"CREATE UNIQUE INDEX {name} ON {table} ({listed})"
    # Else the server would look for NULL under the lock that the key takes.
    nullable = [c for c in key.columns if writer.catalog.nullable(ref, c)]
    strict = (stage for c in nullable for stage in not_null(writer, source, c))
    add = f"ALTER TABLE {table} ADD CONSTRAINT {name}"
    stage = Stage(
        (f"{add} PRIMARY KEY USING INDEX {name}",),
        Target("constraint", ref, bare),
        due=writer.unattached(ref, bare),
        lock=f"ACCESS EXCLUSIVE on {ref.brief}, for a moment",
        locks=(ref,),
        reverse=(f"ALTER TABLE {table} DROP CONSTRAINT {name}",),
    )
    return Work(
        (*strict, build(writer, ref, bare, index), stage),
        forbidden=offenders.no_key(writer, source, key),
    )
